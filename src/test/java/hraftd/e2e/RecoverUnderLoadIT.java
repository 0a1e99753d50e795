package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.testing.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two of three are killed at a random moment under load and their disks are gone; whatever the
 * third one's directory held of what was acknowledged is there after {@code recover}. More rounds:
 * {@code -Dhraftd.recoverRounds=10}.
 */
class RecoverUnderLoadIT {

  private static final int ROUNDS = Integer.getInteger("hraftd.recoverRounds", 1);

  private static final Pattern KEY = Pattern.compile("written-\\d+");

  @TempDir Path directory;

  @Test
  void nothingThatTheDirectoryHeldIsLost() throws IOException {
    for (int round = 1; round <= ROUNDS; round++) {
      long seed = new Random().nextLong();
      System.out.println("round " + round + ", seed " + seed);
      recoverOnce(directory.resolve("round" + round), new Random(seed));
    }
  }

  private static void recoverOnce(Path directory, Random random) throws IOException {
    try (TestCluster nodes = TestCluster.ready(Files.createDirectories(directory), 3)) {
      Daemon leader = nodes.leader();
      Daemon survivor = nodes.node(1 + random.nextInt(3));
      String role = survivor == leader ? "the leader" : "a follower";
      List<Daemon> lost = nodes.others(survivor);
      Writers writers = new Writers(nodes.nodes(), 8);
      writers.awaitMore(1 + random.nextInt(1000));
      lost.get(0).kill();
      if (random.nextBoolean()) {
        writers.awaitMore(1 + random.nextInt(100)); // It goes on with two.
      }
      lost.get(1).kill();
      if (random.nextBoolean()) {
        survivor.kill();
      } else {
        survivor.stop();
      }
      writers.close();
      for (Daemon node : lost) {
        Shell.run("rm", "-r", node.directory().toString());
      }

      Set<String> acknowledged = writers.acknowledged();
      Set<String> held = new TreeSet<>(keysIn(survivor.directory()));
      held.retainAll(acknowledged);
      Set<String> owed = new TreeSet<>(held);
      // What a node has acknowledged itself it has applied.
      acknowledged.stream()
          .filter(key -> Writers.acknowledgedBy(key, nodes.nodes()) == survivor)
          .forEach(owed::add);

      survivor.run(
          List.of(
              "recover",
              "-haddr",
              survivor.haddr(),
              "-raddr",
              survivor.raddr(),
              "-id",
              survivor.name(),
              survivor.directory().toString()));
      survivor.listening();
      survivor.awaitReady();
      Set<String> missing = new TreeSet<>();
      int there = 0;
      for (String key : acknowledged) {
        if (survivor.get("/key/" + key).status() == 200) {
          there++;
        } else if (owed.contains(key)) {
          missing.add(key);
        }
      }
      System.out.printf(
          "survivor was %s: %d acknowledged, %d of them held by its directory, %d there after"
              + " recover, %d held and lost%n",
          role, acknowledged.size(), held.size(), there, missing.size());
      assertEquals(Set.of(), missing, survivor::output);
    }
  }

  /** Whatever stands in its files, read as bytes: no code of the program says what counts. */
  private static Set<String> keysIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .flatMap(file -> KEY.matcher(text(file)).results().map(MatchResult::group))
          .collect(Collectors.toSet());
    }
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
