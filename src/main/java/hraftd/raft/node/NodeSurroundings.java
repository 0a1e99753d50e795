package hraftd.raft.node;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.RaftObserver;
import hraftd.raft.RaftSettings;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Message;
import hraftd.raft.net.PeerTransport;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the loop of a real node has around it: the system's clock, threads and a network. */
final class NodeSurroundings implements Surroundings {

  private final RaftSettings settings;
  private final PeerTransport transport;
  private final Consumer<Runnable> post;
  private final Executor aside;
  private final Consumer<Throwable> halt;

  /**
   * Surroundings of these.
   *
   * @param post runs a task on the Raft thread, or drops it once the node stops
   * @param aside runs what takes long
   * @param halt hears why the node may not go on
   */
  NodeSurroundings(
      RaftSettings settings,
      PeerTransport transport,
      Consumer<Runnable> post,
      Executor aside,
      Consumer<Throwable> halt) {
    this.settings = settings;
    this.transport = transport;
    this.post = post;
    this.aside = aside;
    this.halt = halt;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public boolean memoryFull() {
    return settings.memoryFull().getAsBoolean();
  }

  @Override
  public RaftMeter meter() {
    return settings.meter();
  }

  @Override
  public RaftObserver observer() {
    return settings.observer();
  }

  @Override
  public void send(Message message) {
    transport.send(message);
  }

  @Override
  public @Nullable WireFormat format(NodeId peer) {
    return transport.said(peer);
  }

  @Override
  public void members(Membership membership) {
    transport.members(membership);
  }

  @Override
  public void trust(Set<NodeId> nodes) {
    transport.trust(nodes);
  }

  @Override
  public void post(Runnable task) {
    post.accept(task);
  }

  @Override
  public void runAside(Runnable task) {
    aside.execute(task);
  }

  @Override
  public void failed(Throwable cause) {
    halt.accept(cause);
  }
}
