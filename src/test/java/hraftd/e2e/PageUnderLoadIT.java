package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.page.SharedBrowser;
import hraftd.testing.Browser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A cluster that is as busy as the machine lets it be does not overwhelm the page. */
@ExtendWith({SharedBrowser.class, SharedCluster.class})
class PageUnderLoadIT {

  private static final int CLIENTS = 32;
  private static final int WRITES = 5000;

  @Test
  void thePageFollowsAsManyWritesAsThereAre(TestCluster cluster, Browser browser) {
    OpenPage page = new OpenPage(browser, cluster.node(1));
    browser.run(
        "window.drawn = 0; new MutationObserver(() => window.drawn++)"
            + ".observe(document.querySelector('.part-tape'), {subtree: true, childList: true, attributes: true})");
    try (Writers writers = new Writers(cluster.nodes(), CLIENTS)) {
      long begin = System.nanoTime();
      writers.awaitMore(WRITES);
      double rate = WRITES * 1e9 / (System.nanoTime() - begin);
      System.out.printf("%.0f writes a second%n", rate);
      browser.await("the pictures change", "window.drawn > 10");
      browser.await("what flows is told as rates", "document.querySelector('.between .rate')");
      browser.await(
          "the charts have at least half of these, as the load is not even",
          "[...seeingRaft.player.model.rates.values()].map((of) => Math.max(...of.map((r) => r.writes ?? 0)))"
              + ".reduce((sum, one) => sum + one, 0) > "
              + rate / 2);
      page.awaitSentence("commits as entries come");
      browser.screenshot("busy");
      assertTrue(
          Boolean.TRUE.equals(browser.run("return seeingRaft.player.events.length <= 50000")),
          "what is kept is bounded");
    }
    page.awaitSentence("waits for nothing");
    page.assertPromisesHold();
  }
}
