package hraftd;

import hraftd.cluster.ClusterRecord;
import hraftd.cluster.DataDirectory;
import hraftd.cluster.StoredDirectory;
import hraftd.http.api.BackupCheck;
import hraftd.raft.Member;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.node.LogEnd;
import hraftd.raft.node.StoredState;
import hraftd.raft.node.StoredStateReader;
import hraftd.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was found in one data directory or backup.
 *
 * @param path which
 * @param verdict what it comes to
 * @param text some lines for a person, the first one names the path
 * @param clusterId of a directory that could be read; else null
 * @param end how far it goes, with {@code clusterId}
 */
record Inspection(
    Path path, Verdict verdict, String text, @Nullable String clusterId, @Nullable LogEnd end) {

  /** In the order of what counts more. */
  enum Verdict {
    /** Everything is as it was written. */
    SOUND,
    /** A node runs there: nothing was read. */
    IN_USE,
    /** It cannot be looked at, or is something else. */
    UNKNOWN,
    /** Something is not as it was written. */
    DAMAGED
  }

  /** Looks at one. */
  static Inspection of(Path path) {
    try {
      return Files.isRegularFile(path) ? ofBackup(path) : ofDirectory(path);
    } catch (DataDirectory.Damaged e) {
      return failed(path, Verdict.DAMAGED, "DAMAGED: " + e.getMessage());
    } catch (DataDirectory.Unusable e) {
      return failed(path, Verdict.UNKNOWN, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return failed(path, Verdict.UNKNOWN, "cannot be read: " + e);
    }
  }

  private static Inspection failed(Path path, Verdict verdict, String why) {
    return new Inspection(path, verdict, path + "\n  " + why + "\n", null, null);
  }

  private static Inspection ofBackup(Path file) throws IOException {
    try {
      BackupCheck backup = BackupCheck.of(file);
      Map<String, Object> rows = new LinkedHashMap<>();
      String of = backup.clusterId().isEmpty() ? "unknown" : shown(backup.clusterId());
      rows.put("backup of", "cluster " + of);
      rows.put("revision", backup.revision());
      rows.put("keys", backup.keys());
      if (backup.tokens() > 0) {
        rows.put("tokens", backup.tokens());
      }
      if (!backup.hash().isEmpty()) {
        rows.put("hash", shown(backup.hash()));
      }
      rows.put("bytes", Files.size(file));
      rows.put("SHA-256", "good");
      return new Inspection(file, Verdict.SOUND, table(file, rows, List.of()), null, null);
    } catch (BackupCheck.NotWhole e) {
      return failed(file, Verdict.DAMAGED, "DAMAGED: " + e.getMessage());
    }
  }

  private static Inspection ofDirectory(Path path) throws DataDirectory.Unusable, IOException {
    if (Files.isDirectory(path) && StoredDirectory.isInUse(path)) {
      return failed(
          path, Verdict.IN_USE, "a node runs here: stop it first, or ask it for its /status");
    }
    StoredDirectory directory = StoredDirectory.read(path);
    String engine = directory.engine();
    if (engine != null && !engine.equals(Engines.DEFAULT)) {
      return failed(path, Verdict.UNKNOWN, "belongs to -engine " + shown(engine) + ": not read");
    }
    ClusterRecord record = directory.record();
    if (directory.isNew()) {
      return failed(path, Verdict.SOUND, "belongs to no cluster");
    }
    if (!Files.isDirectory(directory.raftDirectory())) {
      return failed(path, Verdict.DAMAGED, "DAMAGED: " + directory.raftDirectory() + " is gone");
    }
    StoredState state = StoredStateReader.read(directory.raftDirectory(), directory.initial());
    Map<String, Object> rows = rows(record, state);
    rows.put("bytes on disk", bytes(path));
    rows.put("checksums", state.damage().isEmpty() ? "all good" : "DAMAGED, see below");
    Salvage salvage = new Salvage(state);
    Stream<String> damage = salvage.lines().stream();
    Stream<String> torn =
        Stream.of(state.tornTail())
            .filter(t -> !t.isEmpty())
            .map(t -> "torn: " + t + "; the next start cuts that off");
    Stream<String> next = salvage.isNeeded() ? Stream.of(salvage.advice()) : Stream.empty();
    List<String> notes =
        Stream.of(damage, salvage.remarks().stream(), torn, next).flatMap(n -> n).toList();
    boolean sound = state.damage().isEmpty();
    return new Inspection(
        path,
        sound ? Verdict.SOUND : Verdict.DAMAGED,
        table(path, rows, notes),
        sound && record != null ? record.clusterId() : null,
        state.end());
  }

  private static Map<String, Object> rows(@Nullable ClusterRecord record, StoredState state) {
    Map<String, Object> rows = new LinkedHashMap<>();
    if (record == null) {
      rows.put("id", "unknown: cluster.json is not there");
    } else {
      rows.put("id", shown(record.self().id()) + (record.removed() ? " (removed)" : ""));
      rows.put("cluster", shown(record.clusterId()));
    }
    rows.put("members", members(state.membership()));
    rows.put("term", state.term() == null ? "unknown" : state.term().term());
    NodeId vote = state.term() == null ? null : state.term().vote();
    rows.put("vote", vote == null ? "nobody" : shown(vote.id()));
    SnapshotStore.Meta snapshot = state.snapshot();
    rows.put(
        "snapshot",
        snapshot == null
            ? "none"
            : "index %d, term %d, %d keys, %d bytes"
                .formatted(
                    snapshot.index(), snapshot.term(), state.snapshotKeys(), snapshot.length()));
    rows.put("first index", state.firstIndex());
    rows.put("last index", state.end().index() + ", term " + state.end().term());
    rows.put("commit index", "at least " + state.committedIndex());
    rows.put("keys", state.state().view().size());
    if (!state.state().view().tokens().isEmpty()) {
      rows.put("tokens", state.state().view().tokens().all().size());
    }
    rows.put("revision", state.state().view().revision());
    rows.put("hash", state.state().view().hash());
    if (state.uncertainEntries() > 0) {
      rows.put(
          "uncertain", "keys and revision are with the last " + entries(state.uncertainEntries()));
    }
    return rows;
  }

  private static String entries(long count) {
    return count == 1 ? "entry, committed or not" : count + " entries, committed or not";
  }

  private static String table(Path path, Map<String, Object> rows, List<String> notes) {
    StringBuilder text = new StringBuilder().append(path).append('\n');
    rows.forEach((name, value) -> text.append("  %-14s %s%n".formatted(name, value)));
    notes.forEach(note -> text.append("  ").append(note).append('\n'));
    return text.toString();
  }

  /** Members as a person reads them. */
  static String members(Membership membership) {
    return membership.members().isEmpty()
        ? "unknown"
        : membership.members().stream().map(Inspection::member).collect(Collectors.joining(", "));
  }

  private static String member(Member member) {
    return shown(member.id()) + " (" + member.raft() + (member.voter() ? ")" : ", learner)");
  }

  private static String shown(String text) {
    return Printable.cut(text, MemberId.MAX_KNOWN_CHARACTERS);
  }

  private static long bytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      long sum = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sum += Files.size(file);
      }
      return sum;
    }
  }
}
