package hraftd.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Change;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.state.KvState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a watcher does at each step, with a sink that takes batches only when it is told to. */
class WatcherTest {

  private static final Filter ALL = new Filter(Key.of(""), false);

  private final History history = new History(10, 1 << 20);
  private final KvState state = new KvState(history);
  private final List<Watcher> ended = new ArrayList<>();
  private final Backlogs backlogs = new Backlogs(Runnable::run, 1 << 20);

  private static class HeldSink implements Watcher.Sink {
    final StringBuilder text = new StringBuilder();
    boolean holds;
    boolean isEnded;
    boolean isCut;
    @Nullable Consumer<@Nullable Throwable> pending;

    @Override
    public void write(byte[] batch, Consumer<@Nullable Throwable> done) {
      text.append(new String(batch, StandardCharsets.UTF_8));
      if (holds) {
        pending = done;
      } else {
        done.accept(null);
      }
    }

    void release() {
      Consumer<@Nullable Throwable> done = pending;
      if (done != null) {
        pending = null;
        done.accept(null);
      }
    }

    @Override
    public void end() {
      isEnded = true;
    }

    @Override
    public void cut() {
      isCut = true;
    }
  }

  private static class PlainFormat implements Watcher.Format {
    @Override
    public byte[] change(Change change, long revision) {
      return ((change.item() == null ? "-" : "+") + change.key() + "@" + revision)
          .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] between() {
      return bytes(",");
    }

    @Override
    public byte[] last(long revision) {
      return bytes(";");
    }

    @Override
    public byte[] progress(long revision) {
      return bytes("=" + revision + ";");
    }

    @Override
    public byte[] keepAlive() {
      return bytes("~");
    }

    @Override
    public byte[] reset(long revision) {
      return bytes("!" + revision);
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  private void put(String... keys) {
    List<Command.Pair> pairs = new ArrayList<>();
    for (String key : keys) {
      pairs.add(new Command.Pair(Key.of(key), new byte[100], 0));
    }
    state.apply(0, new Command.Put(pairs, Guard.NONE));
  }

  private Watcher after(long revision, Filter filter, HeldSink sink) throws CompactedException {
    return Watcher.after(history, revision, filter, new PlainFormat(), sink, ended::add);
  }

  @Test
  void itSendsWhatItWantsInOrder() throws CompactedException {
    HeldSink sink = new HeldSink();
    Watcher watcher = after(0, new Filter(Key.of("a"), false), sink);
    put("b", "a2", "a1");
    put("b");
    put("a1");
    state.apply(0, new Command.DeletePrefix(Key.of("a")));
    watcher.wake();
    assertEquals("+a1@1,+a2@1;+a1@3;-a1@4,-a2@4;", sink.text.toString());
    watcher.wake();
    assertEquals("+a1@1,+a2@1;+a1@3;-a1@4,-a2@4;", sink.text.toString());
  }

  @Test
  void itsFirstWordComesAtOnceEvenIfThereIsNothingToSay() throws CompactedException {
    HeldSink sink = new HeldSink();
    after(0, ALL, sink).wake();
    assertEquals("~", sink.text.toString());
  }

  @Test
  void whileABatchIsUnderWayChangesWait() throws CompactedException {
    HeldSink sink = new HeldSink();
    sink.holds = true;
    Watcher watcher = after(0, ALL, sink);
    put("a");
    watcher.wake();
    put("b");
    watcher.wake();
    watcher.wake();
    assertEquals("+a@1;", sink.text.toString());
    sink.release();
    assertEquals("+a@1;+b@2;", sink.text.toString());
    sink.release();
    assertEquals("+a@1;+b@2;", sink.text.toString());
  }

  @Test
  void anEntryLongerThanABatchIsSentInSeveral() throws CompactedException {
    HeldSink sink = new HeldSink();
    Watcher watcher = after(0, ALL, sink);
    String[] keys = new String[5000];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = String.format("%020d", i);
    }
    put(keys);
    watcher.wake();
    assertTrue(sink.text.length() > 2 * Feed.BATCH_BYTES);
    assertEquals(4999, sink.text.chars().filter(c -> c == ',').count());
    assertEquals(1, sink.text.chars().filter(c -> c == ';').count());
  }

