package hraftd.e2e;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.cluster.ClusterRecord;
import hraftd.cluster.DataDirectory;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.node.MemberFiles;
import hraftd.testing.DamagedFile;
import hraftd.testing.DirectoryTree;
import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The majority is gone for good, and one directory is enough to go on. */
class RecoverIT {

  private static final int PAIRS = 500;

  @TempDir private static Path stopped;

  @TempDir Path directory;

  /** Runs {@code recover} on the node's directory with its own addresses. */
  private static void recover(Daemon node) {
    node.run(
        List.of(
            "recover",
            "-haddr",
            node.haddr(),
            "-raddr",
            node.raddr(),
            "-id",
            node.name(),
            node.directory().toString()));
  }

  private List<Path> kept(String node) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(f -> String.valueOf(f.getFileName()).startsWith(node + ".before-recover-"))
          .toList();
    }
  }

  private String inspect(int exitCode, Path... paths) {
    try (Daemon command = new Daemon("inspect", directory.resolve("inspect"))) {
      List<String> arguments = new ArrayList<>(List.of("inspect"));
      Stream.of(paths).map(Path::toString).forEach(arguments::add);
      command.run(arguments);
      assertEquals(exitCode, command.exitCode(), () -> command.output() + command.errors());
      return command.output();
    }
  }

  @Test
  void theSurvivorGoesOnWithEveryAcknowledgedWriteAndOthersJoin() throws IOException {
    try (TestCluster nodes = TestCluster.ready(directory, 3)) {
      Daemon survivor = nodes.leader(); // It has in its log whatever was acknowledged.
      Daemon gone = nodes.others(survivor).get(0);
      Daemon old = nodes.others(survivor).get(1);
      Writers writers = new Writers(nodes.nodes(), 4);
      writers.awaitMore(300);
      nodes.nodes().forEach(Daemon::kill);
      writers.close();
      Shell.run("rm", "-r", gone.directory().toString());

      String found = inspect(0, survivor.directory());
      assertTrue(found.contains("last index"), found);
      recover(survivor);
      survivor.listening();
      survivor.awaitReady();
      writers.verify(survivor);
      assertTrue(survivor.output().contains("taken: everything to entry "), survivor::output);
      assertEquals(1, kept(survivor.name()).size());
      inspect(0, kept(survivor.name()).get(0));

      for (String name : List.of("node4", "node5")) {
        Daemon joining = nodes.add(new Daemon(name, directory.resolve(name)));
        joining.start("-join", survivor.haddr()).awaitReady();
        writers.verify(joining);
      }
      long term = survivor.status().path("term").asLong();
      String cluster = survivor.status().path("clusterId").asText();

      old.start("-join", survivor.haddr(), "-bootstrap=false");
      eventually("it is told so", () -> old.errors().contains("belongs to cluster " + cluster));
      assertTrue(
          old.errors().contains("-join enters no other cluster: the directory belongs to member"),
          old::errors);
      assertNotEquals(cluster, old.status().path("clusterId").asText());
      assertEquals(503, old.get("/readyz").status());
      survivor.put("/key/after", "1").expect(200);
      assertEquals(term, survivor.status().path("term").asLong(), "nobody disturbs it");
      assertEquals(2, survivor.status().path("followers").size());
      old.close();
    }
  }

  /** A copy, of this name, of a stopped member of two, with some megabytes. */
  private Path stoppedMember(String name) throws IOException {
    if (!Files.exists(stopped.resolve("node1"))) {
      stopMember();
    }
    Path copy = directory.resolve(name);
    DirectoryTree.copy(stopped.resolve("node1"), copy);
    return copy;
  }

  private static void stopMember() throws IOException {
    try (TestCluster nodes = TestCluster.ready(stopped, 2)) {
      String value = "v".repeat(1000);
      for (int part = 0; part < 10; part++) {
        int first = part * PAIRS;
        String body =
            IntStream.range(first, first + PAIRS)
                .mapToObj(i -> "\"key-" + i + "\":\"" + value + "\"")
                .collect(Collectors.joining(",", "{", "}"));
        nodes.node(1).post("/key", body).expect(200);
      }
      nodes.nodes().forEach(Daemon::kill);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node1/recover.new",
        "node1/recover.new/raft/snapshot.writing",
        "node1/recover",
        "node1.before-recover-*",
        "node1.before-recover-*/raft",
        "listening",
      })
  void killedInTheMidstOfItItIsFinishedByTheNextTry(String moment) throws IOException {
    Path member = stoppedMember("node1");
    try (Daemon node = new Daemon("node1", member)) {
      recover(node);
      if (moment.equals("listening")) {
        node.listening();
      } else {
        while (node.isRunning() && !isThere(moment) && !node.isListening()) {
          Thread.onSpinWait(); // No pause: some of the moments are short.
        }
      }
      node.kill();

      recover(node);
      node.listening();
      node.awaitReady();
      assertEquals(10 * PAIRS, node.status().path("keys").asInt());
      assertEquals(10, node.status().path("revision").asInt());
      node.put("/key/after", "1").expect(200);
      node.stop();
      assertEquals(1, kept("node1").size(), () -> "the old files, once");
      String old = inspect(0, kept("node1").get(0));
      assertTrue(old.contains("revision       10\n"), old);
      node.start().awaitReady();
      assertEquals("1", node.get("/key/after?raw").expect(200).body());
    }
  }

  private boolean isThere(String pattern) throws IOException {
    Path first = Path.of(pattern);
    if (!pattern.contains("*")) {
      return Files.exists(directory.resolve(first));
    }
    List<Path> places = kept("node1");
    return !places.isEmpty()
        && (first.getNameCount() == 1 || Files.exists(places.get(0).resolve(first.getFileName())));
  }

  @Test
  void aLearnersDirectoryIsEnough() throws Exception {
    Path data = directory.resolve("node1");
    try (Daemon node = new Daemon("node1", data)) {
      HostPort http = HostPort.parse(node.haddr());
      HostPort raft = HostPort.parse(node.raddr());
      try (DataDirectory opened = DataDirectory.open(data, "raft")) {
        NodeId self = new NodeId("node1", opened.incarnation());
        Membership members =
            new Membership(
                List.of(
                    new Member(self, raft, http, /* voter= */ false),
                    MemberFiles.member("a", 1, true),
                    MemberFiles.member("b", 2, true)));
        opened.markEngine();
        opened.save(
            new ClusterRecord("c", self, Membership.EMPTY, members, false, /* settled= */ true));
        try (MemberFiles files = new MemberFiles(opened.raftDirectory())) {
          files.members(members).puts(20);
        }
      }
      recover(node);
      node.listening();
      node.awaitReady();
      assertEquals("leader", node.state());
      assertEquals("key-20", node.get("/key/key-20?raw").expect(200).body());
      assertTrue(node.output().contains("this member had no vote"), node::output);
    }
  }

  @Test
  void inspectTellsSoundAndDamagedApart() throws IOException {
    Path data = directory.resolve("node1");
    try (Daemon node = new Daemon("node1", data)) {
      node.start("-bootstrap").awaitReady();
      for (int i = 0; i < 20; i++) {
        node.put("/key/" + i, "v").expect(200);
      }
      inspect(75, data);
      node.stop();
      String sound = inspect(0, data);
      assertTrue(sound.contains("keys           20\n"), sound);

      Path segment = data.resolve("raft/log-0000000000000001");
      DamagedFile.flip(segment, 64 + 70);
      String damaged = inspect(1, data);
      // Where the record begins depends on the clock in those before it.
      String place = segment + " is damaged at offset " + offset(damaged) + ": ";
      assertTrue(damaged.contains("DAMAGED: " + place), damaged);
      assertTrue(offset(damaged) > 64 && offset(damaged) <= 64 + 70, damaged);
      node.start();
      assertEquals(1, node.exitCode(), node::errors);
      assertTrue(node.errors().contains("hraftd recover goes on with"), node::errors);
      recover(node); // with nothing on its standard input
      assertEquals(2, node.exitCode(), node::output);
      assertTrue(node.output().contains(place), node::output);
      assertTrue(node.errors().contains("not confirmed; nothing was changed"), node::errors);
    }
  }

  private static int offset(String damaged) {
    return Integer.parseInt(damaged.replaceAll("(?s).*? at offset (\\d+).*", "$1"));
  }

  @Test
  void flagsOfANewNodeThatHaveNoEffectAreSaid() throws IOException {
    try (Daemon node = new Daemon("node1", directory.resolve("node1"))) {
      node.start("-bootstrap").awaitReady();
      node.stop();
      assertTrue(!node.errors().contains("-bootstrap founds nothing"), node::errors);
      node.start("-bootstrap").awaitReady();
      assertTrue(
          node.errors()
              .contains("-bootstrap founds nothing: the directory belongs to member node1 of"),
          node::errors);
    }
  }
}
