package hraftd.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the seed decides. */
class ArenaTest {

  private static Arena arena(long seed) {
    Network network = new Network();
    ProcessCluster cluster =
        new ProcessCluster(
            network, new Client(), Path.of("data"), List.of(), List.of(), false, null);
    return new Arena(
        cluster, network, new Random(seed), Duration.ofSeconds(10), node -> {}, node -> {});
  }

  @Test
  void aStrikeDependsOnTheSeedAndItsPlaceAlone() {
    Arena one = arena(7);
    Arena other = arena(7);
    assertEquals(one.random().nextLong(), other.random().nextLong());
    other.random().nextLong(); // the same strike, but it had more to decide
    one.countStrike();
    other.countStrike();
    assertEquals(one.random().nextLong(), other.random().nextLong());
    assertEquals(1, other.strikes());
  }

  @Test
  void anotherSeedDecidesOtherwise() {
    assertNotEquals(arena(7).random().nextLong(), arena(8).random().nextLong());
  }
}
