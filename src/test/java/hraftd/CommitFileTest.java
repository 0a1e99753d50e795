package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.testing.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Which changes src/main/build/commit.xml takes for changes of the program. */
class CommitFileTest {

  private static final Path BUILD = Path.of("src", "main", "build", "commit.xml");

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path directory;

  @BeforeEach
  void makeClone() throws Exception {
    write("pom.xml");
    write("README.md");
    write("src/main/java/Main.java");
    write("src/test/java/MainTest.java");
    git("init -q .");
    git("add .");
    git("-c user.name=me -c user.email=me@localhost commit -qm begin");
  }

  private void write(String file) throws Exception {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, path + " at " + System.nanoTime());
  }

  private String git(String words) throws Exception {
    Shell.Result result = new Shell(directory, Map.of()).type("git " + words, LIMIT);
    assertEquals(0, result.exitCode(), result::toString);
    return result.output();
  }

  private static List<Element> elements(NodeList nodes) {
    List<Element> found = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      found.add((Element) nodes.item(i));
    }
    return found;
  }

  private static Element the(Document build, String name, String attribute, String value) {
    return elements(build.getElementsByTagName(name)).stream()
        .filter(each -> each.getAttribute(attribute).equals(value))
        .findFirst()
        .orElseThrow();
  }

  /** What the build says: it asks Git, and looks for a pattern in the answer. */
  private boolean isChanged() throws Exception {
    Document build =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(BUILD.toFile());
    List<String> words =
        elements(the(build, "exec", "outputproperty", "git.changes").getElementsByTagName("arg"))
            .stream()
            .map(each -> each.getAttribute("value"))
            .toList();
    String pattern = the(build, "matches", "string", "${git.changes}").getAttribute("pattern");
    return Pattern.compile(pattern).matcher(git(String.join(" ", words))).find();
  }

  private void assertChangedBy(String file, boolean changed) throws Exception {
    write(file);
    assertEquals(changed, isChanged(), file);
  }

  @Test
  void aCloneAsItWasCommittedIsNotChanged() throws Exception {
    assertEquals(false, isChanged());
  }

  @Test
  void whatDoesNotGetIntoTheJarDoesNotCount() throws Exception {
    assertChangedBy("README.md", false);
    assertChangedBy("notes.txt", false);
    assertChangedBy("src/test/java/MainTest.java", false);
    assertChangedBy("src/test/java/NewTest.java", false);
  }

  @Test
  void aChangedSourceCounts() throws Exception {
    assertChangedBy("src/main/java/Main.java", true);
  }

  @Test
  void aChangedBuildCounts() throws Exception {
    assertChangedBy("pom.xml", true);
  }

  @Test
  void aSourceThatGitDoesNotKnowCounts() throws Exception {
    assertChangedBy("src/main/java/next/New.java", true);
  }
}
