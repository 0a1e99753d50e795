package hraftd.kv.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Change;
import hraftd.kv.ChangeListener;
import hraftd.kv.Commands;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import hraftd.kv.Outcome;
import hraftd.kv.Shown;
import hraftd.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KvStateModelTest {

  private static final Key ALL = Key.of("");

  @Test
  void doesWhatTheModelDoes() {
    Property.holds(400, draw -> assertDoesWhatTheModelDoes(Commands.sequence(draw, 60)));
  }

  private static void assertDoesWhatTheModelDoes(List<Commands.Timed> sequence) {
    Follower follower = new Follower();
    KvState state = new KvState(follower);
    follower.state = state;
    Model model = new Model();
    List<KvView> views = new ArrayList<>();
    List<String> shown = new ArrayList<>();
    long clock = 1;
    for (Commands.Timed timed : sequence) {
      clock += timed.later();
      long before = model.revision;
      Outcome expected = model.apply(clock, timed.command());
      Outcome outcome = state.apply(clock, timed.command());

      assertEquals(Shown.of(expected), Shown.of(outcome), () -> Shown.of(timed));
      KvView view = state.view();
      assertEquals(model.revision, view.revision());
      assertEquals(clock, view.clockMillis());
      assertEquals(model.items.size(), view.size());
      assertEquals(Shown.of(model.items.values()) + Shown.of(model.tokens.values()), show(view));
      assertEquals(nextExpiry(model), view.nextExpiry());
      assertEquals(view.recount(), view.hash(), () -> Shown.of(timed));
      assertEquals(Shown.of(model.items.values()), Shown.of(follower.items.values()));
      assertEquals(model.revision == before ? 0 : 1, follower.calls);
      follower.calls = 0;
      views.add(view);
      shown.add(show(view));
    }
    for (int i = 0; i < views.size(); i++) {
      assertEquals(shown.get(i), show(views.get(i)), "an old view has changed");
    }
  }

  @Test
  void listsWhatIsAsked() {
    Property.holds(
        200,
        draw ->
            assertLists(
                Commands.sequence(draw, 60),
                Commands.prefix(draw),
                Commands.key(draw),
                draw.anInt(0, 12)));
  }

  private static void assertLists(List<Commands.Timed> sequence, Key prefix, Key after, int limit) {
    KvState state = new KvState(ChangeListener.NONE);
    Model model = new Model();
    for (Commands.Timed timed : sequence) {
      state.apply(1, timed.command());
      model.apply(1, timed.command());
    }
    List<Item> expected =
        model.items.values().stream()
            .filter(item -> item.key().text().startsWith(prefix.text()))
            .toList();
    assertEquals(
        Shown.of(expected.stream().limit(limit).toList()),
        Shown.of(state.view().list(prefix, null, limit)));
    assertEquals(
        Shown.of(expected.stream().filter(i -> i.key().compareTo(after) > 0).limit(limit).toList()),
        Shown.of(state.view().list(prefix, after, limit)));

    List<Item> paged = new ArrayList<>();
    int pageSize = limit + 1;
    List<Item> page = state.view().list(prefix, null, pageSize);
    while (!page.isEmpty()) {
      paged.addAll(page);
      page = state.view().list(prefix, page.get(page.size() - 1).key(), pageSize);
    }
    assertEquals(Shown.of(expected), Shown.of(paged));
  }

  private static long nextExpiry(Model model) {
    return model.items.values().stream()
        .mapToLong(Item::expiresAt)
        .filter(at -> at != 0)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private static String show(KvView view) {
    return Shown.of(view.list(ALL, null, Integer.MAX_VALUE)) + Shown.of(view.tokens().all());
  }

  /** Keeps a copy of the store from the changes alone, as a watcher would. */
  private static final class Follower implements ChangeListener {
    KvState state = new KvState(ChangeListener.NONE);
    TreeMap<Key, Item> items = new TreeMap<>();
    int calls;

    @Override
    public void changed(long revision, List<Change> changes) {
      calls++;
      assertEquals(revision, state.view().revision(), "published before");
      assertFalse(changes.isEmpty());
      for (int i = 0; i < changes.size(); i++) {
        Change change = changes.get(i);
        assertTrue(i == 0 || changes.get(i - 1).key().compareTo(change.key()) < 0, "in order");
        assertEquals(Shown.of(state.view().get(change.key())), Shown.of(change.item()));
        if (change.item() == null) {
          items.remove(change.key());
        } else {
          items.put(change.key(), change.item());
        }
      }
    }

    @Override
    public void reset(long revision) {
      calls++;
      assertEquals(revision, state.view().revision(), "published before");
      items = new TreeMap<>();
      state.view().list(ALL, null, Integer.MAX_VALUE).forEach(i -> items.put(i.key(), i));
    }
  }
}
