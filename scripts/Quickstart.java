import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * {@code scripts/quickstart} where there is no shell for it, as on Windows: builds hraftd if needed, starts three nodes
 * under ./data, sets up, writes and reads. Java runs it from its source, in the directory of the clone: {@code java
 * scripts/Quickstart.java}.
 */
final class Quickstart {

  private static final int NODES = 3;
  private static final String HOST = "127.0.0.1";

  /** For a node to listen and to be ready, while the other two start. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(40);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final Map<String, String> environment = System.getenv();
  private final Path jar = Path.of(environment.getOrDefault("HRAFTD_JAR", "target/hraftd.jar"));
  private final Path data = Path.of(environment.getOrDefault("HRAFTD_DATA", "data"));
  private final int httpPort = Integer.parseInt(environment.getOrDefault("HRAFTD_HTTP_PORT", "11000"));
  private final int raftPort = Integer.parseInt(environment.getOrDefault("HRAFTD_RAFT_PORT", "12000"));
  private final HttpClient client = HttpClient.newHttpClient();

  /** What went wrong, for a person. */
  private static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    Failed(String message) {
      super(message);
    }
  }

  public static void main(String[] args) throws Exception {
    if (args.length > 0) {
      System.err.println("java scripts/Quickstart.java: builds hraftd if needed, starts three nodes under ./data,");
      System.err.println("sets up, writes and reads. It takes no arguments; HRAFTD_DATA, HRAFTD_HTTP_PORT,");
      System.err.println("HRAFTD_RAFT_PORT and HRAFTD_JAR are as for scripts/cluster.");
      System.exit(2);
    }
    try {
      new Quickstart().run();
    } catch (Failed e) {
      System.err.println("Quickstart: " + e.getMessage());
      System.exit(1);
    }
  }

  private void run() throws Failed, IOException, InterruptedException {
    build();
    System.out.println("starting three nodes under " + data + " ...");
    Files.createDirectories(data);
    Map<Integer, Process> started = new TreeMap<>();
    for (int i = 1; i <= NODES; i++) {
      if (!answers(i)) {
        started.put(i, start(i));
      }
    }
    for (Map.Entry<Integer, Process> each : started.entrySet()) {
      awaitStart(each.getKey(), each.getValue());
    }
    if (request(1, "GET", "/status", null).body().contains("\"waiting\"")) {
      HttpResponse<String> answer = request(1, "POST", "/setup?timeout=30s", setup());
      if (answer.statusCode() != 200) {
        throw new Failed("/setup failed: " + answer.body());
      }
    }
    for (int i = 1; i <= NODES; i++) {
      int node = i;
      await(node, () -> request(node, "GET", "/readyz", null).statusCode() == 200);
    }
    System.out.println();
    System.out.println("Write through node 2, read from node 3:");
    show(2, "POST", "/key", "{\"myKey\":\"myValue\"}");
    show(3, "GET", "/key/myKey", null);
    System.out.println();
    System.out.println("The cluster runs; to look at it: http://" + http(1) + "/ui/");
    System.out.println("The logs are " + log(1) + " and so on. To stop all three:");
    System.out.println("  curl -X POST " + http(1) + "/shutdown");
  }

  /** With Maven, unless the jar is newer than all that it is made of. */
  private void build() throws Failed, IOException, InterruptedException {
    if (environment.containsKey("HRAFTD_JAR") || isCurrent()) {
      return;
    }
    if (!Files.exists(Path.of("pom.xml"))) {
      throw new Failed("there is no pom.xml here: run it in the directory of the clone");
    }
    System.out.println("building " + jar + " (the first time Maven downloads some 100 MB: minutes; else half a minute) ...");
    String maven = System.getProperty("os.name").startsWith("Windows") ? "mvn.cmd" : "mvn";
    int code =
        new ProcessBuilder(maven, "-B", "-q", "-Dmaven.test.skip=true", "-Dspotless.check.skip=true", "package")
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new Failed("the build failed");
    }
  }

  private boolean isCurrent() throws IOException {
    if (!Files.isRegularFile(jar)) {
      return false;
    }
    FileTime built = Files.getLastModifiedTime(jar);
    try (Stream<Path> sources = Stream.concat(Stream.of(Path.of("pom.xml")), Files.walk(Path.of("src", "main")))) {
      for (Path source : sources.toList()) {
        if (Files.getLastModifiedTime(source).compareTo(built) > 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** Starts a node, which stays when this program ends. */
  private Process start(int i) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java, "-Xmx512m", "-Xms16m", "-XX:MaxNewSize=64m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-jar", jar.toString(), "-id", "node" + i,
            "-haddr", http(i), "-raddr", raft(i), data.resolve("node" + i).toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(i).toFile()))
        .start();
  }

  private void awaitStart(int i, Process node) throws Failed, IOException, InterruptedException {
    await(i, () -> {
      if (!node.isAlive()) {
        throw new Failed("node" + i + " has stopped; its log is " + log(i));
      }
      return answers(i);
    });
  }

  private boolean answers(int i) throws IOException, InterruptedException {
    try {
      return request(i, "GET", "/livez", null).statusCode() == 200;
    } catch (ConnectException e) {
      return false;
    }
  }

  private interface Condition {
    boolean holds() throws Failed, IOException, InterruptedException;
  }

  private void await(int i, Condition condition) throws Failed, IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - end > 0) {
        throw new Failed("node" + i + " is not ready after " + PATIENCE.toSeconds() + " s; see its log in " + data);
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
  }

  private void show(int i, String method, String path, String body) throws Failed, IOException, InterruptedException {
    System.out.println(method + " http://" + http(i) + path + (body == null ? "" : " " + body));
    HttpResponse<String> answer = request(i, method, path, body);
    System.out.println(answer.body());
    if (answer.statusCode() != 200) {
      throw new Failed("the request failed: status " + answer.statusCode());
    }
  }

  /** The body may be null. */
  private HttpResponse<String> request(int i, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.BodyPublisher sent =
        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
    return client.send(
        HttpRequest.newBuilder(URI.create("http://" + http(i) + path))
            .timeout(REQUEST_LIMIT)
            .method(method, sent)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String setup() {
    return """
        {"leaderAddr":"%s","leaderRaftAddr":"%s","leaderId":"node1",
         "clientAddrs":["%s","%s"],"clientRaftAddrs":["%s","%s"],"clientIds":["node2","node3"]}
        """
        .formatted(http(1), raft(1), http(2), http(3), raft(2), raft(3));
  }

  private Path log(int i) {
    return data.resolve("node" + i + ".log");
  }

  private String http(int i) {
    return HOST + ":" + (httpPort + i - 1);
  }

  private String raft(int i) {
    return HOST + ":" + (raftPort + i - 1);
  }
}
