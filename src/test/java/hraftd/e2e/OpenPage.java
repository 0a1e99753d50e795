package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Browser;

/** The page of a node, open in a browser. */
final class OpenPage {

  private static final String SENTENCE = "document.querySelector('.waits')?.dataset.sentence ?? ''";

  private final Browser browser;

  /** Opens it and waits until it shows what happens now. */
  OpenPage(Browser browser, Daemon node) {
    this(browser, node, "");
    awaitLive();
  }

  /** Opens it with something behind its address. */
  OpenPage(Browser browser, Daemon node, String fragment) {
    this.browser = browser;
    // Only another page is loaded anew: what stands behind # alone would not do it.
    browser.open("about:blank");
    browser.open("http://" + node.haddr() + "/ui/" + fragment);
  }

  /** Waits until it hears of the cluster, and a member leads. */
  OpenPage awaitLive() {
    browser.await("the page is live", "document.querySelector('.link-state.open')");
    browser.await("a member leads", "document.querySelector('.card.leads')");
    return this;
  }

  /** What the cluster waits for. */
  String sentence() {
    return browser.text(SENTENCE);
  }

  /** Waits until the sentence has this in it; the sentence. */
  String awaitSentence(String part) {
    return eventually(
        "the page says: " + part,
        LONG,
        () -> {
          String sentence = sentence();
          assertTrue(sentence.contains(part), sentence);
          return sentence;
        });
  }

  /** What the card of a member says. */
  String card(String member) {
    return browser.text(
        "document.querySelector('[data-member=\"%s\"]')?.innerText".formatted(member));
  }

  /** Waits until the card of a member has this in it. */
  void awaitCard(String member, String part) {
    eventually(
        member + " is shown with: " + part,
        LONG,
        () -> {
          assertTrue(card(member).contains(part), card(member));
          return member;
        });
  }

  /** Waits until the page shows that this member leads, and no other. */
  void awaitLeader(String member) {
    browser.await(
        member + " is shown as leader",
        "[...document.querySelectorAll('.card.leads')].map((c) => c.dataset.member).join() === '%s'"
            .formatted(member));
  }

  /** Waits until something of this kind is in the timeline. */
  void awaitMoment(String kind) {
    browser.await(
        "the timeline has " + kind,
        "document.querySelector('[data-moment=\"%s\"]')".formatted(kind));
  }

  /** No promise is seen to be broken. */
  void assertPromisesHold() {
    assertEquals(
        "",
        browser.text(
            "[...document.querySelectorAll('.light.broken')].map((l) => l.innerText).join()"));
  }
}
