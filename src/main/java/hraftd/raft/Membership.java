package hraftd.raft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's configuration: who is a member, where, and who votes (Ongaro's dissertation,
 * chapter 4). Immutable; sorted by node.
 *
 * @param members voters and learners
 */
public record Membership(List<Member> members) {

  /** A node that belongs to nothing yet: it waits until a leader tells it more. */
  public static final Membership EMPTY = new Membership(List.of());

  /** Sorts and copies. */
  public Membership {
    members = members.stream().sorted((a, b) -> a.node().compareTo(b.node())).toList();
  }

  /** The members whose votes and acknowledgements count. */
  public List<Member> voters() {
    return members.stream().filter(Member::voter).toList();
  }

  /** The smallest number of voters that is a majority. */
  public int quorum() {
    return voters().size() / 2 + 1;
  }

  /** The member that is this very node (id and incarnation), or null. */
  public @Nullable Member find(NodeId node) {
    return members.stream().filter(m -> m.node().equals(node)).findFirst().orElse(null);
  }

  /** The member with this id, whatever its incarnation, or null. */
  public @Nullable Member find(String id) {
    return members.stream().filter(m -> m.id().equals(id)).findFirst().orElse(null);
  }

  /** True if this very node is a voter. */
  public boolean isVoter(NodeId node) {
    Member member = find(node);
    return member != null && member.voter();
  }

  /** This configuration with the member added, or replaced if one with its id is there. */
  public Membership with(Member member) {
    return new Membership(
        java.util.stream.Stream.concat(
                members.stream().filter(m -> !m.id().equals(member.id())),
                java.util.stream.Stream.of(member))
            .toList());
  }

  /** This configuration without the member of this id. */
  public Membership without(String id) {
    return new Membership(members.stream().filter(m -> !m.id().equals(id)).toList());
  }
}
