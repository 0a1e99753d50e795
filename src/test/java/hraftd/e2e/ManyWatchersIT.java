package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.e2e.EventStream.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Watchers, however many and however slow, hold nobody up, and what they cost is bounded. */
@ExtendWith(SharedCluster.class)
class ManyWatchersIT {

  private static final int WATCHERS = 1000;
  private static final int WRITES = 50;

  /** Events of some MB fill the sockets; then 100,000 changes, which a node keeps, must follow. */
  private static final int BULKS = 16;

  private static final int KEYS_A_BULK = 10_000;
  private static final int SOCKET_LIMIT_MILLIS = Math.toIntExact(LONG.toMillis());

  private final TestCluster cluster;
  private final Daemon node;

  ManyWatchersIT(TestCluster cluster) {
    this.cluster = cluster;
    this.node = cluster.followers().get(0);
  }

  @Test
  void aThousandWatchersSeeEveryWriteAndTheWriterDoesNotWait() throws IOException {
    long alone = write("alone");
    node.get("/key/many/0").expect(200); // This follower has applied them.
    List<EventStream> watches = new ArrayList<>();
    try {
      for (int i = 0; i < WATCHERS; i++) {
        watches.add(new EventStream(node, "prefix=many/"));
      }
      watches.forEach(EventStream::awaitOpen);
      long watched = write("watched");
      System.out.printf(
          "median of a write: %d us, with %d watchers %d us%n", alone, WATCHERS, watched);
      List<String> expected = IntStream.range(0, WRITES).mapToObj(i -> "watched" + i).toList();
      for (EventStream watch : watches) {
        watch.awaitCount(WRITES);
        assertEquals(expected, watch.events().stream().map(Event::value).toList());
      }
    } finally {
      watches.forEach(EventStream::close);
    }
  }

  /** Writes one key after the other; returns the median time of a write. */
  private long write(String name) throws IOException {
    long[] micros = new long[WRITES];
    for (int i = 0; i < WRITES; i++) {
      long start = System.nanoTime();
      node.put("/key/many/" + i, name + i).expect(200);
      micros[i] = (System.nanoTime() - start) / 1000;
    }
    return IntStream.range(0, WRITES)
        .mapToLong(i -> micros[i])
        .sorted()
        .skip(WRITES / 2)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void oneThatNeverReadsIsDroppedAndARevisionThatIsGoneIs410() throws IOException {
    long start = node.put("/key/bulk/", "0").expect(200).json().path("revision").asLong();
    try (Socket stalled = stalled();
        EventStream reader = new EventStream(node, "prefix=bulk/&from=" + start)) {
      reader.awaitOpen();
      for (int i = 0; i < BULKS; i++) {
        node.post("/key", bulk(i)).expect(200);
        reader.awaitCount((i + 1) * KEYS_A_BULK);
      }
      assertTrue(isCutOff(stalled), "the one that did not read has got everything");
      assertEquals(BULKS * KEYS_A_BULK, reader.count());
      assertTrue(!reader.isOver(), "the one that reads goes on");
    }
    for (Daemon each : cluster.nodes()) {
      each.get("/key/bulk/").expect(200);
      Answer gone = each.get("/watch?prefix=bulk/&from=" + start).expect(410, "compacted");
      long oldest = gone.json().path("oldest").asLong();
      assertTrue(oldest > start, gone::toString);
      try (EventStream kept = new EventStream(each, "prefix=bulk/&from=" + oldest)) {
        kept.awaitCount(KEYS_A_BULK);
        assertEquals(oldest + 1, kept.events().get(0).revision());
      }
    }
    node.delete("/key?prefix=bulk/").expect(200);
  }

  private static String bulk(int number) {
    ObjectNode pairs = new ObjectMapper().createObjectNode();
    for (int i = 0; i < KEYS_A_BULK; i++) {
      pairs.put("bulk/%05d".formatted(i), "%02d".formatted(number).repeat(50));
    }
    return pairs.toString();
  }

  private Socket stalled() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(SOCKET_LIMIT_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.httpPort()));
    String request = "GET /watch?prefix=bulk/ HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(node.haddr());
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    return socket;
  }

  /** Reads what is there; true if the end comes, an exception if it is silent. */
  private static boolean isCutOff(Socket socket) throws IOException {
    byte[] buffer = new byte[64 << 10];
    long bytes = 0;
    try {
      for (int read = 0; read >= 0; read = socket.getInputStream().read(buffer)) {
        bytes += read;
      }
    } catch (SocketException e) {
      // Reset: cut off as well.
    }
    return bytes > 0 && bytes < (long) BULKS * KEYS_A_BULK * 100;
  }
}
