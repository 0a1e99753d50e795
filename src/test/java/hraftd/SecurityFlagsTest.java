package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.security.NodeTls;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line says of who is let in goes together, or is refused in one line. */
class SecurityFlagsTest {

  private static Invocation parse(String line) {
    return Flags.parse(List.of(line.split(" ")), Map.of(), "1.0");
  }

  @Test
  void tlsIsThreeFiles() {
    Invocation.Run run =
        assertInstanceOf(
            Invocation.Run.class, parse("-cert c.pem -key k.pem -ca a.pem -client-certs dir"));
    assertEquals(
        new Invocation.Tls(
            new NodeTls.Files(Path.of("c.pem"), Path.of("k.pem"), Path.of("a.pem")), true, false),
        run.security().tls());
    run = assertInstanceOf(Invocation.Run.class, parse("-strict dir"));
    assertNull(run.security().tls());
    assertTrue(run.security().strict());
  }

  @ParameterizedTest
  @CsvSource({
    "-cert c.pem dir, -key is missing",
    "-cert c.pem -key k.pem dir, -ca is missing",
    "-key k.pem -ca a.pem dir, -cert is missing",
    "-ca a.pem dir, -cert is missing",
    "-client-certs dir, '-client-certs is about TLS'",
    "-tls-optional dir, '-tls-optional is about TLS'",
    "-auth-optional dir, '-auth-optional is about -auth'",
    "-engine jgroups-raft -cert c -key k -ca a dir, speaks no TLS"
  })
  void whatDoesNotGoTogetherIsOneLine(String line, String said) {
    Invocation.Wrong wrong = assertInstanceOf(Invocation.Wrong.class, parse(line));
    assertTrue(wrong.line().contains(said), wrong.line());
    assertEquals(1, wrong.line().lines().count());
  }
}
