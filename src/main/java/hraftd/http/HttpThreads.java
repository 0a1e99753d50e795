package hraftd.http;

import hraftd.fatal.FatalErrors;
import java.util.ArrayDeque;
import java.util.Queue;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's threads. A connection whose request was answered by another thread than its own wants one
 * to go on with; Jetty would give it one from the pool, each time. Here the thread that has sent a
 * number of answers goes on with those connections itself: by then most clients have sent their
 * next request, and neither another thread nor the selector has to be woken for it. Before that it
 * gives way, as those clients may need its processor.
 */
final class HttpThreads extends QueuedThreadPool {

  /** With fewer connections to go on with there is little to gain from a pause. */
  private static final int MANY = 4;

  @SuppressWarnings("ThreadLocalUsage") // A pool is there as long as its threads.
  private final ThreadLocal<@Nullable Queue<Runnable>> answered = new ThreadLocal<>();

  HttpThreads(int maxThreads, int minThreads) {
    super(maxThreads, minThreads);
    setName("hraftd-http");
  }

  @Override
  public void execute(Runnable job) {
    Queue<Runnable> connections = answered.get();
    if (connections != null && job instanceof Connection) {
      connections.add(job);
    } else {
      super.execute(job);
    }
  }

  @Override
  protected void onJobFailure(Throwable failure) {
    FatalErrors.check(failure);
    super.onJobFailure(failure);
  }

  /** Runs what sends answers, then goes on with their connections, on this thread. */
  @SuppressWarnings("ThreadPriorityCheck") // A hint is all that is wanted.
  void answer(Runnable answers) {
    Queue<Runnable> connections = new ArrayDeque<>();
    answered.set(connections);
    try {
      answers.run();
    } finally {
      answered.remove();
      if (connections.size() >= MANY) {
        Thread.yield();
      }
      connections.forEach(Runnable::run);
    }
  }
}
