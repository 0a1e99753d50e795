package hraftd.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The body of an answer for who makes it with streams, on a thread of its own: each write waits
 * until its bytes are gone. To close it does not end the answer; that is for who knows that nothing
 * is missing.
 */
public final class StreamOutput extends OutputStream {

  /** A client that takes nothing for so long is given up. */
  private static final Duration STALLED = Duration.ofSeconds(60);

  private final ResponseStream stream;
  private final LeastRate leastRate;
  private long bytes;
  private long waited;

  /** For an answer that holds one of a few places: a client that takes it too slowly loses it. */
  public StreamOutput(ResponseStream stream) {
    this(stream, LeastRate.OF_BACKUPS);
  }

  StreamOutput(ResponseStream stream, LeastRate leastRate) {
    this.stream = stream;
    this.leastRate = leastRate;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    CompletableFuture<Void> written = new CompletableFuture<>();
    byte[] part = Arrays.copyOfRange(bytes, offset, offset + length);
    stream.write(
        part,
        failure -> {
          if (failure == null) {
            written.complete(null);
          } else {
            written.completeExceptionally(failure);
          }
        });
    long began = System.nanoTime();
    try {
      written.get(STALLED.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("the client takes nothing", e);
    } catch (ExecutionException e) {
      throw new IOException("the client has left", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    this.bytes += length;
    waited += System.nanoTime() - began;
    if (leastRate.isMissed(this.bytes, waited)) {
      throw new IOException("the client takes too little");
    }
  }
}
