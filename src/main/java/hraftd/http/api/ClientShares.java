package hraftd.http.api;

import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.http.Request;
import hraftd.security.Caller;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many requests of one client wait, so that none takes the places of all: of one remote
 * address, and of one token wherever it is shown. Thread-safe.
 */
final class ClientShares {

  private final int most;

  /** Of those who have any; the names are of both kinds, and say which. */
  private final Map<String, Integer> taken = new ConcurrentHashMap<>();

  /** Nobody has any yet; each may have {@code most}. */
  ClientShares(int most) {
    this.most = most;
  }

  /**
   * One more waits, until it is {@linkplain #giveBack given back}.
   *
   * @throws Problem 429 if its client has as many as it may: then nothing is taken
   */
  void take(Request request) {
    String address = address(request);
    take(address, "address");
    if (hasToken(request)) {
      try {
        take(token(request), "token");
      } catch (Problem tooMany) {
        giveBack(address);
        throw tooMany;
      }
    }
  }

  /** One that was taken waits no more. */
  void giveBack(Request request) {
    giveBack(address(request));
    if (hasToken(request)) {
      giveBack(token(request));
    }
  }

  private void take(String client, String kind) {
    if (taken.merge(client, 1, Integer::sum) > most) {
      giveBack(client);
      throw new Problem(Code.OVERLOADED, most + " requests of this " + kind + " wait already");
    }
  }

  private void giveBack(String client) {
    taken.computeIfPresent(client, (same, count) -> count == 1 ? null : count - 1);
  }

  /** The secret is no client's: nodes and admins show it. */
  private static boolean hasToken(Request request) {
    Caller caller = request.caller();
    return caller.hasToken() && !caller.hasSecret();
  }

  private static String address(Request request) {
    return "address " + request.client();
  }

  private static String token(Request request) {
    return "token " + request.caller().name();
  }
}
