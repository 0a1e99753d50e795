package hraftd.events;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.testing.Background;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Readers come and go; with them the streams of the other members. */
class EventHubTest {

  private static final NodeId ONE = new NodeId("n1", 1);
  private static final NodeId TWO = new NodeId("n2", 2);
  private static final String RUN =
      "data: {\"event\":\"run\",\"format\":1,\"process\":\"%s\",\"nodes\":[]}";
  private static final String MOMENT =
      "data: {\"event\":\"moment\",\"node\":\"n2\",\"n\":%d,\"at\":1.5,\"text\":\"%s\"}";

  private static Member member(NodeId node, int port) {
    return new Member(node, new HostPort("r", port), new HostPort("h", port), true);
  }

  private static final Membership BOTH = new Membership(List.of(member(ONE, 1), member(TWO, 2)));

  /** The streams of the other members. */
  private static final class Others implements MemberStreams {
    final List<Consumer<String>> lines = new CopyOnWriteArrayList<>();
    final List<Consumer<@Nullable Throwable>> ends = new CopyOnWriteArrayList<>();
    final Map<Integer, Boolean> closed = new ConcurrentHashMap<>();

    @Override
    public Opened open(HostPort http, Consumer<String> line, Consumer<@Nullable Throwable> ended) {
      assertEquals(new HostPort("h", 2), http);
      int number = lines.size();
      ends.add(ended);
      lines.add(line);
      return () -> closed.put(number, true);
    }
  }

  /** A reader's connection. */
  private static final class Page implements EventSubscription.Sink {
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    volatile boolean ended;
    volatile boolean isThere = true;

    @Override
    public synchronized void write(byte[] batch, Consumer<@Nullable Throwable> done) {
      got.writeBytes(batch);
      done.accept(isThere ? null : new ClosedChannelException());
    }

    @Override
    public void end() {
      ended = true;
    }

    @Override
    public void cut() {
      ended = true;
    }

    synchronized String text() {
      return got.toString(StandardCharsets.UTF_8);
    }
  }

  private final Others others = new Others();
  private final Others recordings = new Others();
  private final EventHub hub = new EventHub(() -> 1_500_000, System::nanoTime, others, recordings);

  @AfterEach
  void close() {
    hub.close();
  }

  private Page open(boolean own) {
    Page page = new Page();
    hub.open(own, /* node= */ false, page);
    return page;
  }

  private void join() {
    hub.member(ONE, "c1").membersChanged(BOTH);
  }

  @Test
  void aReaderIsToldTheRunThePastAndWhatHappensThen() {
    join();
    hub.tell(TimelineMoment.of("started", "before"));
    Page page = open(/* own= */ true);
    eventually("it has the past", () -> page.text().contains("before"));
    hub.tell(TimelineMoment.of("leads", "after"));
    eventually("it has what came then", () -> page.text().contains("after"));
    String text = page.text();
    assertTrue(
        text.startsWith(
            "event: run\ndata: {\"event\":\"run\",\"format\":1,\"source\":\"cluster\","
                + "\"title\":\"cluster c1, n1\",\"nodes\":[\"n1\",\"n2\"],\"self\":\"n1\","),
        text);
    assertTrue(text.indexOf("before") < text.indexOf("after"), text);
    assertTrue(others.lines.isEmpty(), "nobody wants the others'");
  }

