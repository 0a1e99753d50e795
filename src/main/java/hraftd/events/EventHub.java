package hraftd.events;

import hraftd.fatal.FatalErrors;
import hraftd.raft.Member;
import hraftd.raft.NodeId;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of one node and who reads them: its own, kept all the time; with those of the other
 * members while somebody wants them. One thread serves all readers, and ends when there are none.
 * Thread-safe; never blocks.
 */
public final class EventHub implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);

  /** Each holds a connection and a batch. */
  public static final int MAX_READERS = 32;

  /**
   * Other members that read: more than a cluster has. They have places of their own, as nobody sees
   * this node on their pages without.
   */
  public static final int MAX_NODES = 64;

  /**
   * As often as there are pictures. What readers cost is the rounds, not the events: a write to a
   * socket each, and a wakeup at its other end.
   */
  private static final Duration ROUND = Duration.ofMillis(100);

  /** The thread ends when there was no reader for so long. */
  private static final Duration IDLE = Duration.ofSeconds(10);

  /** Of a small heap the events take no more than a part. */
  private static final int HEAP_PART = 32;

  /** So much is looked up at a time. */
  private static final int PART_BYTES = 64 << 10;

  private static final SecureRandom RANDOM = new SecureRandom();

  private record Reader(EventSubscription stream, boolean ownAlone, boolean node) {}

  /** Who tells, of which cluster, in which process. */
  private record Self(NodeId node, String clusterId, String process, Recorder recorder) {}

  private final LongSupplier micros;
  private final LongSupplier nanoTime;
  private final MemberStreams streams;
  private final MemberStreams recordings;
  private final EventLog own =
      new EventLog(
          Math.min(EventLog.RECENT_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PART),
          EventLog.MOMENT_BYTES);
  private final Set<Reader> readers = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor rounds;

  /** Whoever holds it takes no other lock but the logs': the recorder tells under its own. */
  private final Object lock = new Object();

  private volatile @Nullable Self self;

  // Guarded by the lock.
  private @Nullable Gathering gathering;
  private @Nullable ScheduledFuture<?> running;
  private boolean closed;

  /**
   * Of a node that tells nothing yet.
   *
   * @param micros people's time since 1970
   * @param nanoTime {@link System#nanoTime}
   * @param streams of what the other members tell while it happens
   * @param recordings what they have kept, as lines of a file
   */
  public EventHub(
      LongSupplier micros, LongSupplier nanoTime, MemberStreams streams, MemberStreams recordings) {
    this.micros = micros;
    this.nanoTime = nanoTime;
    this.streams = streams;
    this.recordings = recordings;
    rounds =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "hraftd-events");
              thread.setDaemon(true);
              return thread;
            });
    rounds.setRemoveOnCancelPolicy(true);
    rounds.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
    rounds.allowCoreThreadTimeOut(true);
  }

  /** This node is a member of a cluster: its recorder, the same while it is the same member. */
  public Recorder member(NodeId node, String clusterId) {
    synchronized (lock) {
      Self known = self;
      if (known != null && known.node.equals(node) && known.clusterId.equals(clusterId)) {
        return known.recorder;
      }
      Recorder made = new Recorder(node.id(), micros, pace(), this::told);
      String process = HexFormat.of().toHexDigits(RANDOM.nextLong());
      self = new Self(node, clusterId, process, made);
      return made;
    }
  }

  /** Tells a moment, if this node is a member of a cluster. Any thread. */
  public void tell(TimelineMoment moment) {
    Self known = self;
    if (known != null) {
      known.recorder.tell(moment);
    }
  }

  /** A connection to a peer was opened. */
  void connected(NodeId peer) {
    Self known = self;
    if (known != null) {
      known.recorder.connected(peer);
    }
  }

  private void told(Event event) {
    synchronized (lock) {
      own.told(event);
      if (gathering != null) {
        gathering.told(event);
      }
    }
  }

  // ---- readers

  /** How many there are. */
  public int readers() {
    return readers.size();
  }

  /**
   * True if no further one may come.
   *
   * @param node of another member's; else of a client's
   */
  public boolean isFull(boolean node) {
    long there = readers.stream().filter(reader -> reader.node == node).count();
    return there >= (node ? MAX_NODES : MAX_READERS);
  }

  /**
   * Begins to tell somebody what happens, until he leaves. One for whom there is no place any more
   * ends at once: he may have come at the same time as another.
   *
   * @param ownAlone this node's events; else those of all members
   * @param node it is another member; else a client
   */
  public void open(boolean ownAlone, boolean node, EventSubscription.Sink sink) {
    synchronized (lock) {
      if (closed || isFull(node)) {
        sink.end();
        return;
      }
      if (!ownAlone && gathering == null) {
        gathering = new Gathering(streams, own.past(micros.getAsLong()), this::lost);
      }
      EventLog log = gathering == null || ownAlone ? own : gathering.merged();
      EventSubscription stream = new EventSubscription(log, this::run, sink, nanoTime.getAsLong());
      readers.add(new Reader(stream, ownAlone, node));
      attend();
      if (running == null) {
        Runnable round =
            FatalErrors.guarded(
                this::round, e -> LOG.warn("telling events failed and is tried again", e));
        running = rounds.scheduleWithFixedDelay(round, 0, ROUND.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  /**
   * Writes all that there is of this node's own, a line each, the oldest first. May block as long
   * as the stream does; what is forgotten meanwhile is left out.
   */
  public void writeTo(OutputStream out) throws IOException {
    EventLog.Recording recording = own.recording();
    line(out, run());
    for (List<Event> part = recording.next(PART_BYTES);
        !part.isEmpty();
        part = recording.next(PART_BYTES)) {
      for (Event event : part) {
        line(out, event.json());
      }
    }
  }

  /**
   * Writes the same, and then what each other member has kept, which it is asked for now. Of a
   * member that does not give it a line says why. May block as {@link #writeTo} does, and some
   * seconds for each member that is not there.
   */
  public void writeAllTo(OutputStream out) throws IOException {
    writeTo(out);
    Self known = self;
    if (known == null) {
      return;
    }
    for (Member member : known.recorder.members().members()) {
      if (!member.node().equals(known.node)) {
        String why = new MemberRecording(member, MemberRecording.PATIENCE).copyTo(out, recordings);
        if (why != null) {
          line(out, EventWriter.missing(micros.getAsLong(), member.id(), why));
        }
      }
    }
  }

  /** Writes the last line of a file. */
  void writeEnd(OutputStream out, String why) throws IOException {
    line(out, EventWriter.end(micros.getAsLong(), why));
  }

  private static void line(OutputStream out, byte[] json) throws IOException {
    out.write(json);
    out.write('\n');
  }

  /** The event that says of what the others are, as JSON. */
  private byte[] run() {
    Self known = self;
    return EventWriter.object(
        json -> {
          json.writeStringField("event", Event.RUN);
          json.writeNumberField("format", Event.FORMAT);
          json.writeStringField("source", "cluster");
          json.writeStringField(
              "title",
              known == null
                  ? "a node that is a member of no cluster yet"
                  : "cluster " + known.clusterId + ", " + known.node.id());
          json.writeArrayFieldStart("nodes");
          if (known != null) {
            for (Member member : known.recorder.members().members()) {
              json.writeString(member.id());
            }
          }
          json.writeEndArray();
          if (known != null) {
            json.writeStringField("self", known.node.id());
            json.writeStringField("process", known.process);
          }
        });
  }

  private Pace pace() {
    return readers.isEmpty() ? Pace.QUIET : Pace.WATCHED;
  }

  private void attend() {
    Self known = self;
    if (known != null) {
      known.recorder.pace(pace());
    }
  }

  private void lost(NodeId member) {
    Self known = self;
    if (known != null) {
      known.recorder.disconnected(member);
    }
  }

  private void round() {
    serve();
    gather();
  }

  private void serve() {
    long now = nanoTime.getAsLong();
    long at = micros.getAsLong();
    readers.removeIf(reader -> !reader.stream.turn(now, at));
  }

  private void gather() {
    Gathering unwanted = null;
    Gathering wanted;
    synchronized (lock) {
      if (readers.stream().allMatch(Reader::ownAlone)) {
        unwanted = gathering;
        gathering = null;
      }
      wanted = gathering;
      if (readers.isEmpty() && running != null) {
        running.cancel(/* mayInterruptIfRunning= */ false);
        running = null;
      }
      attend();
    }
    if (unwanted != null) {
      unwanted.close();
    }
    Self known = self;
    if (known != null) {
      known.recorder.refresh();
    }
    if (wanted != null && known != null) {
      wanted.turn(known.recorder.members(), known.node, nanoTime.getAsLong());
    }
  }

  /** Ends all streams, with what there was to tell; those that come later end at once. */
  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
    }
    rounds.execute(
        () -> {
          serve();
          readers.forEach(reader -> reader.stream.end());
          readers.clear();
          gather();
        });
    rounds.shutdown();
  }
}
