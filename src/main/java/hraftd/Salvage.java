package hraftd;

import hraftd.raft.core.Loss;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.disk.StoreDamagedException;
import hraftd.raft.node.StoredState;
import hraftd.text.Printable;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a member's damaged files is whole and what is lost, in words for the operator.
 *
 * @param held what could be read of them
 */
record Salvage(StoredState held) {

  /** As long as a path can be, and a sentence about it. */
  private static final int MAX_REMARK_BYTES = 6000;

  /** True if the files are not as they were written. */
  boolean isNeeded() {
    return !held.damage().isEmpty();
  }

  /** True if a member can go on with what is whole, and nothing else could be done first. */
  boolean isPossible() {
    return held.end().index() > 0 && !held.unreadable();
  }

  /** Some lines: what is damaged, what is whole, what is lost; none if nothing is damaged. */
  List<String> lines() {
    if (!isNeeded()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    held.damage().stream()
        .map(StoreDamagedException::place)
        .forEach(d -> lines.add("DAMAGED: " + d));
    lines.add("whole: " + whole());
    lines.add("lost: " + lost());
    return lines;
  }

  /** What is worth knowing besides, in lines that may be printed. */
  List<String> remarks() {
    return held.remarks().stream().map(r -> Printable.cut(r, MAX_REMARK_BYTES)).toList();
  }

  /** What to do, in a line. */
  String advice() {
    if (held.unreadable()) {
      return "next: the version of hraftd that wrote this may be able to read it";
    }
    String left =
        isPossible()
            ? "hraftd recover goes on with what is whole; a backup may have the rest"
            : "a backup is the only way back";
    return held.membership().voters().size() == 1
        ? "next: " + left
        : "next: while the other members have a majority they have everything: start this one, and"
            + " if it refuses let it join anew with an empty directory. If this is all that is"
            + " left: "
            + left;
  }

  private String whole() {
    SnapshotStore.Meta snapshot = held.snapshot();
    long last = held.end().index();
    if (snapshot == null) {
      return last == 0 ? "nothing" : entries(held.firstIndex(), last);
    }
    String text =
        "the snapshot, which has everything to entry %d (%d keys)"
            .formatted(snapshot.index(), held.snapshotKeys());
    return last == snapshot.index()
        ? text + ", and no entry behind it"
        : text + ", and " + entries(snapshot.index() + 1, last);
  }

  private String lost() {
    Loss loss = held.loss();
    if (loss == null) {
      return "no entry";
    }
    if (loss.through() == Loss.UNKNOWN) {
      return "all entries from %d on; how many there were is not known".formatted(loss.from());
    }
    if (loss.through() < loss.from()) {
      return "no entry, if those to %d are what the majority has, which no leader has said"
          .formatted(loss.through());
    }
    return entries(loss.from(), loss.through());
  }

  private static String entries(long from, long through) {
    return from == through ? "entry " + from : "the entries from " + from + " to " + through;
  }
}
