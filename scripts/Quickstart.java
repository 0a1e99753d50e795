import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * {@code scripts/quickstart} where there is no shell for it, as on Windows: builds hraftd if needed, starts three nodes
 * under ./data, sets up, writes and reads. Java runs it from its source, in the directory of the clone: {@code java
 * scripts/Quickstart.java}, or with {@code --secure} for nodes with TLS that ask who is there.
 */
final class Quickstart {

  private static final int NODES = 3;

  /** So many scripts/cluster knows. */
  private static final int MOST_NODES = 9;

  private static final String HOST = "127.0.0.1";

  /** For a node to listen and to be ready, while the other two start. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(40);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");
  private static final String APP = "{\"name\":\"app\",\"rules\":[{\"prefix\":\"my\",\"may\":\"write\"}]}";
  private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

  private final Map<String, String> environment = System.getenv();
  private final Path jar = Path.of(environment.getOrDefault("HRAFTD_JAR", "target/hraftd.jar"));
  private final Path data = Path.of(environment.getOrDefault("HRAFTD_DATA", "data"));
  private final int httpPort = Integer.parseInt(environment.getOrDefault("HRAFTD_HTTP_PORT", "11000"));
  private final int raftPort = Integer.parseInt(environment.getOrDefault("HRAFTD_RAFT_PORT", "12000"));
  private final SecureFiles files = new SecureFiles(data);
  private HttpClient client = HttpClient.newHttpClient();

  /** What it shows: the secret, or a token; null where the nodes are open to everybody. */
  private String shown;

  /** What went wrong, for a person. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    Failed(String message) {
      super(message);
    }
  }

  public static void main(String[] args) throws Exception {
    boolean secure = List.of(args).equals(List.of("--secure"));
    if (args.length > 0 && !secure) {
      System.err.println("java scripts/Quickstart.java [--secure]: builds hraftd if needed, starts three nodes under");
      System.err.println("./data, sets up, writes and reads.");
      System.err.println("--secure: with TLS on both ports, and the nodes ask who is there; makes what that takes:");
      System.err.println("certificates, a secret for them and you, and a token.");
      System.err.println("It takes no other arguments; HRAFTD_DATA, HRAFTD_HTTP_PORT, HRAFTD_RAFT_PORT and HRAFTD_JAR");
      System.err.println("are as for scripts/cluster.");
      System.exit(2);
    }
    try {
      new Quickstart().run(secure);
    } catch (Failed e) {
      System.err.println("Quickstart: " + e.getMessage());
      System.exit(1);
    }
  }

  private void run(boolean secure) throws Failed, IOException, InterruptedException, GeneralSecurityException {
    build();
    // What was begun so goes on so.
    if (secure || files.exist()) {
      beSecure();
    }
    System.out.println("starting three nodes under " + data + " ...");
    startAll();
    System.out.println();
    if (files.exist()) {
      shown = appToken();
      System.out.println();
    }
    System.out.println("Write through node 2, read from node 3:");
    show(2, "POST", "/key", "{\"myKey\":\"myValue\"}");
    show(3, "GET", "/key/myKey", null);
    System.out.println();
    System.out.println("The cluster runs; to look at it: " + url(1) + "/ui/");
    if (files.exist()) {
      sayWhatIsWhere();
    }
    System.out.println("The logs are " + log(1) + " and so on. To stop all three:");
    // By name: until 8.11 the curl of Windows did not find an address in a certificate.
    System.out.println("  curl -X POST " + (files.exist() ? url(1).replace(HOST, "localhost") : url(1)) + "/shutdown");
  }

  /** Makes what that takes, unless it is there. Nodes that were started without it would not talk to those with. */
  private void beSecure() throws Failed, IOException, InterruptedException, GeneralSecurityException {
    if (!files.exist() && hasNodes()) {
      throw new Failed("the nodes under " + data + " are open to everybody: stop them and remove it, or name another"
          + " place in HRAFTD_DATA");
    }
    files.make(NODES);
    client = HttpClient.newBuilder().sslContext(files.believing()).build();
    shown = files.secret();
    files.makeCurlHome(files.adminCurl(), shown);
  }

  private boolean hasNodes() {
    return IntStream.rangeClosed(1, MOST_NODES).anyMatch(i -> Files.exists(node(i)) || Files.exists(pidFile(i)));
  }

  private void startAll() throws Failed, IOException, InterruptedException {
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
  }

