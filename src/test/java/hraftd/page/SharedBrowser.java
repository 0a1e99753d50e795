package hraftd.page;

import hraftd.testing.Browser;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a browser that all of them share, as light as anybody's, 1280 pixels wide and with
 * motion. Where none is installed they are skipped, and say what is missing.
 */
public final class SharedBrowser implements ParameterResolver, ExecutionCondition {

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

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Browser.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Browser browser =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(Browser.class, key -> new Browser(), Browser.class);
    browser.size(WIDTH, HEIGHT);
    browser.prefers("light", /* motion= */ true);
    return browser;
  }
}
