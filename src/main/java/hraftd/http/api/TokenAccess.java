package hraftd.http.api;

import hraftd.http.Access;
import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.http.Request;
import hraftd.http.Route;
import hraftd.kv.Token;
import hraftd.kv.TokenHash;
import hraftd.raft.Deadline;
import hraftd.security.Caller;
import hraftd.security.Credentials;
import hraftd.security.FailedAttempts;
import hraftd.security.NodeProof;
import hraftd.security.RequestRates;
import hraftd.security.Secret;
import hraftd.security.TokenText;
import hraftd.text.Printable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who shows the secret or a token. Tokens are looked up in this node's own copy if that is
 * known to be complete as of at most a second ago, so that one that was taken back is worth nothing
 * a second later; else a read barrier comes first. Thread-safe.
 */
public final class TokenAccess implements Access {

  /** How old what is decided by may be. */
  static final Duration FRESH = Duration.ofSeconds(1);

  private static final int SHOWN_BYTES = 256;

  private static final CompletableFuture<Caller> SECRET =
      CompletableFuture.completedFuture(Caller.SECRET);
  private static final CompletableFuture<Caller> NOBODY =
      CompletableFuture.completedFuture(Caller.NOBODY);
  private static final CompletableFuture<Caller> EVERYBODY =
      CompletableFuture.completedFuture(Caller.EVERYBODY);

  private final Secret secret;
  private final boolean isOptional;
  private final Supplier<@Nullable Store> stores;
  private final Predicate<String> own;
  private final LongSupplier wallMillis;
  private final FailedAttempts failures = new FailedAttempts(System::nanoTime);
  private final AuditLog audit = new AuditLog(System::nanoTime);
  private final RequestRates rates = new RequestRates(System::nanoTime);

  /** Until when this node's copy need not be asked how fresh it is, by the nano clock. */
  private volatile long freshUntil = System.nanoTime();

  /**
   * The access to one node.
   *
   * @param isOptional true if who shows nothing may do everything, as without any access control:
   *     while it is being turned on
   * @param stores what the node serves; null while there is nothing, or a {@link Problem}
   * @param own whether an address, with its port, is one of this node's
   * @param wallMillis people's time, in milliseconds since 1970
   */
  public TokenAccess(
      Secret secret,
      boolean isOptional,
      Supplier<@Nullable Store> stores,
      Predicate<String> own,
      LongSupplier wallMillis) {
    this.secret = secret;
    this.isOptional = isOptional;
    this.stores = stores;
    this.own = own;
    this.wallMillis = wallMillis;
  }

  @Override
  public CompletableFuture<Caller> caller(Route route, Asking asking) {
    if (route.needs() == Route.Needs.NOTHING) {
      return NOBODY;
    }
    String header = asking.authorization();
    try {
      if (header == null) {
        return isOptional ? EVERYBODY : tokenless(asking);
      }
      if (header.startsWith(NodeProof.SCHEME)) {
        return node(header, asking);
      }
      String token = Credentials.token(header);
      if (token != null && secret.isOne(token)) {
        return SECRET;
      }
      if (token == null || !token.startsWith(TokenText.PREFIX)) {
        throw wrong(asking.client(), "this token is none of this cluster's");
      }
      return holder(present(), token, asking);
    } catch (Problem refusal) {
      return CompletableFuture.failedFuture(refusal);
    }
  }

  /** Another node, if its proof was made for a request like this one to an address of this node. */
  private CompletableFuture<Caller> node(String header, Asking asking) {
    String said = asking.host();
    String host = said == null ? "" : said;
    // A client leaves the port away that is usual for what it speaks.
    List<String> addresses =
        host.matches(".*:[0-9]+") ? List.of(host) : List.of(host + ":443", host + ":80");
    for (String to : addresses) {
      NodeProof.Asked asked = new NodeProof.Asked(asking.method(), to, asking.target());
      NodeProof.Finding finding =
          NodeProof.find(secret.accepted(), header, asked, wallMillis.getAsLong());
      if (finding == NodeProof.Finding.OF_ANOTHER_TIME) {
        throw unauthorized(
            "the clocks of two nodes are more than "
                + NodeProof.WINDOW.toMinutes()
                + " minutes apart");
      }
      if (finding == NodeProof.Finding.HOLDS) {
        if (own.test(to)) {
          return SECRET;
        }
        throw unauthorized(
            "a node has asked "
                + Printable.cut(to, SHOWN_BYTES)
                + ", which is no address of this node: -haddr-adv or -allow-host names it");
      }
    }
    throw wrong(asking.client(), "whoever asks as a node has another secret than this one");
  }

  private Store present() {
    Store store = stores.get();
    if (store == null) {
      throw Problem.notSetUp();
    }
    return store;
  }

