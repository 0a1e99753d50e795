package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.cluster.ClusterRecord;
import hraftd.cluster.DataDirectory;
import hraftd.cluster.Endpoints;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.node.MemberFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Inspects and recovers directories that are made here, without a node. */
abstract class CommandsOnDirectories {

  static final HostPort HTTP = HostPort.parse("127.0.0.1:11");
  static final HostPort RAFT = HostPort.parse("127.0.0.1:12");

  @TempDir Path temp;

  final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  interface History {
    void happen(MemberFiles files) throws IOException;
  }

  Path member(String id, String cluster, History history) throws Exception {
    Path directory = temp.resolve(id);
    try (DataDirectory opened = DataDirectory.open(directory, "raft")) {
      NodeId self = new NodeId(id, opened.incarnation());
      Membership two =
          new Membership(
              List.of(new Member(self, RAFT, HTTP, true), MemberFiles.member("other", 7, true)));
      opened.markEngine();
      opened.save(new ClusterRecord(cluster, self, two, two, false, true));
      try (MemberFiles files = new MemberFiles(opened.raftDirectory())) {
        history.happen(files.from(two));
      }
    }
    return directory;
  }

  int inspect(Path... paths) {
    bytes.reset();
    return new InspectCommand(out).run(Arrays.asList(paths));
  }

  String said() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  void assertSaid(String... words) {
    for (String word : words) {
      assertTrue(said().contains(word), () -> "not said: " + word + "\n" + said());
    }
  }

  void recover(Path directory, String typed, Path... compare) throws StartException {
    recover(directory, HTTP, typed, compare);
  }

  void recover(Path directory, HostPort http, String typed, Path... compare) throws StartException {
    bytes.reset();
    Invocation.Run run =
        new Invocation.Run(
            "name",
            http,
            RAFT,
            Endpoints.Advertised.AS_BOUND,
            Invocation.Beginning.ASKED,
            Invocation.Let.NONE,
            Invocation.Security.NONE,
            false,
            "raft",
            Invocation.SCRUB,
            Invocation.Log.USUAL,
            directory);
    new RecoverCommand(
            new Invocation.Recover(run, Arrays.asList(compare)),
            new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
            out)
        .run();
  }

  String refused(Path directory, String typed, Path... compare) {
    StartException e = assertThrows(StartException.class, () -> recover(directory, typed, compare));
    assertEquals(StartException.USAGE, e.exitCode());
    return String.valueOf(e.getMessage());
  }

  List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
    }
  }
}
