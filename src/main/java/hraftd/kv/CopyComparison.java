package hraftd.kv;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the copies said of themselves when they were last compared. Part of the state: {@link
 * Command.Compare} begins it, each {@link Command.Report} adds to it. Immutable.
 *
 * @param id which one it is
 * @param own what this copy had when it was applied: all else is the same on every node
 * @param reports of the copies, in the order in which they came
 */
public record CopyComparison(long id, At own, List<Reported> reports) {

  /** More copies than a cluster has members; further reports are passed over. */
  public static final int MAX_REPORTS = 100;

  /**
   * What a copy had at one moment; sound copies have the same at the same entry.
   *
   * @param revision the store's
   * @param hash of its items
   */
  public record At(long revision, StateHash hash) {
    @Override
    public String toString() {
      return "hash " + hash + " at revision " + revision;
    }
  }

  /**
   * What a copy said.
   *
   * @param copy the incarnation of the node that holds it
   * @param at what it had at the comparison
   */
  public record Reported(long copy, At at) {}

  /** Nothing was reported yet. */
  public static CopyComparison begun(long id, At own) {
    return new CopyComparison(id, own, List.of());
  }

  /** With this report, in the place of an earlier one of the same copy. */
  public CopyComparison with(Reported report) {
    List<Reported> after = new ArrayList<>(reports);
    after.removeIf(earlier -> earlier.copy() == report.copy());
    if (after.size() == MAX_REPORTS) {
      return this;
    }
    after.add(report);
    return new CopyComparison(id, own, List.copyOf(after));
  }

  /** What this copy reported; null if it did not yet. */
  public @Nullable At of(long copy) {
    for (Reported report : reports) {
      if (report.copy() == copy) {
        return report.at();
      }
    }
    return null;
  }
}