  /**
   * What may be done without a token: what the one may that is called as the certificate says; else
   * nothing, unless a cluster says so.
   */
  private CompletableFuture<Caller> tokenless(Asking asking) {
    String certified = asking.certified();
    Store store;
    try {
      store = present();
    } catch (Problem notThere) {
      throw notThere.code() == Code.NOT_SET_UP ? unauthorized("this needs a token") : notThere;
    }
    return decide(
        store,
        asking,
        () -> {
          Token rules = certified == null ? null : unexpired(store.tokens().named(certified));
          if (rules == null) {
            rules = unexpired(store.tokens().named(Token.ANONYMOUS));
          }
          return rules == null ? Caller.NOBODY : counted(rules);
        });
  }

  private @Nullable Token unexpired(@Nullable Token token) {
    return token == null || token.isExpired(wallMillis.getAsLong()) ? null : token;
  }

  /** One that this copy does not know may be so new that it only is not here yet. */
  private CompletableFuture<Caller> holder(Store store, String text, Asking asking) {
    TokenHash hash = TokenText.hash(text);
    if (isFresh(store) && store.tokens().of(hash) != null) {
      return CompletableFuture.completedFuture(held(store, hash, asking));
    }
    if (failures.isTooMany(asking.client())) {
      throw tooMany();
    }
    return behindBarrier(store, asking, () -> held(store, hash, asking));
  }

  private Caller held(Store store, TokenHash hash, Asking asking) {
    Token token = unexpired(store.tokens().of(hash));
    if (token == null) {
      throw wrong(asking.client(), "this token is none of this cluster's, or its time is over");
    }
    return counted(token);
  }

  /** 401, or 429 if there were too many of those: a right one is looked at all the same. */
  private Problem wrong(String address, String why) {
    if (failures.isTooMany(address)) {
      return tooMany();
    }
    failures.add(address);
    return unauthorized(why);
  }

  private static Problem tooMany() {
    return new Problem(
        Code.OVERLOADED, "too many wrong tokens have come from this address in this second");
  }

  private Caller counted(Token token) {
    if (!rates.take(token)) {
      throw new Problem(
          Code.OVERLOADED,
          "'"
              + token.name()
              + "' may send "
              + token.limits().requestsPerSecond()
              + " requests a second to a node");
    }
    return Caller.of(token);
  }

  /** At once if what this node has is fresh enough; else when it is. */
  private CompletableFuture<Caller> decide(Store store, Asking asking, Supplier<Caller> decision) {
    return isFresh(store)
        ? CompletableFuture.completedFuture(decision.get())
        : behindBarrier(store, asking, decision);
  }

  private static CompletableFuture<Caller> behindBarrier(
      Store store, Asking asking, Supplier<Caller> decision) {
    // Who may do nothing at all shall not hold a place for an hour.
    Deadline deadline = asking.deadline().orEarlier(Deadline.after(Request.DEFAULT_TIMEOUT));
    return store.consensus().readBarrier(deadline).thenApply(done -> decision.get());
  }

  private boolean isFresh(Store store) {
    long now = System.nanoTime();
    if (freshUntil - now > 0) {
      return true;
    }
    Duration behind = store.consensus().status().behind();
    if (behind == null || behind.compareTo(FRESH) >= 0 || !store.consensus().isWhole()) {
      return false;
    }
    freshUntil = now + FRESH.minus(behind).toNanos();
    return true;
  }

  @Override
  public void permit(Route route, Caller caller) {
    boolean isAllowed =
        switch (route.needs()) {
          case NOTHING -> true;
          case A_TOKEN -> caller.hasToken() || !caller.rules().isEmpty();
          // Which keys only its action knows; who has no rule need not wait for that.
          case ITS_KEYS -> !caller.rules().isEmpty();
          case ADMIN -> caller.isAdmin();
          case SECRET -> caller.hasSecret();
        };
    if (!isAllowed) {
      throw refused(
          caller,
          route.needs() == Route.Needs.SECRET
              ? "this is for the nodes among themselves"
              : "'" + caller.name() + "' may not do this");
    }
  }

  /** 403, or 401 for who might do it with a token. */
  static Problem refused(Caller caller, String why) {
    return caller.name().equals(Token.ANONYMOUS)
        ? unauthorized("this needs a token")
        : Problem.forbidden(why);
  }

  static Problem unauthorized(String why) {
    return new Problem(Code.UNAUTHORIZED, why + ": 'Authorization: Bearer <token>'")
        .header("WWW-Authenticate", "Bearer realm=\"hraftd\"");
  }

  @Override
  public void answered(@Nullable Route route, @Nullable Caller caller, Asking asking, int status) {
    audit.answered(route, caller, asking, status);
  }
}
