package hraftd.docs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bytes that docs/formats.md shows, so that a test beside each codec can hold the document to
 * it. A block begins with {@code ```hex} and its name; in each of its lines are bytes, and after
 * two spaces what they mean.
 */
public final class HexBlocks {

  private static final Path DOCUMENT = Path.of("docs", "formats.md");

  private static final Pattern LINE = Pattern.compile("((?:[0-9a-f]{2} )*[0-9a-f]{2})(?:  .*)?");

  private HexBlocks() {}

  /** The bytes of the block with this name, as hexadecimal digits. */
  public static String read(String name) throws IOException {
    List<String> lines = Files.readAllLines(DOCUMENT);
    int begin = lines.indexOf("```hex " + name);
    if (begin < 0) {
      throw new AssertionError(DOCUMENT + " has no block ```hex " + name);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = begin + 1; !lines.get(i).equals("```"); i++) {
      Matcher line = LINE.matcher(lines.get(i));
      if (!line.matches()) {
        throw new AssertionError(DOCUMENT + ":" + (i + 1) + " has no bytes: " + lines.get(i));
      }
      bytes.writeBytes(HexFormat.ofDelimiter(" ").parseHex(line.group(1)));
    }
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