  @Test
  void fromAViewItSendsWhatExistsThenWhatChanged() throws CompactedException {
    put("a", "b");
    put("c");
    HeldSink sink = new HeldSink();
    Watcher watcher =
        Watcher.from(history, state.view(), ALL, new PlainFormat(), sink, backlogs, ended::add);
    put("d");
    watcher.wake();
    assertEquals("+a@2,+b@2,+c@2,=2;+d@3;", sink.text.toString());
  }

  @Test
  void aReaderThatHoldsABatchForLongerThanTheHistoryIsCutOff() throws CompactedException {
    HeldSink sink = new HeldSink();
    sink.holds = true;
    Watcher watcher = after(0, ALL, sink);
    put("a");
    watcher.wake();
    for (int i = 0; i < 20; i++) {
      put("b");
    }
    watcher.wake();
    assertTrue(sink.isCut);
    assertEquals(List.of(watcher), ended);
  }

  @Test
  void oneThatIsOnlyLateCatchesUp() throws CompactedException {
    HeldSink sink = new HeldSink();
    Watcher watcher = after(0, ALL, sink);
    for (int i = 0; i < 20; i++) {
      put("b");
    }
    watcher.wake();
    assertFalse(sink.isCut);
    assertEquals(20, sink.text.chars().filter(c -> c == ';').count());
  }

  @Test
  void whenTheStoreIsReplacedEveryReaderHearsThatItHasToBeginAnew() throws CompactedException {
    HeldSink sink = new HeldSink();
    Watcher watcher = after(0, ALL, sink);
    watcher.wake();
    history.reset(50);
    watcher.wake();
    assertEquals("~!0", sink.text.toString());
    assertTrue(sink.isEnded);
    assertFalse(sink.isCut);
    assertEquals(List.of(watcher), ended);
  }

  @Test
  void aReaderThatIsJustTakingABatchHearsItBehindThat() throws CompactedException {
    HeldSink sink = new HeldSink();
    sink.holds = true;
    Watcher watcher = after(0, ALL, sink);
    watcher.wake();
    history.reset(50);
    watcher.wake();
    assertFalse(sink.isCut);
    sink.holds = false;
    sink.release();
    assertEquals("~!0", sink.text.toString());
    assertTrue(sink.isEnded);
  }

  @Test
  void oneThatHasSeenMoreThanTheStoreThatReplacesThisOneGoesOn() throws CompactedException {
    HeldSink sink = new HeldSink();
    Watcher watcher = after(51, ALL, sink);
    watcher.wake();
    assertEquals("~", sink.text.toString());
    // As in a node that starts: a part of the log, a restore, the rest.
    put("a");
    watcher.wake();
    history.reset(50);
    watcher.wake();
    assertFalse(sink.isCut);
    history.changed(51, List.of(new Change(Key.of("b"), null, false)));
    history.changed(52, List.of(new Change(Key.of("c"), null, false)));
    watcher.wake();
    assertEquals("~-c@52;", sink.text.toString());
  }

  @Test
  void aReaderThatTakesNothingForTooLongIsCutOff() throws CompactedException {
    HeldSink sink = new HeldSink();
    sink.holds = true;
    Watcher watcher = after(0, ALL, sink);
    watcher.wake();
    watcher.tick(System.nanoTime() + Watcher.STALLED.toNanos() / 2);
    assertFalse(sink.isCut);
    watcher.tick(System.nanoTime() + Watcher.STALLED.toNanos() * 2);
    assertTrue(sink.isCut);
  }

  @Test
  void aFailedWriteEndsIt() throws CompactedException {
    HeldSink sink = new HeldSink();
    sink.holds = true;
    Watcher watcher = after(0, ALL, sink);
    watcher.wake();
    Consumer<@Nullable Throwable> done = sink.pending;
    assertTrue(done != null);
    done.accept(new java.io.IOException("gone"));
    assertEquals(List.of(watcher), ended);
  }

  @Test
  void stoppingEndsItAfterTheBatchUnderWay() throws CompactedException {
    HeldSink sink = new HeldSink();
    sink.holds = true;
    Watcher watcher = after(0, ALL, sink);
    watcher.wake();
    watcher.stop();
    assertFalse(sink.isEnded);
    sink.release();
    assertTrue(sink.isEnded);
    assertEquals(List.of(watcher), ended);
  }

