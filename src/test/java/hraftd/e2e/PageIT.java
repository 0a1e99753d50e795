package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.page.SharedBrowser;
import hraftd.testing.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The page shows what happens in a real cluster while somebody looks. */
@ExtendWith({SharedBrowser.class, SharedCluster.class})
class PageIT {

  private final TestCluster cluster;
  private final Browser browser;

  PageIT(TestCluster cluster, Browser browser) {
    this.cluster = cluster;
    this.browser = browser;
  }

  @Test
  void everyMemberIsShownWithWhatItIs() throws IOException {
    Daemon leader = cluster.leader();
    OpenPage page = new OpenPage(browser, cluster.node(1));
    page.awaitLeader(leader.name());
    for (Daemon node : cluster.nodes()) {
      page.awaitCard(node.name(), node.haddr());
      page.awaitCard(node.name(), node.status().path("version").asText());
      for (String field : new String[] {"vote", "applied", "p50, p99", "of disk", "of heap"}) {
        page.awaitCard(node.name(), field);
      }
    }
    for (Daemon follower : cluster.others(leader)) {
      page.awaitCard(follower.name(), "follows");
    }
    page.awaitSentence("leader " + leader.name());
    browser.await("a message flies", "document.querySelector('.between [data-message^=append]')");
    browser.screenshot("cluster");
    page.assertPromisesHold();
    assertEquals(List.of(), browser.console());
  }

  @Test
  void aWriteIsSeenInEveryLogAndNeverItsValue() throws IOException {
    OpenPage page = new OpenPage(browser, cluster.node(1));
    Answer written =
        cluster.leader().put("/key/page/seen?explain", "a value that is secret").expect(200);
    long index = -1;
    for (JsonNode step : written.json().path("explain").path("steps")) {
      index = step.path("step").asText().equals("appended") ? step.path("index").asLong() : index;
    }
    for (Daemon node : cluster.nodes()) {
      String cell = "document.querySelector('[data-cell=\"%s %d\"]')".formatted(node.name(), index);
      browser.await(
          node.name() + " has the entry, committed", cell + "?.classList.contains('committed')");
      eventually(
          "the entry in the log of " + node.name() + " names its key",
          LONG,
          () -> {
            browser.run(cell + "?.dispatchEvent(new MouseEvent('click', {bubbles: true}))");
            String detail = browser.textOf(".part-tape .detail");
            assertTrue(detail.contains("keys page/seen"), detail);
            assertTrue(detail.contains("store clock"), detail);
            return detail;
          });
    }
    assertFalse(browser.text("document.body.innerHTML").contains("secret"));
    page.assertPromisesHold();
  }

  @Test
  void aLeaderThatIsKilledIsSeenAndSoIsTheNextOneAndItsReturn() throws IOException {
    Daemon old = cluster.leader();
    Daemon served = cluster.others(old).get(0);
    OpenPage page = new OpenPage(browser, served);
    old.kill();
    Daemon next = eventually("another one leads", LONG, () -> onlyLeader(cluster.others(old)));
    page.awaitLeader(next.name());
    page.awaitCard(old.name(), "gone");
    page.awaitSentence(old.name() + " last heard");
    browser.await(
        "the election is in the timeline",
        "[...document.querySelectorAll('.moments li')].some((m) => m.innerText.includes('%s leads'))"
            .formatted(next.name()));
    browser.screenshot("leader-killed");
    for (int i = 0; i < 300; i++) {
      next.post("/key", "{\"page/" + i + "\":\"x\",\"page/more\":\"" + i + "\"}").expect(200);
    }
    long last = next.status().path("lastIndex").asLong();
    old.start().awaitReady();
    page.awaitMoment("started");
    browser.await(
        old.name() + " has caught up on the page",
        "[...document.querySelectorAll('[data-cell^=\"%s \"].committed')].some((c) => Number(c.dataset.index) >= %d)"
            .formatted(old.name(), last));
    page.assertPromisesHold();
  }

  private static Daemon onlyLeader(List<Daemon> nodes) throws IOException {
    for (Daemon node : nodes) {
      if (node.state().equals("leader")) {
        return node;
      }
    }
    throw new AssertionError("nobody leads");
  }

  @Test
  void theNodeThatServesThePageIsKilledAndThePageOffersTheOthersUntilItIsBack() throws IOException {
    Daemon served = cluster.followers().get(0);
    OpenPage page = new OpenPage(browser, served);
    served.kill();
    String banner = browser.textOf(".banner");
    assertTrue(banner.contains(served.name() + ", which serves this page, has gone"), banner);
    for (Daemon other : cluster.others(served)) {
      assertEquals(
          "http://" + other.haddr() + "/ui/",
          browser.find("[data-other=" + other.name() + "]").getAttribute("href"));
    }
    browser.screenshot("serving-node-killed");
    served.start().awaitReady();
    browser.await("the banner is gone", "!document.querySelector('.banner')");
    page.awaitLive();
    page.awaitCard(served.name(), "follows");
  }

  @Test
  void aMemberThatIsFrozenIsMissedAndSaidSo() {
    Daemon leader = cluster.leader();
    Daemon frozen = cluster.others(leader).get(0);
    Daemon served = cluster.others(leader).get(1);
    OpenPage page = new OpenPage(browser, served);
    frozen.freeze();
    try {
      page.awaitSentence(frozen.name() + " last heard");
      page.awaitCard(frozen.name(), "last heard");
      browser.screenshot("member-frozen");
    } finally {
      frozen.thaw();
    }
    page.awaitCard(frozen.name(), "follows");
    browser.await(
        "nothing is missed any more",
        "!document.querySelector('.waits').dataset.sentence.includes('last heard')");
    page.assertPromisesHold();
  }

  @Test
  void aMomentHasALinkThatLeadsToIt() {
    OpenPage page = new OpenPage(browser, cluster.node(1));
    page.awaitMoment("leads");
    // Where moments are close together one may hide another: the keyboard reaches each.
    browser.run(
        "document.querySelector('[data-moment=leads]').dispatchEvent(new MouseEvent('click', {bubbles: true}))");
    browser.await("the address names it", "location.hash.startsWith('#moment=')");
    String fragment = browser.text("location.hash");
    new OpenPage(browser, cluster.node(1), fragment);
    browser.await("it is chosen", "document.querySelector('[data-moment=leads].chosen')");
    assertTrue(browser.textOf(".moments .chosen").contains("leads"));
  }

  @Test
  void whatANodeHasRecordedPlaysInThePage(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("events.ndjson");
    Files.writeString(file, cluster.node(2).get("/events?download").expect(200).body());
    new OpenPage(browser, cluster.node(1));
    browser.choose("#file", file.toFile());
    browser.await(
        "it plays", "document.querySelector('#open [role=status]').textContent.includes('events')");
    browser.await("to its end", "!seeingRaft.player.live && seeingRaft.player.events.length > 10");
    browser.run("seeingRaft.player.seek(seeingRaft.player.events.length); seeingRaft.draw();");
    assertTrue(browser.textOf("[data-member=node2]").contains("term"));
    browser.press("Back to the running cluster");
    browser.await("it is live again", "seeingRaft.player.live");
  }
}
