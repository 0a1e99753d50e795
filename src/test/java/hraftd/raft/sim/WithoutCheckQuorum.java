package hraftd.raft.sim;

import hraftd.mutants.Mutant;
import hraftd.mutants.Patch;
import java.util.List;

/**
 * A change of Raft that is no fault: a leader goes on which hears no majority. That it steps down
 * helps its clients, and no promise may rest on it.
 */
public final class WithoutCheckQuorum {

  /** The change. */
  public static final Mutant MUTANT =
      new Mutant(
          "sound",
          "without check-quorum",
          "a leader never steps down by itself",
          /* promise= */ "",
          List.of(
              new Patch(
                  "src/main/java/hraftd/raft/core/Quorum.java",
                  List.of(
                      "return youngest(Progress::heardAt, raft.host.listenedNanos())"
                          + " >= raft.timing.election();"),
                  List.of("return false;"))),
          List.of());

  private static final long EVERY = 5;

  private WithoutCheckQuorum() {}

  /** True if the test of the simulation runs this seed with the change. */
  public static boolean isFor(long seed) {
    return seed % EVERY == 0;
  }
}
