package hraftd.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page is small, of modules that are small, and asks no other host for anything. */
class PageFilesTest {

  private static final Path FILES = Path.of("src/main/resources/ui");
  private static final long MOST_BYTES = 300_000;
  private static final int MOST_LINES = 299;

  /** A name, and a link for people to follow: neither is asked for by the page. */
  private static final Set<String> ADDRESSES =
      Set.of("http://www.w3.org/2000/svg", "https://github.com/ongardie/dissertation");

  private static final Pattern ADDRESS = Pattern.compile("(?:https?:)?//[\\w.-]+\\.[^\\s'\"`)]+");
  private static final Pattern INLINE =
      Pattern.compile("<style|\\sstyle=|<script(?![^>]*\\ssrc=)|\\son\\w+=\"|javascript:");
  private static final Pattern IMPORTED = Pattern.compile("from '(\\./[\\w./-]+)';");

  @Test
  void allOfItIsSmall() throws IOException {
    long bytes = 0;
    for (Path file : files("")) {
      bytes += Files.size(file);
    }
    assertTrue(bytes < MOST_BYTES, bytes + " bytes");
  }

  @Test
  void everyModuleIsSmallAndSaysWhatItIsFor() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Path file : files(".js")) {
      List<String> lines = Files.readAllLines(file);
      if (lines.size() > MOST_LINES) {
        wrong.add(file + " has " + lines.size() + " lines");
      }
      if (!lines.get(0).startsWith("// ")) {
        wrong.add(file + " does not say what it is for");
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void itAsksNoOtherHost() throws IOException {
    List<String> others = new ArrayList<>();
    for (Path file : files("")) {
      Matcher addresses = ADDRESS.matcher(Files.readString(file));
      while (addresses.find()) {
        if (!ADDRESSES.contains(addresses.group())) {
          others.add(file + ": " + addresses.group());
        }
      }
    }
    assertEquals(List.of(), others);
  }

  /** As the policy that it is served with refuses what stands in the page itself. */
  @Test
  void scriptsAndStylesAreFilesOfTheirOwn() throws IOException {
    for (Path file : files(".html")) {
      String text = Files.readString(file);
      assertFalse(INLINE.matcher(text).find(), file::toString);
    }
  }

  @Test
  void everyModuleThatIsImportedIsThere() throws IOException {
    List<String> missing = new ArrayList<>();
    for (Path file : files(".js")) {
      Matcher imports = IMPORTED.matcher(Files.readString(file));
      while (imports.find()) {
        if (!Files.exists(file.resolveSibling(imports.group(1)))) {
          missing.add(file + " imports " + imports.group(1));
        }
      }
    }
    assertEquals(List.of(), missing);
  }

  private static List<Path> files(String end) throws IOException {
    try (Stream<Path> files = Files.walk(FILES)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(end))
          .sorted()
          .toList();
    }
  }
}
