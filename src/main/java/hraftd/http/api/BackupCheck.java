package hraftd.http.api;

import hraftd.http.Problem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a backup in a file is, found out as a restore would: every line was read, and the count and
 * the SHA-256 are those of the trailer.
 *
 * @param clusterId the cluster that it was taken from; empty if it does not say
 * @param revision the store's revision at that time; 0 if it does not say
 * @param keys how many keys it holds
 * @param tokens how many tokens it holds
 * @param hash that of the store, with versions, expiries and all tokens, which a backup need not
 *     hold; empty if it does not say
 */
public record BackupCheck(String clusterId, long revision, long keys, long tokens, String hash) {

  /** The file is no whole backup; the message says what is wrong, and in which line. */
  public static final class NotWhole extends Exception {
    NotWhole(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Reads all of a file.
   *
   * @throws NotWhole if it is damaged, cut short or no backup
   * @throws IOException if it cannot be read
   */
  public static BackupCheck of(Path file) throws NotWhole, IOException {
    FreeSpace nothingIsWritten = new FreeSpace(file.toAbsolutePath(), /* reserve= */ 0);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      BackupFile.Summary summary =
          BackupFile.copy(in, OutputStream.nullOutputStream(), nothingIsWritten, count -> {});
      return new BackupCheck(
          summary.clusterId(),
          summary.revision(),
          summary.count(),
          summary.tokens().all().size(),
          summary.hash());
    } catch (Problem e) {
      throw new NotWhole(String.valueOf(e.getMessage()), e);
    }
  }
}
