package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.events.EventHub;
import hraftd.events.Recorder;
import hraftd.events.TimelineMoment;
import hraftd.http.HttpServer;
import hraftd.http.Json;
import hraftd.http.TestServer;
import hraftd.raft.NodeId;
import hraftd.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readers of events over real connections, quick, slow and too many. */
final class EventsResourceTest {

  private HttpServer server;
  private final EventHub hub =
      new EventHub(
          () -> 1_500_000,
          System::nanoTime,
          (http, line, ended) -> {
            throw new AssertionError("there are no others");
          },
          (http, line, ended) -> {
            throw new AssertionError("nobody wants a file of all");
          });
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    server =
        TestServer.of(
            new EventsResource(
                    hub,
                    /* observed= */ true,
                    () -> {
                      throw new AssertionError("nobody shows a token");
                    })
                .routes());
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    hub.close();
    server.close();
  }

  private BufferedReader open(String target) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    // Of version 1.0: lines come as they are, with no marks of chunks between.
    socket
        .getOutputStream()
        .write(
            ("GET " + target + " HTTP/1.0\r\nHost: test\r\n\r\n").getBytes(StandardCharsets.UTF_8));
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /** A stream has a sign of life every ten seconds, so that the deadline is looked at. */
  private static String await(BufferedReader in, String part) throws IOException {
    long began = System.nanoTime();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.contains(part)) {
        return line;
      }
      if (System.nanoTime() - began > Eventually.LONG.toNanos()) {
        break;
      }
    }
    throw new AssertionError("the stream has no " + part);
  }

  @Test
  void whoDoesNotReadLosesEventsAndIsToldHowManyAndMomentsAllTheSame() throws IOException {
    Recorder recorder = hub.member(new NodeId("n1", 1), "c1");
    BufferedReader reader = open("/events?own");
    await(reader, "\"event\":\"run\"");
    ObjectNode fields = Json.MAPPER.createObjectNode().put("text", "x".repeat(500));
    int many = 60_000;
    for (int i = 0; i < many; i++) {
      recorder.tell("drop", fields);
    }
    recorder.tell(TimelineMoment.of("leads", "the news"));
    long told = 0;
    long lost = 0;
    String line = "";
    while (!line.contains("the news")) {
      line = await(reader, "data: ");
      JsonNode event = Json.MAPPER.readTree(line.substring("data: ".length()));
      told += event.path("event").asText().equals("drop") ? 1 : 0;
      lost += event.path("event").asText().equals("lost") ? event.path("count").longValue() : 0;
    }
    // More than the connection and the ring hold together; how much more depends on the machine.
    assertTrue(lost > 0);
    assertEquals(many, told + lost);
  }

  @Test
  void noMoreThanThereIsRoomForAndTheNextOneIsRefused() throws IOException {
    hub.member(new NodeId("n1", 1), "c1");
    for (int i = 0; i < EventHub.MAX_READERS; i++) {
      await(open("/events"), "\"event\":\"run\"");
    }
    TestClient.Answer refused = new TestClient(server.port()).get("/events");
    assertEquals("overloaded", refused.code());
    for (int i = 0; i < EventHub.MAX_NODES; i++) {
      await(open("/events?own"), "\"event\":\"run\"");
    }
    assertEquals("overloaded", new TestClient(server.port()).get("/events?own").code());
    assertEquals(200, new TestClient(server.port()).get("/events?download").status());
  }

  @Test
  void aNodeThatIsNoMemberYetSaysSo() throws IOException {
    String run = await(open("/events"), "\"event\":\"run\"");
    assertTrue(run.contains("\"nodes\":[]"), run);
  }
}
