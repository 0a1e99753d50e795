package hraftd.security;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blocks of a PEM file (RFC 7468): between {@code BEGIN} and {@code END} lines with a label,
 * base64. What stands outside of them is for people.
 *
 * @param label what it is, as {@code CERTIFICATE}
 * @param content decoded; empty if it has headers (RFC 1421), which only encrypted keys have
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Pem(String label, byte[] content) {

  private static final Pattern BEGIN =
      Pattern.compile("-----BEGIN ([A-Z0-9][A-Z0-9 ]{0,62})-----\\s*");

  /**
   * All blocks, in their order.
   *
   * @param name of the file, for people
   * @throws UnusableFileException if one does not end, or is not base64
   */
  static List<Pem> blocks(String name, byte[] file) throws UnusableFileException {
    List<Pem> found = new ArrayList<>();
    String label = null;
    StringBuilder base64 = new StringBuilder();
    for (String line : new String(file, StandardCharsets.ISO_8859_1).split("\\R")) {
      Matcher begin = BEGIN.matcher(line);
      if (begin.matches()) {
        if (label != null) {
          throw new UnusableFileException(name + ": a block begins before " + label + " has ended");
        }
        label = begin.group(1);
        base64.setLength(0);
      } else if (label != null && line.strip().equals("-----END " + label + "-----")) {
        found.add(new Pem(label, decoded(name, label, base64.toString())));
        label = null;
      } else if (label != null) {
        base64.append(line.strip()).append('\n');
      }
    }
    if (label != null) {
      throw new UnusableFileException(name + ": the end of " + label + " is missing");
    }
    return found;
  }

  private static byte[] decoded(String name, String label, String base64)
      throws UnusableFileException {
    if (base64.contains(":")) {
      return new byte[0];
    }
    try {
      return Base64.getDecoder().decode(base64.replace("\n", ""));
    } catch (IllegalArgumentException e) {
      // Without the decoder's words: they may hold what stands there.
      throw new UnusableFileException(name + ": " + label + " is not base64");
    }
  }
}
