package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.http.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of errors in docs/api.md has every code with its status, and no other. */
class ErrorTableTest {

  private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| `(\\w+)` \\| .+ \\|");

  @Test
  void theTableHasAllCodesWithTheirStatusesAndNoOthers() throws IOException {
    List<String> codes =
        Arrays.stream(Code.values())
            .map(code -> code.status() + " " + code.word())
            .sorted()
            .toList();
    List<String> documented =
        Files.readAllLines(Path.of("docs", "api.md")).stream()
            .dropWhile(line -> !line.equals("## Errors"))
            .skip(1)
            .takeWhile(line -> !line.startsWith("## "))
            .map(ROW::matcher)
            .filter(Matcher::matches)
            .map(row -> row.group(1) + " " + row.group(2))
            .sorted()
            .toList();
    assertEquals(codes, documented);
  }
}
