package hraftd.http;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** The body of an answer that is made while it is sent. */
final class AnswerStream implements ResponseStream {

  private final Exchange exchange;
  private final Outlet outlet;
  private final Callback sent;
  private final AtomicBoolean ended = new AtomicBoolean();

  /**
   * The body of an exchange's answer, whose head is sent.
   *
   * @param sent is called when the answer is gone
   */
  AnswerStream(Exchange exchange, Outlet outlet, Callback sent) {
    this.exchange = exchange;
    this.outlet = outlet;
    this.sent = sent;
  }

  @Override
  public void write(byte[] bytes, Consumer<@Nullable Throwable> written) {
    outlet.write(
        /* last= */ false,
        ByteBuffer.wrap(bytes),
        Callback.from(() -> written.accept(null), written));
  }

  @Override
  public void end() {
    if (ended.compareAndSet(false, true)) {
      outlet.write(/* last= */ true, BufferUtil.EMPTY_BUFFER, sent);
    }
  }

  @Override
  public void cut() {
    if (ended.compareAndSet(false, true)) {
      exchange.cut();
      sent.failed(new ClosedChannelException());
    }
  }
}
