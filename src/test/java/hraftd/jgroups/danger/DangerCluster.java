package hraftd.jgroups.danger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A few nodes of one engine on a network in the test's hands. Nothing is delivered and nothing
 * happens but in {@link #settle} and in the methods that say so.
 */
interface DangerCluster extends AutoCloseable {

  /** What a client got. */
  interface Answer {

    /** True once the client was told that it worked. */
    boolean succeeded();

    /** True once the client was told something, or that it waits no longer. */
    boolean ended();

    /** Why it did not work; null if it worked or has not ended. */
    @Nullable Throwable failure();

    /** What a read returned: the value applied last, empty if none. */
    String value();
  }

  /** Heals, then lets only these nodes hear each other, and only the others each other. */
  void separate(int... side);

  /**
   * Heals, and lets a node that was separate join the others' view of the group: they see it at
   * once, it sees them when what they sent before has arrived.
   */
  void merge(int node);

  /** From now on this node hears nobody; the others hear it. */
  void deafen(int node);

  /** From now on entries that are made in later terms are lost on the way. */
  void loseEntriesOfNewTerms();

  /** Everybody hears everybody, and everything, again. */
  void heal();

  /**
   * Lets a node lead in a new term, elected at once by those that it can reach, with everything
   * that follows from it. False if they may not elect it: too few, or one with a longer log.
   */
  boolean elect(int node);

  /**
   * Lets time pass until these nodes, which believe to see each other, have elected one of those
   * that run and are reachable.
   *
   * @return the leader, or -1 if there is none after many times the time that an election takes
   */
  int awaitLeader(int... view);

  /** A client writes through this node. */
  Answer write(int node, String value);

  /** A client reads through this node, linearizably. */
  Answer read(int node);

  /** Delivers and handles everything until nothing is on its way. No time passes. */
  void settle();

  /** Lets a short time pass without traffic, in which what is lost is sent again. */
  void pass();

  /** Clients write through the leader without a pause, for several times the time of a resend. */
  void keepBusy(int leader);

  /** Takes a snapshot on this node and drops its log behind it. */
  void takeSnapshot(int node);

  /** How many snapshots a node has taken since it started. */
  int snapshotsTaken(int node);

  /** The longest message so far that was a snapshot, or a part of one, in bytes. */
  long longestSnapshotMessage();

  /** Asks the leader for a further member, or one less, and lets what follows happen. */
  void add(int leader, int node);

  void remove(int leader, int node);

  /** Starts a node that is no member, to be added. */
  void start(int node);

  /** Stops a node, empties its directory and starts it with its old id. */
  void wipe(int node);

  /** The values that a node has applied, in order. */
  List<String> applied(int node);

  /** The leader that this node knows; -1 if none. */
  int leaderOf(int node);

  boolean leads(int node);

  @Override
  void close();
}