  /**
   * A token for a program, kept where nobody else sees it. There is none until the leader has heard of every node that
   * it knows tokens, and node 2 has heard that of the leader.
   */
  private String appToken() throws Failed, IOException, InterruptedException {
    System.out.println("A token for a program that may read and write what begins with my, and nothing else:");
    System.out.println("POST " + url(2) + "/token " + APP);
    List<String> answers = new ArrayList<>();
    await(2, () -> {
      HttpResponse<String> answer = request(2, "POST", "/token", APP);
      answers.add(answer.body());
      if (answer.statusCode() == 401 || answer.statusCode() == 403) {
        throw new Failed("no token was made: " + answer.body());
      }
      return answer.statusCode() == 201;
    });
    String answer = answers.get(answers.size() - 1);
    Matcher token = TOKEN.matcher(answer);
    if (!token.find()) {
      throw new Failed("no token was made: " + answer);
    }
    System.out.println(answer.replace(token.group(1), "hr_..."));
    files.makeCurlHome(files.appCurl(), token.group(1));
    return token.group(1);
  }

  private void sayWhatIsWhere() {
    System.out.println("Certificates are in " + files.certificates() + ", the secret is in " + files.secretFile()
        + (SecureFiles.MODES ? ", for you alone." : ": for whom the directory lets in."));
    System.out.println("curl believes them, and shows the secret, to this machine alone, after");
    sayCurlHome(files.adminCurl());
    System.out.println("and is the program with the token after");
    sayCurlHome(files.appCurl());
  }

  private static void sayCurlHome(Path home) {
    if (WINDOWS) {
      System.out.println("  set CURL_HOME=" + home + "        (PowerShell: $env:CURL_HOME = '" + home + "')");
    } else {
      System.out.println("  export CURL_HOME='" + home + "'");
    }
  }

  /** With Maven, unless the jar is newer than all that it is made of. */
  private void build() throws Failed, IOException, InterruptedException {
    if (environment.containsKey("HRAFTD_JAR") || isCurrent()) {
      return;
    }
    if (!Files.exists(Path.of("pom.xml"))) {
      throw new Failed("there is no pom.xml here: run it in the directory of the clone");
    }
    if (!isWhole()) {
      Files.deleteIfExists(jar);
    }
    System.out.println("building " + jar + " (the first time Maven downloads some 100 MB: minutes; else half a minute) ...");
    String maven = WINDOWS ? "mvn.cmd" : "mvn";
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
    if (!Files.isRegularFile(jar) || !isWhole()) {
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

  /** Maven writes a jar without the libraries first: a build that is ended then leaves one that does not start. */
  private boolean isWhole() {
    try (ZipFile file = new ZipFile(jar.toFile())) {
      return file.getEntry("io/javalin/Javalin.class") != null;
    } catch (IOException e) {
      return false;
    }
  }

  /** Starts a node, which stays when this program ends. */
  private Process start(int i) throws IOException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-Xms16m",
        "-XX:MaxNewSize=64m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-jar", jar.toString(), "-id",
        "node" + i, "-haddr", http(i), "-raddr", raft(i)));
    if (files.exist()) {
      command.addAll(files.flags(i));
      // Nor do others read it in the node's files.
      SecureFiles.makeDirectory(node(i));
      SecureFiles.makeFile(log(i));
    }
    command.add(node(i).toString());
    long begins = Files.exists(log(i)) ? Files.size(log(i)) : 0;
    Process started = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(i).toFile()))
        .start();
    keepPid(i, started.pid(), begins);
    return started;
  }

  /** For scripts/cluster, where there is a shell: the process, when it was started, where in the log that begins. */
  private void keepPid(int i, long pid, long begins) throws IOException {
    String stat;
    try {
      stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    } catch (IOException e) {
      return; // There is no such directory here, or the process has ended.
    }
    // The name of the program may hold anything: what counts comes after it.
    String start = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
    Files.writeString(pidFile(i), pid + "\n" + start + "\n" + begins + "\n");
  }

  private void awaitStart(int i, Process node) throws Failed, IOException, InterruptedException {
    await(i, () -> {
      if (!node.isAlive()) {
        throw new Failed("node" + i + " has stopped; its log is " + log(i));
      }
      return answers(i);
    });
  }

  private boolean answers(int i) throws Failed, IOException, InterruptedException {
    try {
      return request(i, "GET", "/livez", null).statusCode() == 200;
    } catch (ConnectException e) {
      return false;
    } catch (SSLException e) {
      throw new Failed("what listens on " + http(i) + " is no node of this cluster: " + e.getMessage());
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
    System.out.println(method + " " + url(i) + path + (body == null ? "" : " " + body));
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
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url(i) + path)).timeout(REQUEST_LIMIT).method(method, sent);
    if (shown != null) {
      request.header("Authorization", "Bearer " + shown);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String setup() {
    return """
        {"leaderAddr":"%s","leaderRaftAddr":"%s","leaderId":"node1",
         "clientAddrs":["%s","%s"],"clientRaftAddrs":["%s","%s"],"clientIds":["node2","node3"]}
        """
        .formatted(http(1), raft(1), http(2), http(3), raft(2), raft(3));
  }

  private Path node(int i) {
    return data.resolve("node" + i);
  }

  private Path pidFile(int i) {
    return data.resolve("node" + i + ".pid");
  }

  private Path log(int i) {
    return data.resolve("node" + i + ".log");
  }

  private String url(int i) {
    return (files.exist() ? "https://" : "http://") + http(i);
  }

  private String http(int i) {
    return HOST + ":" + (httpPort + i - 1);
  }

  private String raft(int i) {
    return HOST + ":" + (raftPort + i - 1);
  }
}

