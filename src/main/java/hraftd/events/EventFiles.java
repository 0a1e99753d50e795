package hraftd.events;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The files that a node leaves of its events when it stops itself, in its data directory. One
 * thread at a time, while the directory is held.
 */
public final class EventFiles {

  /** Of each fault one: a node that is started again and again does not fill its disk. */
  static final int MAX_KEPT = 4;

  private static final String NAME = "events-";
  private static final String END = ".ndjson";

  /** Until it is whole. One name for all: what a killed process left is written over. */
  private static final String PART = NAME + "now.part";

  /** So that they sort by their names. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private EventFiles() {}

  /**
   * Writes what a hub has; the oldest files go, but for {@link #MAX_KEPT}.
   *
   * @param why the node stops, for people
   * @return the file
   * @throws IOException if it cannot be written; then there is no new file
   */
  public static Path write(Path directory, EventHub hub, Instant now, String why)
      throws IOException {
    Path part = directory.resolve(PART);
    Path file = directory.resolve(NAME + TIME.format(now) + END);
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
        hub.writeTo(out);
        hub.writeEnd(out, why);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
    List<Path> kept = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, NAME + "*" + END)) {
      files.forEach(kept::add);
    }
    kept.sort(Comparator.comparing(Path::toString));
    for (Path old : kept.subList(0, Math.max(0, kept.size() - MAX_KEPT))) {
      Files.delete(old);
    }
    return file;
  }
}
