package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.cluster.Protection;
import hraftd.cluster.Protection.Mode;
import hraftd.metrics.Metrics;
import hraftd.security.WatchedFiles;
import hraftd.testing.OpensslAuthority;
import hraftd.testing.OpensslAuthority.Issued;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a node makes of the flags that say who is let in. */
class NodeSecurityTest {

  @TempDir private Path directory;
  private OpensslAuthority authority;
  private Issued issued;
  private String tls = "";

  @BeforeEach
  void issue() {
    authority = OpensslAuthority.in(directory, "ca");
    issued = authority.issue("node", "IP:127.0.0.1");
    tls =
        "-cert "
            + issued.certificate()
            + " -key "
            + issued.key()
            + " -ca "
            + authority.certificate();
  }

  private static NodeSecurity open(String flags) throws StartException {
    List<String> line = List.of((flags + " dir").strip().split(" +"));
    return NodeSecurity.open(
        assertInstanceOf(Invocation.Run.class, Flags.parse(line, Map.of(), "1.0")),
        WatchedFiles.INTERVAL);
  }

  private static String refused(int exitCode, String flags) {
    StartException e = assertThrows(StartException.class, () -> open(flags).close());
    assertEquals(exitCode, e.exitCode(), e.getMessage());
    return String.valueOf(e.getMessage());
  }

  @Test
  void aFileThatIsMissingMayComeLater() throws Exception {
    Files.delete(authority.certificate());
    assertTrue(refused(75, tls).contains(authority.certificate() + " is not there"));
  }

  @Test
  void aFileThatCannotBeUsedIsAMistake() throws Exception {
    Files.setPosixFilePermissions(issued.key(), PosixFilePermissions.fromString("rw-r--r--"));
    assertTrue(refused(2, tls).contains("chmod 600"));
  }

  @Test
  void withoutAnythingEverythingIsPlain() throws Exception {
    try (NodeSecurity security = open("")) {
      assertEquals(null, security.https());
      assertEquals(null, security.peerTls());
      assertEquals(Set.of("http"), security.schemes());
      assertEquals(Mode.OFF, security.protection().tls());
      assertEquals(List.of(), security.protection().warnings().get());
    }
  }

  @Test
  void tlsIsSaidInStatusAndMetrics() throws Exception {
    try (NodeSecurity security = open(tls);
        Metrics metrics = new Metrics()) {
      assertEquals(Set.of("https"), security.schemes());
      assertEquals(Mode.ON, security.protection().tls());
      security.register(metrics);
      double left =
          metrics
              .text()
              .lines()
              .filter(line -> line.startsWith("hraftd_certificate_expiry_seconds "))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
              .findFirst()
              .orElseThrow();
      assertTrue(left > Duration.ofDays(OpensslAuthority.DAYS - 1).toSeconds(), "" + left);
      assertTrue(left <= Duration.ofDays(OpensslAuthority.DAYS).toSeconds(), "" + left);
    }
    try (NodeSecurity security = open(tls + " -tls-optional")) {
      assertEquals(Set.of("http", "https"), security.schemes());
      assertEquals("\"optional\"", security.protection().tls().json().toString());
    }
  }

  @Test
  void aCertificateThatHasExpiredIsTakenWithAWarning() throws Exception {
    Issued old =
        authority.issue("old", OpensslAuthority.EXPIRED, "serverAuth,clientAuth", "IP:127.0.0.1");
    String flags =
        "-cert " + old.certificate() + " -key " + old.key() + " -ca " + authority.certificate();
    try (NodeSecurity security = open(flags)) {
      Protection protection = security.protection();
      assertTrue(protection.warnings().get().toString().contains("has expired"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-haddr 0.0.0.0:0, reach -haddr, no TLS (-cert)",
    "-haddr :0 -raddr [::]:0, reach -haddr and -raddr, nobody is asked who they are (-auth)",
    "-raddr 192.0.2.1:0, reach -raddr, no TLS (-cert)",
    "-haddr 0.0.0.0:0 TLS -tls-optional, reach -haddr, what is not TLS is taken",
    "-raddr 0.0.0.0:0 -engine jgroups-raft, reach -raddr, jgroups-raft asks for no secret",
    "-haddr 0.0.0.0:0 TLS, reach -haddr, nobody is asked who they are (-auth)"
  })
  void whatIsOpenIsAWarningOrTheEnd(String given, String where, String what) throws Exception {
    String flags = given.replace("TLS", tls);
    try (NodeSecurity security = open(flags)) {
      String warnings = security.protection().warnings().get().toString();
      assertTrue(warnings.contains(where), warnings);
      assertTrue(warnings.contains(what), warnings);
    }
    String refused = refused(2, flags + " -strict");
    assertTrue(refused.startsWith("-strict: "), refused);
    assertTrue(refused.contains(what), refused);
  }

  @ParameterizedTest
  @CsvSource({"-strict", "-strict -haddr 127.0.0.1:0 -raddr [::1]:0", "-strict -haddr localhost:0"})
  void onThisMachineAloneNothingIsOpen(String flags) throws Exception {
    open(flags).close();
  }
}
