package hraftd.scripts;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A copy of the scripts in a directory of its own, with tools before the real ones that only say
 * something: Maven, a JDK of version 17, curl. One thread.
 */
final class ScriptCopy {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path directory;
  private final Path tools;

  ScriptCopy(Path directory) throws IOException {
    this.directory = directory;
    this.tools = Files.createDirectory(directory.resolve("tools"));
    Path scripts = Files.createDirectory(directory.resolve("scripts"));
    for (String name :
        new String[] {
          "lib.sh",
          "test",
          "quickstart",
          "cluster",
          "chaos",
          "upgrade-test",
          "reproduce",
          "clients-test"
        }) {
      Files.copy(Path.of("scripts", name), scripts.resolve(name));
    }
    for (String name : new String[] {"usage.txt", "scenarios.txt"}) {
      Path text = Path.of("src/test/resources/hraftd/chaos", name);
      Files.createDirectories(directory.resolve(text).getParent());
      Files.copy(text, directory.resolve(text));
    }
    tool("javac", "echo javac 17.0.15");
    tool("curl", ":");
  }

  /** From now on this script stands before the real tool of that name. */
  void tool(String name, String script) throws IOException {
    replace(tools.resolve(name), script);
  }

  /** One of the scripts is this one from now on. */
  void script(String name, String script) throws IOException {
    replace(directory.resolve("scripts").resolve(name), script);
  }

  private static void replace(Path file, String script) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + file + " executable");
    }
  }

  /** A machine on which networks and disks can be broken, by the look of it. */
  void allowChaos() throws IOException {
    tool("uname", "echo Linux");
    tool("id", "echo 0");
    for (String name : List.of("ip", "tc", "iptables", "nsenter", "mount", "mkfs.ext4", "perl")) {
      tool(name, ":");
    }
  }

  /** Maven writes its arguments to asked.txt, says this text and ends with this code. */
  void mavenSays(String text, int code) throws IOException {
    Files.writeString(directory.resolve("said.txt"), text);
    String place = "'" + directory + "'";
    tool("mvn", "echo \"$*\" >>" + place + "/asked.txt; cat " + place + "/said.txt; exit " + code);
  }

  /** Where the tools are. */
  Path tools() {
    return tools;
  }

  /** Types a line in the directory, with these tools before all others. */
  Shell.Result type(String line) throws IOException, InterruptedException {
    return new Shell(directory, Map.of("PATH", tools + ":" + System.getenv("PATH")))
        .type(line, LIMIT);
  }
}
