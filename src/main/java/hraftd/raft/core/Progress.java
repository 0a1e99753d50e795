package hraftd.raft.core;

import hraftd.raft.Member;
import hraftd.raft.WireFormat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far one peer's log is, as its leader knows, and what to send it next (3.5, 10.2.2): entries
 * in a pipeline while it follows, one message at a time while its log's end is being looked for, a
 * snapshot if what it needs is no longer in the log.
 */
public final class Progress {

  /** Bound on what is on its way to one peer: more than a fast link holds in a round trip. */
  private static final long MAX_IN_FLIGHT_BYTES = 4 << 20;

  private record Sent(long lastIndex, long bytes) {}

  private final Leader leader;
  private final Raft raft;
  private final Rendering rendering;
  private Member member;

  private long match;
  private long next;
  private boolean probing = true;
  private boolean probeSent;

  /** The first entry of the last message with entries, and when it was sent. */
  private long probedFrom;

  private long probedAt;

  private final Deque<Sent> inFlight = new ArrayDeque<>();
  private long bytesInFlight;
  private long contact;

  /** The same moment, of the time in which the leader could hear it. */
  private long heardAt;

  private boolean memoryFull;
  private boolean diskFull;
  private long syncMicros = Message.AppendReply.UNKNOWN;
  private long confirmedRound;
  private long sentRound;
  private long sentCommit;
  private long wantedCommit;
  private long sentAt;

  private final RoundTrip roundTrip;

  /** True while it needs a snapshot and there is none that it can use. */
  private boolean awaitsSnapshot;

  /** What tells a follower that has lost what it acknowledged from one whose answer is late. */
  private final LossCheck loss = new LossCheck();

  private SnapshotStore.@Nullable Meta snapshot;
  private long snapshotOffset;
  private boolean pieceSent;
  private long pieceSentAt;

  Progress(Leader leader, Member member, long next, long now) {
    this.leader = leader;
    this.raft = leader.raft;
    this.rendering = new Rendering(leader.raft, member.node());
    this.member = member;
    this.next = next;
    this.roundTrip = new RoundTrip(took -> raft.host.meter().roundTrip(member.node(), took), now);
    heard(now);
    this.sentAt = now - raft.timing.heartbeat();
  }

  /** Who it is. */
  public Member member() {
    return member;
  }

  void member(Member newest) {
    member = newest;
  }

  /** The last index known to be on its disk; 0 if it has lost what it had. */
  public long match() {
    return loss.isCertain() ? 0 : match;
  }

  /** When it last answered. */
  public long contact() {
    return contact;
  }

  long heardAt() {
    return heardAt;
  }

  private void heard(long now) {
    contact = now;
    heardAt = raft.host.listenedNanos();
  }

  private void confirmed(long round, long now) {
    heard(now);
    confirmedRound = Math.max(confirmedRound, round);
    roundTrip.answered(round, now);
  }

  /** True if it has answered within an election timeout. */
  boolean recent() {
    return raft.host.listenedNanos() - heardAt < raft.timing.election();
  }

  /** True if it has said so just now; one that is silent says nothing. */
  boolean isMemoryFull() {
    return memoryFull && recent();
  }

  /** The same of its disk. */
  boolean isDiskFull() {
    return diskFull && recent();
  }

  /** True if it has said just now that it has room on its disk and in its memory. */
  boolean hasRoom() {
    return recent() && syncMicros != Message.AppendReply.UNKNOWN && !diskFull && !memoryFull;
  }

  /** How long its fsyncs take; 0 if that is not known. */
  long syncNanos() {
    return Math.max(0, syncMicros) * 1000;
  }

  long confirmedRound() {
    return confirmedRound;
  }

  /** True if one that is taken now could help. */
  boolean wantsSnapshot() {
    return awaitsSnapshot && rendering.readsState();
  }

  /** False while it cannot be sent the state as it is: then it does not catch up. */
  boolean readsState() {
    return rendering.readsState();
  }

  /** True while it gets a snapshot; one that is silent gets nothing. */
  boolean getsSnapshot() {
    return snapshot != null && recent();
  }

