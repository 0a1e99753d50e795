package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.e2e.ConsoleExamples.Example;
import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Everything that README.md shows works as it says: its examples are run here, in its order. */
class ReadmeIT {

  private static final Path README = Path.of("README.md");

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** The README's nodes: it has them on localhost:11000, 12000 and so on. */
  private static final int NODES = 4;

  private static final Pattern PORT = Pattern.compile("(?<=localhost:)1([12])00([0-3])(?!\\d)");

  /** A flag in the output of -help: its name and value, then its meaning. */
  private static final Pattern FLAG = Pattern.compile("  (-?\\S.*?)  +(\\S.*)");

  @TempDir static Path directory;

  private static TestCluster nodes = TestCluster.waiting(Path.of("unused"), 0);

  @AfterAll
  static void end() {
    nodes.close();
  }

  @TestFactory
  Stream<DynamicTest> examples() throws IOException {
    nodes = TestCluster.waiting(directory, NODES);
    Shell shell =
        new Shell(Files.createDirectories(directory.resolve("here")), Map.of("LC_ALL", "C.UTF-8"));
    List<Example> examples = ConsoleExamples.read(README);
    assertTrue(examples.size() > 20, "the README has examples");
    return examples.stream()
        .map(
            example ->
                DynamicTest.dynamicTest(
                    "README.md:" + example.line() + " " + example.heading(),
                    () -> check(example, shell)));
  }

  private static void check(Example example, Shell shell) throws IOException, InterruptedException {
    Shell.Result result = shell.type(replace(example.command(), ReadmeIT::here), LIMIT);
    String output = result.output().replace("\r", "");
    for (Daemon node : nodes.nodes()) {
      output =
          output
              .replace(":" + node.httpPort(), ":" + readmePort(node, 1))
              .replace(":" + node.raftPort(), ":" + readmePort(node, 2));
    }
    if (!example.matches(output)) {
      assertEquals(example.expected(), output.strip(), "README.md:" + example.line());
    }
  }

  private static String readmePort(Daemon node, int kind) {
    return "1" + kind + "00" + nodes.nodes().indexOf(node);
  }

  private static String here(Matcher port) {
    Daemon node = nodes.node(Integer.parseInt(port.group(2)) + 1);
    return Integer.toString(port.group(1).equals("1") ? node.httpPort() : node.raftPort());
  }

  private static String replace(String text, Function<Matcher, String> replacement) {
    Matcher matcher = PORT.matcher(text);
    StringBuilder result = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(result, replacement.apply(matcher));
    }
    return matcher.appendTail(result).toString();
  }

  @Test
  void theTableOfFlagsIsTheHelp() throws IOException {
    List<String> readme = Files.readAllLines(README);
    try (Daemon run = new Daemon("run", directory.resolve("help"))) {
      run.run(List.of("-help"));
      assertEquals(0, run.exitCode());
      List<String> rows =
          run.output()
              .lines()
              .map(FLAG::matcher)
              .filter(Matcher::matches)
              .map(flag -> "| `" + flag.group(1) + "` | " + flag.group(2) + " |")
              .toList();
      assertTrue(rows.size() >= 8, rows::toString);
      int first = readme.indexOf(rows.get(0));
      assertTrue(first >= 0, () -> "README.md lacks " + rows.get(0));
      assertEquals(rows, readme.subList(first, first + rows.size()));
    }
  }
}
