package hraftd.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.cluster.DataDirectory.Damaged;
import hraftd.raft.Membership;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * The file {@code cluster.json}: a {@link ClusterRecord} as JSON, whose last field is the CRC32C of
 * all bytes before its digits. Stateless.
 *
 * <p>hraftd 1.0.0 wrote it without. Such a file is still read, if it has the fields of 1.0.0 and no
 * others: with the name of the last field damaged, a file would else be one without a checksum.
 */
final class RecordFile {

  private static final String BEFORE_DIGITS = ",\n  \"checksum\" : \"";
  private static final String AFTER_DIGITS = "\"\n}\n";
  private static final int DIGITS = 8;

  /**
   * Two lists of {@link Membership#MAX_MEMBERS} with the longest names take less; bounds what a
   * file of another size makes us read.
   */
  static final int MAX_BYTES = 4 << 20;

  private static final Set<String> FIELDS_OF_1_0 =
      Set.of("clusterId", "id", "incarnation", "initial", "members", "removed", "settled");

  private RecordFile() {}

  /**
   * Replaces the file, durably before it returns.
   *
   * @throws IOException if that failed, or it could not be read again; the old content is still
   *     there
   */
  static void write(Path file, ClusterRecord record) throws IOException {
    byte[] bytes = sealed(ClusterJson.bytes(record));
    if (bytes.length > MAX_BYTES) {
      throw new IOException("cannot write " + file + ": " + bytes.length + " bytes are too many");
    }
    DurableFile.write(file, bytes);
  }

  /**
   * Reads the file.
   *
   * @throws Damaged if it is not what was written
   * @throws IOException if it cannot be read
   */
  static ClusterRecord read(Path file) throws IOException, Damaged {
    if (Files.size(file) > MAX_BYTES) {
      throw Damaged.in(file, "it is longer than what was written");
    }
    byte[] bytes = Files.readAllBytes(file);
    try {
      if (!isSealed(bytes)) {
        refuseOtherFields(file, ClusterJson.object(bytes));
      }
      return ClusterJson.record(bytes);
    } catch (IllegalArgumentException e) {
      throw Damaged.in(file, String.valueOf(e.getMessage()), e);
    }
  }

  /** True if its checksum is right, false if it has none. */
  private static boolean isSealed(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int digits = text.length() - AFTER_DIGITS.length() - DIGITS;
    if (digits < 0
        || !text.endsWith(AFTER_DIGITS)
        || !text.startsWith(BEFORE_DIGITS, digits - BEFORE_DIGITS.length())) {
      return false;
    }
    if (!text.substring(digits, digits + DIGITS).equals(CheckedText.checksum(bytes, 0, digits))) {
      throw new IllegalArgumentException("its checksum is not that of its content");
    }
    return true;
  }

  private static void refuseOtherFields(Path file, JsonNode tree) throws Damaged {
    Set<String> others = new TreeSet<>();
    tree.fieldNames().forEachRemaining(others::add);
    others.removeAll(FIELDS_OF_1_0);
    if (!others.isEmpty()) {
      throw Damaged.in(file, "it has no checksum, which only files of version 1.0 have not");
    }
  }

  /** The JSON of an object, as it is written here, with its checksum. */
  private static byte[] sealed(byte[] json) {
    String text = new String(json, StandardCharsets.UTF_8);
    if (!text.endsWith("\n}\n")) {
      throw new IllegalStateException("an object ends otherwise");
    }
    byte[] covered =
        (text.substring(0, text.length() - "\n}\n".length()) + BEFORE_DIGITS)
            .getBytes(StandardCharsets.UTF_8);
    String digits = CheckedText.checksum(covered, 0, covered.length);
    String all = new String(covered, StandardCharsets.UTF_8) + digits + AFTER_DIGITS;
    return all.getBytes(StandardCharsets.UTF_8);
  }
}
