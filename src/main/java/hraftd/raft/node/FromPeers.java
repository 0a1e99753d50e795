package hraftd.raft.node;

import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.core.Message;
import hraftd.raft.net.PeerEvents;
import hraftd.raft.net.Received;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Hands over to the Raft thread what the transport brings. A connection whose messages find no room
 * there is not read on; one that brings what cannot be true is refused. Its methods are for the
 * transport's threads.
 */
final class FromPeers implements PeerEvents {

  /** What members may have waiting here: some batches of each, and little of the heap. */
  private final RaftThread.Budget fromMembers =
      new RaftThread.Budget((int) Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8));

  /** The same of nodes that are no members, all together: they have next to nothing to say. */
  private final RaftThread.Budget fromStrangers = new RaftThread.Budget(256 << 10);

  private final RaftThread thread;
  private final RaftLoop loop;
  private final BooleanSupplier stopped;
  private final Consumer<Runnable> post;
  private final Consumer<Throwable> halt;
  private final RaftMeter meter;

  /**
   * For a loop that this thread runs.
   *
   * @param stopped true once nothing is to be handed over any more
   * @param post runs a task on that thread, or drops it then
   * @param halt hears why the transport cannot go on
   */
  FromPeers(
      RaftThread thread,
      RaftLoop loop,
      BooleanSupplier stopped,
      Consumer<Runnable> post,
      Consumer<Throwable> halt,
      RaftMeter meter) {
    this.thread = thread;
    this.loop = loop;
    this.stopped = stopped;
    this.post = post;
    this.halt = halt;
    this.meter = meter;
  }

  @Override
  public void received(Received received) {
    thread.execute(
        received.fromStranger() ? fromStrangers : fromMembers,
        received.weight(),
        received::isWanted,
        () -> handle(received));
  }

  private void handle(Received received) {
    for (Message message : received.messages()) {
      String refusal = stopped.getAsBoolean() ? null : loop.received(message);
      if (refusal != null) {
        received.refuse(refusal);
        return;
      }
    }
  }

  @Override
  public void connected(NodeId peer) {
    meter.connected(peer);
  }

  @Override
  public void peerDown(NodeId peer) {
    post.accept(() -> loop.peerDown(peer));
  }

  @Override
  public void failed(Throwable cause) {
    halt.accept(cause);
  }
}
