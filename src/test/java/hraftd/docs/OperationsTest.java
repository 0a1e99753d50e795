package hraftd.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import hraftd.testing.JavaFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What docs/operations.md says that the program prints, counts and reads, it does. */
class OperationsTest {

  private static final Path DOCUMENT = Path.of("docs", "operations.md");

  /** Between two literals that are one text. */
  private static final Pattern CONCATENATION = Pattern.compile("\"\\s*\\+\\s*\"");

  /** Names of meters: small letters, as those of properties and threads are not. */
  private static final Pattern METER =
      Pattern.compile("(?<!getProperty\\()\"(hraftd(?:\\.[a-z_]+)+)\"");

  /** Those of them that are histograms of durations. */
  private static final Pattern TIMER =
      Pattern.compile("(?:timers?|Timer\\.builder)\\(\\s*\"(hraftd[a-z._]+)\"");

  /** Those that only grow. */
  private static final Pattern COUNTER = Pattern.compile("\\.counters?\\(\\s*\"(hraftd[a-z._]+)\"");

  private static final Pattern PROPERTY =
      Pattern.compile("(?:number|getProperty)\\(\"(hraftd\\.[A-Za-z]+)\"");

  /** What the first cell of a row says in code, which is all that it names. */
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private static String program() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path file : JavaFiles.in(Path.of("src", "main", "java"))) {
      text.append(Files.readString(file));
    }
    return CONCATENATION.matcher(text).replaceAll("");
  }

  /** What the rows of the table behind this heading have as code in their first cells. */
  private static List<String> named(String heading) throws IOException {
    List<String> named = new ArrayList<>();
    Files.readAllLines(DOCUMENT).stream()
        .dropWhile(line -> !line.equals(heading))
        .skip(1)
        .takeWhile(line -> !line.startsWith("#"))
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.substring(0, line.indexOf(" | ")))
        .forEach(cell -> CODE.matcher(cell).results().map(m -> m.group(1)).forEach(named::add));
    assertFalse(named.isEmpty(), () -> DOCUMENT + " has no table behind " + heading);
    return named;
  }

  /** The metrics that the document knows. */
  static Set<String> metrics() throws IOException {
    return new TreeSet<>(named("### Metrics"));
  }

  private static Set<String> found(Pattern pattern) throws IOException {
    return pattern
        .matcher(program())
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyLineOfTheLogIsOneThatTheProgramWrites() throws IOException {
    String program = program();
    List<String> unknown = new ArrayList<>();
    for (String line : named("## What the log says")) {
      for (String part : line.split("…")) {
        if (!program.contains(part.strip())) {
          unknown.add(line);
        }
      }
    }
    assertEquals(List.of(), unknown);
  }

  @Test
  void theTableOfMetricsHasAllOfThemAndNoOthers() throws IOException {
    Set<String> timers = found(TIMER);
    Set<String> counters = found(COUNTER);
    Set<String> meters =
        found(METER).stream()
            .map(
                name ->
                    name.replace('.', '_')
                        + (timers.contains(name) ? "_seconds" : "")
                        + (counters.contains(name) ? "_total" : ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(meters, metrics());
  }

  @Test
  void theTableOfPropertiesHasAllOfThemAndNoOthers() throws IOException {
    assertEquals(found(PROPERTY), new TreeSet<>(named("## Tuning")));
  }
}
