package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.cluster.ClusterRecord;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.testing.Eventually;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnNamesTest {

  private final AtomicReference<ClusterRecord> record = new AtomicReference<>();

  private OwnNames names(String http) {
    return new OwnNames(
        List.of(HostPort.parse(http), HostPort.parse("raft.example:12000")), record::get);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:1, true",
    "127.0.0.1:1, true",
    "127.0.0.2:1, true",
    "[::1]:1, true",
    ":1, false",
    "0.0.0.0:1, false",
    "192.0.2.1:1, false",
  })
  void whereItListensIsLoopbackOrNot(String http, boolean loopbackOnly) {
    assertEquals(loopbackOnly, names(http).loopbackOnly());
  }

  @Test
  void itGoesByTheNamesOfItsOwnAddressesAndOfItsMembers() {
    OwnNames names = names("192.0.2.1:1");
    assertTrue(names.test("raft.example"));
    assertFalse(names.test("h2"));
    assertFalse(names.test(""));
    Membership members =
        new Membership(
            List.of(
                new Member(
                    new NodeId("2", 1),
                    HostPort.parse("h2-raft:2"),
                    HostPort.parse("H2:1"),
                    /* voter= */ true)));
    record.set(
        new ClusterRecord("c", new NodeId("1", 1), members, members, false, /* settled= */ true));
    assertTrue(names.test("h2"));
    assertTrue(names.test("h2-raft"));
    assertFalse(names.test("h3"));
    assertFalse(
        names("localhost:1").test("h2"), "who listens on loopback is not asked by a member");
  }

  /** Every node may listen on the same port: what was sent to another was not sent to this one. */
  @Test
  void itsOwnNamesAreNotThoseOfItsMembers() {
    OwnNames names = names("192.0.2.1:1");
    NodeId self = new NodeId("1", 1);
    Membership members =
        new Membership(
            List.of(
                new Member(self, HostPort.parse("h1-raft:2"), HostPort.parse("H1:1"), true),
                new Member(
                    new NodeId("2", 1),
                    HostPort.parse("h2-raft:2"),
                    HostPort.parse("h2:1"),
                    /* voter= */ true)));
    assertFalse(names.isOwn("h1"));
    record.set(new ClusterRecord("c", self, members, members, false, /* settled= */ true));
    assertTrue(names.isOwn("h1"));
    assertTrue(names.isOwn("h1-raft"));
    assertTrue(names.isOwn("raft.example"));
    assertFalse(names.isOwn("h2"));
    assertFalse(names.isOwn(""));
  }

  @Test
  void itGoesByTheNameOfItsMachineUnlessItIsOnLoopback() throws UnknownHostException {
    String machine = InetAddress.getLocalHost().getHostName();
    OwnNames names = names(":1");
    Eventually.eventually("it knows its name", () -> names.test(machine));
    assertEquals(machine.equals("localhost"), names("127.0.0.1:1").test(machine));
  }
}
