package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command as a person types it, in a directory, with a time limit. */
final class Shell {

  private final Path directory;
  private final Map<String, String> environment;

  /** Commands run in this directory and with these variables besides our own. */
  Shell(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = environment;
  }

  /** What a command printed on both outputs, and how it ended. */
  record Result(String command, int exitCode, String output) {
    @Override
    public String toString() {
      return "$ " + command + "\n" + output + "(exit code " + exitCode + ")";
    }
  }

  /** Runs a line of bash. */
  Result run(String command, Duration limit) throws IOException, InterruptedException {
    // A file, not a pipe: a program that goes on in the background may keep it open.
    Path output = Files.createTempFile("output", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder("bash", "-c", command)
              .directory(directory.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
      assertTrue(ended, () -> "not within " + limit + ": " + command + "\n" + text);
      return new Result(command, process.exitValue(), text);
    } finally {
      Files.delete(output);
    }
  }
}
