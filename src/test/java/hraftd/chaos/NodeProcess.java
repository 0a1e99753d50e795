package hraftd.chaos;

import hraftd.testing.Shell;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One hraftd process in its namespace, with its disk. Knows whether it should be running, so that a
 * process that ended by itself is noticed. Calls come from the thread that breaks things.
 */
final class NodeProcess {

  /**
   * The clients, which would be on other machines, share the processors with the nodes: they get
   * what those leave.
   */
  private static final List<String> BEFORE_CLIENTS = List.of("nice", "-n", "-5");

  /** What scripts/chaos has for the JVMs of nodes alone, in JDK_JAVA_OPTIONS' syntax. */
  private static final String OPTIONS = "CHAOS_NODE_OPTIONS";

  static final int HTTP_PORT = 11000;
  static final int RAFT_PORT = 12000;
  private static final int KILLED = 128 + 9;

  private final int number;
  private List<String> program;
  private final List<String> flags;
  private final Path log;
  private final DiskImage disk;
  private final List<String> mishaps = new ArrayList<>();
  private @Nullable Process process;
  private boolean mayStop;

  /**
   * @param program how to start hraftd, without its own arguments
   * @param flags what this node is started with besides what all are
   */
  NodeProcess(int number, List<String> program, List<String> flags, Path log, DiskImage disk) {
    this.flags = List.copyOf(flags);
    this.number = number;
    this.program = List.copyOf(program);
    this.log = log;
    this.disk = disk;
  }

  int number() {
    return number;
  }

  String id() {
    return "n" + number;
  }

  String http() {
    return Network.address(number) + ":" + HTTP_PORT;
  }

  String raft() {
    return Network.address(number) + ":" + RAFT_PORT;
  }

  DiskImage disk() {
    return disk;
  }

  boolean alive() {
    return process != null && process.isAlive();
  }

  /** Starts it, unless it runs; returns before it serves. */
  void start(String... more) {
    if (alive()) {
      return;
    }
    noteUnexpectedEnd();
    mayStop = false;
    List<String> command = new ArrayList<>(Network.inside(number));
    command.addAll(BEFORE_CLIENTS);
    command.addAll(program);
    command.addAll(List.of("-id", id(), "-haddr", http(), "-raddr", raft()));
    command.addAll(flags);
    command.addAll(List.of(more));
    command.add(disk.data().toString());
    File file = log.toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(file));
    String options = System.getenv(OPTIONS);
    if (options != null) {
      builder.environment().merge("JDK_JAVA_OPTIONS", options, (given, ours) -> ours + " " + given);
    }
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** kill -9, and waits until the process is gone. */
  void kill() {
    noteUnexpectedEnd();
    mayStop = true;
    if (process != null) {
      process.destroyForcibly();
      awaitEnd(Duration.ofSeconds(10));
    }
  }

  /** SIGTERM, and waits; anything but exit code 0 in time is a mishap. */
  void terminate() {
    noteUnexpectedEnd();
    mayStop = true;
    if (process != null && process.isAlive()) {
      process.destroy();
      requireCleanEnd("SIGTERM");
    }
  }

  /** Waits for a process that was asked to end in another way. */
  void requireCleanEnd(String how) {
    mayStop = true;
    if (process == null) {
      return;
    }
    if (!awaitEnd(Duration.ofSeconds(15))) {
      mishaps.add(id() + " still runs 15 s after " + how);
      kill();
    } else if (process.exitValue() != 0) {
      mishaps.add(id() + " exit code " + process.exitValue() + " after " + how);
    }
  }

  /** From the next start on it runs another version; the argument is as for a new one. */
  void install(List<String> version) {
    program = List.copyOf(version);
  }

  /** Starts it on a directory that it should refuse; its exit code, or -1 if it goes on. */
  int startInVain() {
    start();
    mayStop = true;
    if (!awaitEnd(Duration.ofSeconds(15)) || process == null) {
      kill();
      return -1;
    }
    return process.exitValue();
  }

  void freeze() {
    signal("STOP");
  }

  void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    if (process != null && process.isAlive()) {
      Shell.attempt("kill", "-" + name, Long.toString(process.pid()));
    }
  }

  private boolean awaitEnd(Duration limit) {
    try {
      return process == null || process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void noteUnexpectedEnd() {
    if (process != null && !process.isAlive() && !mayStop) {
      int code = process.exitValue();
      mishaps.add(id() + " ended by itself, " + (code == KILLED ? "killed" : "exit code " + code));
      mayStop = true;
    }
  }

  /** Ends that nobody asked for, for people; empty if all is well. */
  List<String> mishaps() {
    noteUnexpectedEnd();
    return List.copyOf(mishaps);
  }
}
