package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

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

/**
 * Follows the recipes of docs/operations.md, command by command as they stand there, on real nodes:
 * {@code host3:11000} is where node 3 is, and {@code /var/lib/hraftd} its directory.
 */
final class Recipes {

  private static final Duration LIMIT = Duration.ofSeconds(45);
  private static final String PROGRAM = "java -jar hraftd.jar ";
  private static final String DIRECTORY = "/var/lib/hraftd";
  private static final Pattern ADDRESS = Pattern.compile("host([1-5]):1([12])000");

  private final TestCluster nodes;
  private final Path here;
  private final Shell shell;
  private final int subject;

  /**
   * Recipes for a node of this cluster.
   *
   * @param directory where they are followed
   * @param subject whose directory is meant where no command says whose
   */
  Recipes(TestCluster nodes, Path directory, int subject) throws IOException {
    this.nodes = nodes;
    this.subject = subject;
    here = Files.createDirectories(directory.resolve("here"));
    shell = new Shell(here, Map.of("LC_ALL", "C.UTF-8"));
  }

  /** The commands in the blocks behind this heading. */
  static List<String> recipe(String heading) throws IOException {
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

  /** Follows one; every command has to succeed. */
  void follow(String heading) throws Exception {
    for (String command : recipe(heading)) {
      if (command.startsWith(PROGRAM)) {
        run(command.substring(PROGRAM.length()));
      } else {
        type(command);
      }
    }
  }

  /** Types one command. */
  void type(String command) throws Exception {
    String real = onRealNodes(command).replace(DIRECTORY, directory().toString());
    Shell.Result result = shell.type(real, LIMIT);
    assertEquals(0, result.exitCode(), () -> command + ": " + result.output());
  }

  private Path directory() {
    return nodes.node(subject).directory();
  }

  /** The node in the command's own addresses; the subject where there are none. */
  private void run(String arguments) throws IOException {
    Matcher own = Pattern.compile("-id node([1-5])").matcher(arguments);
    Daemon node = nodes.node(own.find() ? Integer.parseInt(own.group(1)) : subject);
    String real =
        onRealNodes(arguments)
            .replace(DIRECTORY, node.directory().toString())
            .replace("/saved/node2", nodes.node(2).directory().toString())
            .replace("backup.jsonl", here.resolve("backup.jsonl").toString());
    if (node.isRunning()) {
      assertEquals(0, node.exitCode(), () -> node + " was stopped before");
    }
    if (arguments.startsWith("inspect")) {
      try (Daemon command = new Daemon("inspect", here.resolve("inspect"))) {
        command.run(List.of(real.split(" ")));
        assertEquals(0, command.exitCode(), () -> command.output() + command.errors());
      }
    } else {
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
}
