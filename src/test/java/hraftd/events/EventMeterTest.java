package hraftd.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slow fsyncs and connections are moments; everything is counted as before. */
class EventMeterTest {

  private final AtomicLong nanoTime = new AtomicLong(-5);
  private final AtomicLong counted = new AtomicLong();
  private final EventHub hub =
      new EventHub(
          () -> 1,
          nanoTime::get,
          (http, line, ended) -> {
            throw new AssertionError("nobody reads");
          },
          (http, line, ended) -> {
            throw new AssertionError("nobody wants a file of all");
          });
  private final EventMeter meter =
      new EventMeter(
          new RaftMeter() {
            @Override
            public void fsynced(long nanos) {
              counted.addAndGet(nanos);
            }

            @Override
            public void connected(NodeId peer) {
              counted.incrementAndGet();
            }
          },
          hub,
          nanoTime::get);

  @AfterEach
  void close() {
    hub.close();
  }

  private List<String> told() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    hub.writeTo(out);
    return out.toString(StandardCharsets.UTF_8).lines().skip(1).toList();
  }

  @Test
  void a_slow_fsync_is_a_moment_once_in_a_while() throws IOException {
    hub.member(new NodeId("n1", 1), "c1");
    meter.fsynced(EventMeter.SLOW_NANOS - 1);
    assertEquals(List.of(), told());
    meter.fsynced(321_000_000L);
    meter.fsynced(400_000_000L);
    assertEquals(1, told().size());
    assertTrue(told().get(0).contains("\"kind\":\"slow_fsync\",\"millis\":321"), told()::toString);
    nanoTime.addAndGet(5_000_000_000L);
    meter.fsynced(500_000_000L);
    assertEquals(2, told().size());
    assertEquals(EventMeter.SLOW_NANOS - 1 + 1_221_000_000L, counted.get());
    assertEquals(4, meter.times().count());
    assertEquals(400, meter.times().percentiles(0.5)[0]);
    assertEquals(500, meter.times().percentiles(0.99)[0]);
  }

  @Test
  void a_connection_is_a_moment() throws IOException {
    hub.member(new NodeId("n1", 1), "c1");
    meter.connected(new NodeId("n2", 2));
    assertTrue(told().get(0).contains("\"kind\":\"connected\",\"other\":\"n2\""));
    assertEquals(1, counted.get());
  }

  @Test
  void a_node_that_is_no_member_tells_nothing() throws IOException {
    meter.fsynced(321_000_000L);
    meter.connected(new NodeId("n2", 2));
    assertEquals(List.of(), told());
  }
}
