package hraftd.raft.node;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.state.KvState;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.PeerMessage;
import hraftd.raft.RaftMeter;
import hraftd.raft.RaftObserver;
import hraftd.raft.RaftPicture;
import hraftd.raft.RaftSettings;
import hraftd.raft.RaftStatus;
import hraftd.testing.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who looks at real nodes sees their messages at both ends, their roles and what they hold. */
class ObservationTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final class Seen implements RaftObserver {
    final Queue<PeerMessage> sent = new ConcurrentLinkedQueue<>();
    final Queue<PeerMessage> received = new ConcurrentLinkedQueue<>();
    final Queue<RaftStatus.Role> roles = new ConcurrentLinkedQueue<>();
    volatile @Nullable RaftPicture newest;

    @Override
    public boolean wantsMessages() {
      return true;
    }

    @Override
    public void sent(PeerMessage message) {
      sent.add(message);
    }

    @Override
    public void received(PeerMessage message) {
      received.add(message);
    }

    @Override
    public void roleChanged(
        RaftStatus.Role role, long term, @Nullable NodeId vote, @Nullable NodeId leader) {
      roles.add(role);
    }

    @Override
    public boolean wantsPicture() {
      return true;
    }

    @Override
    public void pictured(RaftPicture picture) {
      newest = picture;
    }
  }

  private final List<Seen> seen = new ArrayList<>();
  private final List<RaftConsensus> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.forEach(RaftConsensus::close);
  }

  private void start() throws IOException {
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      HostPort raft = new HostPort("127.0.0.1", Ports.free());
      members.add(new Member(new NodeId("n" + i, i), raft, new HostPort("127.0.0.1", 1), true));
    }
    for (Member member : members) {
      Seen observer = new Seen();
      seen.add(observer);
      nodes.add(
          RaftConsensus.open(
              new RaftSettings(
                  member.node(),
                  "test-cluster",
                  member.raft(),
                  new Membership(members),
                  /* directory= */ null,
                  /* campaign= */ nodes.isEmpty(),
                  Duration.ofSeconds(1),
                  Duration.ofMillis(50),
                  64 << 20,
                  Duration.ofHours(1),
                  0,
                  16 << 20,
                  10_000,
                  /* scrub= */ Duration.ZERO,
                  () -> false,
                  RaftMeter.NONE,
                  observer),
              new KvState(ChangeListener.NONE)));
    }
  }

  @Test
  void whatOneSendsTheOtherReceivesUnderTheSameMark() throws Exception {
    start();
    Command.Pair pair = new Command.Pair(Key.of("color"), new byte[] {1}, /* ttlMillis= */ 0);
    var written =
        nodes
            .get(1)
            .propose(new Command.Put(List.of(pair), Guard.NONE), Deadline.after(PATIENCE))
            .get();
    assertTrue(written.toString().startsWith("Written"), written.toString());
    eventually(
        "all three show the entry and its key",
        () ->
            seen.stream()
                .allMatch(
                    s ->
                        s.newest != null
                            && s.newest.tape().stream()
                                .anyMatch(cell -> cell.keys().equals(List.of(Key.of("color"))))));
    eventually(
        "one leads", () -> seen.stream().anyMatch(s -> s.roles.contains(RaftStatus.Role.LEADER)));
    nodes.forEach(RaftConsensus::close);
    // What was received was sent; the other way round some are lost at the end.
    Set<Long> sent = new HashSet<>();
    List<PeerMessage> received = new ArrayList<>();
    for (Seen s : seen) {
      s.sent.forEach(message -> sent.add(message.mark()));
      received.addAll(s.received);
    }
    assertTrue(received.size() > 3, received.toString());
    for (PeerMessage message : received) {
      assertTrue(sent.contains(message.mark()), message.toString());
    }
  }
}
