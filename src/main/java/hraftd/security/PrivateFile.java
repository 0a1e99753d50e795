package hraftd.security;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** What a file must be like that nobody but this node's user may read. */
final class PrivateFile {

  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private PrivateFile() {}

  /**
   * Looks at who may read and change it; where files have no such modes, at nothing.
   *
   * @throws UnusableFileException if that is anybody but its owner
   */
  static void check(Path file) throws IOException, UnusableFileException {
    if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    Set<PosixFilePermission> more = EnumSet.noneOf(PosixFilePermission.class);
    more.addAll(Files.getPosixFilePermissions(file));
    more.removeAll(OWNERS);
    if (!more.isEmpty()) {
      throw new UnusableFileException(
          file + ": others may read or change it: chmod 600 " + file + " (has also " + more + ")");
    }
  }
}
