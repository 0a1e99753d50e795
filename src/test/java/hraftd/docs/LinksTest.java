package hraftd.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.docs.Markdown.Link;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every link between the documents leads somewhere, and every document can be found. */
class LinksTest {

  private static final Path README = Path.of("README.md");

  /** What a reader should get through at once. */
  private static final int README_LINES = 200;

  static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    for (Path directory : List.of(Path.of(""), Path.of("docs"))) {
      try (Stream<Path> files = Files.list(directory)) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
      }
    }
    return documents;
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLinkLeadsSomewhere(Path document) throws IOException {
    assertEquals(List.of(), broken(document));
  }

  @Test
  void everyDocumentCanBeReachedFromTheReadme() throws IOException {
    Set<Path> reached = new TreeSet<>();
    List<Path> next = new ArrayList<>(List.of(README));
    while (!next.isEmpty()) {
      Path document = next.remove(0);
      if (reached.add(document)) {
        for (Link link : Markdown.read(document).links()) {
          if (!link.isExternal() && link.file().endsWith(".md")) {
            next.add(target(document, link));
          }
        }
      }
    }
    assertEquals(new TreeSet<>(documents()), reached);
  }

  /** A document that begins with its contents has all of its sections there, in order. */
  @ParameterizedTest
  @MethodSource("documents")
  void theContentsAreComplete(Path document) throws IOException {
    Markdown text = Markdown.read(document);
    List<String> sections = text.sections().stream().map(Markdown.Section::anchor).toList();
    int first = text.sections().isEmpty() ? 0 : text.sections().get(0).line();
    List<String> contents =
        text.links().stream()
            .filter(link -> link.line() < first && link.file().isEmpty())
            .map(Link::anchor)
            .filter(sections::contains)
            .toList();
    if (!contents.isEmpty()) {
      assertEquals(sections, contents);
    }
  }

  @Test
  void theReadmeIsShort() throws IOException {
    int lines = Files.readAllLines(README).size();
    assertTrue(lines < README_LINES, () -> lines + " lines");
  }

  @Test
  void linksAndAnchorsAreThoseOfTheText(@TempDir Path directory) throws IOException {
    Markdown text =
        Markdown.of(
            """
            # One, two: `three`
            [a](b.md#c) and ![picture](d.svg), not `[e](f)`
            ```
            # no heading
            [no](link)
            ```
            ## Again
            ## Again
            [out](https://example.com)
            """);
    assertEquals(Set.of("one-two-three", "again", "again-1"), text.anchors());
    assertEquals(
        List.of(new Link(2, "b.md#c"), new Link(2, "d.svg"), new Link(9, "https://example.com")),
        text.links());

    Path document = directory.resolve("document.md");
    Files.writeString(
        document,
        "# Here\n[a](#here) [b](#there) [c](document.md#here) [d](gone.md) [e](https://x)");
    assertEquals(List.of(document + ":2 #there", document + ":2 gone.md"), broken(document));
  }

  private static List<String> broken(Path document) throws IOException {
    List<String> broken = new ArrayList<>();
    for (Link link : Markdown.read(document).links()) {
      if (!link.isExternal() && !exists(document, link)) {
        broken.add(document + ":" + link.line() + " " + link.target());
      }
    }
    return broken;
  }

  private static boolean exists(Path document, Link link) throws IOException {
    Path target = target(document, link);
    return Files.exists(target)
        && (link.anchor().isEmpty() || Markdown.read(target).anchors().contains(link.anchor()));
  }

  private static Path target(Path document, Link link) {
    return link.file().isEmpty() ? document : document.resolveSibling(link.file()).normalize();
  }
}
