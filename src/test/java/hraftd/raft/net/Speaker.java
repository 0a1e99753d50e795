package hraftd.raft.net;

import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Says something to a node again and again, as Raft does, until it is closed. */
final class Speaker implements AutoCloseable {
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  /** From now on. */
  Speaker(TransportPeer from, NodeId to) {
    var unused =
        timer.scheduleWithFixedDelay(
            () -> from.send(new Message.PreVote(from.node, to, 1, 3, 1, 0)),
            0,
            50,
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
