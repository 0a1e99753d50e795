package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever a stranger sends to either port, the nodes go on and do not grow. */
@ExtendWith(SharedCluster.class)
class HostileInputIT {

  /**
   * What a node may take: its heap of 256 MiB, which fills with garbage in its own time, and this
   * for all else.
   */
  private static final long RESIDENT_KIB = (256 + 150) * 1024;

  private static final int MIB = 1 << 20;

  /** One array for all clients: only the node's memory is to be tried. */
  private static final byte[] VALUE = new byte[MIB];

  /** Requests of 1 MiB: clearly more than the 64 MiB of bodies that a node holds at a time. */
  private static final int OVERLOADING = 120;

  /** Clients that ask for several MiB and never read; together far more than a heap. */
  private static final int UNREAD = 150;

  private final TestCluster cluster;
  private final Daemon leader;
  private List<Long> pids = List.of();

  HostileInputIT(TestCluster cluster) {
    this.cluster = cluster;
    this.leader = cluster.leader();
  }

  @BeforeEach
  void remember() throws IOException {
    pids = cluster.nodes().stream().map(Daemon::pid).toList();
  }

  @AfterEach
  void stillThere() throws IOException {
    for (Daemon node : cluster.nodes()) {
      node.put("/key/after", "1").expect(200);
      assertTrue(!node.errors().contains("OutOfMemoryError"), node::errors);
    }
    assertEquals(pids, cluster.nodes().stream().map(Daemon::pid).toList(), "the same processes");
    long resident = resident(leader);
    System.out.printf("the leader takes %d KiB%n", resident);
    assertTrue(resident < RESIDENT_KIB, () -> "the leader takes " + resident + " KiB");
  }

