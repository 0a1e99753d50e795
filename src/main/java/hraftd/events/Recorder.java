package hraftd.events;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.PeerMessage;
import hraftd.raft.RaftObserver;
import hraftd.raft.RaftPicture;
import hraftd.raft.RaftStatus;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells what happens to one member, in the form of docs/events.md: sees consensus, counts the
 * events of one process, writes them, and leaves out the messages that are too many. Thread-safe;
 * who tells while another does waits for as long as it takes to write one event into memory.
 */
public final class Recorder implements RaftObserver {

  /** A picture that shows nothing new is told this often. */
  private static final long UNCHANGED_MICROS = 1_000_000;

  private final LongSupplier micros;
  private final EventSink sink;
  private final EventWriter writer;
  private final MomentFinder finder;
  private final MessageSample sample = new MessageSample();
  private volatile Pace pace;
  private volatile Vitals vitals = Vitals.NONE;
  private volatile Membership members = Membership.EMPTY;

  /** Something of note has happened: a picture is due at the end of the batch. */
  private volatile boolean due = true;

  private volatile long lastLook;

  // Guarded by this.
  private long n;
  private long lost;
  private int peers = 1;
  private @Nullable Outline lastOutline;
  private long lastState;

  /** What makes a picture another one; that time goes by does not. */
  private record Outline(
      RaftStatus.Role role,
      long term,
      @Nullable NodeId vote,
      @Nullable NodeId leader,
      long firstIndex,
      long lastIndex,
      long syncedIndex,
      long commitIndex,
      long appliedIndex,
      long snapshotIndex,
      Membership membership,
      String activity,
      boolean diskFull,
      boolean memoryFull) {

    static Outline of(RaftPicture picture) {
      RaftStatus s = picture.status();
      return new Outline(
          s.role(),
          s.term(),
          picture.vote(),
          s.leader() == null ? null : s.leader().node(),
          s.firstIndex(),
          s.lastIndex(),
          picture.syncedIndex(),
          s.commitIndex(),
          s.appliedIndex(),
          s.snapshotIndex(),
          s.membership(),
          s.activity(),
          s.diskFull(),
          s.memoryFull());
    }
  }

  /**
   * Of a member whose process begins now.
   *
   * @param node its id
   * @param micros the clock for the events' {@code at}, in microseconds
   * @param pace how much it tells until it is told otherwise
   */
  public Recorder(String node, LongSupplier micros, Pace pace, EventSink sink) {
    this.micros = micros;
    this.pace = pace;
    this.sink = sink;
    writer = new EventWriter(node);
    finder = new MomentFinder(node, this::tell);
  }

  /** From now on it tells so much. */
  public void pace(Pace next) {
    pace = next;
  }

  /** Looks at what takes longer, for the next pictures. */
  void refresh() {
    vitals.refresh();
  }

  /** What pictures show besides consensus. */
  public void vitals(Vitals shown) {
    vitals = shown;
  }

  /** The newest configuration that it has seen. */
  Membership members() {
    return members;
  }

  /** Tells a moment. */
  public void tell(TimelineMoment moment) {
    event(
        Event.MOMENT,
        json -> {
          json.writeStringField("kind", moment.kind());
          EventWriter.optional(json, "term", moment.term());
          EventWriter.optional(json, "index", moment.index());
          EventWriter.optional(json, "other", moment.other());
          EventWriter.optional(json, "millis", moment.millis());
          EventWriter.optional(json, "count", moment.count());
          json.writeStringField("text", moment.text());
        });
  }

  /**
   * Tells an event that only somebody beside this member knows of, as a simulation does.
   *
   * @param name what its field {@code event} says
   * @param fields what is told besides what all events have
   */
  public void tell(String name, ObjectNode fields) {
    event(
        name,
        json -> {
          for (Map.Entry<String, JsonNode> field : fields.properties()) {
            json.writeFieldName(field.getKey());
            json.writeRawValue(field.getValue().toString());
          }
        });
  }

  private synchronized void event(String name, EventWriter.Fields fields) {
    n++;
    sink.told(writer.event(name, n, micros.getAsLong(), fields));
  }

