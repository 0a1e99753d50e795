package hraftd.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Browser;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A moment that is gone back to looks as it did, pixel for pixel. */
@ExtendWith(SharedBrowser.class)
class RewoundPictureTest {

  /**
   * Of 255 in a colour: at round corners Chromium rounds otherwise when it paints a part of a page
   * anew than when it paints all of it.
   */
  private static final int ROUNDED = 1;

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
      Map<Integer, BufferedImage> pictures = new HashMap<>();
      for (int events : List.of(400, 1100, 1500)) {
        trees.put(events, String.valueOf(browser.runAsync(SHOW, events)));
        pictures.put(events, read(browser.picture()));
      }
      assertTrue(differing(of(pictures, 400), of(pictures, 1100)) > 1000, "moments differ");
      for (int events : List.of(1100, 400, 1500)) {
        assertEquals(trees.get(events), browser.runAsync(SHOW, events), "after " + events);
        assertEquals(
            0, differing(of(pictures, events), read(browser.picture())), "after " + events);
      }
    }
  }

  private static BufferedImage of(Map<Integer, BufferedImage> pictures, int events) {
    return Objects.requireNonNull(pictures.get(events));
  }

  private static BufferedImage read(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  /** How many pixels differ by more than rounding. */
  private static int differing(BufferedImage one, BufferedImage other) {
    assertEquals(one.getWidth(), other.getWidth());
    assertEquals(one.getHeight(), other.getHeight());
    int differing = 0;
    for (int x = 0; x < one.getWidth(); x++) {
      for (int y = 0; y < one.getHeight(); y++) {
        if (apart(one.getRGB(x, y), other.getRGB(x, y)) > ROUNDED) {
          differing++;
        }
      }
    }
    return differing;
  }

  /** By how much the colour that differs most does. */
  private static int apart(int one, int other) {
    int most = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      most = Math.max(most, Math.abs(((one >> shift) & 0xff) - ((other >> shift) & 0xff)));
    }
    return most;
  }
}
