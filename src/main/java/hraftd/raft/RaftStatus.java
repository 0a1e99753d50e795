package hraftd.raft;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one node knows of the cluster at one moment.
 *
 * @param self this node
 * @param role what it is
 * @param term its current term
 * @param leader who leads in that term as far as it knows; null if nobody
 * @param membership the newest configuration in its log
 * @param membershipIndex the index of the entry that holds that configuration; 0 if none does
 * @param firstIndex the first index still in the log (those before are in a snapshot)
 * @param lastIndex the last index in its log
 * @param commitIndex the last index it knows to be committed
 * @param appliedIndex the last index it has applied
 * @param snapshotIndex the index of its newest snapshot, 0 if none
 * @param logBytes what its log takes on the disk, or in memory
 * @param snapshotBytes what its newest snapshot takes, 0 if none
 * @param behind how old the newest confirmation is that this node's copy is complete: on a follower
 *     the time since it last had applied all that the leader had committed, on the leader the time
 *     since a quorum last confirmed it; null if there was none since the start
 * @param activity what it is waiting for or working at, for people; empty if nothing
 * @param diskFull true while writes are refused to keep the reserve of disk space
 * @param memoryFull true while writes are refused to keep some of the heap free
 * @param commonFormat what all members understand, as far as this node knows: what is newer is not
 *     written
 * @param withoutVote why it may not vote, for people: its log has lost entries; empty if it may
 * @param peers on the leader: how far every other member is; else empty
 */
public record RaftStatus(
    NodeId self,
    Role role,
    long term,
    @Nullable Member leader,
    Membership membership,
    long membershipIndex,
    long firstIndex,
    long lastIndex,
    long commitIndex,
    long appliedIndex,
    long snapshotIndex,
    long logBytes,
    long snapshotBytes,
    @Nullable Duration behind,
    String activity,
    boolean diskFull,
    boolean memoryFull,
    WireFormat commonFormat,
    String withoutVote,
    List<Peer> peers) {

  /** The same, so much later, if nothing has happened since. */
  public RaftStatus aged(Duration time) {
    return new RaftStatus(
        self,
        role,
        term,
        leader,
        membership,
        membershipIndex,
        firstIndex,
        lastIndex,
        commitIndex,
        appliedIndex,
        snapshotIndex,
        logBytes,
        snapshotBytes,
        behind == null ? null : behind.plus(time),
        activity,
        diskFull,
        memoryFull,
        commonFormat,
        withoutVote,
        peers.stream().map(peer -> peer.aged(time)).toList());
  }

  /** What a node is in Raft; removed is final. */
  public enum Role {
    FOLLOWER,
    CANDIDATE,
    LEADER,
    LEARNER,
    REMOVED
  }

  /**
   * How far a member is, as the leader knows.
   *
   * @param member who
   * @param matchIndex the last index known to be on its disk
   * @param sinceContact the time since it last answered
   * @param said the newest wire format that it has said it knows, of those that this node does;
   *     null if it has said nothing yet
   */
  public record Peer(
      Member member, long matchIndex, Duration sinceContact, @Nullable WireFormat said) {

    private Peer aged(Duration time) {
      return new Peer(member, matchIndex, sinceContact.plus(time), said);
    }
  }
}
