package hraftd.cluster;

import hraftd.kv.CopyComparison;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison of the copies comes to: what a majority of the voters has is right, and whoever
 * has something else is wrong, be it the leader. Immutable.
 *
 * @param right what a majority of the voters has reported; null if no majority has the same yet
 * @param reported by what they have, the ids of the members that reported it
 */
record CopyVerdict(CopyComparison.@Nullable At right, Map<String, List<String>> reported) {

  static CopyVerdict of(CopyComparison comparison, Membership membership) {
    Map<CopyComparison.At, Integer> votes = new HashMap<>();
    Map<String, List<String>> reported = new TreeMap<>();
    for (Member member : membership.members()) {
      CopyComparison.At at = comparison.of(member.node().incarnation());
      if (at != null) {
        votes.merge(at, member.voter() ? 1 : 0, Integer::sum);
        reported.computeIfAbsent(at.toString(), a -> new ArrayList<>()).add(member.id());
      }
    }
    CopyComparison.At right =
        votes.entrySet().stream()
            .filter(entry -> entry.getValue() >= membership.quorum())
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(null);
    return new CopyVerdict(right, reported);
  }

  /** True if not all that was reported is the same. */
  boolean differ() {
    return reported.size() > 1;
  }

  /** How many copies are known to be wrong. */
  int wrong() {
    String known = Objects.toString(right);
    return right == null
        ? 0
        : reported.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(known))
            .mapToInt(entry -> entry.getValue().size())
            .sum();
  }

  /** Who has what, for the operator. */
  String said() {
    return reported.entrySet().stream()
        .map(entry -> String.join(", ", entry.getValue()) + ": " + entry.getKey())
        .collect(Collectors.joining("; "));
  }
}
