package hraftd.cluster;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.RaftStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** Has something done by whoever leads, this node or another. */
final class LeaderCall {

  /** How long to look for a leader that takes the request: longer than any election takes. */
  private static final Duration LEADER_TIME = Duration.ofSeconds(5);

  /** So long nobody may be known to lead: a majority elects somebody sooner. */
  private static final Duration LEADERLESS_TIME = Duration.ofMillis(800);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(100);

  private final LocalNode local;
  private final Await await;

  LeaderCall(LocalNode local) {
    this.local = local;
    await = local.await();
  }

  /**
   * Does it here or there, and again if the leader has changed: either nothing has happened then,
   * or doing it again ends what was begun. Blocks.
   *
   * @param forwarded true if another node handed the request to this one as to the leader: it is
   *     not handed on
   * @param here does it if this node leads
   * @param there asks the leader at this HTTP address to do it
   * @throws ClusterException {@code NO_LEADER} if nobody leads, or {@code TIMEOUT}, or what the
   *     leader said
   * @throws ConsensusException.LeaderChanged the same, and it may have been begun
   */
  <T> T call(
      boolean forwarded,
      Deadline deadline,
      Supplier<T> here,
      Function<HostPort, CompletableFuture<T>> there) {
    Consensus consensus = local.consensus();
    Deadline search = deadline.orEarlier(await.after(LEADER_TIME));
    Deadline leaderless = await.after(LEADERLESS_TIME);
    boolean begun = false;
    while (true) {
      RaftStatus status = consensus.status();
      Member leader = status.leader();
      if (leader != null) {
        leaderless = await.after(LEADERLESS_TIME);
      }
      String why = "no leader is known";
      boolean isHere = leader != null && leader.node().equals(status.self());
      boolean hadLeader = false;
      try {
        if (isHere) {
          return here.get();
        } else if (leader != null && !forwarded) {
          return await.result(there.apply(leader.http()), deadline, "the leader");
        }
      } catch (ConsensusException.NoLeader | ConsensusException.LeaderChanged e) {
        why = String.valueOf(e.getMessage());
        hadLeader = true;
        begun |= e.outcomeUnknown();
      } catch (ClusterException e) {
        hadLeader = !isHere && (e.kind() == Kind.NO_LEADER || e.kind() == Kind.STARTING);
        boolean leaderGone = !isHere && e.kind() == Kind.UNREACHABLE && !e.relayed();
        if (!hadLeader && !leaderGone) {
          throw e;
        }
        why = e.detail();
        begun |= e.relayed(); // It does not say whether it had.
      }
      if (hadLeader) {
        search = deadline.orEarlier(await.after(LEADER_TIME)); // It may have taken its time.
      }
      if (forwarded || await.isOver(search) || await.isOver(leaderless)) {
        throw begun
            ? new ConsensusException.LeaderChanged(why)
            : new ClusterException(Kind.NO_LEADER, why);
      }
      await.pause(BETWEEN_ATTEMPTS);
    }
  }
}
