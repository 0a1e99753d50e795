package hraftd;

import hraftd.cluster.ClusterRecord;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.node.ChangedKeys;
import hraftd.raft.node.StoredState;
import hraftd.text.Printable;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a recovery has taken and what may be missing, for the operator. */
final class RecoverReport {

  /** So much of a key is shown. */
  private static final int KEY_BYTES = 64;

  private final Path path;
  private final @Nullable ClusterRecord before;
  private final ClusterRecord after;
  private final StoredState held;
  private final Path kept;

  /**
   * About one recovery.
   *
   * @param before the record that the directory had; null if it was lost
   * @param kept where the old files are to be
   */
  RecoverReport(
      Path path, @Nullable ClusterRecord before, ClusterRecord after, StoredState held, Path kept) {
    this.path = path;
    this.before = before;
    this.after = after;
    this.held = held;
    this.kept = kept;
  }

  /** Some lines. */
  String text() {
    KvView view = held.state().view();
    StringBuilder text = new StringBuilder();
    line(
        text,
        "recovered %s: member %s%s is now cluster %s alone"
            .formatted(
                path,
                after.self().id(),
                before == null ? "" : " of cluster " + before.clusterId(),
                after.clusterId()));
    line(
        text,
        "  taken: everything to entry %d of term %d: revision %d, %d keys"
            .formatted(held.end().index(), held.end().term(), view.revision(), view.size()));
    new Salvage(held).lines().forEach(line -> line(text, "  " + line));
    uncertain(text);
    missing(text);
    line(text, "  old files: %s".formatted(kept));
    line(text, "  next: let others join with empty directories, -join %s".formatted(http()));
    return text.toString();
  }

  private void uncertain(StringBuilder text) {
    ChangedKeys changed = held.uncertain();
    if (held.uncertainEntries() == 0) {
      line(text, "  all of it is known to have been committed");
      return;
    }
    line(
        text,
        "  not known to be committed, and taken: the last %s; keys changed: %d%s"
            .formatted(
                held.uncertainEntries() == 1 ? "entry" : held.uncertainEntries() + " entries",
                changed.changes(),
                changed.replacedAll() ? ", and a restore of everything" : ""));
    if (!changed.newest().isEmpty()) {
      line(
          text,
          "  the newest of these keys: %s"
              .formatted(
                  changed.newest().stream()
                      .map(Key::text)
                      .map(key -> Printable.cut(key, KEY_BYTES))
                      .collect(Collectors.joining(", "))));
    }
  }

  private void missing(StringBuilder text) {
    if (held.membership().voters().size() != 1 || !held.membership().isVoter(after.self())) {
      line(
          text,
          "  missing: what the lost members have acknowledged after entry %d of term %d, if anything"
              .formatted(held.end().index(), held.end().term()));
    }
    if (before != null && before.removed()) {
      line(text, "  missing for certain: what came after this member was removed");
    } else if (!held.membership().isVoter(after.self())) {
      line(text, "  this member had no vote: it may have been far behind");
    }
    Membership others = held.membership().without(after.self().id());
    if (!others.members().isEmpty()) {
      line(
          text,
          "  left behind, and to be stopped if one still runs: %s"
              .formatted(Inspection.members(others)));
    }
    new Salvage(held).remarks().forEach(remark -> line(text, "  %s".formatted(remark)));
    if (!held.tornTail().isEmpty()) {
      line(text, "  torn: %s".formatted(held.tornTail()));
    }
  }

  private String http() {
    Member self = after.initial().members().get(0);
    return self.http().toString();
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }
}
