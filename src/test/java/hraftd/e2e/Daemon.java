package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.security.NodeTls;
import hraftd.testing.FileSwap;
import hraftd.testing.Keyring;
import hraftd.testing.Ports;
import hraftd.testing.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One hraftd node: the real jar in a process of its own, on fixed free ports, with a directory. It
 * can be started and ended again and again. What it prints is in two files beside the directory.
 */
final class Daemon implements AutoCloseable {

  private static final Path JAR =
      Path.of(System.getProperty("hraftd.jar", "target/hraftd.jar")).toAbsolutePath();

  /** A small heap, so that something unbounded shows; the rest saves the tests' own time. */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xmx256m",
          "-XX:TieredStopAtLevel=1",
          "-XX:CompileThresholdScaling=3",
          "-XX:-UsePerfData");

  /** What this JVM is of. */
  private static final Path JAVA = Path.of(System.getProperty("java.home"));

  /** Options for a quick start on the same Java. */
  private static final List<String> ARCHIVE = ClassArchive.options(JAR);

  /** What runs now, so that nothing outlives the tests. */
  private static final Set<Daemon> STARTED = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> STARTED.forEach(Daemon::destroy)));
  }

  private final String name;
  private final Path directory;
  private final int httpPort;
  private final int raftPort;
  private final Path java;
  private final List<String> jvmOptions = new ArrayList<>(JVM_OPTIONS);
  private final Map<String, String> environment = new HashMap<>();
  private EngineUnderTest engine = EngineUnderTest.RAFT;
  private volatile NodeHttp http;
  private volatile @Nullable Process process;

  /** A node that is not started yet, on new ports. */
  Daemon(String name, Path directory) {
    this(name, directory, Ports.free(), Ports.free());
  }

  /** A node that is not started yet, on these ports. */
  Daemon(String name, Path directory, int httpPort, int raftPort) {
    this(name, directory, httpPort, raftPort, JAVA);
  }

  /** A node that is not started yet, on the Java of this home. */
  Daemon(String name, Path directory, int httpPort, int raftPort, Path javaHome) {
    this.name = name;
    this.directory = directory;
    this.httpPort = httpPort;
    this.raftPort = raftPort;
    this.java = javaHome;
    this.http = NodeHttp.of(name, haddr());
  }

  /** Itself, with these options of the JVM from the next start on; they win over the usual ones. */
  Daemon with(List<String> options) {
    jvmOptions.addAll(options);
    return this;
  }

  /** Itself, with this in its environment from the next start on. */
  Daemon withEnvironment(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /**
   * Itself, asking who it is asked by: for this secret, of a file beside the directory. What the
   * test itself asks shows it.
   */
  Daemon withSecret(String secret) {
    Path secrets = file("secret");
    try {
      FileSwap.put(secrets, secret + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http = http.showing(secret);
    return withEnvironment("HRAFTD_AUTH", secrets.toString());
  }

  /**
   * Itself, with TLS from the next start on; the files may change while it runs. What the test asks
   * goes over HTTPS with this context.
   */
  Daemon withTls(NodeTls.Files files, SSLContext context) {
    http = http.over(context);
    return withEnvironment("HRAFTD_CERT", files.certificate().toString())
        .withEnvironment("HRAFTD_KEY", files.key().toString())
        .withEnvironment("HRAFTD_CA", files.authorities().toString());
  }

  /** Itself, with TLS and asking who is there, from the next start on, as {@link #withTls}. */
  Daemon secured(Keyring keys) {
    return withSecret(keys.secret()).withTls(keys.files(name), keys.client());
  }

  /** The file with its secret. */
  Path secretFile() {
    return file("secret");
  }

  /**
   * Itself, with this engine from the next start on. jgroups-raft does not survive every wrong
   * suspicion, and on a busy machine a node is silent for long: there it is given more time.
   */
  Daemon on(EngineUnderTest other) {
    engine = other;
    if (other == EngineUnderTest.JGROUPS_RAFT) {
      jvmOptions.add("-Dhraftd.electionMillis=2000");
    }
    return this;
  }

  /** The same directory and options on new ports. */
  Daemon moved() {
    Daemon moved = new Daemon(name, directory, Ports.free(), Ports.free(), java);
    moved.jvmOptions.clear();
    moved.jvmOptions.addAll(jvmOptions);
    moved.environment.putAll(environment);
    moved.engine = engine;
    moved.http = http.at(moved.haddr());
    return moved;
  }

  String name() {
    return name;
  }

  Path directory() {
    return directory;
  }

  int httpPort() {
    return httpPort;
  }

  int raftPort() {
    return raftPort;
  }

  String haddr() {
    return "127.0.0.1:" + httpPort;
  }

  String raddr() {
    return "127.0.0.1:" + raftPort;
  }

  // --- the process

  /** Starts the node with its flags and these, and waits until it listens. */
  Daemon start(String... flags) {
    launch(flags);
    listening();
    return this;
  }

  /** Starts the node with its flags and these. */
  void launch(String... flags) {
    List<String> arguments =
        new ArrayList<>(List.of("-id", name, "-haddr", haddr(), "-raddr", raddr()));
    if (engine != EngineUnderTest.RAFT) { // the default goes without saying
      arguments.addAll(List.of("-engine", engine.flag()));
    }
    arguments.addAll(List.of(flags));
    arguments.add(directory.toString());
    run(arguments);
  }

  /** Starts the jar with just these arguments. */
  void run(List<String> arguments) {
    if (isRunning()) {
      throw new IllegalStateException(name + " runs already");
    }
    List<String> command = new ArrayList<>();
    command.add(java.resolve("bin/java").toString());
    if (java.equals(JAVA)) {
      command.addAll(ARCHIVE);
    }
    command.addAll(jvmOptions);
    command.add("-jar");
    command.add(JAR.toString());
    command.addAll(arguments);
    try {
      Files.createDirectories(file("out").getParent());
      Files.deleteIfExists(file("out"));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      process =
          builder
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(file("out").toFile())
              .redirectError(ProcessBuilder.Redirect.appendTo(file("err").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    STARTED.add(this);
  }

  /** The line that says where it listens; waits for it. */
  String listening() {
    eventually(name + " listens", () -> !isRunning() || isListening());
    return listeningLine().orElseThrow(() -> new AssertionError(name + " has ended: " + errors()));
  }

  /** Only once it is written to its end. */
  private Optional<String> listeningLine() {
    String output = output();
    return output
        .substring(0, output.lastIndexOf('\n') + 1)
        .lines()
        .filter(line -> line.contains(" listening on "))
        .findFirst();
  }

  /** True once this start has said where it listens. */
  boolean isListening() {
    return listeningLine().isPresent();
  }

  boolean isRunning() {
    return process != null && process.isAlive();
  }

  long pid() {
    return started().pid();
  }

  /** Ends it as a power cut would. */
  void kill() {
    started().destroyForcibly();
    exitCode();
  }

  private void destroy() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /** Asks it to stop (SIGTERM). */
  void terminate() {
    started().destroy();
  }

  /** Stops it with SIGTERM; it must end with 0. */
  void stop() {
    terminate();
    assertEquals(0, exitCode(), this::errors);
  }

  /** Stops it from running until {@link #thaw}. */
  void freeze() {
    signal("STOP");
  }

  /** Lets it run on. */
  void thaw() {
    signal("CONT");
  }

  /** Waits for its end. */
  int exitCode() {
    try {
      assertTrue(
          started().waitFor(LONG.toSeconds(), TimeUnit.SECONDS), () -> name + " does not end");
      return started().exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What this start printed on standard output. */
  String output() {
    return read(file("out"));
  }

  /** What all starts printed on standard error. */
  String errors() {
    return read(file("err"));
  }

  @Override
  public void close() {
    if (isRunning()) {
      kill();
    }
    STARTED.remove(this);
  }

  private void signal(String signal) {
    Shell.run("kill", "-" + signal, Long.toString(pid()));
  }

  private Process started() {
    if (process == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return process;
  }

  private Path file(String what) {
    return directory.resolveSibling(directory.getFileName() + "." + what);
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // --- its HTTP side

  Answer get(String path, String... headers) throws IOException {
    return send("GET", path, BodyPublishers.noBody(), headers);
  }

  Answer post(String path, String body, String... headers) throws IOException {
    return send("POST", path, BodyPublishers.ofString(body), headers);
  }

  Answer put(String path, String body, String... headers) throws IOException {
    return send("PUT", path, BodyPublishers.ofString(body), headers);
  }

  Answer delete(String path, String... headers) throws IOException {
    return send("DELETE", path, BodyPublishers.noBody(), headers);
  }

  /** See {@link NodeHttp#send}. */
  Answer send(String method, String path, BodyPublisher body, String... headers)
      throws IOException {
    return http.send(method, path, body, headers);
  }

  /** The answer to GET /status. */
  JsonNode status() throws IOException {
    return get("/status").expect(200).json();
  }

  /** Its state as /status says it. */
  String state() throws IOException {
    return status().path("state").asText();
  }

  /** Waits until /readyz is 200. */
  Daemon awaitReady() {
    eventually(name + " is ready", LONG, () -> get("/readyz").expect(200));
    return this;
  }

  @Override
  public String toString() {
    return name + " (" + haddr() + ")";
  }
}
