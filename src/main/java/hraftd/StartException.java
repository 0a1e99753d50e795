package hraftd;

/** The node cannot start; the message is one line for the operator. */
final class StartException extends Exception {

  /** Exit code for what starting again cannot cure: a mistake, or a directory that is no good. */
  static final int USAGE = 2;

  /** Exit code for what may cure itself, so that it is worth starting again. */
  static final int TEMPORARY = 75;

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
