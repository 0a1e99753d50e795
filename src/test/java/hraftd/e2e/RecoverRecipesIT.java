package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The recipes of docs/operations.md for a lost majority, command by command as they stand there.
 */
class RecoverRecipesIT {

  private static final Duration LIMIT = Duration.ofSeconds(45);
  private static final String PROGRAM = "java -jar hraftd.jar ";

  /** {@code host3:11000} is where node 3 is. */
  private static final Pattern ADDRESS = Pattern.compile("host([1-5]):1([12])000");

  @TempDir Path directory;

  private TestCluster nodes;
  private Shell shell;

  @BeforeEach
  void threeNodesWithThreeKeys() throws IOException {
    Path here = Files.createDirectories(directory.resolve("here"));
    shell = new Shell(here, Map.of("LC_ALL", "C.UTF-8"));
    nodes = TestCluster.ready(directory, 3);
    for (String key : List.of("a", "b", "c")) {
      nodes.node(1).put("/key/" + key, key).expect(200);
    }
    for (String name : List.of("node4", "node5")) {
      nodes.add(new Daemon(name, directory.resolve(name)));
    }
    nodes.node(3).get("/key/c").expect(200); // Its own log has them, by a read index.
  }

  @AfterEach
  void end() {
    nodes.close();
  }

  private void lose(int... numbers) {
    for (int number : numbers) {
      nodes.node(number).kill();
      Shell.run("rm", "-r", nodes.node(number).directory().toString());
    }
  }

  /** The commands in the blocks behind this heading. */
  private static List<String> recipe(String heading) throws IOException {
    List<String> commands = new ArrayList<>();
    boolean inBlock = false;
    for (String line :
        Files.readAllLines(Path.of("docs", "operations.md")).stream()
            .dropWhile(line -> !line.equals("### " + heading))
            .skip(1)
            .takeWhile(line -> !line.startsWith("#"))
            .toList()) {
      if (line.startsWith("```")) {
        inBlock = line.equals("```sh");
      } else if (inBlock) {
        commands.add(line.replaceFirst(" +# .*", ""));
      }
    }
    assertFalse(commands.isEmpty(), () -> "no recipe behind " + heading);
    return commands;
  }

  private void follow(String heading) throws Exception {
    for (String command : recipe(heading)) {
      if (command.startsWith(PROGRAM)) {
        run(command.substring(PROGRAM.length()));
      } else {
        Shell.Result result = shell.type(onRealNodes(command), LIMIT);
        assertEquals(0, result.exitCode(), () -> command + ": " + result.output());
      }
    }
  }

  /** The node in the command's own addresses; node 3 where there are none. */
  private void run(String arguments) throws IOException {
    Matcher own = Pattern.compile("-id node([1-5])").matcher(arguments);
    Daemon node = nodes.node(own.find() ? Integer.parseInt(own.group(1)) : 3);
    String real =
        onRealNodes(arguments)
            .replace("/var/lib/hraftd", node.directory().toString())
            .replace("/saved/node2", nodes.node(2).directory().toString())
            .replace("backup.jsonl", directory.resolve("here/backup.jsonl").toString());
    if (arguments.startsWith("inspect")) {
      try (Daemon command = new Daemon("inspect", directory.resolve("inspect"))) {
        command.run(List.of(real.split(" ")));
        assertEquals(0, command.exitCode(), () -> command.output() + command.errors());
      }
    } else {
      if (node.isRunning()) {
        assertEquals(0, node.exitCode(), () -> node + " was stopped before");
      }
      node.run(List.of(real.split(" ")));
      node.listening();
      node.awaitReady();
    }
  }

  private String onRealNodes(String command) {
    return ADDRESS
        .matcher(command)
        .replaceAll(
            address -> {
              Daemon node = nodes.node(Integer.parseInt(address.group(1)));
              return address.group(2).equals("1") ? node.haddr() : node.raddr();
            });
  }

  private void assertServes(int... numbers) throws IOException {
    for (int number : numbers) {
      for (String key : List.of("a", "b", "c")) {
        assertEquals(key, nodes.node(number).get("/key/" + key + "?raw").expect(200).body());
      }
      nodes.node(number).put("/key/after", "1").expect(200);
    }
  }

  @Test
  void theMemberThatIsLeftStillRuns() throws Exception {
    lose(1, 2);
    follow("The member that is left still runs");
    assertServes(3, 4, 5);
    assertEquals(2, nodes.node(3).status().path("followers").size());
  }

  @Test
  void onlyDirectoriesAreLeft() throws Exception {
    lose(1);
    nodes.node(2).kill();
    nodes.node(3).kill();
    follow("Only directories are left");
    assertServes(3);
    assertTrue(nodes.node(3).output().contains("old files: "), nodes.node(3)::output);
  }

  @Test
  void onlyABackupIsLeft() throws Exception {
    shell.type("curl -sSf " + nodes.node(1).haddr() + "/backup -o backup.jsonl", LIMIT);
    lose(1, 2, 3);
    follow("Only a backup is left");
    assertServes(3, 4);
  }
}
