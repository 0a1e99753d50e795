package hraftd;

import hraftd.cluster.DataDirectory;
import hraftd.cluster.Identity;
import hraftd.cluster.InMemoryIdentity;
import hraftd.raft.ConsensusEngine;
import hraftd.raft.UnusableFilesException;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.nio.file.Path;

/** Opens what a node knows of itself, and refuses files that are nobody's. Stateless. */
final class IdentityOpener {

  private IdentityOpener() {}

  /**
   * Takes the node's directory, if it has one, for this process.
   *
   * @throws StartException if it cannot be used; nothing is left open
   */
  static Identity open(Invocation.Run flags, ConsensusEngine engine) throws StartException {
    Identity identity = directory(flags, engine);
    try {
      refuseOrphan(identity, engine);
      return identity;
    } catch (StartException e) {
      identity.close();
      throw e;
    }
  }

  private static Identity directory(Invocation.Run flags, ConsensusEngine engine)
      throws StartException {
    if (flags.directory() == null) {
      return new InMemoryIdentity();
    }
    try {
      return DataDirectory.open(flags.directory(), engine.name(), flags.beginning().bootstrap());
    } catch (DataDirectory.Unavailable e) {
      throw new StartException(StartException.TEMPORARY, String.valueOf(e.getMessage()), e);
    } catch (DataDirectory.Unusable e) {
      throw new StartException(StartException.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** A member's files without its record: nobody knows any more whose they are. */
  private static void refuseOrphan(Identity identity, ConsensusEngine engine)
      throws StartException {
    Path files = identity.raftDirectory();
    if (files == null || identity.load() != null) {
      return;
    }
    try {
      if (engine.hasFiles(files)) {
        engine.begin(files);
      }
    } catch (UnusableFilesException | StoreDamagedException e) {
      throw new StartException(StartException.USAGE, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new StartException(StartException.TEMPORARY, "cannot use " + files + ": " + e, e);
    }
  }
}
