package hraftd.jgroups;

import hraftd.kv.state.KvState;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusEngine;
import hraftd.raft.RaftSettings;
import hraftd.raft.UnusableFilesException;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.jgroups.protocols.raft.FileBasedLog;

/** jgroups-raft, and the files that it keeps: {@code jgroups.log/} in a member's directory. */
public final class JGroupsRaftEngine implements ConsensusEngine {

  private static final String LOG = JGroupsStack.LOG_PREFIX + ".log";

  /** What its log makes when it is opened for the first time. */
  private static final List<String> FILES = List.of("metadata.raft", "entries.raft");

  /** The engine. */
  public JGroupsRaftEngine() {}

  @Override
  public String name() {
    return "jgroups-raft";
  }

  @Override
  public String warning() {
    return "-engine=jgroups-raft DOES NOT KEEP EVERY PROMISE OF HRAFTD: acknowledged writes can be"
        + " lost or replaced, and copies can differ for ever, after a cut network, a loss of power"
        + " or a full disk; members cannot be added, moved or removed, nor leadership be handed"
        + " over: see docs/engines.md";
  }

  @Override
  public Consensus open(RaftSettings settings, KvState state) throws IOException {
    requirePort(settings);
    return new JGroupsRaftConsensus(settings, state);
  }

  /** JGroups binds it later, on another thread, when nobody waits for an answer any more. */
  private static void requirePort(RaftSettings settings) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(settings.bind().resolve());
    } catch (IOException e) {
      BindException told =
          new BindException("cannot listen on " + settings.bind() + ": " + e.getMessage());
      told.initCause(e);
      throw told;
    }
  }

  @Override
  public boolean hasFiles(Path directory) {
    return Files.exists(directory.resolve(LOG));
  }

  @Override
  public void begin(Path directory) throws IOException {
    Path files = directory.resolve(LOG);
    FileBasedLog log = new FileBasedLog();
    try {
      log.init(files.toString(), Map.of());
      if (log.lastAppended() > 0 || log.currentTerm() > 0) {
        throw new UnusableFilesException(
            files
                + " is the log of a member, but cluster.json, which says of which one, is gone: "
                + "empty the whole data directory, then set the node up anew");
      }
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot begin the log in " + files, e);
    } finally {
      log.close();
    }
    for (String name : FILES) {
      sync(files.resolve(name), StandardOpenOption.WRITE);
    }
    sync(files, StandardOpenOption.READ);
    sync(directory, StandardOpenOption.READ);
  }

  /** The library syncs neither new files nor directories. */
  private static void sync(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }

  @Override
  public void require(Path directory) throws IOException {
    for (String name : FILES) {
      Path file = directory.resolve(LOG).resolve(name);
      if (!Files.isRegularFile(file)) {
        throw new UnusableFilesException(
            file
                + " is gone: this node has forgotten what it acknowledged and whom it voted for,"
                + " and must not vote again under its old name. This engine cannot replace a"
                + " member: back up from another node, and restore into a new cluster");
      }
    }
  }
}
