package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.cluster.ClusterException;
import hraftd.cluster.Formed;
import hraftd.cluster.JoinRequest;
import hraftd.cluster.OverTheWire;
import hraftd.cluster.SetupRequest;
import hraftd.raft.Member;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whoever asks for setup, joins and removals in a simulation, and remembers what was acknowledged:
 * that holds until the next request about the same member begins.
 */
final class SimAdministrator {

  /** How long a request may take. */
  static final long PATIENCE = 5000 * MILLI;

  /** What became of a member whose last request was acknowledged: null, it was removed. */
  private final Map<String, Member> present = new TreeMap<>();

  private final Set<String> absent = new LinkedHashSet<>();

  /** Members about which something is asked, or was, and it may still be under way. */
  private final Set<String> busy = new LinkedHashSet<>();

  /** Who was acknowledged as removed, and in which term at the latest that was. */
  final Map<NodeId, Long> removed = new LinkedHashMap<>();

  private final SimCluster cluster;
  private final SimHttp network;

  /** The id of the cluster that was acknowledged; null if none was. */
  @Nullable String clusterId;

  /** Requests for setup that may be under way. */
  private int setups;

  /** The newest of what it was told, for people. */
  private final List<String> told = new ArrayList<>();

  /** How many requests were acknowledged, by their kind. */
  final Map<String, Integer> acknowledged = new TreeMap<>();

  SimAdministrator(SimCluster cluster, SimHttp network) {
    this.cluster = cluster;
    this.network = network;
  }

  private static <T> Object why(@Nullable T result, @Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException c && c.getCause() != null ? c.getCause() : failure;
    return cause instanceof ClusterException e ? e.kind() + ": " + e.detail() : "" + result;
  }

  private <T> CompletableFuture<T> ask(
      String kind,
      String what,
      SimMachine through,
      SimHttp.Handler<T> handler,
      Consumer<T> acknowledges) {
    CompletableFuture<T> answer =
        network.send(null, cluster::after, through.http, PATIENCE, handler);
    return answer.whenComplete(
        (result, failure) -> {
          told.add(
              cluster.elapsedMillis()
                  + " "
                  + what
                  + " through "
                  + through.id
                  + ": "
                  + why(result, failure));
          if (failure == null) {
            acknowledged.merge(kind, 1, Integer::sum);
            cluster.checking(() -> acknowledges.accept(result));
          }
        });
  }

  /** Asks for setup of these, of which the first is to lead. */
  CompletableFuture<Formed> setUp(SimMachine through, SimMachine... machines) {
    SetupRequest request =
        OverTheWire.setup(
            new SetupRequest(
                Arrays.stream(machines)
                    .map(m -> new SetupRequest.Named(new MemberId(m.id), m.http, m.raft))
                    .toList()));
    setups++;
    cluster.after(2 * PATIENCE, () -> setups--);
    return ask(
        "setup",
        "setup led by " + machines[0].id,
        through,
        (life, until) -> life.parts.setup(request, false, until),
        formed -> {
          check(
              clusterId == null || clusterId.equals(formed.clusterId()),
              "two clusters were set up: %s and %s",
              clusterId,
              formed.clusterId());
          if (clusterId == null) {
            clusterId = formed.clusterId();
            for (Member member : formed.members().members()) {
              present.put(member.id(), real(member));
            }
          }
        });
  }

  /** An answer says where members are, and neither of which incarnation nor whether they vote. */
  private Member real(Member told) {
    SimMachine machine = Objects.requireNonNull(network.machines.get(told.http()));
    return new Member(machine.self(), told.raft(), told.http(), told.voter());
  }

  /** True if nothing is asked about this member. */
  boolean isFree(SimMachine machine) {
    return !busy.contains(machine.id);
  }

  /** True while a setup may be under way. */
  boolean setsUp() {
    return setups > 0;
  }

  /** True if nothing is asked about anybody, and what became of all is known. */
  boolean isIdle() {
    return busy.isEmpty();
  }

  /** True if it was acknowledged that it is a member, and nothing was asked since. */
  boolean isPresent(SimMachine machine) {
    return present.containsKey(machine.id);
  }

  /** The same of its having been removed. */
  boolean isAbsent(SimMachine machine) {
    return absent.contains(machine.id);
  }

