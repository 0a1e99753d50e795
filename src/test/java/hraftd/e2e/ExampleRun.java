package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import hraftd.e2e.ConsoleExamples.Example;
import hraftd.testing.Keyring;
import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Runs the examples of a document, in its order, as a person would type them. */
final class ExampleRun {

  /**
   * Heartbeats so slow that a follower is most likely behind when the next example asks it: an
   * example that takes for granted that a follower has applied fails on every machine. Not slower:
   * what a busy machine loses is asked for again after four of them.
   */
  static final String[] LAGGING = {"-Dhraftd.heartbeatMillis=400", "-Dhraftd.electionMillis=4000"};

  /** Longer than any example asks the nodes to take, which is 30 s. */
  private static final Duration LIMIT = Duration.ofSeconds(45);

  /** A document has its nodes on localhost:11000 and 12000, 11001 and 12001, and so on. */
  private static final Pattern PORT = Pattern.compile("(?<=localhost:)1([12])00([0-9])(?!\\d)");

  private final Path document;
  private final TestCluster nodes;
  private final Shell shell;
  private final List<Example> examples;

  /**
   * A run of a document's examples.
   *
   * @param nodes those that the document speaks of, as they are before its first example
   * @param directory where its commands may write
   */
  ExampleRun(Path document, TestCluster nodes, Path directory) throws IOException {
    this(document, nodes, directory, Map.of(), /* secure= */ false);
  }

  /** The same on nodes that ask who is there; the commands stand as they are. */
  ExampleRun(Path document, TestCluster nodes, Path directory, Keyring keys) throws IOException {
    this(document, nodes, directory, Map.of("CURL_HOME", keys.curlHome()), /* secure= */ true);
  }

  private ExampleRun(
      Path document,
      TestCluster nodes,
      Path directory,
      Map<String, String> environment,
      boolean secure)
      throws IOException {
    this.document = document;
    this.nodes = nodes;
    this.examples = ConsoleExamples.read(document, secure);
    Map<String, String> all = new HashMap<>(environment);
    all.put("LC_ALL", "C.UTF-8");
    this.shell = new Shell(Files.createDirectories(directory), all);
  }

  /** A test for each example; each needs those before it. */
  Stream<DynamicTest> tests() {
    assertFalse(examples.isEmpty(), () -> document + " has examples");
    return examples.stream()
        .map(
            example ->
                DynamicTest.dynamicTest(
                    place(example) + " " + example.heading(), () -> check(example)));
  }

  private String place(Example example) {
    return document + ":" + example.line();
  }

  private void check(Example example) throws IOException, InterruptedException {
    if (example.mayBeRepeated()) {
      eventually(
          place(example),
          LONG,
          () -> {
            run(example);
            return example;
          });
    } else {
      run(example);
    }
  }

  private void run(Example example) throws IOException, InterruptedException {
    Shell.Result result = shell.type(withRealPorts(example.command()), LIMIT);
    String output = withDocumentedPorts(result.output().replace("\r", ""));
    if (!example.matches(output)) {
      assertEquals(example.expected(), output.strip(), place(example));
    }
  }

  private String withRealPorts(String command) {
    return PORT.matcher(command).replaceAll(port -> Integer.toString(realPort(port)));
  }

  private int realPort(MatchResult port) {
    Daemon node = nodes.node(Integer.parseInt(port.group(2)) + 1);
    return port.group(1).equals("1") ? node.httpPort() : node.raftPort();
  }

  private String withDocumentedPorts(String output) {
    String text = output;
    for (int i = 0; i < nodes.nodes().size(); i++) {
      Daemon node = nodes.nodes().get(i);
      text =
          text.replace(":" + node.httpPort(), ":1100" + i)
              .replace(":" + node.raftPort(), ":1200" + i);
    }
    return text;
  }
}
