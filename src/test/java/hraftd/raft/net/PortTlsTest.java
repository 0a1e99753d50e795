package hraftd.raft.net;

import static hraftd.raft.net.TransportPeer.join;
import static hraftd.raft.net.TransportPeer.open;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.InMemoryAuthority;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which nodes talk to each other, by what TLS they have. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PortTlsTest {

  private static final InMemoryAuthority AUTHORITY = new InMemoryAuthority("ca");
  private static final SSLContext GOOD = AUTHORITY.context("127.0.0.1");

  private static PortSecurity with(@Nullable PortTls tls) {
    return new PortSecurity(PortSecrets.NONE, tls);
  }

  private static PortSecurity alone(SSLContext context) {
    return with(ChangingTls.alone(context));
  }

  private static PortSecurity optional() {
    return with(ChangingTls.optional(GOOD));
  }

  private static void assertHears(TransportPeer to, TransportPeer from) {
    eventually(
        to.node.id() + " hears " + from.node.id(),
        () -> {
          from.sendNumbers(to, 1, 2);
          return to.numbers().contains(1L);
        });
  }

  /** They do, in both directions; of whom each says that it has no TLS. */
  private static void assertTheyTalk(PortSecurity one, PortSecurity other, boolean plain)
      throws IOException {
    try (TransportPeer a = open("a", one);
        TransportPeer b = open("b", other)) {
      join(a, b);
      assertHears(b, a);
      assertHears(a, b);
      assertEquals(plain ? 1 : 0, a.log.with("has no TLS yet (-tls-optional)").size());
      assertEquals(0, b.log.with("has no TLS yet (-tls-optional)").size());
    }
  }

  /** Both try, nothing arrives, and each of these parts of lines is logged by the one or other. */
  private static void assertTheyDoNot(
      PortSecurity one, List<String> itSays, PortSecurity other, List<String> otherSays)
      throws IOException {
    try (TransportPeer a = open("a", one);
        TransportPeer b = open("b", other)) {
      join(a, b);
      eventually(
          "both say it: " + itSays + otherSays,
          () -> {
            a.sendNumbers(b, 1, 2);
            b.sendNumbers(a, 1, 2);
            assertLogged(itSays, a);
            assertLogged(otherSays, b);
            return true;
          });
      assertTrue(a.received.isEmpty() && b.received.isEmpty());
      assertTrue(a.failures.isEmpty() && b.failures.isEmpty());
    }
  }

  private static void assertLogged(List<String> parts, TransportPeer by) {
    for (String part : parts) {
      assertTrue(!by.log.with(part).isEmpty(), part + " is not in " + by.log.all());
    }
  }

  @Test
  void whoHasItTalks() throws Exception {
    assertTheyTalk(alone(GOOD), alone(AUTHORITY.context("localhost", "127.0.0.1")), false);
  }

  @Test
  void itGoesWithASecret() throws Exception {
    PortTls tls = ChangingTls.alone(GOOD);
    assertTheyTalk(
        new PortSecurity(SharedSecrets.of("x"), tls),
        new PortSecurity(SharedSecrets.of("x"), tls),
        false);
    assertTheyDoNot(
        new PortSecurity(SharedSecrets.of("x"), tls),
        List.of("it has another secret (-auth) than a"),
        new PortSecurity(SharedSecrets.of("y"), tls),
        List.of("it has another secret (-auth) than b"));
  }

  @Test
  void whoHasNoneIsNotTalkedTo() throws Exception {
    assertTheyDoNot(
        alone(GOOD),
        List.of(
            "cannot reach b",
            "closed instead of a TLS handshake: has it no TLS (-cert)?",
            "refused 127.0.0.1",
            "this node speaks TLS alone (-cert), and was greeted without"),
        PortSecurity.NONE,
        List.of(
            "refused by a",
            "it speaks TLS alone (-cert), and was greeted without",
            "no peer: it speaks TLS (-cert), which is not spoken here"));
  }

  @Test
  void aClusterGetsItNodeByNode() throws Exception {
    assertTheyTalk(optional(), PortSecurity.NONE, true);
    assertTheyTalk(optional(), optional(), false);
    assertTheyTalk(optional(), alone(GOOD), false);
  }

  @Test
  void anothersAuthorityIsNotBelieved() throws Exception {
    SSLContext other = new InMemoryAuthority("other").context("127.0.0.1");
    List<String> both = List.of("does not talk to", "PKIX path", "refused 127.0.0.1", "TLS: ");
    assertTheyDoNot(alone(GOOD), both, alone(other), both);
    assertTheyDoNot(optional(), both, alone(other), both);
  }

  @Test
  void whatHasExpiredIsNotBelieved() throws Exception {
    assertTheyDoNot(
        alone(GOOD),
        List.of("does not talk to b", "refused 127.0.0.1", "PKIX path validation failed"),
        alone(AUTHORITY.context(Duration.ofHours(-1), "127.0.0.1")),
        List.of("does not talk to a", "Received fatal alert: certificate_"));
  }

  /** Who shows this certificate is let in at neither end. */
  private static void assertIsNoMembers(SSLContext shown, String whoDials, String whoListens)
      throws IOException {
    assertTheyDoNot(
        alone(GOOD),
        List.of("does not talk to b", whoDials, "refused 127.0.0.1", whoListens),
        alone(shown),
        List.of("refused by a", whoListens, "Received fatal alert: certificate_unknown"));
  }

  /** Whoever has a member's place has to be that member's host, at both ends. */
  @Test
  void anotherHostsCertificateIsNoUse() throws Exception {
    assertIsNoMembers(
        AUTHORITY.context("127.0.0.2"),
        "No subject alternative names matching IP address 127.0.0.1 found",
        "that b has shown does not name its host, 127.0.0.1, in a subject alternative");
  }

  /** Not even one that names the host, at neither end. */
  @Test
  void aClientsCertificateIsNoNodes() throws Exception {
    assertIsNoMembers(
        AUTHORITY.clientContext("127.0.0.1"),
        "Extended key usage does not permit use for TLS server authentication",
        "has shown is for clients alone: its extended key usage lacks serverAuth");
  }

  @Test
  void anotherAuthorityCountsFromTheNextConnectionOn() throws Exception {
    ChangingTls first = ChangingTls.alone(GOOD);
    ChangingTls second = ChangingTls.alone(GOOD);
    try (TransportPeer b = open("b", with(second))) {
      try (TransportPeer a = open("a", with(first))) {
        join(a, b);
        assertHears(b, a);
        assertHears(a, b);
      }
      InMemoryAuthority other = new InMemoryAuthority("other");
      second.become(other.context("127.0.0.1"));
      b.received.clear();
      try (TransportPeer a = open("a", with(first))) {
        join(a, b);
        eventually(
            "what was agreed on before is of no use",
            () -> {
              a.sendNumbers(b, 1, 2);
              return !a.log.with("does not talk to b").isEmpty();
            });
        assertTrue(b.received.isEmpty());
        first.become(other.context("127.0.0.1"));
        assertHears(b, a);
      }
    }
  }
}
