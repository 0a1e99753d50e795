package hraftd.http;

import hraftd.raft.Deadline;
import hraftd.security.Caller;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who sends a request, and whether its route is for that one: asked before a body is read
 * and anything is done. Any thread may call it; it never blocks.
 */
public interface Access {

  /** Where nobody is asked who they are. */
  Access OPEN =
      new Access() {

        private static final CompletableFuture<Caller> EVERYBODY =
            CompletableFuture.completedFuture(Caller.EVERYBODY);

        @Override
        public CompletableFuture<Caller> caller(Route route, Asking asking) {
          return EVERYBODY;
        }

        @Override
        public void permit(Route route, Caller caller) {}

        @Override
        public void answered(
            @Nullable Route route, @Nullable Caller caller, Asking asking, int status) {}
      };

  /** What a request says of whoever sends it, and what else has to be known to believe that. */
  interface Asking {

    /** Its {@code Authorization} header; null if it has none. */
    @Nullable String authorization();

    /**
     * The common name in the certificate that its client has shown; null if it has shown none, or
     * one without.
     */
    @Nullable String certified();

    /** The address of whoever sent it, without the port. */
    String client();

    /** GET and so on. */
    String method();

    /** Its {@code Host} header; null if it has none. */
    @Nullable String host();

    /** Its path and query, as they came. */
    String target();

    /**
     * Its {@code timeout}, counted from this call: nobody looks for who sends it for longer. The
     * default if that is malformed.
     */
    Deadline deadline();

    /** Its path alone, which may be written down: tokens can be in a query by mistake. */
    String path();
  }

  /**
   * Who sends it. Done already, unless this node has to ask the others first what is so now. Fails
   * with a {@link Problem} with 401 if that is wrong, and 429 if too much was tried.
   */
  CompletableFuture<Caller> caller(Route route, Asking asking);

  /**
   * Nothing, if a route is for whoever asks.
   *
   * @throws Problem 403 if not, or 401 if it may be for that one with a token
   */
  void permit(Route route, Caller caller);

  /**
   * A request is being answered.
   *
   * @param route null if there is none for it
   * @param caller null if it is not known
   */
  void answered(@Nullable Route route, @Nullable Caller caller, Asking asking, int status);
}
