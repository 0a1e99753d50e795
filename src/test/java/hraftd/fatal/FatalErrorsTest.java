package hraftd.fatal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which failures end the process, and with which words. */
class FatalErrorsTest {

  @TempDir Path directory;

  private final List<Integer> exits = new ArrayList<>();

  private String said(Throwable failure) throws IOException {
    Path file = directory.resolve("err");
    try (FileOutputStream err = new FileOutputStream(file.toFile())) {
      new FatalErrors(err, exits::add).endIfFatal(failure);
    }
    return Files.readString(file);
  }

  @Test
  void noMemoryEndsItHoweverDeepItIsWrapped() throws IOException {
    Throwable wrapped =
        new CompletionException(
            new IllegalStateException("failed", new OutOfMemoryError("Java heap space")));
    String line = said(wrapped);
    assertTrue(line.startsWith("hraftd: out of memory, the process ends"), line);
    assertEquals(1, line.lines().count(), line);
    assertEquals(List.of(1), exits);
  }

  @Test
  void aBrokenMachineEndsIt() throws IOException {
    assertTrue(said(new InternalError("a fault")).contains("virtual machine failed"));
    assertEquals(List.of(1), exits);
  }

  @Test
  void whatOneRequestCanCauseDoesNot() throws IOException {
    assertEquals("", said(new StackOverflowError()));
    assertEquals("", said(new IllegalStateException("a defect")));
    assertEquals("", said(new OutOfMemoryError("unable to create native thread: possibly out of")));
    assertEquals(List.of(), exits);
  }

  @Test
  void causesThatGoRoundComeToAnEnd() throws IOException {
    IllegalStateException one = new IllegalStateException("one");
    one.initCause(new IllegalStateException("two", one));
    assertEquals("", said(one));
    assertEquals(List.of(), exits);
  }
}
