package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.cluster.ClusterRecord;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * One run of the simulation in which the members come and go by the requests of {@link
 * hraftd.cluster}: nodes that belong to no cluster are set up, join, are removed and replaced while
 * they crash and are cut off; then the faults end, and all has to be as acknowledged.
 */
final class ClusterRun {

  private static final long SETUP_MILLIS = 8_000;
  private static final long CHANGES_MILLIS = 18_000;
  private static final long CLIENTS_EVERY = 200 * MILLI;
  private static final long CHECK = 20 * MILLI;

  /** A promise to stay free for a cluster that is not formed ends within this. */
  private static final long RESERVED_MILLIS = 11_000;

  /** Requests that were begun before the faults ended are over, and so is what keepers do. */
  private static final long SETTLE_MILLIS = 8_000;

  private static final int SPARE = 3;

  final SimCluster cluster;
  final SimAdministrator administrator;
  private final SimHttp network;
  private final Random random;
  private final List<SimMachine> machines = new ArrayList<>();
  private final List<SimMachine> named = new ArrayList<>();

  /** One of those that were named has another directory by now. */
  private boolean emptied;

  private ClusterRun(long seed) {
    cluster = SimCluster.unset(seed);
    random = cluster.random;
    network = new SimHttp(cluster);
    administrator = new SimAdministrator(cluster, network);
    int size = (int) cluster.oneOf(1, 2, 3, 3, 3, 4, 5);
    for (int i = 1; i <= size + SPARE; i++) {
      SimMachine machine = newMachine();
      if (i <= size) {
        named.add(machine);
      }
    }
  }

  private SimMachine newMachine() {
    SimMachine machine = new SimMachine(cluster, network, machines.size() + 1);
    machines.add(machine);
    network.machines.put(machine.http, machine);
    return machine;
  }

  /**
   * Runs a seed to its end.
   *
   * @throws AssertionError if something is not as it must be; it says how to have the same again
   */
  static ClusterRun of(long seed) {
    ClusterRun run = new ClusterRun(seed);
    try {
      run.run();
      return run;
    } catch (Throwable t) {
      throw new AssertionError(
          "seed " + seed + " (replay it with -Dseed=" + seed + "): " + t.getMessage() + run, t);
    } finally {
      run.machines.forEach(SimMachine::crash);
    }
  }

  private void run() {
    machines.forEach(SimMachine::start);
    cluster.clients.start(CLIENTS_EVERY);
    cluster.after(CHECK, this::check);
    cluster.after(random.nextLong(2000 * MILLI), this::fault);
    cluster.after(random.nextLong(500 * MILLI), this::askForSetup);
    cluster.pass(SETUP_MILLIS);
    if (administrator.clusterId == null) {
      cluster.pass(SETUP_MILLIS);
    }
    if (administrator.clusterId != null) {
      cluster.after(MILLI, this::askForChange);
      cluster.pass(CHANGES_MILLIS);
    }
    cluster.endFaults();
    machines.forEach(machine -> machine.pause(false));
    machines.forEach(SimMachine::start);
    if (administrator.clusterId == null) {
      cluster.pass(RESERVED_MILLIS);
      finish("setup", administrator.setUp(named.get(0), named.toArray(SimMachine[]::new)));
    }
    cluster.pass(SETTLE_MILLIS);
    changesStillWork();
    cluster.pass(SETTLE_MILLIS);
    checkRecords();
  }

  private <T> void finish(String what, CompletableFuture<T> answer) {
    cluster.pass(SimAdministrator.PATIENCE / MILLI + 1);
    SimLiveness.check(answer.isDone() && !answer.isCompletedExceptionally(), "no %s", what);
  }

  /** The faults are over: whoever has lost its directory joins anew, one is added and removed. */
  private void changesStillWork() {
    for (SimMachine machine : List.copyOf(machines)) {
      Member lost = cluster.invariants.members().find(machine.id);
      if (lost != null && !lost.node().equals(machine.self())) {
        administrator.join(member(), machine, lost.voter());
        cluster.pass(SimAdministrator.PATIENCE / MILLI + 1);
        SimLiveness.check(administrator.isPresent(machine), "%s cannot join anew", machine);
      }
    }
    SimMachine fresh = newMachine();
    fresh.start();
    administrator.join(member(), fresh, /* voter= */ true);
    cluster.pass(SimAdministrator.PATIENCE / MILLI + 1);
    SimLiveness.check(administrator.isPresent(fresh), "nobody can join");
    administrator.remove(member(), fresh);
    cluster.pass(SimAdministrator.PATIENCE / MILLI + 1);
    SimLiveness.check(administrator.isAbsent(fresh), "nobody can be removed");
  }

  private SimMachine member() {
    return any(m -> cluster.invariants.members().find(m.self()) != null, machines.get(0));
  }

  private SimMachine any(Predicate<SimMachine> which, SimMachine other) {
    List<SimMachine> found = machines.stream().filter(which).toList();
    return found.isEmpty() ? other : found.get(random.nextInt(found.size()));
  }

  // ---- what is asked for

