package hraftd.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One process that serves, which can be killed and started again. One thread at a time. */
final class Server {

  private final String id;
  private final String address;
  private final List<String> command;
  private final Path log;
  private final Children children;
  private @Nullable Process process;

  /**
   * @param address of its HTTP interface
   * @param command that starts it, with all its arguments
   */
  Server(String id, String address, List<String> command, Path log, Children children) {
    this.id = id;
    this.address = address;
    this.command = List.copyOf(command);
    this.log = log;
    this.children = children;
  }

  String id() {
    return id;
  }

  String address() {
    return address;
  }

  /** Where its output is. */
  Path log() {
    return log;
  }

  /** Returns before it serves. */
  void start() {
    process = children.start(command, Map.of(), log);
  }

  /** kill -9; returns at once. */
  void kill() {
    process().destroyForcibly();
  }

  /** SIGTERM; returns when it is gone. */
  void stop() {
    if (process != null) {
      Children.end(List.of(process));
    }
  }

  boolean alive() {
    return process != null && process.isAlive();
  }

  Process process() {
    if (process == null) {
      throw new IllegalStateException(id + " was never started");
    }
    return process;
  }
}
