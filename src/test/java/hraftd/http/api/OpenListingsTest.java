package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import hraftd.kv.state.KvState;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OpenListingsTest {

  private final AtomicLong now = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final OpenListings listings = new OpenListings(now::get, written::get);
  private final KvState state = new KvState(ChangeListener.NONE);

  private KvView next() {
    state.apply(
        0, new Command.Put(List.of(new Command.Pair(Key.of("k"), new byte[0], 0)), Guard.NONE));
    return state.view();
  }

  @Test
  void aViewIsKeptForItsTimeFromTheLastPage() {
    KvView view = next();
    listings.keep(view);
    now.addAndGet(OpenListings.MAX_AGE.toNanos());
    assertNotNull(listings.find(view.revision()));
    listings.keep(view);
    now.addAndGet(OpenListings.MAX_AGE.toNanos());
    assertNotNull(listings.find(view.revision()));
    now.addAndGet(1);
    assertNull(listings.find(view.revision()));
  }

  @Test
  void aViewGoesWhenMuchHasBeenWrittenSinceItsFirstPage() {
    KvView view = next();
    listings.keep(view);
    written.addAndGet(OpenListings.MAX_WRITTEN_BYTES);
    listings.keep(view);
    assertNotNull(listings.find(view.revision()));
    written.addAndGet(1);
    assertNull(listings.find(view.revision()));
  }

  @Test
  void theViewUnusedForLongestGoesFirst() {
    KvView first = next();
    KvView second = next();
    listings.keep(first);
    listings.keep(second);
    listings.keep(first);
    for (int i = 0; i < OpenListings.MAX_VIEWS - 1; i++) {
      listings.keep(next());
    }
    assertNotNull(listings.find(first.revision()));
    assertNull(listings.find(second.revision()));
  }
}