/**
 * What a secure cluster needs beside its nodes, by the names and in the places of {@code scripts/lib.sh}, for its owner
 * alone where files have modes: certificates, a secret, and directories for CURL_HOME. Keys and certificates are made
 * by the JDK's keytool.
 */
final class SecureFiles {

  /** Whether files have modes here. */
  static final boolean MODES = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private static final String AUTHORITY = "ca";
  private static final String DAYS = "365";
  private static final String PASSWORD = "HRAFTD_STORE_PASSWORD";
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private final Path data;
  private final SecureRandom random = new SecureRandom();

  /** Those of the cluster under this directory. */
  SecureFiles(Path data) {
    this.data = data;
  }

  /** Whether the cluster is a secure one. */
  boolean exist() {
    return Files.exists(secretFile());
  }

  Path certificates() {
    return data.resolve("certs");
  }

  Path secretFile() {
    return data.resolve("secret");
  }

  Path adminCurl() {
    return data.resolve("curl").toAbsolutePath();
  }

  Path appCurl() {
    return data.resolve("curl-app").toAbsolutePath();
  }

  String secret() throws IOException {
    return Files.readAllLines(secretFile()).get(0);
  }

  /** With which a node is started. */
  List<String> flags(int i) {
    return List.of("-auth", secretFile().toString(), "-cert", certificate("node" + i).toString(), "-key",
        key("node" + i).toString(), "-ca", certificate(AUTHORITY).toString());
  }

  private Path certificate(String name) {
    return certificates().resolve(name + ".pem");
  }

  private Path key(String name) {
    return certificates().resolve(name + ".key");
  }

  /** Makes what is not there. */
  void make(int nodes) throws Quickstart.Failed, IOException, InterruptedException, GeneralSecurityException {
    makeDirectory(certificates());
    List<String> missing = new ArrayList<>();
    for (int i = 1; i <= nodes; i++) {
      if (!isThere("node" + i)) {
        missing.add("node" + i);
      }
    }
    if (!missing.isEmpty()) {
      certify(missing);
    }
    // Last, as it tells that all is there.
    if (!exist()) {
      replace(secretFile(), randomDigits() + "\n");
    }
  }

  /** True if both files of a name are there; one without the other is nothing to go on with. */
  private boolean isThere(String name) throws Quickstart.Failed {
    if (Files.exists(certificate(name)) != Files.exists(key(name))) {
      throw new Quickstart.Failed(certificates() + ": of " + name + ".pem and " + name + ".key only one is there");
    }
    return Files.exists(key(name));
  }

  private String randomDigits() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private void certify(List<String> names)
      throws Quickstart.Failed, IOException, InterruptedException, GeneralSecurityException {
    Path work = Files.createTempDirectory(certificates(), "new.");
    Path store = work.resolve("store.p12");
    String password = randomDigits();
    try {
      List<String> made = new ArrayList<>(names);
      if (isThere(AUTHORITY)) {
        takeAuthority(store, password);
      } else {
        made.add(0, AUTHORITY);
        keytool(store, password, AUTHORITY, "hraftd test authority", "-ext", "bc:critical=ca:true", "-ext",
            "ku:critical=keyCertSign,cRLSign");
      }
      for (String name : names) {
        keytool(store, password, name, name, "-signer", AUTHORITY, "-ext", "bc:critical=ca:false", "-ext",
            "ku:critical=digitalSignature", "-ext", "eku=serverAuth,clientAuth", "-ext",
            "san=dns:" + name + ",dns:localhost,ip:127.0.0.1,ip:::1");
      }
      KeyStore all = KeyStore.getInstance(store.toFile(), password.toCharArray());
      for (String name : made) {
        makeFile(key(name));
        Files.writeString(key(name), pem("PRIVATE KEY", all.getKey(name, password.toCharArray()).getEncoded()));
        Files.writeString(certificate(name), pem("CERTIFICATE", all.getCertificate(name).getEncoded()));
      }
    } finally {
      Files.deleteIfExists(store);
      Files.delete(work);
    }
  }

