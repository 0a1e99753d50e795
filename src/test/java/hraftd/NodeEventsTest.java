package hraftd;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.ChangeListener;
import hraftd.kv.state.KvState;
import hraftd.metrics.Metrics;
import hraftd.raft.NodeId;
import hraftd.security.WatchedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that stops itself gets to the end whatever becomes of its events. */
class NodeEventsTest {

  /** A cause that nobody can tell of. */
  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new StackOverflowError("to say why");
    }
  }

  @TempDir Path directory;

  private NodeEvents events(NodeSecurity security) {
    NodeEvents events =
        new NodeEvents(
            "test", new Metrics(), security, directory, new KvState(ChangeListener.NONE));
    assertTrue(events.observer(new NodeId("n1", 1), "c1").wantsMessages());
    return events;
  }

  private static NodeSecurity open() throws StartException {
    Invocation.Run flags = (Invocation.Run) Flags.parse(List.of("dir"), Map.of(), "1.0");
    return NodeSecurity.open(flags, WatchedFiles.INTERVAL);
  }

  private List<Path> kept() throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void whatCannotBeToldOrKeptIsLeftOut() throws Exception {
    try (NodeSecurity security = open()) {
      NodeEvents events = events(security);
      events.failed(new Unspeakable());
      events.stopping();
      events.keep(new Unspeakable());
      assertTrue(kept().isEmpty());
    }
  }

  @Test
  void elseItIsKept() throws Exception {
    try (NodeSecurity security = open()) {
      NodeEvents events = events(security);
      IllegalStateException cause = new IllegalStateException("the disk broke");
      events.failed(cause);
      events.stopping();
      events.keep(cause);
      String text = Files.readString(kept().get(0));
      assertTrue(text.contains("this node stops itself: the disk broke"), text);
      assertFalse(text.contains("\"stopped\""), text);
    }
  }
}