  /** How many members with a vote there are, as far as is known. */
  long voters() {
    return present.values().stream().filter(Member::voter).count();
  }

  /** Asks for a machine to be a member. */
  void join(SimMachine through, SimMachine machine, boolean voter) {
    JoinRequest request =
        OverTheWire.join(
            new JoinRequest(new MemberId(machine.id), machine.raft, machine.http, voter, null));
    NodeId self = machine.self();
    begin(machine.id);
    var unused =
        ask(
                "join",
                "join of " + self + (voter ? "" : "?"),
                through,
                (life, until) -> life.parts.join(request, false, until),
                after -> joined(self, voter, after))
            .whenComplete((result, failure) -> ended(failure, machine.id));
  }

  private void joined(NodeId self, boolean voter, Membership after) {
    Member member = after.find(self.id());
    check(
        member != null && !removed.containsKey(self),
        "%s joined, and these are the members: %s",
        self,
        after.members());
    present.put(
        self.id(), new Member(self, Objects.requireNonNull(member).raft(), member.http(), voter));
  }

  /** Asks for a machine to take the place of another. */
  void replace(SimMachine through, SimMachine machine, SimMachine replaced) {
    JoinRequest request =
        OverTheWire.join(
            new JoinRequest(
                new MemberId(machine.id),
                machine.raft,
                machine.http,
                true,
                new MemberId(replaced.id)));
    NodeId self = machine.self();
    Member gone = present.get(replaced.id);
    begin(machine.id);
    begin(replaced.id);
    var unused =
        ask(
                "replace",
                "join of " + self + " in the place of " + replaced.id,
                through,
                (life, until) -> life.parts.join(request, false, until),
                after -> {
                  joined(self, true, after);
                  left(replaced.id, gone, after);
                })
            .whenComplete((result, failure) -> ended(failure, machine.id, replaced.id));
  }

  /** Asks for a member to be removed. */
  void remove(SimMachine through, SimMachine machine) {
    Member gone = present.get(machine.id);
    begin(machine.id);
    MemberId id = new MemberId(machine.id);
    var unused =
        ask(
                "remove",
                "removal of " + machine.id,
                through,
                (life, until) -> life.parts.remove(id, false, until),
                after -> left(machine.id, gone, after))
            .whenComplete((result, failure) -> ended(failure, machine.id));
  }

  private void left(String id, @Nullable Member gone, Membership after) {
    check(after.find(id) == null, "%s was removed, and is a member: %s", id, after.members());
    absent.add(id);
    if (gone != null) {
      removed.put(gone.node(), newestTerm());
    }
  }

  private long newestTerm() {
    return cluster.nodes.values().stream().mapToLong(SimNode::term).max().orElse(0);
  }

  private void begin(String id) {
    busy.add(id);
    present.remove(id);
    absent.remove(id);
  }

  /** What is not acknowledged may still be done: until the deadline, and a little longer. */
  private void ended(@Nullable Throwable failure, String... ids) {
    List<String> about = List.of(ids);
    if (failure == null) {
      busy.removeAll(about);
    } else {
      cluster.after(PATIENCE * 2, () -> busy.removeAll(about));
    }
  }

  /** Demands that what was acknowledged holds. */
  void check() {
    Membership members = cluster.invariants.members();
    removed.forEach(
        (node, term) -> {
          check(members.find(node) == null, "%s was removed, and is a member again", node);
          SimNode gone = cluster.nodes.get(node);
          check(
              gone == null || !gone.up() || !gone.raft().leads() || gone.raft().term() <= term,
              "%s was removed, and leads later",
              node);
        });
    if (clusterId == null) {
      return;
    }
    present.forEach(
        (id, member) -> {
          Member now = members.find(member.node());
          check(
              now != null && (now.voter() || !member.voter()),
              "%s was acknowledged as a member, and these are: %s",
              member.node(),
              members.members());
        });
    absent.forEach(
        id -> check(members.find(id) == null, "%s was removed, and there is one again", id));
  }

  static void check(boolean holds, String message, @Nullable Object... arguments) {
    if (!holds) {
      throw new AssertionError(String.format(message, arguments));
    }
  }

  /** What was asked and told, the newest last. */
  String log() {
    return String.join("\n  ", told);
  }
}
