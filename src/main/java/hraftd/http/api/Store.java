package hraftd.http.api;

import hraftd.events.Traffic;
import hraftd.kv.KvView;
import hraftd.kv.Token;
import hraftd.kv.Tokens;
import hraftd.kv.state.KvState;
import hraftd.raft.Consensus;
import hraftd.watch.History;
import hraftd.watch.KeyWaits;
import hraftd.watch.RevisionGate;
import hraftd.watch.Watchers;
import java.util.concurrent.ForkJoinPool;

/** What a node that belongs to a cluster serves. Thread-safe. */
public final class Store implements AutoCloseable {

  private final Consensus consensus;
  private final KvState state;
  private final History history;
  private final String clusterId;
  private final WriteAudit audit;
  private final StoredBytes stored;
  private final RevisionGate gate;
  private final Watchers watchers;
  private final KeyWaits waits;
  private final Traffic traffic;

  /**
   * Bundles what belongs together.
   *
   * @param consensus through which everything is written; not closed here
   * @param state this node's copy
   * @param history the change listener that the state was made with
   * @param clusterId of the cluster
   * @param audit of what is written
   * @param traffic counts what clients do
   */
  public Store(
      Consensus consensus,
      KvState state,
      History history,
      String clusterId,
      WriteAudit audit,
      Traffic traffic) {
    this.traffic = traffic;
    this.audit = audit;
    this.stored = new StoredBytes(state::view, System::nanoTime, ForkJoinPool.commonPool());
    this.consensus = consensus;
    this.state = state;
    this.history = history;
    this.clusterId = clusterId;
    this.gate = new RevisionGate(history, () -> state.view().revision());
    this.watchers = new Watchers(history);
    this.waits = new KeyWaits(history, ForkJoinPool.commonPool());
  }

  /** Through which everything is written. */
  public Consensus consensus() {
    return consensus;
  }

  /** This node's copy. */
  public KvState state() {
    return state;
  }

  /** Who may do what, as this copy has it. */
  public Tokens tokens() {
    return state.view().tokens();
  }

  /**
   * True if a token is still what it was: neither taken back, nor replaced, nor expired.
   *
   * @param nowMillis people's time, in milliseconds since 1970
   */
  boolean isWorthAsMuch(Token token, long nowMillis) {
    return isWorthAsMuch(state.view(), token, nowMillis);
  }

  /** The same, as a view has it. */
  static boolean isWorthAsMuch(KvView view, Token token, long nowMillis) {
    return token.equals(view.tokens().named(token.name())) && !token.isExpired(nowMillis);
  }

  /** The newest changes of the copy. */
  public History history() {
    return history;
  }

  /** Writes down who changed what. */
  public WriteAudit audit() {
    return audit;
  }

  /** Holds tokens to the bytes that they may keep. */
  StoredBytes stored() {
    return stored;
  }

  /** Counts what clients do. */
  Traffic traffic() {
    return traffic;
  }

  /** The cluster's id. */
  public String clusterId() {
    return clusterId;
  }

  /** For waiting until the copy has reached a revision. */
  public RevisionGate gate() {
    return gate;
  }

  /** Who watches the copy. */
  public Watchers watchers() {
    return watchers;
  }

  /** Who waits for a key to change. */
  public KeyWaits waits() {
    return waits;
  }

  /** Ends all watches, and all waiting. */
  @Override
  public void close() {
    watchers.close();
    waits.close();
  }
}
