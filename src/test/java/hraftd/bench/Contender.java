package hraftd.bench;

import java.time.Duration;
import java.util.List;

/** A store that is measured beside others. One thread at a time. */
interface Contender {

  /** In tables and on the command line. */
  String name();

  /** What exactly it is, for the notes below the tables. */
  String about();

  /** Whether it can be put under this load at all. */
  boolean takes(Load load);

  /**
   * Starts it, checks that what is written can be read, and writes the keys that are read later.
   */
  void start();

  /** Those whose time and memory count. */
  List<Process> processes();

  /** Puts it under load for about so long, and checks afterwards that a write is there. */
  Tally drive(Load load, Duration time);

  void stop();
}
