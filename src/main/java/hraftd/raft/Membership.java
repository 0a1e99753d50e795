package hraftd.raft;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's configuration: who is a member, where, and who votes (Ongaro's dissertation,
 * chapter 4); and who was removed, so that nobody of those is taken again, who replays his removal
 * once he hears of it and is gone for good; and which member takes the place of which one, until
 * that one is removed, so that whoever leads can finish it. Immutable; members are sorted by node.
 */
public final class Membership {

  /** A node that belongs to nothing yet: it waits until a leader tells it more. */
  public static final Membership EMPTY = new Membership(List.of());

  /** Far above any sensible cluster; bounds what a damaged or hostile message makes us build. */
  public static final int MAX_MEMBERS = 1000;

  /** So many removals are remembered, the newest: a node that was away for all of them is rare. */
  public static final int MAX_REMOVED = 256;

  private final List<Member> members;
  private final List<NodeId> removed;
  private final SortedMap<NodeId, NodeId> replacements;

  /** Kept, because the leader asks for it with every batch. */
  private final List<Member> voters;

  /** A configuration of these members, without a past. */
  public Membership(List<Member> members) {
    this(members, List.of(), Map.of());
  }

  /**
   * A configuration of these members.
   *
   * @param removed who was removed, the oldest first; those who are too many are forgotten
   * @param replacements by whom, and who is replaced; what is not about two members is left out
   */
  public Membership(List<Member> members, List<NodeId> removed, Map<NodeId, NodeId> replacements) {
    this.removed =
        List.copyOf(removed.subList(Math.max(0, removed.size() - MAX_REMOVED), removed.size()));
    this.members = members.stream().sorted(Comparator.comparing(Member::node)).toList();
    this.voters = this.members.stream().filter(Member::voter).toList();
    SortedMap<NodeId, NodeId> open = new TreeMap<>(replacements);
    open.entrySet()
        .removeIf(
            e ->
                e.getKey().equals(e.getValue())
                    || find(e.getKey()) == null
                    || find(e.getValue()) == null);
    this.replacements = Collections.unmodifiableSortedMap(open);
  }

  /** Voters and learners. */
  public List<Member> members() {
    return members;
  }

  /** Who was removed, the oldest first, at most {@link #MAX_REMOVED}. */
  public List<NodeId> removed() {
    return removed;
  }

  /** By whom, and who is replaced: both are members still. */
  public SortedMap<NodeId, NodeId> replacements() {
    return replacements;
  }

  /** True if this very node was a member and is none any more, as far as that is remembered. */
  public boolean wasRemoved(NodeId node) {
    return removed.contains(node) && find(node) == null;
  }

  /** The members whose votes and acknowledgements count. */
  public List<Member> voters() {
    return voters;
  }

  /** The smallest number of voters that is a majority. */
  public int quorum() {
    return voters.size() / 2 + 1;
  }

  /** The member that is this very node (id and incarnation), or null. */
  public @Nullable Member find(NodeId node) {
    for (Member m : members) {
      if (m.node().equals(node)) {
        return m;
      }
    }
    return null;
  }

  /** The member with this id, whatever its incarnation, or null. */
  public @Nullable Member find(String id) {
    for (Member m : members) {
      if (m.id().equals(id)) {
        return m;
      }
    }
    return null;
  }

  /** True if this very node is a voter. */
  public boolean isVoter(NodeId node) {
    Member member = find(node);
    return member != null && member.voter();
  }

  /** This configuration with the member added, or replaced if one with its id is there. */
  public Membership with(Member member) {
    return new Membership(
        Stream.concat(without(member.id()).members.stream(), Stream.of(member)).toList(),
        removed,
        replacements);
  }

  /** This configuration without the member of this id. */
  public Membership without(String id) {
    return new Membership(
        members.stream().filter(m -> !m.id().equals(id)).toList(), removed, replacements);
  }

  /** This configuration, and the one member is to take the place of the other. */
  public Membership replacing(NodeId by, NodeId replaced) {
    SortedMap<NodeId, NodeId> open = new TreeMap<>(replacements);
    open.put(by, replaced);
    return new Membership(members, removed, open);
  }

  /** The same, and it is remembered which node that was. */
  public Membership removing(String id) {
    Member leaves = find(id);
    return leaves == null
        ? this
        : new Membership(
            without(id).members,
            Stream.concat(removed.stream(), Stream.of(leaves.node())).toList(),
            replacements);
  }

  /** The same members without a past: hraftd 1.0 knows none. */
  public Membership withoutPast() {
    return removed.isEmpty() && replacements.isEmpty() ? this : new Membership(members);
  }

  /** Equal if the members are, with their addresses and votes, and what else is remembered. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Membership that
        && members.equals(that.members)
        && removed.equals(that.removed)
        && replacements.equals(that.replacements);
  }

  @Override
  public int hashCode() {
    return Objects.hash(members, removed, replacements);
  }

  @Override
  public String toString() {
    return members.toString();
  }
}
