package hraftd.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.bench.Bench;
import hraftd.chaos.Chaos;
import hraftd.lab.Lab;
import hraftd.testing.Shell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Help and wrong arguments are answered from texts, before anything is built. */
class UsageTextsTest {

  private static final Path RESOURCES = Path.of("src/test/resources/hraftd");

  private static String usage(Callable<Integer> program) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    new CommandLine(program)
        .usage(new PrintStream(text, true, StandardCharsets.UTF_8), CommandLine.Help.Ansi.OFF);
    return text.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theTextsAreThoseOfThePrograms() throws IOException {
    assertEquals(usage(new Bench()), Files.readString(RESOURCES.resolve("bench/usage.txt")));
    assertEquals(usage(new Lab()), Files.readString(RESOURCES.resolve("lab/usage.txt")));
    assertEquals(usage(new Chaos()), Files.readString(RESOURCES.resolve("chaos/usage.txt")));
    assertEquals(Chaos.scenarios(), Files.readString(RESOURCES.resolve("chaos/scenarios.txt")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bench --help             | 0 | Usage: scripts/bench
          bench --seconds          | 2 | --seconds needs a value
          bench --seconds ten      | 2 | --seconds: 'ten' is no number
          bench --seconds=         | 2 | --seconds: '' is no number
          bench --short=yes        | 2 | --short takes no value
          bench --colour           | 2 | unknown option '--colour'
          bench write-64           | 2 | unknown argument 'write-64'
          certs --help             | 0 | after --client, for one client
          certs made --client      | 2 | --client needs a name
          chaos --short -h         | 0 | Usage: scripts/chaos
          chaos                    | 0 | leader-kill
          chaos --nodes=x          | 2 | --nodes: 'x' is no number
          chaos no-such            | 2 | no scenario 'no-such'
          chaos --seed 7 leader    | 2 | no scenario 'leader'
          cluster --help           | 0 | scripts/cluster start
          cluster start 0          | 2 | a number of nodes from 1 to 9
          cluster kill             | 2 | the number of a node
          cluster stop --secure    | 2 | --secure is for start
          quickstart --help        | 0 | scripts/quickstart
          quickstart --help        | 0 | --secure: with TLS on both ports
          quickstart now           | 2 | unknown argument 'now'
          lab --help               | 0 | Usage: scripts/lab
          lab --port               | 2 | --port needs a value
          lab --seed seven         | 2 | --seed: 'seven' is no number
          lab 17                   | 2 | unknown argument '17'
          test --only              | 2 | --only needs a value
          test --repeat 0          | 2 | not a number of runs
          test --help              | 0 | scripts/test --only
          cluster backup           | 2 | backup takes a file
          clients-test now         | 2 | unknown argument 'now'
          pictures now             | 2 | unknown argument 'now'
          reproduce --colour       | 2 | unknown option '--colour'
          reproduce a.jar b.jar    | 2 | one jar is enough: a.jar
          upgrade-test --colour    | 2 | unknown option '--colour'
          upgrade-test 1.0.0 1.1.0 | 2 | one revision is enough: 1.0.0
          upgrade-test --seed      | 2 | --seed needs a value
          """)
  void wordsAreReadBeforeAnythingIsBuilt(String line, int code, String answer) {
    // A jar that is not there would be said if anything were begun.
    Shell.Result result =
        Shell.attempt("env", "HRAFTD_JAR=/nowhere/hraftd.jar", "sh", "-c", "scripts/" + line);
    assertEquals(code, result.exitCode(), result::toString);
    assertTrue(result.output().contains(answer), result::toString);
  }
}
