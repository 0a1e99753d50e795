package hraftd.http.api;

import hraftd.cluster.ClusterRecord;
import hraftd.kv.KvView;
import hraftd.kv.UnsoundCopyException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept of a copy that was found to be wrong, before its node ends and its memory with it: a
 * file in the form of a backup, to be compared with another node's, line by line.
 */
public final class CopyForStudy {

  private static final Logger LOG = LoggerFactory.getLogger(CopyForStudy.class);

  private static final String NAME = "unsound-";

  /** Until it is whole. One name for all: what a killed process left is written over. */
  static final String PART = NAME + "copy.part";

  private CopyForStudy() {}

  /**
   * Writes the file if the copy is why the node ends, and unless there is an older one: a node that
   * is started again and again must not fill its disk. Blocks; that it cannot be written is logged.
   *
   * @param cause why the node ends
   * @param record whom it belongs to; null: nobody
   * @param directory the node's data directory; null: it has none
   * @throws RuntimeException if the copy cannot be read; then there is no file
   */
  public static void keep(
      Throwable cause, KvView view, @Nullable ClusterRecord record, @Nullable Path directory) {
    if (cause instanceof UnsoundCopyException && record != null && directory != null) {
      keep(view, record.clusterId(), directory);
    }
  }

  private static void keep(KvView view, String clusterId, Path directory) {
    Path file = directory.resolve(NAME + view.revision() + ".jsonl");
    try (DirectoryStream<Path> older = Files.newDirectoryStream(directory, NAME + "*.jsonl")) {
      for (Path kept : older) {
        LOG.warn("this copy is not kept: there is {} already", kept);
        return;
      }
      write(view, clusterId, directory.resolve(PART), file);
      LOG.warn("this copy, as it is in memory, is in {}", file);
    } catch (IOException e) {
      LOG.warn("this copy could not be kept: {}", e.toString());
    }
  }

  /** Part of a copy would keep a whole one from being written the next time. */
  private static void write(KvView view, String clusterId, Path part, Path file)
      throws IOException {
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
        Backup.write(view, clusterId, view.clockMillis(), view.tokens(), out, count -> {});
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
