package hraftd.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the system's tools, each to its end and within a limit. Any thread. */
final class Shell {

  /** Far more than any of these tools needs, even on a busy machine. */
  private static final long LIMIT_SECONDS = 30;

  private Shell() {}

  /** What a command came to. */
  record Result(int exitCode, String output) {}

  /** A command that had to succeed and did not. */
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failed(List<String> command, Result result) {
      super(
          String.join(" ", command)
              + ": exit code "
              + result.exitCode
              + ": "
              + result.output.strip());
    }
  }

  /** Its output. */
  static String run(String... command) {
    Result result = attempt(command);
    if (result.exitCode != 0) {
      throw new Failed(List.of(command), result);
    }
    return result.output;
  }

  /** Its exit code and output; a command that is not there counts as exit code 127. */
  static Result attempt(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Result(124, output + "still running after " + LIMIT_SECONDS + " s");
      }
      return new Result(process.exitValue(), output);
    } catch (IOException e) {
      return new Result(127, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Result(130, "interrupted");
    }
  }
}
