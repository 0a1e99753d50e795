package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Command.Pair;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.Token;
import hraftd.kv.UnsoundCopyException;
import hraftd.kv.state.KvState;
import hraftd.raft.RaftStatus;
import hraftd.raft.WireFormat;
import hraftd.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The copies of three members, each of which applies all that any of them proposes. */
class CopyCheckTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Key A = Key.of("a");
  private static final Token TOKEN =
      new Token(
          Token.ANONYMOUS,
          null,
          List.of(),
          /* createdMillis= */ 0,
          /* expiresMillis= */ 0,
          Token.Limits.NONE);

  private final TestNetwork network = new TestNetwork();
  private final List<Copy> copies = new ArrayList<>();
  private long nanoTime = 1;
  private int applied;
  private int bySetup;

  private final class Copy {
    final KvState state = new KvState(ChangeListener.NONE);
    final LocalNode local;
    final CopyCheck check;
    boolean reachable = true;

    Copy(LocalNode local) {
      this.local = local;
      check = new CopyCheck(local, state::view, MINUTE, () -> nanoTime);
    }

    boolean leads() {
      return Objects.requireNonNull(local.consensusOrNull()).status().role()
          == RaftStatus.Role.LEADER;
    }

    void assertStopped() {
      CompletableFuture<Void> end = local.terminated();
      assertTrue(end.isCompletedExceptionally());
      Throwable why = assertThrows(CompletionException.class, end::join).getCause();
      assertTrue(why instanceof UnsoundCopyException, String.valueOf(why));
      String id = Objects.requireNonNull(local.record()).self().id();
      assertTrue(String.valueOf(why).contains("this node, " + id + ","));
    }
  }

  @BeforeEach
  void form() {
    List<TestNetwork.Node> nodes = IntStream.rangeClosed(1, 3).mapToObj(network::start).toList();
    var unused = nodes.get(0).setup(TestNetwork.request(1, 2, 3));
    nodes.forEach(node -> copies.add(new Copy(node.local)));
    settle();
    bySetup = applied;
  }

  @AfterEach
  void close() {
    network.close();
  }

  private void put(Key key, String value) {
    for (Copy copy : copies) {
      Pair pair = new Pair(key, Key.of(value).bytes(), 0);
      copy.state.apply(1, new Command.Put(List.of(pair), Guard.NONE));
    }
  }

  /** Writes that depend on what is there, so that a flipped bit leads to something. */
  private void putIf(Key key, String was, Key other) {
    for (Copy copy : copies) {
      copy.state.apply(
          1,
          new Command.Txn(
              List.of(new Command.Condition.ValueIs(key, Key.of(was).bytes())),
              List.of(new Command.Operation.PutKey(new Pair(other, new byte[0], 0))),
              List.of()));
    }
  }

  private static void flip(Copy copy, Key key) {
    Objects.requireNonNull(copy.state.view().get(key)).value()[0] ^= 1;
  }

  /** Lets every reachable node look, and apply what all have proposed, until nothing is new. */
  private void settle() {
    int before;
    do {
      before = applied;
      copies.stream().filter(copy -> copy.reachable).forEach(copy -> copy.check.run());
      List<Command> all = network.group.proposed();
      for (; applied < all.size(); applied++) {
        for (Copy copy : copies) {
          copy.state.apply(1, all.get(applied));
        }
      }
    } while (applied > before);
  }

  private void minute() {
    nanoTime += MINUTE.toNanos();
    settle();
  }

  @Test
  void sound_copies_agree_and_an_idle_cluster_writes_nothing() {
    put(A, "1");
    settle();
    assertEquals(0, applied - bySetup, "before a minute");
    minute();
    assertEquals(4, applied - bySetup, "the comparison, and a report of each");
    for (Copy copy : copies) {
      assertEquals(1, Objects.requireNonNull(copy.check.agreed()).revision());
      assertFalse(copy.local.terminated().isDone());
    }
    minute();
    assertEquals(4, applied - bySetup);
  }

  @Test
  void copies_with_other_tokens_are_found_though_the_revision_is_one() {
    put(A, "1");
    minute();
    Command put = new Command.PutToken(TOKEN, 0);
    copies.get(0).state.apply(1, put);
    copies.get(1).state.apply(1, put);
    minute();
    assertFalse(copies.get(0).local.terminated().isDone());
    assertFalse(copies.get(1).local.terminated().isDone());
    copies.get(2).assertStopped();
  }

  @Test
  void many_changes_are_compared_before_the_minute() {
    for (int i = 1; i < CopyCheck.CHANGES; i++) {
      put(A, "" + i);
    }
    settle();
    assertEquals(0, applied - bySetup);
    put(A, "x");
    settle();
    assertEquals(4, applied - bySetup);
  }

  @Test
  void nothing_is_written_before_all_members_understand_it() {
    network.group.speak(WireFormat.V2);
    put(A, "1");
    minute();
    assertEquals(0, applied - bySetup);
    network.group.speak(WireFormat.V3);
    settle();
    assertEquals(4, applied - bySetup);
  }

  @Test
  void a_follower_whose_map_has_a_flipped_bit_is_the_one_that_stops() {
    assertTheFlippedOneStops(/* leads= */ false);
  }

  @Test
  void a_leader_whose_map_has_a_flipped_bit_is_the_one_that_stops() {
    assertTheFlippedOneStops(/* leads= */ true);
  }

  private void assertTheFlippedOneStops(boolean leads) {
    put(A, "1");
    minute();
    Copy odd = copies.stream().filter(c -> c.leads() == leads).findFirst().orElseThrow();
    flip(odd, A);
    putIf(A, "1", Key.of("b"));
    put(Key.of("c"), "3");
    minute();
    odd.assertStopped();
    for (Copy copy : copies) {
      if (copy != odd) {
        assertFalse(copy.local.terminated().isDone());
        assertEquals(3, Objects.requireNonNull(copy.check.agreed()).revision());
        CopyVerdict verdict = Objects.requireNonNull(copy.check.verdict());
        assertEquals(1, verdict.wrong());
        assertTrue(verdict.differ());
      }
    }
  }

  @Test
  void two_of_three_that_differ_wait_for_the_third() {
    put(A, "1");
    Copy odd = copies.get(1);
    flip(odd, A);
    putIf(A, "1", Key.of("b"));
    copies.get(2).reachable = false;
    minute();
    assertTrue(Objects.requireNonNull(copies.get(0).check.verdict()).differ());
    for (Copy copy : copies) {
      assertFalse(copy.local.terminated().isDone(), "nobody can tell which is right");
      assertNull(copy.check.agreed());
    }
    copies.get(2).reachable = true;
    settle();
    odd.assertStopped();
    assertFalse(copies.get(0).local.terminated().isDone());
    assertFalse(copies.get(2).local.terminated().isDone());
  }

  @Test
  void a_bit_that_nobody_reads_is_found_by_the_recount() {
    put(A, "1");
    Copy copy = copies.get(0);
    try (Recount recount = new Recount(copy.state::view, Duration.ofMillis(1), copy.local::fail)) {
      recount.start();
      flip(copy, A);
      assertTrue(Eventually.within(Duration.ofSeconds(60), () -> copy.local.terminated().isDone()));
    }
    CompletableFuture<Void> end = copy.local.terminated();
    Throwable why = assertThrows(CompletionException.class, end::join).getCause();
    assertTrue(why instanceof UnsoundCopyException, String.valueOf(why));
  }
}
