package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.raft.ConsensusException;
import hraftd.raft.Member;
import hraftd.raft.core.LeadershipTransfer;
import hraftd.raft.core.MembershipChange;
import hraftd.raft.core.PendingRead;
import hraftd.raft.core.PendingRequest;
import hraftd.raft.core.PendingWrite;
import hraftd.raft.core.Raft;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What clients ask of one node, and what they are told. */
final class SimRequests {

  /** What clients of a node ask for about its members and its leader may take this long. */
  static final long CHANGE_TIME = 4000 * MILLI;

  private static final String TO_REMOVE = "to remove ";

  private final SimCluster cluster;
  private final SimNode node;
  private final SimClock clock;

  /** Writes whose fate it has not told yet. */
  private final Set<SimWrite> openWrites = new LinkedHashSet<>();

  /** Deadlines of all requests that have not ended, and what they are. */
  private final Map<PendingRequest<?>, Deadline> open = new LinkedHashMap<>();

  private record Deadline(long at, String what) {}

  /** None yet. */
  SimRequests(SimCluster cluster, SimNode node, SimClock clock) {
    this.cluster = cluster;
    this.node = node;
    this.clock = clock;
  }

  /** The process that had taken them has ended. */
  void processEnded() {
    for (SimWrite write : openWrites) {
      tell("failed", write.name(), node.id.id() + " has ended before it answered", write.keyed());
      cluster.clients.tryAgain(write);
    }
    openWrites.clear();
    open.clear();
  }

  /** A client writes through this node. */
  void write(SimWrite write) {
    long now = clock.nanoTime();
    long deadline = now + cluster.oneOf(cluster.settings.pace().writeMillis()) * MILLI;
    PendingWrite request = new PendingWrite(write.command(), /* grows= */ true, now, deadline);
    openWrites.add(write);
    tell(
        "write",
        write.name(),
        "a client writes " + write.key() + " through " + node.id.id(),
        write.keyed());
    var unused =
        request
            .answer()
            .whenComplete(
                (outcome, why) -> cluster.checking(() -> told(write, (ConsensusException) why)));
    submit(request, deadline, write.name());
  }

  private void told(SimWrite write, @Nullable ConsensusException why) {
    openWrites.remove(write);
    if (why == null) {
      long index = cluster.invariants.place(write.name());
      tell(
          "acked",
          write.name(),
          node.id.id() + " has acknowledged it: entry " + index,
          Map.of("key", write.key(), "index", index));
      cluster.invariants.wrote(node.id, write.began(), write.name());
    } else {
      tell("failed", write.name(), node.id.id() + " says: " + why.getMessage(), write.keyed());
      if (why.outcomeUnknown()) {
        cluster.clients.tryAgain(write);
      } else if (!write.again()) {
        cluster.invariants.rejected(node.id, write.name());
      }
    }
  }

  /** A client reads through this node. */
  void read() {
    long began = cluster.invariants.began();
    long now = clock.nanoTime();
    long deadline = now + cluster.oneOf(cluster.settings.pace().readMillis()) * MILLI;
    PendingRead read = new PendingRead(now, deadline);
    String name = cluster.clients.nextRead();
    tell("read", name, "a client reads through " + node.id.id(), Map.of());
    Raft raft = node.raft();
    var unused =
        read.answer()
            .whenComplete(
                (answer, why) ->
                    cluster.checking(() -> answered(name, began, raft, (ConsensusException) why)));
    submit(read, deadline, "a read");
  }

  private void answered(String name, long began, Raft raft, @Nullable ConsensusException why) {
    if (why == null) {
      long place = raft.appliedIndex();
      tell(
          "answered",
          name,
          node.id.id() + " has answered from its copy as of entry " + place,
          Map.of("index", place));
      cluster.invariants.read(node.id, began, place);
    } else {
      tell("failed", name, node.id.id() + " says: " + why.getMessage(), Map.of());
    }
  }

  private void tell(String kind, String operation, String text, Map<String, Object> details) {
    Map<String, Object> all = new TreeMap<>(details);
    all.put("op", operation);
    cluster.witness.happened(new SimMoment(node.id, kind, operation + ": " + text, all));
  }

  private void submit(PendingRequest<?> request, long deadline, String what) {
    open.put(request, new Deadline(deadline, what));
    var unused = request.answer().whenComplete((answer, why) -> open.remove(request));
    try {
      node.process().submit(request);
    } catch (ConsensusException.Overloaded e) {
      request.end(e);
    }
  }

  /** Asks it, if it runs, to make this one a member; only a leader does. */
  void add(Member member) {
    change((now, deadline) -> MembershipChange.add(member, now, deadline), "to add " + member.id());
  }

  /** Asks it, if it runs, to remove this one; only a leader does. */
  void remove(String memberId) {
    change(
        (now, deadline) -> MembershipChange.remove(memberId, now, deadline), TO_REMOVE + memberId);
  }

  /**
   * Asks it, if it runs, to let another one lead.
   *
   * @param memberId which one; empty: the voter with the longest log
   */
  void handOver(String memberId) {
    change((now, deadline) -> new LeadershipTransfer(memberId, now, deadline), "to hand over");
  }

  private void change(BiFunction<Long, Long, PendingRequest<?>> request, String what) {
    if (node.up()) {
      cluster.liveness.excuse(CHANGE_TIME);
      long now = clock.nanoTime();
      submit(request.apply(now, now + CHANGE_TIME), now + CHANGE_TIME, what);
    }
  }

  /** True while somebody waits for the removal of a member. */
  boolean removesMembers() {
    return open.values().stream().anyMatch(deadline -> deadline.what.startsWith(TO_REMOVE));
  }

  /** Demands that no request is still open: the deadlines have just been looked at. */
  void checkNoneIsLate() {
    open.values()
        .forEach(
            deadline ->
                SimLiveness.check(
                    deadline.at - clock.nanoTime() > 0,
                    "%s has not ended %s",
                    node,
                    deadline.what));
  }
}
