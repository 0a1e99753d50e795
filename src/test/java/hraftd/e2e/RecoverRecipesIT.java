package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The recipes of docs/operations.md for a lost majority, command by command as they stand there.
 */
class RecoverRecipesIT {

  @TempDir Path directory;

  private TestCluster nodes;
  private Recipes recipes;

  @BeforeEach
  void threeNodesWithThreeKeys() throws IOException {
    nodes = TestCluster.ready(directory, 3);
    recipes = new Recipes(nodes, directory, 3);
    for (String key : List.of("a", "b", "c")) {
      nodes.node(1).put("/key/" + key, key).expect(200);
    }
    for (String name : List.of("node4", "node5")) {
      nodes.add(new Daemon(name, directory.resolve(name)));
    }
    nodes.node(3).get("/key/c").expect(200); // Its own log has them, by a read index.
  }

  @AfterEach
  void end() {
    nodes.close();
  }

  private void lose(int... numbers) {
    for (int number : numbers) {
      nodes.node(number).kill();
      Shell.run("rm", "-r", nodes.node(number).directory().toString());
    }
  }

  private void assertServes(int... numbers) throws IOException {
    for (int number : numbers) {
      for (String key : List.of("a", "b", "c")) {
        assertEquals(key, nodes.node(number).get("/key/" + key + "?raw").expect(200).body());
      }
      nodes.node(number).put("/key/after", "1").expect(200);
    }
  }

  @Test
  void theMemberThatIsLeftStillRuns() throws Exception {
    lose(1, 2);
    recipes.follow("The member that is left still runs");
    assertServes(3, 4, 5);
    assertEquals(2, nodes.node(3).status().path("followers").size());
  }

  @Test
  void onlyDirectoriesAreLeft() throws Exception {
    lose(1);
    nodes.node(2).kill();
    nodes.node(3).kill();
    recipes.follow("Only directories are left");
    assertServes(3);
    assertTrue(nodes.node(3).output().contains("old files: "), nodes.node(3)::output);
  }

  @Test
  void onlyABackupIsLeft() throws Exception {
    recipes.type("curl -sSf host1:11000/backup -o backup.jsonl");
    lose(1, 2, 3);
    recipes.follow("Only a backup is left");
    assertServes(3, 4);
  }
}
