package hraftd.raft.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * An operation on a file or directory has failed. The message says which one, on what, and why: the
 * system's own often has one of the three.
 */
public final class DiskException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Says what was tried.
   *
   * @param operation a verb: write, fsync
   */
  public DiskException(String operation, Path file, IOException cause) {
    super("cannot " + operation + " " + file + ": " + reason(cause), cause);
  }

  /** The message alone: it is for operators. */
  @Override
  @SuppressWarnings("OverrideThrowableToString") // The class's name is what is left out.
  public String toString() {
    return String.valueOf(getMessage());
  }

  private static String reason(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof NoSuchFileException) {
      return "it is not there";
    }
    if (cause instanceof FileAlreadyExistsException) {
      return "a file is in the place of a directory";
    }
    String said =
        cause instanceof FileSystemException refused ? refused.getReason() : cause.getMessage();
    boolean system = cause.getClass() == IOException.class || cause instanceof EOFException;
    if (said == null || said.isEmpty()) {
      return cause.getClass().getSimpleName();
    }
    return system || cause instanceof FileSystemException
        ? said
        : cause.getClass().getSimpleName() + ": " + said;
  }
}