  /** What it waits for, for people; empty if it keeps up. */
  String activity(long lastIndex) {
    if (loss.isCertain()) {
      return loss.activity(member.id());
    }
    if (snapshot != null) {
      return "sending a snapshot to %s: %d of %d bytes"
          .formatted(member.id(), snapshotOffset, snapshot.length());
    }
    return member.voter()
        ? ""
        : "learner " + member.id() + " catches up: " + match + " of " + lastIndex;
  }

  /** It waits for the commit index to reach it; others hear of it with the next message. */
  void wantsCommit(long index) {
    wantedCommit = Math.max(wantedCommit, index);
  }

  void answered(Message.AppendReply m, long now) {
    confirmed(m.round(), now);
    memoryFull = m.memoryFull();
    diskFull = m.diskFull();
    syncMicros = m.syncMicros();
    if (loss.answered(m, match)) {
      match = Math.max(0, Math.min(match, m.index() - 1));
    }
    if (m.matched()) {
      match = Math.max(match, m.index());
      next = Math.max(next, match + 1);
      while (!inFlight.isEmpty() && inFlight.peek().lastIndex <= match) {
        bytesInFlight -= inFlight.remove().bytes;
      }
      probing = false;
      probeSent = false;
    } else {
      rejected(m.index(), now);
    }
  }

  /**
   * Something between was lost, or the logs differ: look for where they agree. That is not before
   * {@code match}, though a follower that has forgotten what it verified may ask for it: of one
   * whose disk has lost what it had the {@link LossCheck} knows. What was rejected just before a
   * probe went out asks for nothing that the probe does not bring; a heartbeat later the probe
   * counts as lost.
   */
  private void rejected(long wanted, long now) {
    long from = Math.max(Math.min(wanted, next), match + 1);
    boolean probeOnItsWay = probing && probeSent && now - probedAt < raft.timing.heartbeat();
    if (!(probeOnItsWay && probedFrom <= from)) {
      restartFrom(from);
    }
  }

  /** Why this cannot be the answer to a piece; null if it can. */
  @Nullable String refusal(Message.SnapshotReply m) {
    return snapshot != null && snapshot.index() == m.index() && m.wanted() > snapshot.length()
        ? "it wants byte " + m.wanted() + " of a snapshot of " + snapshot.length()
        : null;
  }

  void answered(Message.SnapshotReply m, long now) {
    confirmed(m.round(), now);
    if (snapshot == null || snapshot.index() != m.index()) {
      return;
    }
    if (m.wanted() < 0) {
      snapshot = null;
      restartFrom(m.index() + 1); // how much of its log is on its disk, its next answer says
    } else if (m.wanted() != snapshotOffset) {
      // Else it is the answer to an empty piece: the one that is wanted is on its way.
      snapshotOffset = m.wanted();
      pieceSent = false;
    }
  }

  /** Its connection broke: what was on its way is lost. */
  void down() {
    restartFrom(match + 1);
    pieceSent = false;
    roundTrip.lost();
  }

  /** In how many nanoseconds it is to be sent something in any case. */
  long heartbeatIn(long now) {
    return sentAt + raft.timing.heartbeat() - now;
  }

  /** Sends what is due; an empty message if that is nothing, and nothing was sent for so long. */
  void replicate(long now, long rest) {
    if (loss.hasToSay(now, raft.timing.heartbeat())) {
      sayLoss(now);
    }
    if (loss.isCertain()) {
      return;
    }
    if (snapshot == null) {
      lookForSnapshot();
    }
    if (snapshot != null) {
      sendPiece(now, rest);
      return;
    }
    if (next < raft.log.firstIndex()) {
      return; // The snapshot that it can use is on its way to the disk.
    }
    boolean late = now - sentAt >= rest;
    if (late) {
      probeSent = false;
    }
    boolean sent = false;
    long last = leader.peers.lastFor(member.node());
    while (next <= last
        && bytesInFlight < MAX_IN_FLIGHT_BYTES
        && !(probing && probeSent)
        && rendering.reads(next)) {
      sendEntries(last, now);
      sent = true;
    }
    boolean commitWanted = wantedCommit > sentCommit && raft.commitIndex() > sentCommit;
    if (!sent && (late || roundWanted(now) || commitWanted)) {
      send(next - 1, nextRound(now), List.of(), now);
    }
  }

