package hraftd.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One way to break a cluster, again and again until the time is up.
 *
 * @param name on the command line and in the table
 * @param about one line for {@code --list}
 * @param needsImages true if the nodes' disks must be images
 * @param changesMembers true if members come or go
 * @param needsOlder true if it takes the program of the version before, which the nodes begin with
 * @param isSecure true if its nodes have TLS and ask who is there, whatever the command line says
 * @param target the longest gap in acknowledged writes that three nodes should show
 * @param strike breaks something and mends it
 */
record Scenario(
    String name,
    String about,
    boolean needsImages,
    boolean changesMembers,
    boolean needsOlder,
    boolean isSecure,
    Duration target,
    Consumer<Arena> strike) {

  private static final Duration UNNOTICED = Duration.ofMillis(300);
  private static final Duration KILLED = Duration.ofSeconds(1);
  private static final Duration SILENT = Duration.ofSeconds(3);

  /** No promise: what is left may have no majority, or hardly one. */
  private static final Duration NONE = Duration.ofSeconds(60);

  /** Needs a second program, and so is none of {@link #all}. */
  static final Scenario UPGRADE =
      new Scenario(
          "upgrade",
          "the version before is replaced by this one node by node, and back (scripts/upgrade-test)",
          /* needsImages= */ false,
          /* changesMembers= */ true,
          /* needsOlder= */ true,
          /* isSecure= */ false,
          NONE,
          UpgradeStrikes::upAndDown);

  /**
   * Every scenario there is, in the order of the table; {@code mixed} last.
   *
   * @param whole false for an engine that can neither change its members nor keep its port for
   *     those who know the secret
   */
  static List<Scenario> all(boolean whole) {
    List<Scenario> parts =
        single().stream().filter(s -> whole || !(s.changesMembers() || s.isSecure())).toList();
    List<Scenario> all = new ArrayList<>(parts);
    List<Scenario> any = parts.stream().filter(s -> !s.isSecure()).toList();
    all.add(
        new Scenario(
            "mixed",
            "any of the others, by chance",
            /* needsImages= */ true,
            /* changesMembers= */ whole,
            /* needsOlder= */ false,
            /* isSecure= */ false,
            NONE,
            a -> any.get(a.random().nextInt(any.size())).strike.accept(a)));
    return all;
  }

  private static List<Scenario> single() {
    return List.of(
        plain("leader-kill", "kill -9 of the leader", KILLED, ProcessStrikes::killLeader),
        plain("follower-kill", "kill -9 of a follower", UNNOTICED, ProcessStrikes::killFollower),
        plain(
            "minority-kill",
            "kill -9 of as many as may fail",
            KILLED,
            ProcessStrikes::killMinority),
        plain("all-kill", "kill -9 of all at once", SILENT, ProcessStrikes::killAll),
        plain(
            "leader-freeze",
            "SIGSTOP of the leader for 1, 5, 15 s",
            SILENT,
            ProcessStrikes::freezeLeader),
        plain(
            "follower-freeze", "SIGSTOP of a follower", UNNOTICED, ProcessStrikes::freezeFollower),
        plain("leader-cut", "the leader cut off from its peers", SILENT, NetworkStrikes::cutLeader),
        plain(
            "follower-cut",
            "a follower cut off from its peers",
            UNNOTICED,
            NetworkStrikes::cutFollower),
        plain(
            "laggard",
            "followers behind the others, then the leader dies",
            SILENT,
            NetworkStrikes::killLeaderOfLaggards),
        plain("halves", "two parts that do not see each other", SILENT, NetworkStrikes::halves),
        plain("bridge", "two parts, one node sees both", SILENT, NetworkStrikes::bridge),
        plain(
            "one-way",
            "the leader hears nobody, or is heard by nobody",
            SILENT,
            NetworkStrikes::oneWay),
        plain("flapping", "a node's links go and come", NONE, NetworkStrikes::flapping),
        plain("lossy", "packets between nodes are lost", NONE, NetworkStrikes::lossy),
        plain("slow", "narrow links with long queues", NONE, NetworkStrikes::slow),
        image("disk-full-one", "one node's disk is full", NONE, DiskStrikes::fillOne),
        image("disk-full-all", "every node's disk is full", NONE, DiskStrikes::fillAll),
        image(
            "power-all",
            "all lose power: only what was fsynced is left",
            SILENT,
            DiskStrikes::losePowerAll),
        image("power-leader", "the leader loses power", KILLED, DiskStrikes::losePowerLeader),
        members("wipe", "a follower's directory is wiped", UNNOTICED, DiskStrikes::wipeFollower),
        plain(
            "snapshot",
            "a follower is away so long that it needs a snapshot",
            NONE,
            DiskStrikes::sendSnapshot),
        plain(
            "rolling-restart",
            "SIGTERM and start, one by one",
            KILLED,
            ProcessStrikes::rollingRestart),
        plain("shutdown", "/shutdown of all, start", SILENT, ProcessStrikes::shutdownAndStart),
        members(
            "members",
            "a node joins, then one is removed, while the leader is struck or packets are lost",
            SILENT,
            MemberStrikes::comeAndGo),
        members(
            "replace",
            "a node is lost for good and another takes its place, with the same troubles",
            NONE,
            MemberStrikes::replace),
        new Scenario(
            "rotation",
            "secret, authority and certificates are replaced node by node",
            /* needsImages= */ false,
            /* changesMembers= */ false,
            /* needsOlder= */ false,
            /* isSecure= */ true,
            UNNOTICED,
            RotationStrikes::rotate),
        image("storm", "many faults on top of each other", NONE, Storm::strike));
  }

  private static Scenario plain(
      String name, String about, Duration target, Consumer<Arena> strike) {
    return new Scenario(name, about, false, false, false, false, target, strike);
  }

  private static Scenario members(
      String name, String about, Duration target, Consumer<Arena> strike) {
    return new Scenario(
        name, about, false, /* changesMembers= */ true, false, false, target, strike);
  }

  private static Scenario image(
      String name, String about, Duration target, Consumer<Arena> strike) {
    return new Scenario(name, about, /* needsImages= */ true, false, false, false, target, strike);
  }
}
