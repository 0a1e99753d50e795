package hraftd.http;

import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * To Javalin's response, by the servlet's asynchronous writes: a client that does not read holds
 * memory, but no thread. For requests on which asynchronous processing has begun, as it has when
 * Javalin asks for the future of {@code ctx.future}.
 *
 * <p>The steps below are taken by one thread at a time: whoever comes while another is at it leaves
 * a mark, and that one goes round again.
 */
final class ServletOutlet implements Outlet, WriteListener {

  private final Context context;
  private final boolean bodiless;
  private final AtomicInteger rounds = new AtomicInteger();
  private @Nullable ServletOutputStream out;

  // Set by who begins a write, while no other is under way, before it enters the rounds; taken by
  // who ends it, which may also be a failure from outside of them.
  private final AtomicReference<@Nullable Callback> pending = new AtomicReference<>();

  // Only looked at within the rounds.
  private ByteBuffer bytes = BufferUtil.EMPTY_BUFFER;
  private boolean flushed;

  ServletOutlet(Context context) {
    this.context = context;
    this.bodiless = HttpMethod.HEAD.is(context.req().getMethod());
  }

  @Override
  public void head(Reply reply, long length) {
    context.status(reply.status());
    context.res().setContentType(reply.contentType().isEmpty() ? null : reply.contentType());
    List<String> headers = reply.headers();
    for (int i = 0; i < headers.size(); i += 2) {
      context.res().addHeader(headers.get(i), headers.get(i + 1));
    }
    if (length >= 0) {
      context.res().setContentLengthLong(length);
    }
  }

  @Override
  public void write(boolean last, ByteBuffer content, Callback sent) {
    if (last && (bodiless || !content.hasRemaining())) {
      // Javalin completes the answer, and with it the body.
      sent.succeeded();
      return;
    }
    bytes = content;
    flushed = false;
    pending.set(sent);
    try {
      if (out == null) {
        out = context.res().getOutputStream();
        out.setWriteListener(this);
      }
    } catch (IOException | RuntimeException e) {
      end(e);
      return;
    }
    go();
  }

  @Override
  public void onWritePossible() {
    go();
  }

  @Override
  public void onError(Throwable failure) {
    end(failure);
  }

  private void go() {
    if (rounds.getAndIncrement() != 0) {
      return;
    }
    do {
      try {
        step();
      } catch (IOException | RuntimeException e) {
        end(e);
      }
    } while (rounds.decrementAndGet() > 0);
  }

  private void step() throws IOException {
    ServletOutputStream stream = out;
    while (pending.get() != null && stream != null && stream.isReady()) {
      if (bytes.hasRemaining()) {
        ByteBuffer part = bytes;
        bytes = BufferUtil.EMPTY_BUFFER;
        stream.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
      } else if (!flushed) {
        flushed = true;
        stream.flush();
      } else {
        end(null);
      }
    }
  }

  private void end(@Nullable Throwable failure) {
    Callback sent = pending.getAndSet(null);
    if (sent != null && failure == null) {
      sent.succeeded();
    } else if (sent != null) {
      sent.failed(failure);
    }
  }
}
