package hraftd.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.util.Callback;

/**
 * Where one answer goes: to Jetty's own response, or to Javalin's. First the head, then one write
 * at a time, of which the last ends it. Nothing blocks.
 */
interface Outlet {

  /** The length of a body that is not known when its answer begins. */
  long UNKNOWN_LENGTH = -1;

  /**
   * Sets status and headers.
   *
   * @param length the body's, in bytes, or {@link #UNKNOWN_LENGTH}
   */
  void head(Reply reply, long length);

  /** Sends a part of the body, of no bytes for the head alone; calls back when it is gone. */
  void write(boolean last, ByteBuffer bytes, Callback sent);
}
