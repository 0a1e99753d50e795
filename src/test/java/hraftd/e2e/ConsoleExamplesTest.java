package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.e2e.ConsoleExamples.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader of a document's examples, which decides what counts as a match. */
class ConsoleExamplesTest {

  @TempDir Path directory;

  private List<Example> read(String text) throws IOException {
    return read(text, /* secure= */ false);
  }

  private List<Example> read(String text, boolean secure) throws IOException {
    return ConsoleExamples.read(Files.writeString(directory.resolve("document.md"), text), secure);
  }

  @Test
  void commandsAndWhatTheyPrint() throws IOException {
    List<Example> examples =
        read(
            """
            # Title
            ```sh
            not run
            ```
            ## Section
            ```console
            $ one \\
              more
            first
            second
            $ two
            $ three
            … end
            ```
            """);
    assertEquals(
        List.of(
            new Example(7, "Section", "one \\\n  more", "first\nsecond"),
            new Example(11, "Section", "two", ""),
            new Example(12, "Section", "three", "… end")),
        examples);
  }

  @Test
  void aQuotedTextGoesOnInTheNextLine() throws IOException {
    List<Example> examples = read("```console\n$ post '{\n  \"a\": 1}'\nok\n```\n");
    assertEquals(List.of(new Example(2, "", "post '{\n  \"a\": 1}'", "ok")), examples);
  }

  @Test
  void aBlockMayBeForOneKindOfNodesAlone() throws IOException {
    String text =
        """
        ```console
        $ one
        ```
        ```console without -auth
        $ two
        ```
        ```console with -auth
        $ three
        ```
        """;
    assertEquals(
        List.of("one", "two"),
        read(text, /* secure= */ false).stream().map(Example::command).toList());
    assertEquals(
        List.of("one", "three"),
        read(text, /* secure= */ true).stream().map(Example::command).toList());
    assertThrows(IllegalStateException.class, () -> read("```console with\n$ one\n```\n"));
  }

  @Test
  void theWildcardStandsForAnyTextAndNothingElseDoes() {
    Example example = new Example(1, "", "", "{\"id\":\"…\",\"n\":1}\n…");
    assertTrue(example.matches("{\"id\":\"x y\",\"n\":1}\n"));
    assertTrue(example.matches("{\"id\":\"\",\"n\":1}\nmore\nand more\n"));
    assertFalse(example.matches("{\"id\":\"x\",\"n\":2}\n"));
    assertFalse(new Example(1, "", "", "a.c").matches("abc"));
    assertFalse(new Example(1, "", "", "a").matches("ab"));
    assertFalse(new Example(1, "", "", "").matches("unexpected"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "curl -sN -m 1 'localhost:11002/watch?key=a' | grep '^data'",
        "curl -s 'localhost:11002/key/a?level=stale'",
        "curl -s -o /dev/null -D - localhost:11001/readyz",
        "curl -s localhost:11000/status",
        "curl -sX POST 'localhost:11000/setup?timeout=30s' -d '{}'",
        "curl -sX POST localhost:11000/join -d '{}'",
      })
  void aNodesOwnViewAndWhatIsAboutTheClusterMayBeRepeated(String command) {
    assertTrue(new Example(1, "", command, "").mayBeRepeated());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "curl -s localhost:11002/key/a",
        "curl -s localhost:11002/key/status",
        "curl -sX PUT localhost:11002/key/setup -d 1",
        "curl -s 'localhost:11002/key?prefix=watch'",
        "curl -s localhost:11001/backup > backup.jsonl",
        "curl -sX POST localhost:11001/key -d '{\"level=stale\":\"1\"}'",
        "curl -s -d '{}' 'localhost:11001/key?level=stale'",
        "curl -s --data-binary @f 'localhost:11001/key?level=stale'",
        "curl -sT f 'localhost:11001/key/a?level=stale'",
      })
  void aLinearizableReadAndAWriteHaveToBeRightAtOnce(String command) {
    assertFalse(new Example(1, "", command, "").mayBeRepeated());
  }

  @Test
  void outputWithoutACommandIsAMistake() {
    assertThrows(IllegalStateException.class, () -> read("```console\nwhat is this\n```\n"));
  }
}
