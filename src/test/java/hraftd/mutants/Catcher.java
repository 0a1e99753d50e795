package hraftd.mutants;

/** Who notices a {@link Mutant}. */
public sealed interface Catcher {

  /** As the catalog names it. */
  String words();

  /**
   * A run of the simulation.
   *
   * @param seed of the run
   * @param mix a name of {@code hraftd.raft.sim.FaultMix}; empty: the seed's own
   * @param stuck true if it is noticed because something does not go on; else a promise is broken
   */
  record Simulation(long seed, String mix, boolean stuck) implements Catcher {
    @Override
    public String words() {
      return "simulation " + seed + (mix.isEmpty() ? "" : " " + mix) + (stuck ? " stuck" : "");
    }

    @Override
    public String toString() {
      return "simulation, seed " + seed + (mix.isEmpty() ? "" : ", " + mix);
    }
  }

  /**
   * A class of tests.
   *
   * @param name in full
   */
  record Test(String name) implements Catcher {
    @Override
    public String words() {
      return "test " + name;
    }

    @Override
    public String toString() {
      return name.substring(name.lastIndexOf('.') + 1);
    }
  }

  /**
   * A scenario of the chaos run, in which clients of real processes see it.
   *
   * @param scenario its name
   */
  record Chaos(String scenario) implements Catcher {
    @Override
    public String words() {
      return "chaos " + scenario;
    }

    @Override
    public String toString() {
      return "chaos, " + scenario;
    }
  }
}
