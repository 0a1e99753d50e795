package hraftd.page;

import hraftd.testing.Browser;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a browser that all of them share, as light as anybody's, 1280 pixels wide and with
 * motion. Where none is installed they are skipped, and say what is missing.
 */
public final class SharedBrowser
    implements ParameterResolver, ExecutionCondition, AfterAllCallback {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedBrowser.class);

  private static final int WIDTH = 1280;
  private static final int HEIGHT = 900;

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    String missing = Browser.missing();
    return missing.isEmpty()
        ? ConditionEvaluationResult.enabled("there is a browser")
        : ConditionEvaluationResult.disabled(
            "NOT TESTED: not installed: " + missing + " (scripts/test --install)");
  }

  /** The last page would go on painting beside the tests that follow. */
  @Override
  public void afterAll(ExtensionContext context) {
    Browser browser = store(context).get(Browser.class, Browser.class);
    if (browser != null) {
      browser.open("about:blank");
    }
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getRoot().getStore(NAMESPACE);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Browser.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Browser browser =
        store(context).computeIfAbsent(Browser.class, key -> new Browser(), Browser.class);
    browser.size(WIDTH, HEIGHT);
    browser.prefers("light", /* motion= */ true);
    return browser;
  }
}
