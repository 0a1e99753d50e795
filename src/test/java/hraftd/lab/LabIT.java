package hraftd.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.page.SharedBrowser;
import hraftd.testing.Browser;
import hraftd.testing.Pixels;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The page of the lab in a browser. */
@ExtendWith(SharedBrowser.class)
class LabIT {

  private static final int HEIGHT = 1000;

  private static final List<String> PARTS =
      List.of("waits", "promises", "between", "tape", "spacetime", "timeline", "members");

  @SuppressWarnings("NullAway.Init") // before all tests
  private static LabServer server;

  private final Browser browser;

  LabIT(Browser browser) {
    this.browser = browser;
  }

  @BeforeAll
  static void start() {
    server = new LabServer(0, Museum.open(), Lessons.json());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void nothingWentWrong() {
    assertEquals(List.of(), browser.console());
    assertEquals("", browser.text("document.getElementById('trouble').textContent"));
  }

  private void open(String fragment) {
    // Only another page is loaded anew: what stands behind # alone would not do it.
    browser.open("about:blank");
    browser.open(server.address() + "lab/lab.html" + fragment);
    browser.await("there is a run", "window.seeingRaft?.player.events.length > 100");
  }

  private void speed(String value) {
    browser.run(
        "const s = document.querySelector('.controls select'); s.value = arguments[0];"
            + " s.dispatchEvent(new Event('change'))",
        value);
  }

  private void goTo(int event) {
    browser.run(
        "const s = document.querySelector('.controls .seek'); s.value = arguments[0];"
            + " s.dispatchEvent(new Event('input'))",
        event);
    browser.await("it is there", "seeingRaft.player.cursor === " + event);
  }

  private static List<String> lessons() {
    return Lessons.all().stream().map(lesson -> lesson.path("name").textValue()).toList();
  }

  @ParameterizedTest
  @MethodSource("lessons")
  void aLessonIsPlayedToItsEnd(String name) {
    open("#lesson=" + name);
    JsonNode lesson =
        Lessons.all().stream().filter(l -> l.path("name").asText().equals(name)).findAny().get();
    browser.await("its text", "document.querySelector('.stop')");
    speed("1");
    for (int stop = 1; stop <= lesson.path("stops").size(); stop++) {
      browser.click("#go-on");
      browser.await(
          "stop " + stop, "document.querySelector('.stop').dataset.stop === '%d'".formatted(stop));
      assertFalse(
          Boolean.TRUE.equals(browser.run("return seeingRaft.player.playing")), "it has stopped");
    }
    assertTrue(browser.find("#go-on").getAttribute("disabled") != null, "this was the last");
    browser.screenshot("lab-lesson-" + name);
  }

  /** What a script calls {@code done} with that has the player, paused, and the run. */
  private @Nullable Object inTheRun(String script) {
    return browser.runAsync(
        """
        const done = arguments[arguments.length - 1];
        const { player, run } = seeingRaft;
        player.pause();
        """
            + script);
  }

  @Test
  void twoCommandsAtOnceAreBothDone() {
    open("#seed=1");
    browser.run(
        "seeingRaft.player.pause();"
            + " seeingRaft.run.command({do: 'write', node: 'n1'}); seeingRaft.run.command({do: 'write', node: 'n1'});");
    browser.await("both are in the script", "seeingRaft.run.plan.script.length === 2");
  }

  @Test
  void aPieceOfTheRunBeforeIsNotOfTheOneThatIsBegunMeanwhile() {
    open("#seed=1");
    Object shown =
        inTheRun(
            """
            const real = window.fetch;
            let begun;
            window.fetch = async (path, init) => {
              const answer = await real(path, init);
              if (JSON.parse(init.body).since > 0) {
                await begun;
              }
              return answer;
            };
            begun = run.begin({ seed: 2, nodes: 3 });
            const piece = run.reach(run.until + 1);
            Promise.all([begun, piece]).finally(() => { window.fetch = real; })
              .then(async () => {
                const events = JSON.stringify(player.events);
                const { until } = run;
                await run.begin({ seed: 2, nodes: 3 });
                await run.reach(until);
                done(events === JSON.stringify(player.events) ? 'the same' : 'not what seed 2 is');
              })
              .catch((why) => done(why.message));
            """);
    assertEquals("the same", shown);
  }

  @Test
  void aCommandThatWaitsIsNotOfTheRunThatIsBegunMeanwhile() {
    open("#seed=1");
    Object shown =
        inTheRun(
            """
            const write = { do: 'write', node: 'n1' };
            Promise.all([run.command(write), run.command(write), run.begin({ seed: 2, nodes: 3 })])
              .then(() => done(`${run.plan.seed} ${run.plan.script.length}`), (why) => done(why.message));
            """);
    assertEquals("2 0", shown);
  }

  @Test
  void theLessonOnFigure37GoesWrongWithTheBug() {
    open("#lesson=figure-3-7");
    browser.await("its text", "document.querySelector('.stop')");
    speed("1");
    int stops = 7;
    for (int stop = 1; stop <= stops; stop++) {
      browser.click("#go-on");
      browser.await(
          "stop " + stop, "document.querySelector('.stop').dataset.stop === '%d'".formatted(stop));
    }
    browser.click("#with-fault");
    browser.await(
        "a promise is broken",
        "document.querySelector('.crime')?.dataset.promise === 'leader_completeness'");
  }

  @Test
  void whatWasIsDrawnAsItWas() {
    // One column, at whole pixels: else an edge may fall between two, one shade this way or that.
    browser.size(900, 3 * HEIGHT);
    open("#seed=3&nodes=5");
    goTo(400);
    List<byte[]> before = pictures();
    browser.keys(Keys.END);
    browser.await("the end", "seeingRaft.player.cursor > 1000");
    // Another future has the same past.
    browser.click("[data-do=crash]");
    browser.await("it is in the script", "seeingRaft.run.plan.script.length === 1");
    goTo(400);
    List<byte[]> again = pictures();
    for (int part = 0; part < PARTS.size(); part++) {
      assertEquals(0, Pixels.differing(before.get(part), again.get(part)), PARTS.get(part));
    }
  }

  private List<byte[]> pictures() {
    return PARTS.stream().map(part -> browser.picture(".part-" + part + " .host")).toList();
  }

  @Test
  void aLinkHoldsTheRun() {
    open("#seed=7&nodes=3");
    browser.keys(Keys.END);
    browser.click("[data-do=write]");
    browser.await("it is in the script", "seeingRaft.run.plan.script.length === 1");
    browser.keys(Keys.END);
    browser.click("#copy");
    String fragment = browser.text("location.hash");
    List<String> events = events();
    open(fragment);
    browser.await("its script", "seeingRaft.run.plan.script.length === 1");
    // How far ahead of the cursor a run is fetched depends on the machine.
    List<String> again = events();
    int both = Math.min(events.size(), again.size());
    assertTrue(both > 100, "events: " + both);
    assertEquals(events.subList(0, both), again.subList(0, both));
  }

  private List<String> events() {
    String each = "seeingRaft.player.events.map((event) => JSON.stringify(event))";
    return browser.text(each + ".join('\\n')").lines().toList();
  }

  @Test
  void everythingIsDoneByTheKeyboardAlone() {
    open("");
    browser.run("document.activeElement.blur()");
    speed("1");
    browser.run("document.activeElement.blur()");
    browser.keys(Keys.SPACE);
    browser.await("somebody leads", "document.querySelector('.between .member.leads')");
    browser.keys(Keys.SPACE);
    browser.await("it is paused", "!seeingRaft.player.playing");
    String cursor = browser.text("seeingRaft.player.cursor");
    browser.keys(Keys.ARROW_RIGHT);
    browser.await("a step", "seeingRaft.player.cursor === 1 + " + cursor);
    browser.keys(Keys.ARROW_LEFT);
    browser.await("a step back", "seeingRaft.player.cursor === " + cursor);
    browser.keys("2", "c");
    browser.await("n2 crashes", "seeingRaft.run.plan.script.some((c) => c.do === 'crash')");
    browser.keys(Keys.ARROW_RIGHT);
    browser.await("n2 is down", "document.querySelector('.between .member.away')");
    browser.keys("s");
    browser.await("it starts", "seeingRaft.run.plan.script.some((c) => c.do === 'start')");
    browser.keys("1", "k");
    browser.await("a link is cut", "seeingRaft.run.plan.script.some((c) => c.do === 'cut')");
    browser.tabTo("the lessons", "e.getAttribute('href') === '#lessons'", 60);
    browser.keys(Keys.ENTER);
    browser.tabTo("the first lesson", "e.dataset.lesson === 'election'", 20);
    browser.keys(Keys.ENTER);
    browser.await("its text", "document.querySelector('.stop')?.dataset.stop === '0'");
    browser.run("document.activeElement.blur()");
    browser.keys("n");
    browser.await("it plays", "seeingRaft.player.playing || seeingRaft.player.cursor > 5");
  }

  @Test
  void aMessageIsDroppedByTheMouse() {
    open("#seed=1&nodes=3");
    browser.await("messages", "seeingRaft.player.events.length > 100");
    browser.run("document.activeElement.blur()");
    goTo(20);
    browser.await("one is on its way", "document.querySelector('#flying option')");
    browser.click("[data-do=drop]");
    browser.await("it is in the script", "seeingRaft.run.plan.script.length === 1");
    assertEquals(
        "1", browser.text("seeingRaft.player.events.filter((e) => e.event === 'drop').length"));
  }

  /** One of them; all with {@code -Dbugs=all}, which takes minutes. */
  private static List<String> bugs() {
    return System.getProperty("bugs", "").equals("all")
        ? Museum.open().bugs().stream().map(bug -> bug.mutant().name()).toList()
        : List.of("vote twice");
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void theMuseumFindsAndPlaysABug(String name) {
    open("#museum");
    browser.click("[data-bug=\"" + name + "\"]");
    browser.await("the crime", "document.querySelector('.crime')?.dataset.promise");
    if (name.equals("vote twice")) {
      assertEquals("one_vote", browser.text("document.querySelector('.crime').dataset.promise"));
    }
    browser.run("document.activeElement.blur()");
    browser.keys("n");
    browser.await(
        "the moment of the crime",
        "seeingRaft.player.events[seeingRaft.player.cursor - 1]?.event === 'promise'");
    browser.screenshot("lab-bug");
  }

  @Test
  void aSeedOfTheSimulationIsShown() {
    open("#simulation=2");
    browser.await("its end", "document.getElementById('story').innerText.includes('promises')");
    assertTrue(browser.textOf("#title").contains("simulation, seed 2"));
  }

  @ParameterizedTest
  @ValueSource(ints = {360, 768, 1280, 2560})
  void everybodyCanUseIt(int width) {
    browser.size(width, HEIGHT);
    open("#lesson=split-vote");
    browser.await("its text", "document.querySelector('.stop')");
    browser.screenshot("lab-width-" + width);
    browser.assertFits();
    assertEquals(List.of(), browser.console());
    browser.assertAccessible();
    // It has tried to put styles into the page.
    browser.console();
  }
}
