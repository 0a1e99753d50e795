package hraftd.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.testing.OpensslAuthority;
import hraftd.testing.OpensslAuthority.Issued;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a certificate is about to expire is said once a day. */
class ExpiryWarningTest {

  @TempDir private Path directory;
  private final WatchedFiles watched = new WatchedFiles(WatchedFiles.INTERVAL);
  private Instant now = Instant.now();

  @AfterEach
  void close() {
    watched.close();
  }

  private long linesOf(Runnable work) {
    PrintStream before = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(before);
    }
    return written
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(l -> l.contains("expire"))
        .count();
  }

  @Test
  void aLineADay() throws Exception {
    OpensslAuthority authority = OpensslAuthority.in(directory, "ca");
    Issued issued = authority.issue("node");
    NodeTls tls =
        NodeTls.of(
            new NodeTls.Files(issued.certificate(), issued.key(), authority.certificate()),
            watched,
            () -> now);
    ExpiryWarning warning = new ExpiryWarning(tls, () -> now);
    assertEquals(0, linesOf(warning));
    now = now.plus(tls.timeLeft()).minus(NodeTls.EARLY).plusSeconds(1);
    assertEquals(1, linesOf(warning), "14 days");
    now = now.plusSeconds(10);
    assertEquals(0, linesOf(warning), "ten seconds later");
    now = now.plus(ExpiryWarning.INTERVAL);
    assertEquals(1, linesOf(warning), "a day later");
    now = now.plus(NodeTls.EARLY);
    assertEquals(1, linesOf(warning), "too late");
  }
}
