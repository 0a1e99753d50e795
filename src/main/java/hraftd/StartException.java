package hraftd;

/** The node cannot start; the message is one line for the operator. */
final class StartException extends Exception {

  /** Exit code for what the operator has to put right on the command line or around it. */
  static final int USAGE = 2;

  /** Exit code for what broke. */
  static final int FAILURE = 1;

  private final int exitCode;

  StartException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  StartException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** What the process ends with. */
  int exitCode() {
    return exitCode;
  }
}
