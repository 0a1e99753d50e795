package hraftd.raft;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's configuration: who is a member, where, and who votes (Ongaro's dissertation,
 * chapter 4). Immutable; sorted by node.
 */
public final class Membership {

  /** A node that belongs to nothing yet: it waits until a leader tells it more. */
  public static final Membership EMPTY = new Membership(List.of());

  private final List<Member> members;

  /** Kept, because the leader asks for it with every batch. */
  private final List<Member> voters;

  /** A configuration of these members. */
  public Membership(List<Member> members) {
    this.members = members.stream().sorted(Comparator.comparing(Member::node)).toList();
    this.voters = this.members.stream().filter(Member::voter).toList();
  }

  /** Voters and learners. */
  public List<Member> members() {
    return members;
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
        Stream.concat(without(member.id()).members.stream(), Stream.of(member)).toList());
  }

  /** This configuration without the member of this id. */
  public Membership without(String id) {
    return new Membership(members.stream().filter(m -> !m.id().equals(id)).toList());
  }

  /** Equal if the members are, with their addresses and votes. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Membership that && members.equals(that.members);
  }

  @Override
  public int hashCode() {
    return members.hashCode();
  }

  @Override
  public String toString() {
    return members.toString();
  }
}
