package hraftd.cluster;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node says of a lost majority. */
class AbsenteesTest {

  private final TestNetwork network = new TestNetwork();
  private final TestClock clock = new TestClock();
  private List<TestNetwork.Node> nodes;
  private Absentees absentees;

  /** It stands still but for what the test says. */
  private static final class TestClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  @BeforeEach
  void threeMembers() {
    nodes = network.formed(1, 2, 3);
    absentees = network.absentees(nodes.get(0), clock);
  }

  @AfterEach
  void close() {
    network.close();
  }

  private void second() {
    clock.now = clock.now.plusSeconds(1);
    absentees.run();
  }

  private void says(String words) {
    eventually(
        "it says: " + words,
        () -> {
          second();
          return absentees.text().contains(words);
        });
  }

  @Test
  void who_is_missing_and_since_when_until_there_is_a_leader_again() {
    second();
    assertEquals("", absentees.text());
    network.kill(nodes.get(1));
    network.kill(nodes.get(2));
    second();
    assertEquals("", absentees.text(), "it may be an election");
    Instant lost = clock.now;
    says("no majority: 1 of 3 voters are there, 2 are needed: 2 at 127.0.0.1:2000");
    assertTrue(absentees.text().contains("does not answer, since " + lost), absentees.text());
    assertTrue(absentees.text().contains("3 at 127.0.0.1:3000"), absentees.text());
    long seconds = Duration.between(lost, clock.now).toSeconds();
    assertTrue(absentees.text().contains("(" + seconds + " s)"), absentees.text());

    network.start(2);
    says("2 at 127.0.0.1:2000 answers and is no member");

    ObjectNode status = network.report(nodes.get(0), absentees);
    assertTrue(status.path("activity").textValue().startsWith("no majority"), status.toString());
    assertEquals(2, status.path("followers").size(), "it does not follow itself");
    assertTrue(status.path("leader").isNull());

    network.start(3, nodes.get(2).identity);
    second();
    assertEquals("", absentees.text());
  }

  @Test
  void a_majority_that_answers_and_elects_nobody() {
    network.kill(nodes.get(1));
    network.kill(nodes.get(2));
    network.fix();
    network.start(2, nodes.get(1).identity);
    says("nobody leads, though 2 of 3 voters answer over HTTP: do their Raft ports reach");
  }

  /** On a busy machine a round may be late, and so may the end of what it has asked. */
  @Test
  void who_is_asked_has_answered_or_failed_well_before_the_next_round() {
    network.kill(nodes.get(1));
    network.kill(nodes.get(2));
    for (int i = 0; i < 4; i++) {
      second();
    }
    Duration asked = network.timeToSayWho();
    assertFalse(asked.isZero(), "they were asked");
    assertTrue(asked.plusMillis(200).compareTo(Absentees.INTERVAL) < 0, asked.toString());
  }

  @Test
  void what_comes_too_late_is_not_said_of_the_next_time() {
    CompletableFuture<?> late = new CompletableFuture<>();
    network.holdDescriptions(late, 2, 3);
    network.kill(nodes.get(1));
    network.kill(nodes.get(2));
    for (int i = 0; i < 5; i++) {
      second();
    }
    network.start(2, nodes.get(1).identity);
    second();
    network.kill(network.start(3, nodes.get(2).identity));
    late.completeExceptionally(new ClusterException(ClusterException.Kind.UNREACHABLE, "too late"));
    network.holdDescriptions(new CompletableFuture<>(), 2, 3);
    network.kill(network.start(2, nodes.get(1).identity));
    second();
    second();
    second();
    assertEquals("", absentees.text(), "nobody has been heard of yet");
  }
}
