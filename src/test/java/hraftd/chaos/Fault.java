package hraftd.chaos;

import java.util.List;

/**
 * One thing that was broken.
 *
 * @param what for people, such as {@code kill -9 n1 (leader)}
 * @param nodes the ids of the nodes it was done to
 * @param from nanoseconds
 * @param to when it was mended: links whole, processes started, disk free
 * @param total true if nothing could serve before {@code to}
 */
record Fault(String what, List<String> nodes, long from, long to, boolean total) {}
