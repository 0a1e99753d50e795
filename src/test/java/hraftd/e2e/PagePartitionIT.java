package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import hraftd.page.SharedBrowser;
import hraftd.testing.Browser;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the page shows on either side of a network that is cut. */
@ExtendWith(SharedBrowser.class)
@DisabledOnOs(value = OS.MAC, disabledReason = "it has one address of the loopback network alone")
class PagePartitionIT {

  @Test
  void aLeaderThatIsCutOffIsReplacedAndEachSideSaysWhatItWaitsFor(
      Browser browser, @TempDir Path directory) throws IOException {
    try (TestCluster cluster = TestCluster.of(directory, 3);
        CuttableLinks links = new CuttableLinks(cluster.nodes())) {
      cluster.startAll();
      links.setUp();
      cluster.awaitReady();
      Daemon old = cluster.leader();
      Daemon served = cluster.others(old).get(0);
      OpenPage page = new OpenPage(browser, served);
      page.awaitCard(old.name(), "leads");
      links.cut(old, true);
      Daemon next =
          eventually(
              "another one leads",
              LONG,
              () -> {
                String leader = served.status().path("leader").path("id").asText();
                assertNotEquals(old.name(), leader);
                return cluster.nodes().stream()
                    .filter(node -> node.name().equals(leader))
                    .findFirst()
                    .orElseThrow();
              });
      page.awaitLeader(next.name());
      page.awaitSentence(old.name() + " last heard");
      next.put("/key/while/cut", "x").expect(200);
      browser.screenshot("partition-majority");
      page.assertPromisesHold();

      OpenPage alone = new OpenPage(browser, old, "");
      browser.await("it is live", "document.querySelector('.link-state.open')");
      alone.awaitSentence("1 of 3 voters is here");
      browser.screenshot("partition-minority");
      alone.assertPromisesHold();

      links.cut(old, false);
      alone.awaitCard(old.name(), "follows");
      alone.awaitLeader(next.name());
      alone.awaitSentence("waits for nothing");
      alone.assertPromisesHold();
    }
  }
}