  @Test
  void manyReadersShareOneStreamOfEachOtherMemberWhichIsClosedWithTheLast() {
    join();
    List<Page> pages = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      pages.add(open(/* own= */ false));
    }
    eventually("it is opened", () -> !others.lines.isEmpty());
    others.lines.get(0).accept(String.format(RUN, "p"));
    others.lines.get(0).accept(String.format(MOMENT, 7, "hello"));
    for (Page page : pages) {
      eventually("all have it", () -> page.text().contains("hello"));
    }
    Page late = open(/* own= */ false);
    eventually("who comes late is told the past", () -> late.text().contains("hello"));
    late.isThere = false;
    pages.subList(1, 10).forEach(page -> page.isThere = false);
    others.lines.get(0).accept(String.format(MOMENT, 8, "again"));
    eventually("they are let go", () -> pages.get(9).ended && late.ended);
    assertFalse(others.closed.containsKey(0), "one still looks");
    assertEquals(1, others.lines.size());
    pages.get(0).isThere = false;
    others.lines.get(0).accept(String.format(MOMENT, 9, "and again"));
    eventually("it is closed", () -> others.closed.containsKey(0));
  }

  @Test
  void aMemberThatGoesAwayIsAMomentAndComesBackWithoutTellingTwice() {
    join();
    Page page = open(/* own= */ false);
    eventually("it is opened", () -> !others.lines.isEmpty());
    others.lines.get(0).accept(String.format(RUN, "p"));
    others.lines.get(0).accept(String.format(MOMENT, 7, "once"));
    others.ends.get(0).accept(new IOException("gone"));
    eventually("it is said", () -> page.text().contains("\"kind\":\"unreachable\""));
    eventually("it is tried again", () -> others.lines.size() > 1);
    Consumer<String> again = others.lines.get(others.lines.size() - 1);
    again.accept(String.format(RUN, "p"));
    again.accept(String.format(MOMENT, 7, "once"));
    again.accept(String.format(MOMENT, 8, "new"));
    eventually("it has the new one", () -> page.text().contains("new"));
    String text = page.text();
    assertEquals(text.indexOf("once"), text.lastIndexOf("once"), text);
    int before = others.lines.size();
    others.ends.get(others.ends.size() - 1).accept(null);
    eventually("it is tried again", () -> others.lines.size() > before);
    Consumer<String> restarted = others.lines.get(others.lines.size() - 1);
    restarted.accept(String.format(RUN, "another process"));
    restarted.accept(String.format(MOMENT, 1, "first of its life"));
    eventually("it counts anew", () -> page.text().contains("first of its life"));
  }

  @Test
  void aMemberThatIsThereAndTellsNothingIsNotSaidToBeAway() {
    join();
    Page page = open(/* own= */ false);
    eventually("it is opened", () -> !others.lines.isEmpty());
    others.ends.get(0).accept(null); // of a version that has no events, say
    eventually("it is tried again", () -> others.lines.size() > 1);
    hub.tell(TimelineMoment.of("leads", "a mark"));
    eventually("what was told before is there", () -> page.text().contains("a mark"));
    assertFalse(page.text().contains("unreachable"), page.text());
  }

  @Test
  void noMoreReadersThanThereIsRoomForAndAllEndWithTheNode() {
    join();
    List<Page> pages = new ArrayList<>();
    for (int i = 0; i < EventHub.MAX_READERS; i++) {
      assertFalse(hub.isFull(/* node= */ false));
      pages.add(open(/* own= */ i % 2 == 0));
    }
    assertTrue(hub.isFull(/* node= */ false));
    hub.tell(TimelineMoment.of("stopped", "the last word"));
    hub.close();
    for (Page page : pages) {
      eventually("it is ended", () -> page.ended);
      assertTrue(page.text().contains("the last word"));
    }
    assertTrue(open(/* own= */ true).ended);
  }

  @Test
  void oneForWhomThereIsNoPlaceAnyMoreEndsAtOnce() {
    join();
    for (int i = 0; i < EventHub.MAX_READERS; i++) {
      assertFalse(open(/* own= */ true).ended);
    }
    assertTrue(open(/* own= */ true).ended);
    assertEquals(EventHub.MAX_READERS, hub.readers());
  }

  @Test
  void otherMembersHavePlacesOfTheirOwn() {
    join();
    for (int i = 0; i < EventHub.MAX_READERS; i++) {
      open(/* own= */ true);
    }
    for (int i = 0; i < EventHub.MAX_NODES; i++) {
      assertFalse(hub.isFull(/* node= */ true));
      hub.open(/* ownAlone= */ true, /* node= */ true, new Page());
    }
    assertTrue(hub.isFull(/* node= */ true));
    assertEquals(EventHub.MAX_READERS + EventHub.MAX_NODES, hub.readers());
  }

  @Test
  void aMemberTellsOnlyOfItself() {
    join();
    Page page = open(/* own= */ false);
    eventually("it is opened", () -> !others.lines.isEmpty());
    Consumer<String> line = others.lines.get(0);
    line.accept(String.format(RUN, "p"));
    line.accept(String.format(MOMENT, 7, "of another").replace("\"n2\"", "\"n1\""));
    line.accept(String.format(MOMENT, 8, "of a stranger").replace("\"n2\"", "\"n9\""));
    line.accept("data: {\"event\":\"moment\",\"at\":1.5,\"text\":\"of nobody\"}");
    line.accept("data: {\"event\":\"lost\",\"at\":1.5,\"count\":417}");
    line.accept(String.format(MOMENT, 9, "in two lines").replace(",\"n\"", ",\r\"n\""));
    line.accept(String.format(MOMENT, 10, "of itself"));
    eventually("it has that", () -> page.text().contains("of itself"));
    assertTrue(page.text().contains("417"), "and how many could not be told");
    for (String dropped : List.of("of another", "of a stranger", "of nobody", "in two lines")) {
      assertFalse(page.text().contains(dropped), page.text());
    }
  }

  @Test
  void whatIsKeptIsWrittenLineByLine() throws IOException {
    join();
    hub.tell(TimelineMoment.of("started", "one"));
    hub.tell(TimelineMoment.of("leads", "two"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    hub.writeTo(out);
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(4, lines.size(), "run, members, and the two");
    assertTrue(lines.get(0).startsWith("{\"event\":\"run\""));
    assertTrue(lines.get(3).contains("two"));
  }

  private static String data(String line) {
    return line.substring("data: ".length());
  }

  /** The lines of a file of all; the test plays the other member. */
  private Future<List<String>> all() {
    return Background.supply(
        () -> {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          try {
            hub.writeAllTo(out);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return out.toString(StandardCharsets.UTF_8).lines().toList();
        });
  }

  @Test
  void whatAllHaveKeptIsOneFileWithOneBeginning() throws Exception {
    join();
    hub.tell(TimelineMoment.of("leads", "mine"));
    Future<List<String>> file = all();
    eventually("the other one is asked", () -> !recordings.lines.isEmpty());
    Consumer<String> line = recordings.lines.get(0);
    line.accept(data(String.format(RUN, "p")));
    for (int i = 1; i <= 1000; i++) { // More than wait for a reader at once.
      line.accept(data(String.format(MOMENT, i, "theirs " + i)));
    }
    line.accept(data(String.format(MOMENT, 7, "a stranger's").replace("\"n2\"", "\"n9\"")));
    line.accept("no event");
    recordings.ends.get(0).accept(null);
    List<String> lines = file.get();
    assertEquals(1, lines.stream().filter(l -> l.contains("\"event\":\"run\"")).count());
    assertTrue(lines.stream().anyMatch(l -> l.contains("mine")));
    assertEquals(1000, lines.stream().filter(l -> l.contains("theirs")).count());
    assertTrue(lines.stream().noneMatch(l -> l.contains("stranger") || l.contains("missing")));
    assertTrue(recordings.closed.containsKey(0));
    assertTrue(others.lines.isEmpty(), "nobody looks on");
  }

  @Test
  void whoseEventsAreNotInTheFileIsSaidThere() throws Exception {
    join();
    Future<List<String>> refused = all();
    eventually("the other one is asked", () -> !recordings.lines.isEmpty());
    recordings.ends.get(0).accept(null); // 404 of an older version, say
    String last = "events of n2 are missing: it has none to give now";
    assertTrue(refused.get().get(refused.get().size() - 1).contains(last), refused.get()::toString);

    Future<List<String>> broken = all();
    eventually("it is asked again", () -> recordings.lines.size() > 1);
    recordings.lines.get(1).accept(data(String.format(MOMENT, 1, "the first")));
    recordings.ends.get(1).accept(new IOException("gone"));
    List<String> lines = broken.get();
    assertTrue(lines.get(lines.size() - 2).contains("the first"), lines::toString);
    assertTrue(lines.get(lines.size() - 1).contains("it cannot be reached"), lines::toString);
  }

  @Test
  void aMemberThatFallsSilentDoesNotKeepTheFile() throws Exception {
    join();
    List<String> lines = all().get();
    assertTrue(lines.get(lines.size() - 1).contains("it was silent"), lines::toString);
    recordings.lines.get(0).accept(data(String.format(MOMENT, 1, "too late")));
  }
}
