package hraftd.lab;

import hraftd.mutants.Mutant;
import hraftd.raft.sim.FaultySimulation;
import hraftd.raft.sim.RecordedRun;
import hraftd.raft.sim.SimRun;
import hraftd.raft.sim.WithoutCheckQuorum;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Makes the runs that the page shows, one at a time: each takes a processor for some seconds. Any
 * thread may call it, and waits for its turn.
 */
final class LabRuns {

  /** Two minutes of seven members with their clients; a browser can still draw it. */
  private static final long MAX_BYTES = 32 << 20;

  /** A run takes some seconds, and there are few pages. */
  private static final long PATIENCE_SECONDS = 60;

  /** The classes of one fault are a few megabytes. */
  private static final int KEPT_FAULTS = 4;

  /** Another run takes too long. */
  static final class BusyException extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** What writes a run. */
  @FunctionalInterface
  private interface Run {
    void write() throws IOException;
  }

  private final Museum museum;
  private final Semaphore turn = new Semaphore(1, /* fair= */ true);

  /** By name, those used last; guarded by the turn. */
  private final Map<String, FaultySimulation> faulty =
      new LinkedHashMap<>(KEPT_FAULTS, 0.75f, /* accessOrder= */ true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, FaultySimulation> eldest) {
          return size() > KEPT_FAULTS;
        }
      };

  /** Makes runs with the faults of this museum. */
  LabRuns(Museum museum) {
    this.museum = museum;
  }

  /**
   * A run of which the page says what happens.
   *
   * @throws IllegalArgumentException if there is no such fault
   * @throws BusyException if another run takes too long
   */
  void commanded(RunRequest request, OutputStream out)
      throws IOException, BusyException, InterruptedException {
    Mutant fault = request.fault().isEmpty() ? null : museum.bug(request.fault()).mutant();
    inTurn(
        () -> {
          if (fault == null) {
            RecordedRun.commanded(request.plan(), "", request.sinceMicros(), MAX_BYTES, out);
          } else {
            faulty(fault)
                .commanded(request.plan(), fault.name(), request.sinceMicros(), MAX_BYTES, out);
          }
        });
  }

  /**
   * What the test of the simulation sees for a seed.
   *
   * @param mix a name of the simulation's mixes of faults; empty: the seed's own
   * @throws IllegalArgumentException if there is no such mix
   * @throws BusyException if another run takes too long
   */
  void ofSeed(long seed, String mix, OutputStream out)
      throws IOException, BusyException, InterruptedException {
    inTurn(
        () -> {
          if (mix.isEmpty() && WithoutCheckQuorum.isFor(seed)) {
            faulty(WithoutCheckQuorum.MUTANT)
                .ofSeed(seed, mix, WithoutCheckQuorum.MUTANT.name(), SimRun.MILLIS, MAX_BYTES, out);
          } else {
            RecordedRun.ofSeed(seed, mix, "", SimRun.MILLIS, MAX_BYTES, out);
          }
        });
  }

  /**
   * A run in which a fault of the museum breaks a promise.
   *
   * @throws IllegalArgumentException if there is no such fault
   * @throws BusyException if another run takes too long
   */
  void ofBug(String name, OutputStream out)
      throws IOException, BusyException, InterruptedException {
    Museum.Bug bug = museum.bug(name);
    inTurn(() -> bug.play(faulty(bug.mutant()), MAX_BYTES, out));
  }

  private FaultySimulation faulty(Mutant fault) {
    return faulty.computeIfAbsent(fault.name(), name -> new FaultySimulation(fault));
  }

  private void inTurn(Run run) throws IOException, BusyException, InterruptedException {
    if (!turn.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new BusyException();
    }
    try {
      run.write();
    } finally {
      turn.release();
    }
  }
}