  /** Asks whether it has what it acknowledged, or tells it that it has not. */
  private void sayLoss(long now) {
    long last = loss.acknowledged();
    if (loss.isCertain()) {
      sentAt = now;
      if (raft.host.format(member.node()).covers(WireFormat.V3)) { // Else it would not understand.
        long term = loss.term();
        long round = leader.singleRound();
        raft.host.send(
            new Message.LostEntries(raft.self, member.node(), raft.term(), last, term, round));
        loss.said(term, round, now);
      }
    } else if (last >= raft.log.firstIndex() - 1) { // Else nobody knows its term any more.
      long round = leader.singleRound();
      send(last, round, List.of(), now);
      loss.said(raft.log.term(last), round, now);
    }
  }

  /** Begins with the newest one if entries alone do not help. */
  private void lookForSnapshot() {
    boolean gone = next < raft.log.firstIndex();
    SnapshotStore.Meta latest = raft.snapshots.latest();
    if (!gone && (next > raft.log.lastIndex() || rendering.reads(next))) {
      awaitsSnapshot = false;
    } else if (latest != null && latest.index() >= next && rendering.reads(latest)) {
      awaitsSnapshot = false;
      snapshot = latest;
      snapshotOffset = 0;
      pieceSent = false;
    } else {
      awaitsSnapshot = true;
    }
  }

  /** For a message that is sent now: one of its own from time to time, to measure the way. */
  private long nextRound(long now) {
    return roundTrip.isDue(now) ? leader.freshRound() : leader.round();
  }

  private boolean roundWanted(long now) {
    return leader.roundWants(member.node(), sentRound, now);
  }

  private void sendEntries(long last, long now) {
    List<Entry> entries = rendering.entries(raft.log.entries(next, last, Message.Append.MAX_BYTES));
    long bytes = 0;
    for (Entry e : entries) {
      bytes += e.weight();
    }
    send(next - 1, nextRound(now), entries, now);
    probedFrom = next;
    probedAt = now;
    next += entries.size();
    inFlight.add(new Sent(next - 1, bytes));
    bytesInFlight += bytes;
    probeSent = true;
  }

  private void send(long prev, long round, List<Entry> entries, long now) {
    sentAt = now;
    sentRound = round;
    roundTrip.sent(round, now);
    sentCommit = raft.commitIndex();
    raft.host.send(
        new Message.Append(
            raft.self,
            member.node(),
            raft.term(),
            prev,
            raft.log.term(prev),
            raft.commitIndex(),
            raft.clock.at(now),
            round,
            entries,
            leader.peers.saidFormat()));
  }

  private void sendPiece(long now, long rest) {
    SnapshotStore.Meta newest = raft.snapshots.latest();
    if (snapshot == null || newest == null) {
      return;
    }
    if (!newest.equals(snapshot)) {
      if (!rendering.reads(newest)) {
        snapshot = null;
        awaitsSnapshot = true;
        return;
      }
      snapshot = newest; // the one it was getting is gone
      snapshotOffset = 0;
      pieceSent = false;
    }
    // Of one that is silent is asked, without reading anything, whether it is there again.
    boolean withPiece = recent() && (!pieceSent || now - pieceSentAt >= raft.timing.resend());
    if (withPiece || roundWanted(now) || now - sentAt >= rest) {
      byte[] piece = new byte[0];
      if (withPiece) {
        byte[] read = raft.snapshots.read(snapshotOffset, Message.SnapshotPiece.MAX_BYTES);
        piece = read == null ? piece : read; // Until there is another snapshot it stays in contact.
        pieceSent = true;
        pieceSentAt = now;
      }
      sentAt = now;
      sentRound = nextRound(now);
      roundTrip.sent(sentRound, now);
      raft.host.send(
          new Message.SnapshotPiece(
              raft.self, member.node(), raft.term(), snapshot, snapshotOffset, sentRound, piece));
    }
  }

  private void restartFrom(long index) {
    next = Math.max(index, match + 1);
    inFlight.clear();
    bytesInFlight = 0;
    probing = true;
    probeSent = false;
  }
}
