package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.cluster.ClusterRecord;
import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import hraftd.kv.UnsoundCopyException;
import hraftd.kv.state.KvState;
import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wrong copy is kept whole, or not at all. */
class CopyForStudyTest {

  private final UnsoundCopyException wrong = new UnsoundCopyException("wrong");

  private static final ClusterRecord RECORD =
      ClusterRecord.alone(
          new NodeId("1", 1), new HostPort("127.0.0.1", 1), new HostPort("127.0.0.1", 2));

  @TempDir Path directory;

  private static KvView aKey() {
    KvState state = new KvState(ChangeListener.NONE);
    state.apply(
        0, new Command.Put(List.of(new Command.Pair(Key.of("k"), new byte[] {1}, 0)), Guard.NONE));
    return state.view();
  }

  /** What cannot be read, once it has begun. */
  private static KvView unreadable(KvView view) {
    return (KvView)
        Proxy.newProxyInstance(
            KvView.class.getClassLoader(),
            new Class<?>[] {KvView.class},
            (proxy, method, arguments) -> {
              if (method.getReturnType() == List.class) {
                throw new IllegalStateException("broken memory");
              }
              return method.invoke(view, arguments);
            });
  }

  private List<String> kept() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  @Test
  void one_that_cannot_be_read_leaves_nothing_in_the_way_of_the_next() throws IOException {
    KvView view = aKey();
    assertThrows(
        RuntimeException.class,
        () -> CopyForStudy.keep(wrong, unreadable(view), RECORD, directory));
    assertEquals(List.of(), kept());
    Files.writeString(directory.resolve(CopyForStudy.PART), "what a killed process left");
    CopyForStudy.keep(wrong, view, RECORD, directory);
    assertEquals(List.of("unsound-1.jsonl"), kept());
    List<String> lines = Files.readAllLines(directory.resolve("unsound-1.jsonl"));
    assertEquals(3, lines.size());
    assertTrue(lines.get(2).startsWith("{\"count\":1,"), lines::toString);
  }
}
