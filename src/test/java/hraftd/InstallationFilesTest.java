package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** systemd's unit and the image start a node as docs/operations.md says, with flags of today. */
class InstallationFilesTest {

  private static final Path OPERATIONS = Path.of("docs/operations.md");
  private static final Path UNIT = Path.of("scripts/hraftd.service");
  private static final Path IMAGE = Path.of("scripts/Dockerfile");

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static Invocation.Run run(List<String> words, Map<String, String> environment) {
    return assertInstanceOf(
        Invocation.Run.class, Flags.parse(words, environment, "test"), words::toString);
  }

  /** What one types to install the unit, by operations.md. */
  private static List<String> installation() throws IOException {
    return Files.readAllLines(OPERATIONS).stream()
        .dropWhile(line -> !line.equals("### systemd"))
        .dropWhile(line -> !line.equals("```sh"))
        .skip(1)
        .takeWhile(line -> !line.equals("```"))
        .toList();
  }

  /** The only line of a file that begins so, without that. */
  private static String line(Path file, String beginning) throws IOException {
    List<String> found = without(beginning, Files.readAllLines(file));
    assertEquals(1, found.size(), () -> file + ": " + beginning);
    return found.get(0);
  }

  /** Those that begin so, without that. */
  private static List<String> without(String beginning, List<String> texts) {
    return texts.stream()
        .filter(text -> text.startsWith(beginning))
        .map(text -> text.substring(beginning.length()))
        .toList();
  }

  @Test
  void theUnitStartsWhatWasInstalled() throws IOException {
    List<String> typed = installation();
    List<String> words = List.of(line(UNIT, "ExecStart=").split(" "));
    int jar = words.indexOf("-jar") + 1;

    Map<String, String> environment = new HashMap<>();
    for (String setting : typed.stream().filter(line -> line.startsWith("HRAFTD_")).toList()) {
      String[] nameAndValue = setting.split("=", 2);
      environment.put(nameAndValue[0], nameAndValue[1]);
    }
    Invocation.Run run = run(words.subList(jar + 1, words.size()), environment);
    assertEquals("node1", run.name());
    assertEquals(new HostPort("host1", 11000), run.http());
    assertEquals(new HostPort("host1", 12000), run.raft());
    assertEquals(Path.of("/var/lib", line(UNIT, "StateDirectory=")), run.directory());

    assertEquals("$JAVA_OPTIONS", words.get(jar - 2), "has the last word");
    assertTrue(typed.get(0).endsWith(" " + words.get(jar)), typed.get(0));
    String archive = without("timeout 15 java ", typed).get(0);
    assertEquals(
        without("-XX:SharedArchiveFile=", words),
        without("-XX:ArchiveClassesAtExit=", List.of(archive.split(" "))));
    assertTrue(typed.contains("cat >" + line(UNIT, "EnvironmentFile=") + " <<END"));
  }

  @Test
  void theUnitNamesNoFileThatNobodyInstalls() throws IOException {
    String typed = String.join("\n", installation());
    List<String> missing =
        Pattern.compile("/(?:opt|etc)/[A-Za-z0-9_./-]+")
            .matcher(Files.readString(UNIT))
            .results()
            .map(MatchResult::group)
            .filter(file -> !typed.contains(file))
            .toList();
    assertEquals(List.of(), missing);
  }

  @Test
  void theImageStartsWhatItIsTold() throws IOException {
    String typed = line(OPERATIONS, "docker run -d ");
    assertEquals(line(IMAGE, "#   docker run "), typed);
    String name = " hraftd ";
    List<String> told = List.of(typed.substring(typed.indexOf(name) + name.length()).split(" "));

    List<String> command =
        new ArrayList<>(List.of("env", "JAVA_OPTIONS=-Xmx2g -Dhraftd.front=off"));
    for (Object word : (List<?>) new Yaml().<Object>load(line(IMAGE, "ENTRYPOINT "))) {
      // What Java would get, a word a line.
      command.add(word.toString().replace("exec java ", "exec printf '%s\\n' "));
    }
    command.addAll(told);
    Shell.Result result = Shell.attempt(command.toArray(new String[0]));
    List<String> java = result.output().lines().toList();
    int jar = java.indexOf("-jar") + 1;
    assertTrue(jar > 0, result::toString);
    assertEquals("-Xmx512m", java.get(0));
    assertEquals(List.of("-Xmx2g", "-Dhraftd.front=off"), java.subList(jar - 3, jar - 1));
    assertTrue(line(IMAGE, "COPY --from=build ").endsWith(" " + java.get(jar)));
    assertEquals(told, java.subList(jar + 1, java.size()));

    // The user may write in the volume, and not beside it.
    Path directory = run(told, Map.of()).directory();
    assertNotNull(directory);
    assertEquals(Path.of(line(IMAGE, "VOLUME ")), directory.getParent());
  }

  @Test
  void anImageIsNotMadeOfANodeThatEnds(@TempDir Path directory) throws Exception {
    String image = Files.readString(IMAGE);
    String first = image.substring(image.indexOf("RUN java ") + "RUN ".length());
    Files.writeString(
        directory.resolve("first"),
        first
            .substring(0, first.indexOf("\nUSER "))
            .replaceAll("(?<=[ >])/(?=tmp/|data)", directory + "/"));
    Files.createDirectory(directory.resolve("tmp"));
    Path java = Files.writeString(directory.resolve("java"), "#!/bin/sh\necho no room; exit 1\n");
    assertTrue(java.toFile().setExecutable(true));

    String path = directory + ":" + System.getenv("PATH");
    Shell.Result result =
        new Shell(directory, Map.of("PATH", path)).type("timeout 20 sh first", LIMIT);
    assertEquals(1, result.exitCode(), result::toString);
    assertTrue(result.output().contains("no room"), result::toString);
    assertFalse(Files.exists(directory.resolve("data")));
  }
}
