package hraftd.events;

import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The events of all members in one log, for as long as somebody looks: one connection to each other
 * member, however many look. One thread at a time calls {@link #turn} and {@link #close}; events
 * come on any.
 */
final class Gathering implements EventSink {

  /** Seconds of a busy cluster: who comes is told the past, who is slower than that misses some. */
  private static final long RECENT_BYTES = 4L << 20;

  /** More than a cluster has: each costs a connection. */
  private static final int MAX_MEMBERS = 64;

  private final EventLog merged = new EventLog(RECENT_BYTES, EventLog.MOMENT_BYTES);
  private final MemberStreams streams;
  private final Consumer<NodeId> lost;
  private final Map<NodeId, Upstream> upstreams = new HashMap<>();

  /**
   * Of nobody yet.
   *
   * @param past what this node tells a new reader of itself
   * @param lost hears that a member's stream has ended, or could not be opened
   */
  Gathering(MemberStreams streams, EventLog.Part past, Consumer<NodeId> lost) {
    this.streams = streams;
    this.lost = lost;
    merged.addPast(past);
  }

  EventLog merged() {
    return merged;
  }

  @Override
  public void told(Event event) {
    merged.told(event);
  }

  /** Has a connection to each other member, and to no other. */
  void turn(Membership members, NodeId self, long nanoTime) {
    upstreams
        .values()
        .removeIf(
            upstream -> {
              Member now = members.find(upstream.member().node());
              // That it votes now is no reason to hear its past again.
              boolean gone = now == null || !now.http().equals(upstream.member().http());
              if (gone) {
                upstream.close();
              }
              return gone;
            });
    for (Member member : members.members()) {
      if (!member.node().equals(self) && upstreams.size() < MAX_MEMBERS) {
        upstreams.computeIfAbsent(
            member.node(),
            node -> new Upstream(member, streams, merged, () -> lost.accept(node), nanoTime));
      }
    }
    upstreams.values().forEach(upstream -> upstream.turn(nanoTime));
  }

  void close() {
    upstreams.values().forEach(Upstream::close);
    upstreams.clear();
  }
}
