package hraftd.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The processes that this program has started and nobody else, so that none outlives it. Any
 * thread.
 */
final class Children implements AutoCloseable {

  /** Longer than a node needs to hand over and end. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Set<Process> running = new LinkedHashSet<>();
  private boolean closed;

  /**
   * Starts one.
   *
   * @param log where its output goes
   */
  synchronized Process start(List<String> command, Map<String, String> environment, Path log) {
    if (closed) {
      throw new Failed("the end has begun");
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      running.removeIf(old -> !old.isAlive());
      running.add(process);
      return process;
    } catch (IOException e) {
      throw new Failed("cannot start " + command.get(0) + ": " + e.getMessage(), e);
    }
  }

  /** SIGTERM to each, SIGKILL to those that do not mind it; returns when all are gone. */
  static void end(List<Process> processes) {
    processes.forEach(Process::destroy);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (Process process : processes) {
      if (!gone(process, deadline - System.nanoTime())) {
        process.destroyForcibly();
        gone(process, PATIENCE.toNanos());
      }
    }
  }

  private static boolean gone(Process process, long nanos) {
    try {
      return process.waitFor(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    List<Process> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(running);
    }
    end(left);
  }
}
