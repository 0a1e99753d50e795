package hraftd.kv;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the copies said of themselves when they were last compared. Part of the state: {@link
 * Command.Compare} begins it, each {@link Command.Report} adds to it. Immutable.
 *
 * @param revision the store's when the comparison was applied
 * @param hash this copy's own at that moment: all else is the same on every node
 * @param reports by copy, in the order in which they came
 */
public record CopyComparison(long revision, StateHash hash, List<Reported> reports) {

  /** More copies than a cluster has members; further reports are passed over. */
  public static final int MAX_REPORTS = 100;

  /**
   * What a copy said.
   *
   * @param copy the incarnation of the node that holds it
   * @param hash its own at the comparison's revision
   */
  public record Reported(long copy, StateHash hash) {}

  /** Nothing was reported yet. */
  public static CopyComparison begun(long revision, StateHash hash) {
    return new CopyComparison(revision, hash, List.of());
  }

  /** With this report, in the place of an earlier one of the same copy. */
  public CopyComparison with(Reported report) {
    List<Reported> after = new ArrayList<>(reports);
    after.removeIf(earlier -> earlier.copy() == report.copy());
    if (after.size() == MAX_REPORTS) {
      return this;
    }
    after.add(report);
    return new CopyComparison(revision, hash, List.copyOf(after));
  }

  /** What this copy reported; null if it did not yet. */
  public @Nullable StateHash of(long copy) {
    for (Reported report : reports) {
      if (report.copy() == copy) {
        return report.hash();
      }
    }
    return null;
  }
}
