package hraftd.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Browser;
import hraftd.testing.Pixels;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A moment that is gone back to looks as it did, pixel for pixel. */
@ExtendWith(SharedBrowser.class)
class RewoundPictureTest {

  private static final String OPEN =
      """
      const done = arguments[0];
      Promise.all([import('/ui/player.js'), import('/ui/view.js'), import('/test/runs.js')])
        .then(([{ Player }, { View }, { lostLeader }]) => {
          window.player = new Player();
          player.load(lostLeader());
          window.view = new View(document.getElementById('seen'));
          done('');
        }, (failure) => done(String(failure)));
      """;

  /** Draws the moment after so many events; gives what is drawn, once it is painted. */
  private static final String SHOW =
      """
      const [events, done] = arguments;
      player.seek(events);
      view.draw(player.model, player.time);
      requestAnimationFrame(() => requestAnimationFrame(() =>
        done([...document.querySelectorAll('.part')].map((part) => part.outerHTML).join())));
      """;

  @Test
  void aMomentLooksAsItDid(Browser browser) throws IOException {
    try (PageServer server = new PageServer()) {
      browser.open(server.address() + "/test/blank.html");
      browser.size(1280, 2600);
      assertEquals("", browser.runAsync(OPEN));
      Map<Integer, String> trees = new HashMap<>();
      Map<Integer, byte[]> pictures = new HashMap<>();
      for (int events : List.of(400, 1100, 1500)) {
        trees.put(events, String.valueOf(browser.runAsync(SHOW, events)));
        pictures.put(events, browser.picture());
      }
      assertTrue(Pixels.differing(of(pictures, 400), of(pictures, 1100)) > 1000, "moments differ");
      for (int events : List.of(1100, 400, 1500)) {
        assertEquals(trees.get(events), browser.runAsync(SHOW, events), "after " + events);
        assertEquals(
            0, Pixels.differing(of(pictures, events), browser.picture()), "after " + events);
      }
    }
  }

  private static byte[] of(Map<Integer, byte[]> pictures, int events) {
    return Objects.requireNonNull(pictures.get(events));
  }
}
