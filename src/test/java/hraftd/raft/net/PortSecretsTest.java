package hraftd.raft.net;

import static hraftd.raft.net.SharedSecrets.optional;
import static hraftd.raft.net.TransportPeer.join;
import static hraftd.raft.net.TransportPeer.open;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which nodes talk to each other, by what secrets they have. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PortSecretsTest {

  private static final SharedSecrets X = SharedSecrets.of("x");

  /** Says something again and again, as Raft does, until it arrives. */
  private static void assertHears(TransportPeer to, TransportPeer from) {
    eventually(
        to.node.id() + " hears " + from.node.id(),
        () -> {
          from.sendNumbers(to, 1, 2);
          return to.numbers().contains(1L);
        });
  }

  private static void assertTheyTalk(PortSecrets one, PortSecrets other) throws IOException {
    try (TransportPeer a = open("a", one);
        TransportPeer b = open("b", other)) {
      join(a, b);
      assertHears(b, a);
      assertHears(a, b);
    }
  }

  /** Both try, each says why in one line, and nothing arrives. */
  private static void assertTheyDoNot(
      PortSecrets one, String itSays, PortSecrets other, String otherSays) throws IOException {
    try (TransportPeer a = open("a", one);
        TransportPeer b = open("b", other)) {
      join(a, b);
      eventually(
          "both ends say it, as the one who opens a connection and as the one who is asked",
          () -> {
            a.sendNumbers(b, 1, 2);
            b.sendNumbers(a, 1, 2);
            return !a.log.with("refused by b").isEmpty()
                && !a.log.with("refused 127.").isEmpty()
                && !b.log.with("refused by a").isEmpty()
                && !b.log.with("refused 127.").isEmpty();
          });
      assertTrue(
          a.log.with("refused by b").get(0).endsWith(": " + itSays), String.valueOf(a.log.all()));
      assertTrue(
          b.log.with("refused by a").get(0).endsWith(": " + otherSays),
          String.valueOf(b.log.all()));
      String ofTheAsked = itSays.replace("it has", "member a@61: this node has");
      assertTrue(
          b.log.with("refused 127.").get(0).endsWith(ofTheAsked), String.valueOf(b.log.all()));
      assertTrue(a.received.isEmpty() && b.received.isEmpty());
      assertTrue(a.failures.isEmpty() && b.failures.isEmpty());
    }
  }

  @Test
  void whoHasTheSecretIsTalkedTo() throws Exception {
    assertTheyTalk(X, X);
  }

  @Test
  void whoHasAnotherIsNot() throws Exception {
    assertTheyDoNot(
        X,
        "it has another secret (-auth) than a",
        SharedSecrets.of("y"),
        "it has another secret (-auth) than b");
  }

  @Test
  void whoHasNoneIsNot() throws Exception {
    assertTheyDoNot(
        X,
        "it has no secret (-auth), a has one",
        PortSecrets.NONE,
        "it has a secret (-auth), b has none");
  }

  /** The first one is used, both are accepted, whichever each of the two puts first. */
  @Test
  void twoSecretsServeWhileOneTakesThePlaceOfTheOther() throws Exception {
    assertTheyTalk(SharedSecrets.of("new", "old"), SharedSecrets.of("old", "new"));
    assertTheyTalk(SharedSecrets.of("old", "new"), SharedSecrets.of("old"));
    assertTheyTalk(SharedSecrets.of("new"), SharedSecrets.of("new", "old"));
  }

  @Test
  void anotherSecretCountsFromTheNextConnectionOn() throws Exception {
    SharedSecrets changing = SharedSecrets.of("y");
    try (TransportPeer a = open("a", X);
        TransportPeer b = open("b", changing)) {
      join(a, b);
      eventually(
          "it is refused",
          () -> {
            b.sendNumbers(a, 1, 2);
            return !b.log.with("refused").isEmpty();
          });
      changing.become("x");
      assertHears(a, b);
      assertHears(b, a);
    }
  }

  /** Node by node gets it; then node by node is strict. */
  @Test
  void aClusterGetsItsSecretNodeByNode() throws Exception {
    assertTheyTalk(optional("x"), PortSecrets.NONE);
    assertTheyTalk(optional("x"), optional("x"));
    assertTheyTalk(optional("x"), X);
  }

  @Test
  void whoHasAnotherIsNotTalkedToThoughNoneWouldDo() throws Exception {
    assertTheyDoNot(
        optional("x"),
        "it has another secret (-auth) than a",
        optional("y"),
        "it has another secret (-auth) than b");
  }
}
