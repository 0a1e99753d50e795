package hraftd.http;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The body of an answer that is made while it is sent. Nothing blocks; any thread may call it. */
public interface ResponseStream {

  /**
   * Sends bytes; the next may be sent when these are gone.
   *
   * @param bytes not copied
   * @param written is called once when they are gone, with the failure if they are not: the client
   *     has left, or takes nothing for too long
   */
  void write(byte[] bytes, Consumer<@Nullable Throwable> written);

  /** Ends the body in order; no write is under way. */
  void end();

  /** Cuts the body off, even in the middle of a write, so that the client sees that it is torn. */
  void cut();
}
