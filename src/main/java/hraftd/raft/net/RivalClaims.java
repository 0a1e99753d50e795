package hraftd.raft.net;

import hraftd.raft.ClaimedTwiceException;
import hraftd.raft.NodeId;
import hraftd.text.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps who was refused because an older process is the same node: others, to be told for a while,
 * and this process itself, which must end if that lasts. For any thread.
 */
final class RivalClaims {

  /** A copy that runs is refused several times a second. */
  private static final Duration TOLD_FOR = Duration.ofSeconds(30);

  /** Above what two of the longest addresses and an id make of it; others say what they like. */
  private static final int MAX_TEXT_BYTES = 1024;

  /** With more nodes the oldest is not told any more: nobody copies so many at once. */
  private static final int MAX_TOLD = 16;

  /**
   * For how long this process may be refused. A process that was killed and is started again at
   * once takes its own predecessor for a rival until that was silent for {@link
   * IncomingConnections#ALIVE}.
   */
  static final Duration LASTS = Duration.ofSeconds(6);

  /**
   * With as long between two refusals the first one no longer counts: it was another outage. Who
   * has something to say tries to connect more often.
   */
  static final Duration APART = Duration.ofSeconds(2);

  /** Refusals by one peer, none of them {@link #APART} from the next. */
  private record Refusals(long first, long last) {}

  private record Told(String text, long at) {}

  private final LongSupplier nanoClock;
  private final Map<NodeId, Told> told = new LinkedHashMap<>();

  /** By which peers this process is refused. */
  private final Map<NodeId, Refusals> refusals = new LinkedHashMap<>();

  /** None yet. */
  RivalClaims(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** A process was refused, here or elsewhere, as the node's other one is older. */
  synchronized void tell(NodeId node, String text) {
    told.remove(node);
    told.put(node, new Told(Printable.cut(text, MAX_TEXT_BYTES), nanoClock.getAsLong()));
    if (told.size() > MAX_TOLD) {
      told.remove(told.keySet().iterator().next());
    }
  }

  /** What was told lately, in sentences for people. */
  synchronized List<String> told() {
    long now = nanoClock.getAsLong();
    told.values().removeIf(each -> now - each.at > TOLD_FOR.toNanos());
    List<String> texts = new ArrayList<>();
    told.values().forEach(each -> texts.add(each.text));
    return texts;
  }

  /** A peer lets this process in. */
  synchronized void admitted(NodeId by) {
    refusals.remove(by);
  }

  /**
   * A peer refuses this process.
   *
   * @return why it must end; null if that may be over soon
   */
  synchronized @Nullable ClaimedTwiceException refused(NodeId by, NodeId self, String text) {
    tell(self, text);
    long now = nanoClock.getAsLong();
    refusals.values().removeIf(each -> now - each.last > APART.toNanos());
    Refusals before = refusals.get(by);
    long first = before == null ? now : before.first;
    refusals.put(by, new Refusals(first, now));
    return now - first >= LASTS.toNanos()
        ? new ClaimedTwiceException(Printable.cut(text, MAX_TEXT_BYTES))
        : null;
  }
}
