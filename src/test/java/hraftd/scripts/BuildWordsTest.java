package hraftd.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts/quickstart says while it builds, and where it cannot. */
class BuildWordsTest {

  private static final String SAID =
      """
      Downloading from central: https://repo.maven.apache.org/maven2/a.pom
      Downloading from central: https://repo.maven.apache.org/maven2/b.pom
      [INFO] --- maven-compiler-plugin:3.16.0:compile (default-compile) @ hraftd ---
      Downloading from central: https://repo.maven.apache.org/maven2/c.pom
      [INFO] --- maven-compiler-plugin:3.16.0:testCompile (default-testCompile) @ hraftd ---
      [INFO] --- maven-shade-plugin:3.6.2:shade (default) @ hraftd ---
      [ERROR] there is no room left
      """;

  @TempDir Path directory;

  private ScriptCopy copy;

  @BeforeEach
  void copyTheScripts() throws IOException {
    copy = new ScriptCopy(directory);
    copy.mavenSays(SAID, 1);
  }

  @Test
  void eachLongStepIsSaidOnceAndWhyItFailed() throws Exception {
    Shell.Result result = copy.type("scripts/quickstart");
    assertEquals(1, result.exitCode(), result::toString);
    assertEquals(
        """
        building target/hraftd.jar ...
          Maven downloads plugins and libraries
          compiling
          packing everything into one jar
        [ERROR] there is no room left
        quickstart: the build failed; the full log is target/build.log
        """,
        result.output().replaceAll(" \\(.*", ""));
    assertEquals(SAID, Files.readString(directory.resolve("target/build.log")));
  }

  /**
   * A build that is ended before all is packed leaves a jar of hraftd's own classes, or the first
   * part of the whole one; newer than all.
   */
  @ParameterizedTest
  @ValueSource(strings = {"PK hraftd/Main.class PK\5\6", "PK io/javalin/Javalin.class"})
  void aJarThatIsNotWholeIsBuiltAnew(String packed) throws Exception {
    Path jar =
        Files.writeString(
            Files.createDirectories(directory.resolve("target")).resolve("hraftd.jar"), packed);
    Shell.Result result = copy.type("scripts/quickstart");
    assertTrue(result.output().startsWith("building target/hraftd.jar"), result::toString);
    assertFalse(Files.exists(jar), "Maven might take it for current, too");
  }

  @Test
  void aDirectoryInThePlaceOfTheJarIsRemoved() throws Exception {
    Path stray = Files.createDirectories(directory.resolve("target/hraftd.jar"));
    Shell.Result result = copy.type("scripts/quickstart");
    assertTrue(result.output().contains("removed the empty directory"), result::toString);
    assertFalse(Files.exists(stray));

    Files.createDirectories(stray.resolve("something"));
    for (String script : new String[] {"quickstart", "test -Dx"}) {
      Shell.Result kept = copy.type("scripts/" + script);
      assertEquals(1, kept.exitCode(), kept::toString);
      assertTrue(kept.output().contains("sudo rm -r " + stray), kept::toString);
      assertTrue(Files.exists(stray.resolve("something")), "what is in it is somebody's");
    }
  }
}
