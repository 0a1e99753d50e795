package hraftd.http.api;

import java.io.IOException;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/**
 * A node that all tests of a class share, and another one the other {@link Way}. Its fields are
 * static, as a process runs one test class at a time.
 */
@BothWays
abstract class OnOneNode {

  static TestNode node;
  static TestClient http;

  @Parameter Way way;

  @BeforeParameterizedClassInvocation
  static void start(Way way) throws IOException {
    node = new TestNode(way);
    http = node.client();
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    node.close();
  }
}
