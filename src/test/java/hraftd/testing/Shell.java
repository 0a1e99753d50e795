package hraftd.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs commands, each to its end and within a limit: the system's tools, and what a person types in
 * a directory. Any thread.
 */
public final class Shell {

  /** Far more than any of the tools needs, even on a busy machine. */
  private static final Duration TOOL_LIMIT = Duration.ofSeconds(30);

  private static final int NOT_IN_TIME = 124;
  private static final int NOT_THERE = 127;
  private static final int INTERRUPTED = 130;

  private final Path directory;
  private final Map<String, String> environment;

  /** Lines are run in this directory and with these variables besides our own. */
  public Shell(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = Map.copyOf(environment);
  }

  /** What a command printed on both outputs, and how it ended. */
  public record Result(String command, int exitCode, String output) {
    @Override
    public String toString() {
      return "$ " + command + "\n" + output + "(exit code " + exitCode + ")";
    }
  }

  /** A tool that had to succeed and did not. */
  public static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failed(Result result) {
      super(result.command + ": exit code " + result.exitCode + ": " + result.output.strip());
    }
  }

  /**
   * Runs a line of bash as a person types it.
   *
   * @throws AssertionError if it does not end within the limit
   */
  public Result type(String line, Duration limit) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", line).directory(directory.toFile());
    builder.environment().putAll(environment);
    try {
      return end(builder, line, limit);
    } catch (TimeoutException e) {
      throw new AssertionError(line + "\n" + e.getMessage(), e);
    }
  }

  /**
   * The output of a tool.
   *
   * @throws Failed if it does not succeed
   */
  public static String run(String... command) {
    Result result = attempt(command);
    if (result.exitCode != 0) {
      throw new Failed(result);
    }
    return result.output;
  }

  /** A tool's exit code and output; one that is not there counts as exit code 127. */
  public static Result attempt(String... command) {
    String shown = String.join(" ", command);
    try {
      return end(new ProcessBuilder(List.of(command)), shown, TOOL_LIMIT);
    } catch (TimeoutException e) {
      return new Result(shown, NOT_IN_TIME, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new Result(shown, NOT_THERE, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Result(shown, INTERRUPTED, "interrupted");
    }
  }

  private static Result end(ProcessBuilder builder, String shown, Duration limit)
      throws IOException, InterruptedException, TimeoutException {
    // A file, not a pipe: a program that goes on in the background may keep it open.
    Path output = Files.createTempFile("output", ".txt");
    try {
      Process process =
          builder
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended;
      try {
        ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        process.destroyForcibly();
      }
      String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
      if (!ended) {
        throw new TimeoutException(text + "still running after " + limit.toSeconds() + " s");
      }
      return new Result(shown, process.exitValue(), text);
    } finally {
      Files.delete(output);
    }
  }
}
