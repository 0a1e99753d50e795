package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class HandshakePaceTest {

  @Test
  void oneAddressTakesNothingFromAnother() throws Exception {
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    HandshakePace pace = new HandshakePace(nanos::get);
    InetAddress one = InetAddress.getLoopbackAddress();
    InetAddress other = InetAddress.getByName("127.0.0.2");
    for (int i = 0; i < HandshakePace.MAX_A_SECOND; i++) {
      pace.count(one);
    }
    nanos.addAndGet(Duration.ofMillis(999).toNanos());
    assertThrows(HandshakePace.ExceededException.class, () -> pace.count(one));
    pace.count(other);
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    pace.count(one);
  }
}
