package hraftd.http.api;

import hraftd.events.EventSubscription;
import hraftd.http.Problem;
import hraftd.http.ResponseStream;
import hraftd.kv.Token;
import hraftd.security.WallClock;
import hraftd.watch.Watcher;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer that goes on for as long as the token that was shown for it is worth what it was then:
 * who may no longer see what is told gets none of it.
 *
 * @param stream its body
 * @param token null: none, or nothing that can be taken back
 * @param stores where the token is looked up; throws a {@link Problem} while there is nothing, and
 *     then it is worth nothing
 */
record HeldStream(ResponseStream stream, @Nullable Token token, Supplier<Store> stores)
    implements Watcher.Sink, EventSubscription.Sink {

  @Override
  public void write(byte[] batch, Consumer<@Nullable Throwable> done) {
    if (token != null && !isWorthAsMuch(token)) {
      stream.cut();
      done.accept(new ClosedChannelException());
      return;
    }
    stream.write(batch, done);
  }

  private boolean isWorthAsMuch(Token shown) {
    try {
      return stores.get().isWorthAsMuch(shown, WallClock.millis());
    } catch (Problem notServing) {
      return false;
    }
  }

  @Override
  public void end() {
    stream.end();
  }

  @Override
  public void cut() {
    stream.cut();
  }
}
