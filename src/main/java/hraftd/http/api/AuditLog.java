package hraftd.http.api;

import hraftd.http.Access.Asking;
import hraftd.http.Code;
import hraftd.http.Route;
import hraftd.security.Caller;
import hraftd.security.FailedAttempts;
import hraftd.security.NodeProof;
import hraftd.text.Printable;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down, by the logger {@code audit}, who did what to the cluster and who was turned away.
 * Thread-safe.
 */
final class AuditLog {

  private static final Logger LOG = LoggerFactory.getLogger("audit");

  private static final int SHOWN_BYTES = 256;

  /** Lines, by who it was: anybody can be turned away as often as they like. */
  private final FailedAttempts refusals;

  /** Nothing yet. */
  AuditLog(LongSupplier nanoClock) {
    refusals = new FailedAttempts(nanoClock);
  }

  /** See {@link hraftd.http.Access#answered}. */
  void answered(@Nullable Route route, @Nullable Caller caller, Asking asking, int status) {
    if (status == Code.UNAUTHORIZED.status() || status == Code.FORBIDDEN.status()) {
      String who = caller == null ? asking.client() : caller.name();
      if (!refusals.isTooMany(who)) {
        refusals.add(who);
        LOG.warn("{}", line(caller, asking, status));
      }
    } else if (route != null && isWrittenDown(route, asking.authorization())) {
      LOG.info("{}", line(caller, asking, status));
    }
  }

  /**
   * True if it concerns the cluster, but for what nodes ask each other all the time: how they are,
   * and what happens to them. Whoever has the cluster's secret can make a node's proof, so all else
   * that is asked with one is written down.
   *
   * @param authorization what was shown; null: nothing
   */
  static boolean isWrittenDown(Route route, @Nullable String authorization) {
    boolean get = route.method().equals("GET");
    return switch (route.needs()) {
      case SECRET -> !get;
      case ADMIN ->
          !(get
              && route.path().equals(EventsResource.PATH)
              && authorization != null
              && authorization.startsWith(NodeProof.SCHEME));
      default -> false;
    };
  }

  private static String line(@Nullable Caller caller, Asking asking, int status) {
    return (caller == null ? "-" : Printable.cut(caller.name(), SHOWN_BYTES))
        + " from "
        + asking.client()
        + ": "
        + status
        + " "
        + Printable.cut(asking.method(), SHOWN_BYTES)
        + " "
        + Printable.cut(asking.path(), SHOWN_BYTES);
  }
}
