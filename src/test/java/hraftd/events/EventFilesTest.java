package hraftd.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a node that stopped itself. */
class EventFilesTest {

  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  private final EventHub hub =
      new EventHub(
          () -> 1_500_000,
          System::nanoTime,
          (http, line, ended) -> {
            throw new AssertionError("nobody reads");
          },
          (http, line, ended) -> {
            throw new AssertionError("nobody wants a file of all");
          });

  @TempDir Path directory;

  @AfterEach
  void close() {
    hub.close();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void a_file_has_the_run_the_events_and_why_it_ends() throws IOException {
    hub.member(new NodeId("n1", 1), "c1").tell(TimelineMoment.of("fault", "the disk \"broke\""));
    Path file = EventFiles.write(directory, hub, NOON, "the disk \"broke\"");
    assertEquals("events-20260102-120000-000.ndjson", file.getFileName().toString());
    List<String> lines = Files.readAllLines(file);
    assertEquals(3, lines.size());
    assertTrue(lines.get(0).startsWith("{\"event\":\"run\""));
    assertTrue(lines.get(1).contains("\"kind\":\"fault\""));
    assertEquals(
        "{\"event\":\"end\",\"at\":1500.000,\"text\":\"the disk \\\"broke\\\"\"}", lines.get(2));
  }

  @Test
  void the_newest_are_kept_and_nothing_else_is_touched() throws IOException {
    Files.writeString(directory.resolve("cluster.json"), "{}");
    Files.writeString(directory.resolve("events-now.part"), "torn");
    for (int i = 0; i <= EventFiles.MAX_KEPT; i++) {
      EventFiles.write(directory, hub, NOON.plusSeconds(i), "again");
    }
    List<String> names = names();
    assertEquals(EventFiles.MAX_KEPT + 1, names.size(), names::toString);
    assertEquals("cluster.json", names.get(0));
    assertEquals("events-20260102-120001-000.ndjson", names.get(1));
  }
}
