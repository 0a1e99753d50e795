package hraftd.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs to their end, one at a time. */
final class Tool {

  private final Place place;

  Tool(Place place) {
    this.place = place;
  }

  /** What it printed. */
  String run(List<String> command, Map<String, String> environment, Duration limit) {
    Path file = place.directory().resolve(Path.of(command.get(0)).getFileName() + ".out");
    try {
      Files.deleteIfExists(file);
      Process process = place.children().start(command, environment, file);
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new Failed(command.get(0) + " did not end within " + limit.toSeconds() + " s");
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failed("interrupted", e);
    }
  }

  /** Whether there is such a program to run. */
  static boolean installed(String name) {
    for (String directory : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(directory, name))) {
        return true;
      }
    }
    return false;
  }
}