  // ---- messages

  @Override
  public boolean wantsMessages() {
    return true;
  }

  @Override
  public synchronized void sent(PeerMessage message) {
    if (message.kind() == PeerMessage.Kind.SNAPSHOT) {
      beginsSnapshot(message);
    }
    if (takes(message.to(), /* leaving= */ true, message)) {
      event(
          Event.MESSAGE,
          json -> {
            json.writeStringField("to", message.to().id());
            head(json, message);
            for (PeerMessage.Detail detail : message.details().get()) {
              json.writeObjectField(detail.name(), detail.value());
            }
          });
    }
  }

  private void beginsSnapshot(PeerMessage message) {
    long index = 0;
    long offset = -1;
    for (PeerMessage.Detail detail : message.details().get()) {
      if (detail.name().equals("index")) {
        index = (Long) detail.value();
      } else if (detail.name().equals("offset")) {
        offset = (Long) detail.value();
      }
    }
    if (offset == 0) {
      finder.snapshotBegins(message.to(), index);
    }
  }

  @Override
  public synchronized void received(PeerMessage message) {
    if (takes(message.from(), /* leaving= */ false, message)) {
      event(
          Event.RECEIVED,
          json -> {
            json.writeStringField("from", message.from().id());
            head(json, message);
          });
    }
  }

  private static void head(JsonGenerator json, PeerMessage message) throws IOException {
    json.writeStringField("kind", message.kind().word());
    json.writeNumberField("term", message.term());
    json.writeStringField("mark", HexFormat.of().toHexDigits(message.mark()));
  }

  private boolean takes(NodeId peer, boolean leaving, PeerMessage message) {
    int all = pace.messages();
    // A leader's links carry the most, two for each other member.
    int share = all == Integer.MAX_VALUE ? all : Math.max(1, all / (2 * peers));
    boolean taken = sample.takes(peer, leaving, message.mark(), micros.getAsLong(), share);
    if (!taken) {
      lost++;
    }
    return taken;
  }

  private void tellLost() {
    if (lost > 0) {
      long count = lost;
      lost = 0;
      event(Event.LOST, json -> json.writeNumberField("count", count));
    }
  }

  // ---- moments

  @Override
  public synchronized void roleChanged(
      RaftStatus.Role role, long term, @Nullable NodeId vote, @Nullable NodeId leader) {
    finder.roleChanged(role, term, vote, leader);
    due = true;
  }

  @Override
  public synchronized void membersChanged(Membership membership) {
    members = membership;
    finder.membersChanged(membership);
    due = true;
  }

  @Override
  public synchronized void truncated(long index) {
    finder.truncated(index);
    due = true;
  }

  @Override
  public synchronized void snapshotTaken(long index, long bytes) {
    finder.snapshotTaken(index, bytes);
  }

  @Override
  public synchronized void snapshotInstalled(long index) {
    finder.snapshotInstalled(index);
    due = true;
  }

  @Override
  public synchronized void disconnected(NodeId peer) {
    finder.disconnected(peer);
  }

  /** A connection to a peer was opened. */
  public synchronized void connected(NodeId peer) {
    finder.connected(peer);
  }

  // ---- pictures

  @Override
  public boolean wantsPicture() {
    return due || isOver(lastLook, micros.getAsLong(), pace.stateMicros());
  }

  /** Also once the clock was set back: else nothing would be due until it has caught up. */
  private static boolean isOver(long since, long now, long lasts) {
    return now < since || now - since >= lasts;
  }

  @Override
  public synchronized void pictured(RaftPicture picture) {
    long now = micros.getAsLong();
    due = false;
    lastLook = now;
    RaftStatus status = picture.status();
    peers = Math.max(1, status.membership().members().size() - 1);
    members = status.membership();
    finder.pictured(status);
    vitals.moments().forEach(this::tell);
    tellLost();
    Outline outline = Outline.of(picture);
    if (!outline.equals(lastOutline) || isOver(lastState, now, UNCHANGED_MICROS)) {
      lastOutline = outline;
      lastState = now;
      event(Event.STATE, json -> StateJson.write(json, picture, vitals));
    }
  }
}
