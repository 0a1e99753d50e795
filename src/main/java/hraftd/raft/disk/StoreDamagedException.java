package hraftd.raft.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What was durable once cannot be read any more: the disk, or somebody, changed it. The node must
 * not start with it, because it could then deny what it has acknowledged. Nothing was changed in
 * the directory when this is thrown.
 */
public final class StoreDamagedException extends IOException {

  private final String place;

  /**
   * Says where the damage is.
   *
   * @param file the damaged (or missing) file
   * @param offset where in it, in bytes
   * @param what is wrong, with the index of the first entry that is lost, where there is one
   */
  public StoreDamagedException(Path file, long offset, String what) {
    this(file + " is damaged at offset " + offset + ": " + what);
  }

  /**
   * Says what is wrong with a directory as a whole.
   *
   * @param what is wrong
   */
  public StoreDamagedException(Path directory, String what) {
    this(directory + " is not to be used: " + what);
  }

  private StoreDamagedException(String place) {
    super(
        place
            + ". Nothing was overwritten. If a majority of the other members is well: remove this"
            + " node from the cluster, empty its directory, and let it join anew; it then gets"
            + " everything from them. If this is all that is left: hraftd inspect says what is"
            + " whole, and hraftd recover goes on with that");
    this.place = place;
  }

  /** Where the damage is and what is wrong, without what to do about it. */
  public String place() {
    return place;
  }
}
