package hraftd.events;

import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the moments in what consensus does: what is new is told, what is said again is not. One
 * thread at a time.
 */
final class MomentFinder {

  private final String self;
  private final Consumer<TimelineMoment> tell;
  private RaftStatus.Role role = RaftStatus.Role.FOLLOWER;
  private long campaignTerm;
  private @Nullable NodeId followed;
  private long followedTerm;
  private @Nullable Membership members;
  private String full = "";

  /** Members whose connection broke, until one is there again. */
  private final Set<NodeId> gone = new HashSet<>();

  /** To whom the beginning of which snapshot was sent last. */
  private @Nullable NodeId snapshotTo;

  private long snapshotIndex;

  /** Of this member. */
  MomentFinder(String self, Consumer<TimelineMoment> tell) {
    this.self = self;
    this.tell = tell;
  }

  void roleChanged(RaftStatus.Role now, long term, @Nullable NodeId vote, @Nullable NodeId leader) {
    RaftStatus.Role before = role;
    role = now;
    if (before == RaftStatus.Role.LEADER && now != RaftStatus.Role.LEADER) {
      tell.accept(TimelineMoment.of("steps_down", self + " leads no more").inTerm(term));
    }
    if (now == RaftStatus.Role.CANDIDATE) {
      // Before it votes for itself it only asks whether it would be elected (9.6).
      if (term > campaignTerm && vote != null && vote.id().equals(self)) {
        campaignTerm = term;
        tell.accept(
            TimelineMoment.of("campaigns", self + " asks for votes in term " + term).inTerm(term));
      }
    } else if (now == RaftStatus.Role.LEADER) {
      if (before != RaftStatus.Role.LEADER) {
        tell.accept(TimelineMoment.of("leads", self + " leads in term " + term).inTerm(term));
      }
    } else if (now == RaftStatus.Role.REMOVED) {
      if (before != now) {
        tell.accept(
            TimelineMoment.of("removed", self + " was removed from the cluster").inTerm(term));
      }
    } else if (leader != null && (term > followedTerm || !leader.equals(followed))) {
      followed = leader;
      followedTerm = term;
      tell.accept(
          TimelineMoment.of("follows", self + " follows " + leader.id() + " in term " + term)
              .about(leader.id())
              .inTerm(term));
    }
  }

  void membersChanged(Membership membership) {
    if (membership.equals(members)) {
      return;
    }
    members = membership;
    gone.removeIf(node -> membership.find(node) == null);
    if (membership.members().isEmpty()) {
      return; // It has not heard yet.
    }
    String who =
        membership.members().stream()
            .map(member -> member.voter() ? member.id() : member.id() + " (learner)")
            .collect(Collectors.joining(", "));
    tell.accept(TimelineMoment.of("members", "the members as " + self + " knows them: " + who));
  }

  void truncated(long index) {
    tell.accept(
        TimelineMoment.of(
                "truncated",
                self + " cuts its log off from entry " + index + ": its leader has another one")
            .atIndex(index));
  }

  void snapshotTaken(long index, long bytes) {
    tell.accept(
        TimelineMoment.of(
                "snapshot_taken",
                self + " has a snapshot through entry " + index + ": " + bytes + " bytes")
            .atIndex(index));
  }

  void snapshotInstalled(long index) {
    tell.accept(
        TimelineMoment.of(
                "snapshot_installed",
                self + " has taken its state from a leader's snapshot through entry " + index)
            .atIndex(index));
  }

  /** The first piece of a snapshot leaves; once for each, however often it is sent. */
  void snapshotBegins(NodeId to, long index) {
    if (!to.equals(snapshotTo) || index != snapshotIndex) {
      snapshotTo = to;
      snapshotIndex = index;
      tell.accept(
          TimelineMoment.of(
                  "snapshot_sent",
                  self + " sends " + to.id() + " the snapshot through entry " + index)
              .about(to.id())
              .atIndex(index));
    }
  }

  void disconnected(NodeId peer) {
    Membership known = members;
    Member member = known == null ? null : known.find(peer);
    if (member != null && gone.add(peer)) {
      tell.accept(
          TimelineMoment.of("unreachable", self + "'s connection to " + peer.id() + " broke")
              .about(peer.id()));
    }
  }

  void connected(NodeId peer) {
    gone.remove(peer);
    tell.accept(
        TimelineMoment.of("connected", self + " has a connection to " + peer.id())
            .about(peer.id()));
  }

  void pictured(RaftStatus status) {
    String now = status.diskFull() ? "disk" : status.memoryFull() ? "heap" : "";
    if (!now.equals(full)) {
      String before = full;
      full = now;
      tell.accept(
          now.isEmpty()
              ? TimelineMoment.of("not_full", self + "'s " + before + " has room again")
              : TimelineMoment.of(
                  "full", self + "'s " + now + " is nearly full: it takes no more"));
    }
    if (members == null) {
      membersChanged(status.membership());
    }
  }
}
