package hraftd.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs all tests of a class once on each engine. The class gets a cluster of it, or its name, as
 * from {@link SharedCluster}. {@code -Dengine=raft} runs one alone.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ClassTemplate
@ExtendWith(BothEngines.Runs.class)
@interface BothEngines {

  /** True to run them once more on the default engine, with Javalin alone to answer. */
  boolean andJavalinAlone() default false;

  /** One run for each engine. */
  final class Runs implements ClassTemplateInvocationContextProvider {
    @Override
    public boolean supportsClassTemplate(ExtensionContext context) {
      return true;
    }

    @Override
    public Stream<Run> provideClassTemplateInvocationContexts(ExtensionContext context) {
      String only = System.getProperty("engine");
      boolean alone =
          context.getRequiredTestClass().getAnnotation(BothEngines.class).andJavalinAlone();
      return Stream.concat(
              Arrays.stream(EngineUnderTest.values())
                  .map(engine -> new Run(engine, /* front= */ true)),
              Stream.of(new Run(EngineUnderTest.RAFT, /* front= */ false)))
          .filter(run -> run.front || alone)
          .filter(run -> only == null || only.equals(run.engine.flag()));
    }
  }

  /** All tests of a class on one engine. */
  record Run(EngineUnderTest engine, boolean front) implements ClassTemplateInvocationContext {
    @Override
    public String getDisplayName(int invocationIndex) {
      return engine.flag() + (front ? "" : ", Javalin alone");
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(new SharedCluster(engine, front));
    }
  }
}