  /** A key and its certificate, in a store whose password no process has in its arguments. */
  private static void keytool(Path store, String password, String alias, String commonName, String... more)
      throws Quickstart.Failed, IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-keystore",
        store.toString(), "-storetype", "PKCS12", "-storepass:env", PASSWORD, "-alias", alias, "-dname",
        "CN=" + commonName, "-keyalg", "EC", "-groupname", "secp256r1", "-validity", DAYS));
    command.addAll(List.of(more));
    ProcessBuilder keytool = new ProcessBuilder(command).redirectErrorStream(true);
    keytool.environment().put(PASSWORD, password);
    Process running = keytool.start();
    String said = new String(running.getInputStream().readAllBytes());
    if (running.waitFor() != 0) {
      throw new Quickstart.Failed("keytool made no certificate for " + commonName + ": " + said);
    }
  }

  /** The authority that is there signs what comes. */
  private void takeAuthority(Path store, String password) throws IOException, GeneralSecurityException {
    Certificate authority = authority();
    String digits = Files.readString(key(AUTHORITY)).replaceAll("-----[^-]*-----|\\s", "");
    PrivateKey key = KeyFactory.getInstance(authority.getPublicKey().getAlgorithm())
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(digits)));
    KeyStore with = emptyStore();
    with.setKeyEntry(AUTHORITY, key, password.toCharArray(), new Certificate[] {authority});
    try (var out = Files.newOutputStream(store)) {
      with.store(out, password.toCharArray());
    }
  }

  private Certificate authority() throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(certificate(AUTHORITY))) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static String pem(String label, byte[] content) {
    return "-----BEGIN " + label + "-----\n" + LINES.encodeToString(content) + "\n-----END " + label + "-----\n";
  }

  /** For a client that believes the authority, and no other. */
  SSLContext believing() throws IOException, GeneralSecurityException {
    KeyStore believed = emptyStore();
    believed.setCertificateEntry(AUTHORITY, authority());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(believed);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /**
   * A directory for CURL_HOME, of which curl learns whom to be and whom to believe. The token is in a netrc and not in
   * the .curlrc, so that curl shows it to this machine alone, whatever else it is used for.
   */
  void makeCurlHome(Path home, String token) throws IOException {
    makeDirectory(home);
    StringBuilder machines = new StringBuilder();
    for (String machine : List.of("localhost", "127.0.0.1", "::1")) {
      machines.append("machine ").append(machine).append(" login hraftd password ").append(token).append('\n');
    }
    replace(home.resolve(".netrc"), machines.toString());
    replace(home.resolve(".curlrc"), "proto-default = \"https\"\n"
        + "cacert = \"" + quoted(certificate(AUTHORITY)) + "\"\n"
        + "netrc-file = \"" + quoted(home.resolve(".netrc")) + "\"\n"
        // The curl of Windows believes no authority otherwise that keeps no list of what it has taken back.
        + (Quickstart.WINDOWS ? "ssl-revoke-best-effort\n" : ""));
  }

  private static String quoted(Path file) {
    return file.toAbsolutePath().toString().replace("\\", "\\\\").replace("\"", "\\\"");
  }

  /** In one step, and never for others to read. */
  private static void replace(Path file, String text) throws IOException {
    Path made = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(made);
    makeFile(made);
    Files.writeString(made, text);
    Files.move(made, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** For its owner alone, unless it is there. */
  static void makeFile(Path file) throws IOException {
    if (Files.notExists(file)) {
      Files.createFile(file, mode("rw-------"));
    }
  }

  /** For its owner alone, unless it is there. */
  static void makeDirectory(Path directory) throws IOException {
    if (Files.notExists(directory)) {
      Files.createDirectories(directory.toAbsolutePath().getParent());
      Files.createDirectory(directory, mode("rwx------"));
    }
  }

  private static FileAttribute<?>[] mode(String text) {
    return MODES
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))}
        : new FileAttribute<?>[0];
  }
}
