package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the jar says of itself. */
class JarIT {

  private static final Path JAR = Path.of(System.getProperty("hraftd.jar", "target/hraftd.jar"));

  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<artifactId>([^<]+)</artifactId>\\s*<version>\\$\\{([^}]+)}</version>(?!\\s*<scope>)");

  @TempDir Path directory;

  @Test
  void theListOfWhatIsInsideHasAllDependenciesAndNoTests() throws IOException {
    Assumptions.assumeFalse(
        "offline: true".equals(System.getProperty("hraftd.maven")),
        "NOT TESTED: mvn -o leaves the list out of the jar");
    Map<String, String> listed = new TreeMap<>();
    try (JarFile jar = new JarFile(JAR.toFile())) {
      ZipEntry list = jar.getEntry("META-INF/sbom/hraftd.cdx.json");
      assertNotNull(list, "no list in " + JAR);
      JsonNode bom = new ObjectMapper().readTree(jar.getInputStream(list));
      assertEquals("CycloneDX", bom.path("bomFormat").asText());
      assertEquals("hraftd", bom.path("metadata").path("component").path("name").asText());
      for (JsonNode each : bom.path("components")) {
        listed.put(each.path("name").asText(), each.path("version").asText());
      }
    }
    String pom = Files.readString(Path.of("pom.xml"));
    String ours =
        pom.substring(pom.indexOf("<dependencies>"), pom.indexOf("</dependencies>"))
            .replaceAll("(?s)<exclusions>.*?</exclusions>", "");
    Map<String, String> declared =
        DEPENDENCY
            .matcher(ours)
            .results()
            .collect(
                Collectors.toMap(
                    found -> found.group(1),
                    found -> pom.replaceFirst("(?s).*<" + found.group(2) + ">([^<]+)</.*", "$1")));
    assertTrue(declared.size() > 5, declared::toString);
    declared.forEach((name, version) -> assertEquals(version, listed.get(name), name));
    // What those bring along, and nothing of the tests.
    assertTrue(listed.containsKey("jetty-server"), listed::toString);
    // Of the metrics' forms the jar has text alone.
    assertTrue(listed.containsKey("prometheus-metrics-exposition-textformats"), listed::toString);
    assertFalse(listed.containsKey("prometheus-metrics-exposition-formats"), listed::toString);
    assertTrue(
        new TreeSet<>(listed.keySet()).stream().noneMatch(name -> name.contains("junit")),
        listed::toString);
  }

  @Test
  void itsVersionNamesTheCommit() {
    try (Daemon run = new Daemon("run", directory.resolve("run"))) {
      run.run(java.util.List.of("-version"));
      assertEquals(0, run.exitCode());
      // Without Git, or where it does not trust the directory, the commit is not known.
      String pattern =
          "hraftd [0-9.]+(-SNAPSHOT)?( \\(commit [0-9a-f]{12} of \\d{4}-\\d\\d-\\d\\dT[0-9:]+Z"
              + "(, and changes that are not committed)?\\))?\\n";
      assertTrue(run.output().matches(pattern), run::output);
    }
  }
}