  private static long resident(Daemon node) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(node.pid()), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  /** Sends bytes, ends the stream and returns what comes back until the node closes. */
  private static String exchange(int port, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(Math.toIntExact(LONG.toMillis()));
      try {
        socket.getOutputStream().write(bytes);
        socket.shutdownOutput();
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      } catch (SocketTimeoutException e) {
        throw e;
      } catch (IOException e) {
        // Cut off while we were still sending: as good an answer as any.
        return "";
      }
    }
  }

  @Test
  void garbageOnTheRaftPort() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      byte[] garbage = new byte[1 + random.nextInt(100_000)];
      random.nextBytes(garbage);
      exchange(leader.raftPort(), garbage);
    }
  }

  @Test
  void hugeLengthsOnTheRaftPort() throws IOException {
    for (int length : new int[] {Integer.MAX_VALUE, 1_900_000_000, 500_000_000, -1, 0}) {
      byte[] prefix = ByteBuffer.allocate(4).putInt(length).array();
      byte[] bytes = Arrays.copyOf(prefix, MIB);
      List<Socket> open = new ArrayList<>();
      try {
        for (int i = 0; i < 10; i++) {
          Socket socket = new Socket(InetAddress.getLoopbackAddress(), leader.raftPort());
          open.add(socket);
          try {
            socket.getOutputStream().write(bytes);
          } catch (IOException e) {
            // Cut off: fine.
          }
        }
        leader.put("/key/during", "1").expect(200);
      } finally {
        for (Socket socket : open) {
          socket.close();
        }
      }
    }
  }

  @Test
  void httpOnTheRaftPort() throws IOException {
    byte[] request = "GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8);
    for (Daemon node : cluster.nodes()) {
      exchange(node.raftPort(), request);
    }
  }

  @Test
  void aSerializedObjectIsReadNowhere() throws Exception {
    try (SerializedObject object = new SerializedObject()) {
      for (Daemon node : cluster.nodes()) {
        exchange(node.raftPort(), object.bytes());
        for (String path :
            List.of("/key", "/setup", "/join", "/remove", "/transfer", "/txn", "/restore")) {
          Answer answer =
              node.send(
                  "POST",
                  path,
                  BodyPublishers.ofByteArray(object.bytes()),
                  "Content-Type",
                  "application/x-java-serialized-object");
          assertTrue(answer.status() >= 400 && answer.status() < 500, answer::toString);
        }
      }
      assertEquals(0, object.calls(), "it was deserialized");

      // The probe works: a program that does read it is noticed.
      Process reader =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  SerializedObject.place().toString(),
                  SerializedObject.class.getName())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (OutputStream in = reader.getOutputStream()) {
        in.write(object.bytes());
      }
      assertTrue(reader.waitFor(LONG.toSeconds(), TimeUnit.SECONDS));
      assertEquals(0, reader.exitValue(), "it reads it");
      eventually("the probe is noticed", () -> object.calls() > 0);
    }
  }

  @Test
  void aThousandIdleConnectionsDoNotKeepAMemberOut() throws IOException {
    Daemon follower = cluster.followers().get(0);
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 1_000; i++) {
        idle.add(new Socket(InetAddress.getLoopbackAddress(), leader.raftPort()));
      }
      leader.put("/key/idle", "1").expect(200);
      follower.stop();
      follower.start().awaitReady();
      assertEquals("1", follower.get("/key/idle?raw").expect(200).body());
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
    pids = cluster.nodes().stream().map(Daemon::pid).toList();
  }

  @Test
  void sizesAreLimited() throws IOException {
    leader.put("/key/big", "x".repeat(MIB)).expect(200);
    leader.put("/key/big", "x".repeat(MIB + 1)).expect(413, "too_large");
    leader.post("/key", "{\"a\":\"" + "x".repeat(9 * MIB) + "\"}").expect(413, "too_large");
    leader.put("/key/" + "k".repeat(4096), "1").expect(200);
    leader.put("/key/" + "k".repeat(4097), "1").expect(413, "too_large");
    // A body without an announced length.
    leader
        .send(
            "POST",
            "/key",
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[9 * MIB])))
        .expect(413, "too_large");
    assertEquals(MIB, leader.get("/key/big?raw").expect(200).body().length());
    leader.delete("/key/big").expect(200);
  }

  @Test
  void pathsThatAreNoText() throws IOException {
    for (String path : List.of("/key/%ff", "/key/a%c3%28", "/key/%zz", "/key/a%2")) {
      String answer =
          exchange(
              leader.httpPort(),
              ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                  .getBytes(UTF_8));
      assertTrue(answer.startsWith("HTTP/1.1 400 "), () -> path + ": " + answer);
    }
  }

  @Test
  void answersThatNobodyReadsDoNotPileUp() throws IOException {
    String prefix = "unread/";
    for (int i = 0; i < 8; i++) {
      leader.put("/key/" + prefix + i, "x".repeat(MIB)).expect(200);
    }
    String one = "{\"get\":\"" + prefix + "0\"}";
    String many = "{\"then\":[" + (one + ",").repeat(127) + one + "]}";
    leader.post("/txn", many).expect(413, "too_large");
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < UNREAD; i++) {
        Socket socket = new Socket();
        open.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), leader.httpPort()));
        String target = i % 2 == 0 ? "/key?prefix=" + prefix : "/key/" + prefix + i % 8;
        String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(UTF_8));
      }
      eventually("too much is refused", () -> leader.get("/key?prefix=" + prefix).status() == 429);
      leader.put("/key/during", "1").expect(200);
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
    eventually("it is answered again", LONG, () -> leader.get("/key?prefix=" + prefix).expect(200));
    leader.delete("/key?prefix=" + prefix).expect(200);
  }

  @Test
  void tooMuchAtOnceIsRefusedWithRetryAfter() throws Exception {
    // Nothing commits while the followers are frozen, so what is in flight adds up: the bodies, the
    // entries made of them, and what waits to be sent to each follower.
    List<Daemon> followers = cluster.others(leader);
    List<String> answers = Collections.synchronizedList(new ArrayList<>());
    // Every body but for its last byte is there, or refused, before one is complete.
    CountDownLatch sent = new CountDownLatch(OVERLOADING);
    List<Thread> clients = new ArrayList<>();
    followers.forEach(Daemon::freeze);
    try {
      for (int i = 0; i < OVERLOADING; i++) {
        String path = "/key/overload-" + i + "?timeout=3s";
        Thread client = new Thread(() -> answers.add(putInTwoParts(path, sent)), "client " + i);
        client.start();
        clients.add(client);
      }
      for (Thread client : clients) {
        client.join(LONG.toMillis());
      }
    } finally {
      followers.forEach(Daemon::thaw);
    }
    List<String> refused = answers.stream().filter(a -> a.startsWith("HTTP/1.1 429 ")).toList();
    assertTrue(!refused.isEmpty(), () -> "none was refused: " + heads(answers));
    for (String answer : refused) {
      assertTrue(answer.contains("\"overloaded\""), answer);
      assertTrue(answer.contains("Retry-After: "), answer);
    }
    cluster.awaitReady();
    eventually("it writes again", LONG, () -> leader.put("/key/overload", "1").expect(200));
  }

  private static List<String> heads(List<String> answers) {
    return answers.stream().map(a -> a.lines().findFirst().orElse("none")).distinct().toList();
  }

  /** Sends the last byte when as many have come so far; what is answered, empty if cut off. */
  private String putInTwoParts(String path, CountDownLatch sent) {
    String head =
        "PUT "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
            + MIB
            + "\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), leader.httpPort())) {
      socket.setSoTimeout(Math.toIntExact(LONG.toMillis()));
      OutputStream out = socket.getOutputStream();
      try {
        out.write(head.getBytes(US_ASCII));
        out.write(VALUE, 0, MIB - 1);
      } catch (IOException e) {
        // Refused before it was there: the answer may be here all the same.
      } finally {
        sent.countDown();
      }
      sent.await(LONG.toMillis(), TimeUnit.MILLISECONDS);
      try {
        out.write(VALUE, MIB - 1, 1);
      } catch (IOException e) {
        // As above.
      }
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
