package hraftd.security;

/** A file that says who is let in cannot be used, for a reason that no waiting cures. */
public final class UnusableFileException extends Exception {

  private static final long serialVersionUID = 1L;

  /** With the file's name and what is wrong with it, for people; never what is in it. */
  public UnusableFileException(String why) {
    super(why);
  }

  /** The same, with what was thrown. */
  public UnusableFileException(String why, Throwable cause) {
    super(why, cause);
  }
}