  @Test
  void aChangeIsEncodedOnceForAllWatchers() {
    put("a");
    ChangeSet entry = history.newest();
    byte[] first = entry.encoded(0, new PlainFormat()::change);
    assertTrue(first == entry.encoded(0, new PlainFormat()::change));
  }

  @Test
  void eventsCountForTheBoundOfTheHistory() {
    put("a");
    put("b");
    put("c");
    assertEquals(0, history.oldestRevision());
    ChangeSet newest = history.newest();
    newest.encoded(0, (change, revision) -> new byte[1 << 20]);
    put("d");
    assertEquals(3, history.oldestRevision());
    put("e");
    assertEquals(3, history.oldestRevision(), "what was let go is not counted any more");
  }

  @Test
  void aLargeEventIsTheSameBytesForAllWatchersAndClosedForEach() throws CompactedException {
    byte[] value = new byte[Feed.BATCH_BYTES];
    Arrays.fill(value, (byte) 'v');
    List<List<byte[]>> batches = List.of(new ArrayList<>(), new ArrayList<>());
    List<Watcher> watchers = new ArrayList<>();
    for (List<byte[]> taken : batches) {
      HeldSink sink =
          new HeldSink() {
            @Override
            public void write(byte[] batch, Consumer<@Nullable Throwable> done) {
              taken.add(batch);
              done.accept(null);
            }
          };
      watchers.add(Watcher.after(history, 0, ALL, new Valued(), sink, ended::add));
    }
    List<Command.Pair> pairs = new ArrayList<>();
    for (String key : List.of("a", "b", "c")) {
      byte[] content = key.equals("b") ? value : new byte[] {'x'};
      pairs.add(new Command.Pair(Key.of(key), content, 0));
    }
    state.apply(0, new Command.Put(pairs, Guard.NONE));
    watchers.forEach(Watcher::wake);
    String large = new String(value, StandardCharsets.UTF_8);
    for (List<byte[]> taken : batches) {
      List<String> texts =
          taken.stream().map(batch -> new String(batch, StandardCharsets.UTF_8)).toList();
      assertEquals(List.of("x,", large, ",x;"), texts);
    }
    assertTrue(batches.get(0).get(1) == batches.get(1).get(1), "shared");
  }

  /** Shows the value alone. */
  private static final class Valued extends PlainFormat {
    @Override
    public byte[] change(Change change, long revision) {
      return change.item() == null ? new byte[0] : change.item().value();
    }
  }

  @Test
  void backlogsWaitWhileOthersHoldTooMuch() throws CompactedException {
    put("a");
    Backlogs small = new Backlogs(Runnable::run, 0);
    HeldSink first = new HeldSink();
    first.holds = true;
    HeldSink second = new HeldSink();
    Watcher.from(history, state.view(), ALL, new PlainFormat(), first, small, ended::add).wake();
    Watcher.from(history, state.view(), ALL, new PlainFormat(), second, small, ended::add).wake();
    assertEquals("+a@1,=1;", first.text.toString());
    assertEquals("", second.text.toString());
    first.release();
    assertEquals("+a@1,=1;", second.text.toString());
  }

  @Test
  void whatExistsIsSentInBatchesHoweverLargeTheValuesAre() throws CompactedException {
    for (String key : List.of("a", "b", "c")) {
      byte[] value = new byte[Feed.BATCH_BYTES];
      state.apply(0, new Command.Put(List.of(new Command.Pair(Key.of(key), value, 0)), Guard.NONE));
    }
    List<Integer> batches = new ArrayList<>();
    HeldSink sink =
        new HeldSink() {
          @Override
          public void write(byte[] batch, Consumer<@Nullable Throwable> done) {
            batches.add(batch.length);
            done.accept(null);
          }
        };
    Watcher.from(history, state.view(), ALL, new Valued(), sink, backlogs, ended::add).wake();
    int one = Feed.BATCH_BYTES + 1;
    assertEquals(List.of(one, one, one, "=3;".length()), batches);
  }

  @Test
  void aWatchOfWhatIsGoneIsRefused() {
    for (int i = 0; i < 20; i++) {
      put("b");
    }
    assertThrows(CompactedException.class, () -> after(1, ALL, new HeldSink()));
  }
}
