package hraftd.http;

import java.io.IOException;

/** The server's address cannot be bound: another process listens there, or it is not ours. */
public final class PortTakenException extends IOException {

  /** Says which address and why. */
  public PortTakenException(String message, Throwable cause) {
    super(message, cause);
  }
}
