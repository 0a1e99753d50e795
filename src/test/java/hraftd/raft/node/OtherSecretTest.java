package hraftd.raft.node;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.Outcome;
import hraftd.kv.state.KvState;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.RaftObserver;
import hraftd.raft.RaftSettings;
import hraftd.raft.net.PortSecrets;
import hraftd.raft.net.PortSecurity;
import hraftd.raft.net.SharedSecrets;
import hraftd.testing.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes that believe to be in one cluster, and have not one secret. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OtherSecretTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int WRITES = 50;

  private record Node(KvState state, RaftConsensus consensus) {}

  @TempDir Path directory;

  private final List<Node> nodes = new ArrayList<>();

  @AfterEach
  void closeAll() {
    nodes.forEach(node -> node.consensus.close());
  }

  private static Member member(String id) throws IOException {
    HostPort address = new HostPort("127.0.0.1", Ports.free());
    return new Member(new NodeId(id, 1), address, address, /* voter= */ true);
  }

  private Node start(Member member, List<Member> members, PortSecrets secrets) throws IOException {
    KvState state = new KvState(ChangeListener.NONE);
    RaftSettings settings =
        new RaftSettings(
            member.node(),
            "one",
            member.raft(),
            new Membership(members),
            directory.resolve(member.id()),
            /* campaign= */ nodes.isEmpty(),
            Duration.ofSeconds(1),
            Duration.ofMillis(50),
            /* snapshotBytes= */ 64 << 20,
            Duration.ofHours(1),
            /* diskReserve= */ 0,
            16 << 20,
            10_000,
            /* scrub= */ Duration.ZERO,
            () -> false,
            RaftMeter.NONE,
            RaftObserver.NONE);
    Node node =
        new Node(
            state,
            (RaftConsensus) new RaftEngine(new PortSecurity(secrets, null)).open(settings, state));
    nodes.add(node);
    return node;
  }

  private static Outcome put(Node node, int number) throws Exception {
    Command.Pair pair = new Command.Pair(Key.of("key" + number), new byte[100], /* ttl= */ 0);
    return node.consensus
        .propose(new Command.Put(List.of(pair), Guard.NONE), Deadline.after(PATIENCE))
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void clustersWithOtherSecretsThatShareAddressesExchangeNoEntry() throws Exception {
    List<Member> members = List.of(member("n1"), member("n2"), member("n3"));
    Node first = start(members.get(0), members, SharedSecrets.of("x"));
    Node second = start(members.get(1), members, SharedSecrets.of("x"));
    SharedSecrets others = SharedSecrets.of("y");
    Node third = start(members.get(2), members, others);
    for (int i = 0; i < WRITES; i++) {
      int number = i;
      eventually(
          "it is written",
          PATIENCE,
          () -> assertInstanceOf(Outcome.Written.class, put(first, number)));
    }
    eventually("the second has it all", () -> second.state.view().size() == WRITES);
    assertEquals(0, third.consensus.status().lastIndex(), "it got no entry");
    assertNull(third.consensus.status().leader(), "it knows of no leader");

    others.become("x");
    eventually("with the same secret it gets all", () -> third.state.view().size() == WRITES);
  }
}
