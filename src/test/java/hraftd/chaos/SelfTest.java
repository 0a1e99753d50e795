package hraftd.chaos;

import java.util.List;

/**
 * The judge judged: nodes with a deliberate fault (hraftd.FaultyMain), and the scenario in which
 * their clients must see it.
 *
 * @param fault a name of hraftd.raft.node.FaultyConsensus
 * @param scenario in which it shows
 */
record SelfTest(String fault, String scenario) {

  static final List<SelfTest> ALL =
      List.of(
          new SelfTest("ACKNOWLEDGE_BEFORE_COMMIT", "leader-cut"),
          new SelfTest("NO_FSYNC", "power-all"),
          new SelfTest("LOCAL_READS", "follower-cut"),
          new SelfTest("LEADS_ALONE", "leader-cut"),
          new SelfTest("DROP_SNAPSHOTS", "snapshot"),
          new SelfTest("TORN_WRITES", "follower-kill"),
          new SelfTest("UNCONDITIONAL_WRITES", "follower-kill"),
          new SelfTest("FORGET_REPEATS", "leader-cut"));

  /** How to start a faulty node, given how to start a sound one. */
  List<String> program(List<String> sound) {
    int jar = sound.indexOf("-jar");
    List<String> faulty = new java.util.ArrayList<>(sound.subList(0, jar));
    faulty.addAll(
        List.of("-cp", "target/test-classes:" + sound.get(jar + 1), "hraftd.FaultyMain", fault));
    return faulty;
  }

  /** True if the clients' records show the fault; that a node stopped would not be enough. */
  static boolean caught(Report report) {
    return report.lost() > 0 || !report.failures().isEmpty();
  }
}
