package hraftd.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import hraftd.testing.Browser;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page's modules without a node: the tests in src/test/resources/page, one by one. */
@ExtendWith(SharedBrowser.class)
class PageModulesTest {

  @TestFactory
  @SuppressWarnings("unchecked") // what a browser returns has no types
  List<DynamicTest> modules(Browser browser) throws IOException {
    try (PageServer server = new PageServer()) {
      browser.open(server.address() + "/test/tests.html");
      browser.await("all tests have run", "window.results");
      List<Map<String, String>> results =
          (List<Map<String, String>>) Objects.requireNonNull(browser.run("return window.results"));
      assertFalse(results.isEmpty());
      assertEquals(List.of(), browser.console());
      return results.stream()
          .map(
              result ->
                  dynamicTest(
                      String.valueOf(result.get("name")),
                      () -> assertEquals("", result.get("failure"))))
          .toList();
    }
  }
}
