package hraftd.http.api;

import hraftd.http.Problem;
import hraftd.http.Request;
import hraftd.kv.Item;
import hraftd.kv.KvView;
import hraftd.raft.RaftStatus;
import java.math.BigDecimal;
import java.time.Duration;

/** Times to live, as clients write and read them. */
final class Ttl {

  private Ttl() {}

  /** {@code ?ttl=} in milliseconds, at least 1; 0 if it is absent. */
  static long millis(Request request) {
    Duration ttl = request.params().duration("ttl");
    return ttl == null ? 0 : millis(ttl, "'ttl'");
  }

  /**
   * A time to live in milliseconds, at least 1.
   *
   * @param where says which, for the error
   * @throws Problem 400 if it is zero
   */
  static long millis(Duration ttl, String where) {
    if (ttl.isZero()) {
      throw Problem.badRequest(where + " must be more than 0");
    }
    return Math.max(1, ttl.toMillis());
  }

  /** The store's clock now, as well as this node knows it: never ahead of the leader's. */
  static long clock(Store store, KvView view) {
    boolean leads = store.consensus().status().role() == RaftStatus.Role.LEADER;
    return leads
        ? Math.max(view.clockMillis(), store.consensus().clockMillis())
        : view.clockMillis();
  }

  /** What is left of an item's time, as {@code 12.345s}; the item has one. */
  static String remaining(Item item, long clock) {
    long millis = Math.max(0, item.expiresAt() - clock);
    return BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString() + "s";
  }
}
