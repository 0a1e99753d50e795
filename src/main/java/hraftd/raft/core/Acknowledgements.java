package hraftd.raft.core;

import hraftd.raft.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What a follower answers its leader's messages with, and when (3.5): one answer for all of a
 * batch, one when more is durable, a rejection at once. Owned by the Raft thread.
 */
final class Acknowledgements {

  private final Raft raft;

  /** Who is to be answered at the end of the batch; null: nobody. */
  private @Nullable NodeId replyTo;

  /** True if one of the batch's messages brought entries. */
  private boolean broughtEntries;

  /** The newest that was heard of. */
  private long round;

  private long acknowledged;

  /** The newest round that was answered; -1: the next message is answered in any case. */
  private long answeredRound = -1;

  /** When the leader was answered last. */
  private long answeredAt;

  Acknowledgements(Raft raft) {
    this.raft = raft;
  }

  /** A message of this round of reads has come. */
  void heard(long ofRound) {
    round = Math.max(round, ofRound);
  }

  /** The end of the batch is to answer this message, if that tells the leader something. */
  void due(Message.Append m) {
    replyTo = m.from();
    broughtEntries |= !m.entries().isEmpty();
  }

  /** The last answer may have got lost. */
  void mayBeLost() {
    answeredRound = -1;
  }

  /** A message of this round does not go on from what is here: this entry should be tried next. */
  void reject(NodeId leader, long tryNext, long ofRound) {
    reply(leader, /* matched= */ false, tryNext, ofRound);
  }

  /**
   * One answer for all messages of the batch, if one is due, and one when more is durable.
   *
   * @param durable what this node may answer for
   * @param moreVerified true if more of it is as in the leader's log, but not yet on the disk
   */
  void endOfBatch(long durable, boolean moreVerified, long now) {
    NodeId leader = replyTo != null ? replyTo : raft.leader();
    boolean due = durable > acknowledged || (replyTo != null && isAwaited(moreVerified, now));
    if (leader != null && due) {
      reply(leader, /* matched= */ true, durable, round);
      acknowledged = durable;
      answeredRound = round;
      answeredAt = now;
    }
    replyTo = null;
    broughtEntries = false;
  }

  /**
   * True for a new round, and if the leader has heard nothing for half a heartbeat, so that a slow
   * disk does not look like a dead node. Else only if an answer tells it something: not if another
   * one follows behind the next fsync, or nothing came that an fsync is needed for.
   */
  private boolean isAwaited(boolean moreVerified, long now) {
    boolean saysNothing = moreVerified || !broughtEntries;
    boolean heardJustNow = now - answeredAt < raft.timing.heartbeat() / 2;
    return round > answeredRound || !(saysNothing && heardJustNow);
  }

  private void reply(NodeId leader, boolean matched, long index, long ofRound) {
    OwnDisk disk = raft.disk;
    raft.host.send(
        new Message.AppendReply(
            raft.self,
            leader,
            raft.term(),
            matched,
            index,
            ofRound,
            raft.host.memoryFull(),
            disk.nearlyFull(),
            disk.syncNanos() / 1000));
  }
}
