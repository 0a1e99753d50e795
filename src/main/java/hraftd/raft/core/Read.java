package hraftd.raft.core;

/** A linearizable read that waits for its turn. */
public interface Read {

  /** True once nobody waits for it any more. */
  boolean abandoned();

  /** The state may be read now. Called on the Raft thread, at most once. */
  void ready();
}
