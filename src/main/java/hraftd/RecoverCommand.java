package hraftd;

import hraftd.cluster.ClusterRecord;
import hraftd.cluster.DataDirectory;
import hraftd.cluster.Recovery;
import hraftd.cluster.StoredDirectory;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.disk.StoreDamagedException;
import hraftd.raft.node.LoneMember;
import hraftd.raft.node.StoredState;
import hraftd.raft.node.StoredStateReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code hraftd recover}: makes the directory of a member, whose cluster has lost its majority for
 * good, that of a new cluster of this member alone. What comes after that is a usual start.
 */
final class RecoverCommand {

  /** What has to be typed where something would be lost. */
  static final String CONFIRMATION = "lose";

  private final Invocation.Run flags;
  private final Path path;
  private final List<Path> compare;
  private final InputStream in;
  private final PrintStream out;

  /**
   * For one command line.
   *
   * @param in where a confirmation is read from
   * @param out where it is said what was done
   */
  RecoverCommand(Invocation.Recover recover, InputStream in, PrintStream out) {
    this.flags = recover.run();
    this.path = Objects.requireNonNull(flags.directory());
    this.compare = recover.compare();
    this.in = in;
    this.out = out;
  }

  /**
   * Does it, or what is left of it, or nothing if there is nothing to do.
   *
   * @throws StartException if it cannot or may not be done; then nothing has changed, or it can be
   *     repeated
   */
  void run() throws StartException {
    try (Recovery recovery = Recovery.open(path)) {
      if (recovery.isPrepared()) {
        finish(recovery);
      } else {
        begin(recovery);
      }
    } catch (DataDirectory.Unavailable e) {
      throw new StartException(StartException.TEMPORARY, "recover: " + e.getMessage(), e);
    } catch (DataDirectory.Unusable e) {
      throw refused(String.valueOf(e.getMessage()));
    } catch (StoreDamagedException e) {
      throw refused(e.place() + "; nothing was changed");
    } catch (IOException e) {
      throw new StartException(StartException.FAILURE, "recover: " + path + ": " + e, e);
    }
  }

  private static StartException refused(String why) {
    return new StartException(StartException.USAGE, "recover: " + why);
  }

  private void finish(Recovery recovery)
      throws IOException, DataDirectory.Unusable, StartException {
    ClusterRecord record = recovery.preparedRecord();
    ClusterRecord asked =
        ClusterRecord.alone(record.self(), flags.httpForOthers(), flags.raftForOthers());
    if (!record.initial().equals(asked.initial())) {
      Member was = record.initial().members().get(0);
      throw refused(
          "it was begun with -haddr "
              + was.http()
              + " -raddr "
              + was.raft()
              + ": repeat it with these");
    }
    out.println("recover: " + path + ": going on where it was interrupted");
    out.print(recovery.finish());
  }

  private void begin(Recovery recovery) throws IOException, DataDirectory.Unusable, StartException {
    StoredDirectory directory = StoredDirectory.read(path);
    String engine = directory.engine();
    if (engine != null && !engine.equals(Engines.DEFAULT)) {
      throw refused(path + " belongs to -engine " + engine + ", whose files recover does not know");
    }
    ClusterRecord record = directory.record();
    if (directory.isNew()) {
      throw refused(path + " belongs to no cluster: there is nothing to recover");
    }
    if (!Files.isDirectory(directory.raftDirectory())) {
      throw refused(directory.raftDirectory() + " is gone, and with it all that this member had");
    }
    StoredState held = read(directory);
    NodeId self = record == null ? new NodeId(flags.name(), recovery.incarnation()) : record.self();
    boolean whole = held.damage().isEmpty();
    if (whole && record != null && !record.removed() && isAlone(held.membership(), self)) {
      out.println(
          "recover: nothing to do: member "
              + self.id()
              + " is the only voter of cluster "
              + record.clusterId()
              + " already");
      return;
    }
    confirm(record, held);
    ClusterRecord next = ClusterRecord.alone(self, flags.httpForOthers(), flags.raftForOthers());
    Path kept = recovery.placeForOld(Instant.now());
    String report = new RecoverReport(path, record, next, held, kept).text();
    recovery.prepare(next, report, kept, raft -> LoneMember.write(raft, held, next.initial()));
    out.print(recovery.finish());
  }

  private static StoredState read(StoredDirectory directory) throws IOException {
    StoredState held = StoredStateReader.read(directory.raftDirectory(), directory.initial());
    Salvage salvage = new Salvage(held);
    if (salvage.isNeeded() && !salvage.isPossible()) {
      throw held.damage().get(0);
    }
    return held;
  }

  private static boolean isAlone(Membership membership, NodeId self) {
    return membership.voters().size() == 1 && membership.isVoter(self);
  }

  /** Asks, if something here is damaged, or another directory holds more, or nobody knows. */
  private void confirm(@Nullable ClusterRecord record, StoredState held)
      throws IOException, StartException {
    Salvage salvage = new Salvage(held);
    boolean ask = salvage.isNeeded();
    if (ask) {
      salvage.lines().forEach(line -> out.println("recover: " + line));
      salvage.remarks().forEach(line -> out.println("recover: " + line));
    }
    for (Path other : compare) {
      if (Files.exists(other) && Files.isSameFile(other, path)) {
        // Besides, looking at its lock would give up the one that this process has.
        throw refused(other + " is the directory itself: compare it with others");
      }
      Inspection inspection = Inspection.of(other);
      if (inspection.clusterId() == null || inspection.end() == null) {
        out.println("recover: what this one holds is not known:");
        out.print(inspection.text());
        ask = true;
      } else if (record != null && !record.clusterId().equals(inspection.clusterId())) {
        throw refused(other + " is of another cluster than " + path);
      } else if (inspection.end().compareTo(held.end()) > 0) {
        out.println(
            "recover: "
                + other
                + " holds more, to entry "
                + inspection.end().index()
                + " of term "
                + inspection.end().term()
                + "; "
                + path
                + " ends with entry "
                + held.end().index()
                + " of term "
                + held.end().term());
        ask = true;
      }
    }
    if (ask) {
      out.println(
          "recover: what is lost here, and what only the others hold, will be gone. Type '"
              + CONFIRMATION
              + "' to go on:");
      if (!CONFIRMATION.equals(readLine())) {
        throw refused("not confirmed; nothing was changed");
      }
    }
  }

  private @Nullable String readLine() {
    try {
      String line =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
      return line == null ? null : line.strip();
    } catch (IOException e) {
      return null;
    }
  }
}
