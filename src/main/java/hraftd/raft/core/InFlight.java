package hraftd.raft.core;

import hraftd.raft.ConsensusException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * All requests that this node has taken in and not let go of: bounded by number and bytes, so that
 * memory is, and looked through for those whose time is over.
 *
 * <p>Any thread may take one in or end them. Room is given back by the Raft thread alone, when it
 * holds a request no more: while it waits for a disk, what was ended at its deadline still takes
 * room, and new requests are refused when there is none.
 */
public final class InFlight {

  /** A free place is found at once while at least half of them are free. */
  private static final int PLACES_PER_REQUEST = 2;

  private final int maxRequests;
  private final long maxBytes;
  private final AtomicReferenceArray<PendingRequest<?>> places;
  private final AtomicInteger nextPlace = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /** When a leader was last known, on the clock of {@link #expire}; its thread's own. */
  private long leaderAt;

  private boolean leaderless;

  /** Some are done, and the Raft thread holds them still. */
  private volatile boolean someAreDone;

  /**
   * Empty.
   *
   * @param maxRequests how many there may be
   * @param maxBytes what they may hold together; also the largest that is taken
   */
  public InFlight(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
    places = new AtomicReferenceArray<>(PLACES_PER_REQUEST * maxRequests);
  }

  /**
   * Takes a request in.
   *
   * @throws ConsensusException.Overloaded if there is no room: it is not taken
   */
  public void take(PendingRequest<?> request) {
    if (requests.incrementAndGet() > maxRequests) {
      requests.decrementAndGet();
      throw new ConsensusException.Overloaded(maxRequests + " requests are in flight");
    }
    if (bytes.addAndGet(request.size()) > maxBytes) {
      giveBack(request);
      throw new ConsensusException.Overloaded(
          "requests of " + (maxBytes >> 20) + " MiB are in flight");
    }
    int place;
    do {
      place = Math.floorMod(nextPlace.getAndIncrement(), places.length());
    } while (!places.compareAndSet(place, null, request));
    request.takes(this, place);
  }

  /** True if there are none. */
  public boolean isEmpty() {
    return requests.get() == 0;
  }

  /** The Raft thread holds this one no more: gives its room back, if it takes any still. */
  void letGo(PendingRequest<?> request) {
    if (places.compareAndSet(request.place(), request, null)) {
      giveBack(request);
    }
  }

  private void giveBack(PendingRequest<?> request) {
    requests.decrementAndGet();
    bytes.addAndGet(-request.size());
  }

  /**
   * Ends those whose time is over, or for which no leader turns up. One thread, again and again.
   */
  public void expire(long now, boolean leaderKnown) {
    if (leaderKnown || !leaderless) {
      leaderAt = now;
    }
    leaderless = !leaderKnown;
    long since = leaderAt;
    if (requests.get() > 0) {
      forEach(request -> request.expire(now, leaderKnown, now - since));
    }
  }

  /**
   * Ends all, on any thread: for this reason those that certainly did not happen, the others with
   * an unknown outcome. It is for the caller to see that none is taken in behind its back.
   */
  public void endAll(ConsensusException why) {
    forEach(request -> request.end(why));
  }

  private void forEach(Consumer<PendingRequest<?>> ends) {
    for (int i = 0; i < places.length(); i++) {
      PendingRequest<?> request = places.get(i);
      if (request != null) {
        ends.accept(request);
        if (request.isDone()) {
          someAreDone = true;
        }
      }
    }
  }

  /**
   * Gives back the room of those that were ended behind the Raft thread's back; called by it.
   *
   * @param drop makes the Raft thread hold none any more that is done
   */
  public void sweep(Runnable drop) {
    if (!someAreDone) {
      return;
    }
    someAreDone = false;
    List<PendingRequest<?>> done = new ArrayList<>();
    for (int i = 0; i < places.length(); i++) {
      PendingRequest<?> request = places.get(i);
      if (request != null && request.isDone()) {
        done.add(request);
      }
    }
    drop.run();
    done.forEach(this::letGo);
  }
}
