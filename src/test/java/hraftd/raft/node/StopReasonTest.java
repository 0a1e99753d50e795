package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.disk.DiskException;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What an operator reads when a node stops by itself. */
class StopReasonTest {

  private static final Path FILE = Path.of("/data/raft/log-0000000000000001");

  @Test
  void a_failed_write_says_what_it_means_and_no_class() {
    IOException failure = new DiskException("fsync", FILE, new IOException("Input/output error"));
    String said = StopReason.of(new UncheckedIOException(failure));
    assertTrue(said.startsWith("cannot fsync " + FILE + ": Input/output error. Nobody"), said);
    assertTrue(said.contains("Look at the disk"), said);
  }

  @Test
  void damage_says_itself_what_to_do() {
    IOException damage = new StoreDamagedException(FILE, 64, "entry 3 is gone");
    assertEquals(damage.getMessage(), StopReason.of(new UncheckedIOException(damage)));
  }

  @Test
  void what_nobody_has_thought_of_is_named_with_its_class() {
    assertEquals(
        "java.lang.IllegalStateException: x", StopReason.of(new IllegalStateException("x")));
  }
}
