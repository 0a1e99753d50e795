package hraftd.raft.net;

import hraftd.raft.core.Message;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bounded queue of messages on their way to one peer. What does not fit is dropped: Raft
 * repeats what matters, and would not want the rest late. For any thread.
 */
final class SendQueue {

  /** What a peer may be behind; some round trips of a fast disk array, and little of the heap. */
  static final long MAX_BYTES = Math.min(16L << 20, Runtime.getRuntime().maxMemory() / 16);

  /** The same by number; small messages take more memory than bytes. */
  static final int MAX_MESSAGES = 8192;

  /** Messages are put together up to this; one alone may be larger. */
  static final int FRAME_BYTES = 256 << 10;

  private final Lock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Queue<Message> queue = new ArrayDeque<>();
  private long bytes;
  private boolean ending;

  /** Queues a message, or drops it; never blocks. */
  void add(Message message) {
    long weight = MessageCodec.weight(message);
    lock.lock();
    try {
      boolean full = bytes + weight > MAX_BYTES || queue.size() >= MAX_MESSAGES;
      if (ending || (full && bytes > 0)) {
        return;
      }
      queue.add(message);
      bytes += weight;
      notEmpty.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for messages, and takes as many as go into one frame.
   *
   * @return false if there will be none: {@link #finish} was called, and all is taken
   */
  boolean take(List<Message> frame) throws InterruptedException {
    frame.clear();
    lock.lock();
    try {
      while (queue.isEmpty()) {
        if (ending) {
          return false;
        }
        notEmpty.await();
      }
      long taken = 0;
      for (Message next = queue.peek();
          next != null && (taken == 0 || taken + MessageCodec.weight(next) <= FRAME_BYTES);
          next = queue.peek()) {
        taken += MessageCodec.weight(next);
        frame.add(queue.remove());
      }
      bytes -= taken;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** About what is waiting, in bytes. */
  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Drops what is waiting. */
  void clear() {
    lock.lock();
    try {
      queue.clear();
      bytes = 0;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more. */
  void finish() {
    lock.lock();
    try {
      ending = true;
      notEmpty.signal();
    } finally {
      lock.unlock();
    }
  }

  /** True after {@link #finish}. */
  boolean isEnding() {
    lock.lock();
    try {
      return ending;
    } finally {
      lock.unlock();
    }
  }
}
