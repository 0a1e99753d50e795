package hraftd.cluster;

import hraftd.cluster.DataDirectory.Damaged;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A word in a small file that vouches for itself: the word, a space, the CRC32C of the word in
 * eight hexadecimal digits, end of line. Stateless.
 *
 * <p>hraftd 1.0.0 wrote the word alone. It is still read; the caller must know such words by their
 * form.
 */
final class CheckedText {

  private static final Pattern CHECKED = Pattern.compile("([!-~]{1,64}) ([0-9a-f]{8})\n");

  /** Longer than any of them: bounds what a file of another size makes us read. */
  private static final int MAX_BYTES = 128;

  /**
   * What a file held.
   *
   * @param word without its checksum
   * @param checked false if the file has no checksum, as those of 1.0.0
   */
  record Content(String word, boolean checked) {}

  private CheckedText() {}

  /** Replaces the file, durably before it returns. */
  static void write(Path file, String word) throws IOException {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    DurableFile.write(
        file,
        (word + " " + checksum(bytes, 0, bytes.length) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads the file.
   *
   * @throws Damaged if its checksum is not that of the word
   * @throws IOException if it cannot be read
   */
  static Content read(Path file) throws IOException, Damaged {
    if (Files.size(file) > MAX_BYTES) {
      throw Damaged.in(file, "it is longer than what was written");
    }
    byte[] bytes = Files.readAllBytes(file);
    // Not UTF-8, in which other bytes could become the same characters.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Matcher checked = CHECKED.matcher(text);
    if (!checked.matches()) {
      return new Content(text.strip(), false);
    }
    if (!checked.group(2).equals(checksum(bytes, 0, checked.end(1)))) {
      throw Damaged.in(file, "its checksum is not that of its content");
    }
    return new Content(checked.group(1), true);
  }

  /** The CRC32C of some bytes in eight hexadecimal digits. */
  static String checksum(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return String.format("%08x", crc.getValue());
  }
}
