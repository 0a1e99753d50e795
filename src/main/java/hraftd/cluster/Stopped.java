package hraftd.cluster;

import java.util.List;

/** Which nodes have agreed to stop, and which could not be told; by their ids. */
public record Stopped(List<String> stopped, List<String> failed) {}
