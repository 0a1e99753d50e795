package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.page.SharedBrowser;
import hraftd.testing.Browser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** What is done on the page is done with the token of whoever does it. */
@ExtendWith(SharedBrowser.class)
class PageActionsIT {

  private static final String SECRET = "a-secret-that-is-long-enough-for-everybody";

  private static TestCluster cluster;
  private static Daemon spare;

  private final Browser browser;

  PageActionsIT(Browser browser) {
    this.browser = browser;
  }

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    cluster = TestCluster.asking(directory, SECRET);
    spare = new Daemon("node4", directory.resolve("node4")).withSecret(SECRET);
  }

  @AfterAll
  static void end() {
    spare.close();
    cluster.close();
  }

  private OpenPage opened() {
    // There has to be a page for there to be something to clear.
    var unused = new OpenPage(browser, cluster.node(1), "");
    browser.run("sessionStorage.clear()");
    OpenPage page = new OpenPage(browser, cluster.node(1), "");
    show("#token", SECRET);
    return page.awaitLive();
  }

  private void show(String field, String token) {
    browser.textOf(".banner");
    browser.type(field, token);
    browser.keys(Keys.ENTER);
  }

  private void awaitAnswer(String panel, String part) {
    eventually(
        part,
        LONG,
        () -> {
          String answer = browser.find(panel + " .answer").getText();
          assertTrue(answer.contains(part), answer);
          return answer;
        });
  }

  @Test
  void aTokenIsAskedForAndKeptInThisTabAlone() {
    String reader = cluster.token("reader", "{\"prefix\":\"\",\"may\":\"read\"}");
    new OpenPage(browser, cluster.node(1), "");
    browser.run("sessionStorage.clear()");
    new OpenPage(browser, cluster.node(1), "");
    String banner = browser.textOf(".banner");
    assertTrue(banner.contains("asks who is there"), banner);
    show("#token", reader);
    browser.await(
        "it is told that one that may only read is not enough for events",
        "/admin|may not|not allow/.test(document.querySelector('.banner')?.innerText ?? '')");
    show("#token", SECRET);
    browser.await("the page is live", "document.querySelector('.link-state.open')");
    assertEquals("0", browser.text("localStorage.length"));
    assertEquals("", browser.text("document.cookie"));
    assertFalse(browser.text("location.href").contains(SECRET));
  }

  @Test
  void keysAreListedReadWrittenWatchedAndTheirHistoryIsTold() throws IOException {
    // A history begins after a revision: the first one of all is in none.
    cluster.node(1).put("/key/first", "x").expect(200);
    opened();
    browser.type("#data-prefix", "page/");
    browser.press("Watch");
    browser.await("it watches", "document.querySelector('[data-changes]')");
    for (String value : List.of("one", "two", "<b>three</b>")) {
      browser.type("#data-key", "page/key 1/ä");
      browser.type("#data-value", value);
      browser.press("Write");
      awaitAnswer("#data", "Written: revision");
      eventually(
          value + " is there",
          LONG,
          () -> assertEqual(value, cluster.node(2).get("/key/page%2Fkey%201%2F%C3%A4?raw").body()));
    }
    browser.await(
        "the watch has told all three",
        "document.querySelectorAll('[data-changes] li').length === 3");
    browser.press("Stop watching");
    browser.press("History");
    browser.await(
        "and so does the history", "document.querySelectorAll('[data-history] li').length === 3");
    assertTrue(browser.textOf("[data-history]").contains("page/key 1/ä = <b>three</b>"));
    // Another test writes beside it.
    browser.type("#data-prefix", "page/key");
    browser.press("List");
    browser.await("the key is listed", "document.querySelector('#data tbody button')");
    browser.click("#data tbody button");
    assertEquals("<b>three</b>", browser.text("document.getElementById('data-value').value"));
    browser.press("Read");
    awaitAnswer("#data", "Read: version");
    browser.press("Delete");
    awaitAnswer("#data", "Deleted: revision");
    browser.press("Read");
    awaitAnswer("#data", "Not found (404)");
    browser.screenshot("data");
  }

  @Test
  void theWayOfARequestIsDrawnAndPlayed() {
    opened();
    browser.click("#data-explain");
    browser.type("#data-key", "page/explained");
    browser.type("#data-value", "x");
    browser.press("Write");
    browser.await(
        "its steps are drawn",
        "document.querySelector('[data-step=received]') && document.querySelector('[data-step=committed]')"
            + " && document.querySelector('[data-step=answered]')");
    browser.screenshot("explained");
    browser.click(".waterfall a");
    browser.await(
        "what was then is played, slowly",
        "!seeingRaft.player.live && seeingRaft.player.speed < 1 && seeingRaft.player.cursor > 0");
    browser.await("messages are seen", "document.querySelector('.spacetime .arrow')");
    browser.open("about:blank");
    OpenPage again =
        new OpenPage(browser, cluster.node(1), "#at=" + (System.currentTimeMillis() - 3000));
    browser.await(
        "a page that was not there then gets it from its node",
        "!seeingRaft.player.live && seeingRaft.player.events.some((one) => one.event === 'msg' || one.event === 'recv')");
    assertEquals(
        "node1 node2 node3",
        browser.text(
            "[...new Set(seeingRaft.player.events.map((one) => one.node))].filter(Boolean).sort().join(' ')"),
        "and from the others what these have kept");
    again.assertPromisesHold();
  }

  private static boolean assertEqual(String expected, String actual) {
    assertEquals(expected, actual);
    return true;
  }

  @Test
  void membersAreAddedRemovedAndStoppedAndAnotherLeads() throws IOException {
    opened();
    Daemon leader = cluster.leader();
    Daemon next = cluster.others(leader).get(0);
    choose(next);
    browser.press("Let it lead");
    browser.press("Leave it");
    assertEquals("", browser.find("#actions .answer").getText(), "nothing is done unasked");
    browser.press("Let it lead");
    browser.press("Do it");
    awaitAnswer("#actions", next.name() + " leads.");
    eventually(next + " leads", LONG, () -> assertEqual("leader", next.state()));

    spare.start();
    browser.type("#action-id", "node4");
    browser.type("#action-addr", spare.raddr());
    browser.type("#action-haddr", spare.haddr());
    browser.click("#action-learner");
    browser.press("Add it");
    browser.press("Do it");
    awaitAnswer("#actions", "node4 belongs to the cluster.");
    browser.await("it is shown", "document.querySelector('[data-member=node4]')");
    eventually("it is a learner", LONG, () -> assertEqual("learner", spare.state()));
    choose(spare);
    browser.press("Remove it");
    browser.press("Do it");
    awaitAnswer("#actions", "node4 is removed.");

    browser.press("Backup");
    browser.press("Do it");
    awaitAnswer("#actions", "The backup is downloaded.");

    choose(cluster.node(3));
    browser.press("Stop it");
    awaitAnswer("#actions", "node3 is stopped on its own page: " + cluster.node(3).haddr());
    Daemon served = cluster.node(1);
    choose(served);
    browser.press("Stop it");
    browser.press("Do it");
    eventually("node1 has ended", () -> !served.isRunning());
    browser.await("the page says so", "document.querySelector('.banner')");
    browser.screenshot("actions");
    served.start().awaitReady();
  }

  private void choose(Daemon member) {
    browser.await(
        member + " can be chosen",
        "document.querySelector('#action-member option[value=%s]')".formatted(member.name()));
    browser.run("document.getElementById('action-member').value = arguments[0]", member.name());
  }
}
