package hraftd.chaos;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * Removes what a run has made of the system, by its name: processes in our namespaces, mounts below
 * our directories, the namespaces. Used at the end and, for what an earlier run could not remove,
 * at the start.
 */
final class Leftovers {

  /** A killed process is gone within some of these; then its files are closed. */
  private static final int MOST_LOOKS = 200;

  private Leftovers() {}

  /** Everything but the namespace that this process runs in. */
  static void remove() {
    List<String> namespaces =
        Shell.attempt("ip", "netns", "list")
            .output()
            .lines()
            .map(line -> line.split(" ")[0])
            .filter(name -> name.startsWith(Network.PREFIX))
            .filter(name -> !name.equals(Network.CLIENT))
            .toList();
    namespaces.forEach(Leftovers::killIn);
    unmount();
    namespaces.forEach(name -> Shell.attempt("ip", "netns", "delete", name));
    // Gone with the bridge's namespace, unless that is kept alive by somebody.
    Shell.attempt("ip", "-n", Network.CLIENT, "link", "delete", "eth0");
  }

  private static void killIn(String namespace) {
    for (String pid : Shell.attempt("ip", "netns", "pids", namespace).output().split("\\s+")) {
      if (pid.matches("\\d+")) {
        Shell.attempt("kill", "-9", pid);
      }
    }
    String left = "x";
    for (int i = 0; i < MOST_LOOKS && !left.isBlank(); i++) {
      left = Shell.attempt("ip", "netns", "pids", namespace).output();
    }
  }

  private static void unmount() {
    try {
      List<String> mounts =
          Files.readAllLines(Path.of("/proc/mounts")).stream()
              .map(line -> line.split(" ")[1])
              .filter(path -> path.contains("/" + Network.PREFIX))
              // A namespace is a mount too; those have names and their own command.
              .filter(path -> !path.contains("/netns/"))
              .toList();
      java.util.ArrayList<String> innermostFirst = new java.util.ArrayList<>(mounts);
      Collections.reverse(innermostFirst);
      for (String mount : innermostFirst) {
        if (Shell.attempt("umount", mount).exitCode() != 0) {
          Shell.attempt("umount", "-l", mount);
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
