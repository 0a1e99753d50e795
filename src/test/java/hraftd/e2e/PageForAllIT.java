package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.page.SharedBrowser;
import hraftd.testing.Browser;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/**
 * The page can be used by everybody: small and large windows, keyboard alone, dark, less motion.
 */
@ExtendWith({SharedBrowser.class, SharedCluster.class})
class PageForAllIT {

  private final TestCluster cluster;
  private final Browser browser;

  PageForAllIT(TestCluster cluster, Browser browser) {
    this.cluster = cluster;
    this.browser = browser;
  }

  @BeforeEach
  void someEntries() throws IOException {
    for (int i = 0; i < 5; i++) {
      cluster.node(1).put("/key/page/" + i, "x").expect(200);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {360, 2560})
  void nothingIsCutOffAtAnyWidth(int width) {
    browser.size(width, 900);
    OpenPage page = new OpenPage(browser, cluster.node(1));
    page.awaitMoment("leads");
    browser.screenshot("width-" + width);
    browser.assertFits();
    browser.assertAccessible();
  }

  @Test
  void itIsDarkForWhoWantsItDark() {
    browser.size(1280, 900);
    new OpenPage(browser, cluster.node(1));
    String light = background();
    browser.prefers("dark", /* motion= */ true);
    String dark = background();
    assertNotEquals(light, dark);
    assertTrue(brightness(dark) < 60 && brightness(light) > 200, light + " and " + dark);
    browser.screenshot("dark");
    browser.assertAccessible();
  }

  private String background() {
    return browser.text("getComputedStyle(document.body).backgroundColor");
  }

  /** Of rgb(1, 2, 3), the green part. */
  private static int brightness(String colour) {
    return Integer.parseInt(colour.split("[(,)]")[2].trim());
  }

  @Test
  void nothingFliesForWhoWantsLessMotion() {
    browser.prefers("light", /* motion= */ false);
    new OpenPage(browser, cluster.node(1));
    browser.await("rates are shown instead", "document.querySelector('.between .rate')");
    assertEquals("0", browser.text("document.querySelectorAll('.between [data-message]').length"));
    browser.assertFits();
  }

  @Test
  void allOfItIsReachedByTheKeyboardAlone() {
    new OpenPage(browser, cluster.node(1));
    browser.run("document.activeElement.blur()");
    browser.keys(Keys.TAB);
    assertEquals("To the pictures", browser.text("document.activeElement.textContent"));
    browser.tabTo("a term that explains itself", "e.matches('button.term')", 20);
    browser.await("it does", "!document.getElementById('term-tip').hidden");
    assertTrue(browser.textOf("#term-tip").contains("section"));
    browser.keys(Keys.ESCAPE);
    browser.await("Escape ends it", "document.getElementById('term-tip').hidden");
    browser.tabTo("an entry of a log", "e.dataset.cell", 60);
    browser.keys(Keys.ARROW_LEFT);
    browser.await(
        "an arrow chooses the entry before it",
        "document.querySelector('.part-tape .detail').textContent.startsWith('Entry')");
    browser.tabTo("a moment of the timeline", "e.dataset.moment", 60);
    browser.tabTo("the prefix of the list", "e.id === 'data-prefix'", 60);
    browser.keys("page/", Keys.ENTER);
    browser.await("the keys are listed", "document.querySelectorAll('#data tbody tr').length >= 5");
    browser.tabTo("pause", "e.getAttribute('aria-label') === 'Pause'", 60);
    assertTrue(
        Boolean.TRUE.equals(
            browser.run(
                "const s = getComputedStyle(document.activeElement);"
                    + " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2")),
        "the focus is seen");
    browser.keys(Keys.SPACE);
    browser.await("it is paused", "!seeingRaft.player.playing");
    browser.tabTo("the slider", "e.matches('.seek')", 20);
    browser.keys(Keys.ARROW_LEFT);
    browser.await("it has gone back", "seeingRaft.player.cursor < seeingRaft.player.events.length");
  }
}
