package hraftd.e2e;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members come back at other addresses, as docs/operations.md tells it. */
class MoveIT {

  private static final String PROGRAM = "java -jar hraftd.jar ";

  /** Behind {@code new1} is where node 1 has moved. */
  private static final Pattern ADDRESS = Pattern.compile("(host|new)([1-3]):1([12])000");

  /** Java remembers names for 30 s if nobody tells it otherwise. */
  private static final Duration BEFORE_JAVA_FORGETS = Duration.ofSeconds(20);

  @TempDir Path directory;

  private static String real(String text, TestCluster before, TestCluster after) {
    return ADDRESS
        .matcher(text)
        .replaceAll(
            address -> {
              TestCluster cluster = address.group(1).equals("new") ? after : before;
              Daemon node = cluster.node(Integer.parseInt(address.group(2)));
              return address.group(3).equals("1") ? node.haddr() : node.raddr();
            });
  }

  /** Each command starts the moved node that it names. */
  private static void follow(String heading, TestCluster before, TestCluster after)
      throws IOException {
    List<Daemon> started = new ArrayList<>();
    for (String command : Recipes.recipe(heading)) {
      Matcher id = Pattern.compile("-id node([1-3])").matcher(command);
      if (command.startsWith(PROGRAM) && id.find()) {
        Daemon node = after.node(Integer.parseInt(id.group(1)));
        String arguments =
            real(command.substring(PROGRAM.length()), before, after)
                .replace("/var/lib/hraftd", node.directory().toString());
        node.run(List.of(arguments.split(" ")));
        started.add(node);
      }
    }
    started.forEach(Daemon::listening);
    started.forEach(Daemon::awaitReady);
  }

  private static void assertKnows(Daemon node, List<Daemon> all) {
    for (Daemon other : all) {
      eventually(
          node + " knows where " + other + " is",
          () ->
              node.status().toString().contains(other.raddr())
                  && node.status().toString().contains(other.haddr()));
    }
  }

  @Test
  void allOfThemAtOnce() throws IOException {
    try (TestCluster before = TestCluster.ready(directory, 3);
        TestCluster after = TestCluster.moved(before)) {
      before.node(1).put("/key/a", "1").expect(200);
      before.nodes().forEach(Daemon::kill);
      follow("All addresses have changed", before, after);
      assertEquals("1", after.node(3).get("/key/a?raw").expect(200).body());
      after.node(2).put("/key/b", "2").expect(200);
      after.nodes().forEach(node -> assertKnows(node, after.nodes()));

      // For good: from now on they need no flag.
      after.nodes().forEach(Daemon::kill);
      after.startAll();
      after.awaitReady();
      assertEquals("2", after.node(1).get("/key/b?raw").expect(200).body());
    }
  }

  @Test
  void oneOfThem() throws IOException {
    try (TestCluster before = TestCluster.ready(directory, 3);
        TestCluster after = TestCluster.moved(before)) {
      before.node(1).put("/key/a", "1").expect(200);
      before.node(2).stop();
      follow("One address has changed", before, after);
      Daemon moved = after.node(2);
      moved.put("/key/b", "2").expect(200);
      assertKnows(before.node(1), List.of(before.node(3), moved));
      assertKnows(moved, List.of(before.node(1), before.node(3)));
    }
  }

  @Test
  void aNameThatResolvesAnewIsFollowed() throws IOException {
    Path hosts = directory.resolve("hosts");
    Files.writeString(hosts, hosts("127.0.0.12"));
    try (TestCluster cluster = TestCluster.of(directory, 3)) {
      for (int i = 1; i <= 3; i++) {
        Daemon node = cluster.node(i);
        node.with(List.of("-Djdk.net.hosts.file=" + hosts));
        launch(node, i);
      }
      cluster.nodes().forEach(Daemon::listening);
      String named = TestCluster.setupBody(cluster.nodes());
      for (int i = 1; i <= 3; i++) {
        named = named.replace("127.0.0.1:" + cluster.node(i).httpPort(), name(cluster.node(i), i));
        named =
            named.replace(
                "127.0.0.1:" + cluster.node(i).raftPort(),
                "kv" + i + ".test:" + cluster.node(i).raftPort());
      }
      cluster.node(1).post("/setup?timeout=30s", named).expect(200);
      cluster.awaitReady();
      Daemon mover = cluster.node(3);
      mover.kill();
      Files.writeString(hosts, hosts("127.0.0.13"));
      launch(mover, 3);
      mover.listening();
      eventually("the others find it", BEFORE_JAVA_FORGETS, () -> mover.get("/readyz").expect(200));
    }
  }

  private static String name(Daemon node, int number) {
    return "kv" + number + ".test:" + node.httpPort();
  }

  private static String hosts(String ofThird) {
    return "127.0.0.1 localhost kv1.test kv2.test\n" + ofThird + " kv3.test\n";
  }

  /** Its clients find it anywhere; its peers where its name says. */
  private static void launch(Daemon node, int number) {
    node.run(
        List.of(
            "-id",
            node.name(),
            "-haddr",
            "0.0.0.0:" + node.httpPort(),
            "-haddr-adv",
            name(node, number),
            "-raddr",
            "kv" + number + ".test:" + node.raftPort(),
            node.directory().toString()));
  }
}