  private void askForSetup() {
    if (cluster.calm()) {
      return;
    }
    cluster.after(
        random.nextLong((administrator.clusterId == null ? 2_500 : 12_000) * MILLI),
        this::askForSetup);
    if (emptied) {
      return; // It would be other nodes that are named now.
    }
    setUp(random.nextInt(3) == 0 ? random.nextInt(named.size()) : 0);
    if (random.nextInt(3) == 0) {
      long soon = random.nextInt(2) == 0 ? MILLI : random.nextLong(60 * MILLI);
      cluster.after(soon, () -> setUp(random.nextInt(named.size())));
    }
  }

  /** Asks one of those that are named, or the one that is to lead. */
  private void setUp(int leads) {
    List<SimMachine> order = new ArrayList<>(named);
    Collections.rotate(order, leads);
    int through = random.nextBoolean() ? 0 : random.nextInt(order.size());
    var unused = administrator.setUp(order.get(through), order.toArray(SimMachine[]::new));
  }

  private void askForChange() {
    if (cluster.calm()) {
      return;
    }
    cluster.after(random.nextLong(1500 * MILLI), this::askForChange);
    SimMachine machine = machines.get(random.nextInt(machines.size()));
    SimMachine through = any(m -> m.life() != null, machine);
    if (!administrator.isFree(machine)) {
      return;
    }
    if (!administrator.isPresent(machine)) {
      comes(through, machine);
    } else if (random.nextInt(3) == 0) {
      administrator.join(through, machine, /* voter= */ true);
    } else if (administrator.voters() > 2) {
      goes(through, machine);
    }
  }

  /** One that was removed joins with an empty directory, or tries to with the old one. */
  private void comes(SimMachine through, SimMachine machine) {
    if (machine.record() != null && administrator.isAbsent(machine) && random.nextInt(4) > 0) {
      empty(machine);
    }
    SimMachine replaced = any(m -> m != machine && administrator.isPresent(m), machine);
    if (replaced != machine && administrator.isFree(replaced) && random.nextBoolean()) {
      administrator.replace(through, machine, replaced);
    } else {
      administrator.join(through, machine, /* voter= */ random.nextInt(4) > 0);
    }
  }

  private void goes(SimMachine through, SimMachine machine) {
    if (random.nextBoolean()) {
      machine.crash();
      cluster.after(random.nextLong(4000 * MILLI), machine::start);
    }
    administrator.remove(through, machine);
  }

  // ---- what happens

  private void fault() {
    if (cluster.calm()) {
      return;
    }
    cluster.after(
        random.nextLong((administrator.clusterId == null ? 800 : 2500) * MILLI), this::fault);
    SimMachine machine =
        random.nextBoolean()
            ? any(m -> m.node().up() && m.node().raft().leads(), machines.get(0))
            : machines.get(random.nextInt(machines.size()));
    switch (random.nextInt(9)) {
      case 0, 1, 2 -> machine.crashFor(random.nextLong(2500));
      case 3 -> cluster.network.isolate(machine.node(), random.nextInt(3));
      case 4 -> cluster.network.halves();
      case 5 -> pause(machine, random.nextLong(1200));
      case 6 -> pause(machine, random.nextLong(12_000));
      default -> lose(machine);
    }
  }

  private void pause(SimMachine machine, long millis) {
    machine.pause(true);
    cluster.after(millis * MILLI, () -> machine.pause(false));
  }

  /** A directory is lost, if the cluster can bear it: one at a time, and while nothing changes. */
  private void lose(SimMachine machine) {
    boolean all =
        administrator.isIdle()
            && cluster.invariants.members().members().stream()
                .allMatch(m -> cluster.nodes.containsKey(m.node()));
    if (all && administrator.isPresent(machine) && administrator.voters() > 2) {
      empty(machine);
    }
  }

  private void empty(SimMachine machine) {
    if (!administrator.setsUp()) {
      emptied |= named.contains(machine);
      machine.wipe();
      cluster.after(random.nextLong(1000 * MILLI), machine::start);
    }
  }

  // ---- what is demanded

  private void check() {
    cluster.checking(
        () -> {
          administrator.check();
          Set<String> clusters = new HashSet<>();
          for (SimMachine machine : machines) {
            ClusterRecord record = machine.record();
            if (record != null) {
              clusters.add(record.clusterId());
            }
          }
          SimAdministrator.check(clusters.size() <= 1, "there are two clusters: %s", clusters);
        });
    cluster.after(CHECK, this::check);
  }

  /** Everybody knows what has become of the members, and of itself. */
  private void checkRecords() {
    Membership members = cluster.invariants.members();
    SimLiveness.check(members.replacements().isEmpty(), "a replacement has not ended");
    for (SimMachine machine : machines) {
      ClusterRecord record = machine.record();
      if (members.find(machine.self()) != null) {
        SimLiveness.check(
            record != null && !record.removed() && record.newest().equals(members.withoutPast()),
            "%s does not know the members: %s",
            machine,
            members.members());
      } else if (administrator.removed.containsKey(machine.self())) {
        SimLiveness.check(
            record != null && record.removed() && !machine.node().up(),
            "%s does not know that it was removed",
            machine);
      }
    }
  }

  @Override
  public String toString() {
    StringBuilder all = new StringBuilder();
    machines.forEach(machine -> all.append("\n  ").append(machine));
    return all + "\n" + cluster.describe() + "\n  " + administrator.log();
  }
}
