package hraftd.raft.net;

import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.protocols.raft.RaftHeader;
import org.jgroups.protocols.raft.Role;
import org.jgroups.util.DefaultThreadFactory;
import org.jgroups.util.MessageBatch;
import org.jgroups.util.Runner;
import org.jspecify.annotations.Nullable;

/**
 * jgroups-raft's protocol, reduced to what is sound in it: one bounded queue of requests from above
 * and messages from below, and one thread, the Raft thread, that drains it and handles all there is
 * as one batch. What the requests mean is decided by {@link RaftEvents}; the stock roles, log and
 * elections never run.
 */
final class RaftProtocol extends RAFT {
  private static final short PROTOCOL_ID = 2151;

  static {
    ClassConfigurator.addProtocol(PROTOCOL_ID, RaftProtocol.class);
  }

  /** How long the Raft thread sleeps at most: what Raft's timeouts are measured with. */
  static final Duration TICK = Duration.ofMillis(5);

  /** Frames that wait for the Raft thread; above, connections are not read from. */
  private static final int MAX_WAITING_BYTES =
      (int) Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8);

  /** How often somebody who waits for room looks whether the Raft thread is still there. */
  private static final long LIVENESS_CHECK_MILLIS = 50;

  /** For the last batch, which may wait for a slow disk; then the thread is left alone. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  /** Something for the Raft thread. */
  private abstract static class Work extends Request {
    abstract void run(RaftEvents events);
  }

  private final NodeId self;
  private final RaftEvents events;
  private final Semaphore waitingBytes = new Semaphore(MAX_WAITING_BYTES);

  /** What the Raft thread asks of itself while the queue is full. Only that thread uses it. */
  private final Queue<Work> overflow = new ArrayDeque<>();

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean running;
  private volatile @Nullable Thread raftThread;

  RaftProtocol(NodeId self, RaftEvents events) {
    this.self = self;
    this.events = events;
    raftId(self.toString());
  }

  @Override
  public void init() throws Exception {
    super.init();
    // Not RAFT's own, whose thread has no name to tell it by.
    runner =
        new Runner(
            new DefaultThreadFactory("raft", /* createDaemons= */ true),
            "raft-" + self.id(),
            this::processQueue,
            /* stop_function= */ null);
  }

  /** Starts the Raft thread; not RAFT's log nor its state machine. */
  @Override
  public void start() {
    running = true;
    runner.start();
  }

  /** Ends the Raft thread behind the batch that it is at; blocks until then. */
  @Override
  public void stop() {
    if (!running && raftThread == null) {
      return;
    }
    running = false;
    try {
      // Runner.stop() interrupts, which would close the file that the log is writing.
      if (ended.await(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        runner.stop();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** See {@link RaftTransport#execute}. */
  void execute(Runnable task) {
    enqueue(
        new Work() {
          @Override
          void run(RaftEvents to) {
            task.run();
          }
        });
  }

  /** Tells the node, on the Raft thread, that a peer has perhaps died. */
  void peerDown(NodeId peer) {
    enqueue(
        new Work() {
          @Override
          void run(RaftEvents to) {
            to.peerDown(peer);
          }
        });
  }

  /**
   * Something unexpected was thrown on a thread that serves the Raft thread: the node stops, as if
   * it had been thrown there.
   */
  void fail(Throwable cause) {
    enqueue(
        new Work() {
          @Override
          void run(RaftEvents to) {
            throw new IllegalStateException("a thread of the transport failed", cause);
          }
        });
  }

  /**
   * A frame from a peer.
   *
   * @throws IllegalArgumentException if it is not one, or not from that peer to this node
   */
  @Override
  public @Nullable Object up(org.jgroups.Message message) {
    byte[] frame = message.getArray();
    List<Message> received = MessageCodec.decode(frame);
    Message first = received.get(0);
    WireReader.check(
        first.to().equals(self) && first.from().equals(((PeerAddress) message.getSrc()).node()),
        "a message from " + first.from() + " to " + first.to());
    int bytes = Math.min(frame.length, MAX_WAITING_BYTES);
    if (acquire(bytes)) {
      enqueue(
          new Work() {
            @Override
            void run(RaftEvents to) {
              waitingBytes.release(bytes);
              received.forEach(to::received);
            }
          });
    }
    return null;
  }

  private boolean acquire(int bytes) {
    try {
      while (running) {
        if (waitingBytes.tryAcquire(bytes, LIVENESS_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
          return true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private void enqueue(Work work) {
    if (Thread.currentThread() == raftThread) {
      if (!processing_queue.offer(work)) {
        overflow.add(work);
      }
      return;
    }
    boolean interrupted = false;
    while (running) {
      try {
        if (processing_queue.offer(work, LIVENESS_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Batch after batch, on the Raft thread, until it stops. */
  @Override
  protected void processQueue() {
    raftThread = Thread.currentThread();
    try {
      long idle = TICK.toNanos();
      while (running) {
        drain(Math.min(idle, TICK.toNanos()));
        for (Request request : remove_queue) {
          ((Work) request).run(events);
        }
        idle = events.endOfBatch();
      }
    } catch (Throwable e) {
      running = false;
      events.failed(e);
    } finally {
      processing_queue.clear();
      ended.countDown();
    }
    awaitStop();
  }

  private void drain(long nanos) throws InterruptedException {
    remove_queue.clear();
    if (overflow.isEmpty()) {
      Request first = processing_queue.poll(nanos, TimeUnit.NANOSECONDS);
      if (first == null) {
        return;
      }
      remove_queue.add(first);
    }
    processing_queue.drainTo(remove_queue);
    remove_queue.addAll(overflow);
    overflow.clear();
  }

  /** The Runner would call {@link #processQueue} in a hot loop. */
  private void awaitStop() {
    while (runner.isRunning()) {
      LockSupport.park(this);
    }
  }

  @Override
  public void up(MessageBatch batch) {
    batch.forEach(this::up);
  }

  /** There are no views: Raft knows its members itself. */
  @Override
  public void handleView(View view) {}

  /** There are no stock roles. */
  @Override
  protected RAFT changeRole(Role role) {
    return this;
  }

  /** Nothing of the stock protocol is sent, so nothing of it can come. */
  @Override
  public void handleUpRequest(org.jgroups.Message message, RaftHeader header) {}

  /** There is no stock log. */
  @Override
  protected void process(List<Request> requests) {}
}
