package hraftd.security;

import static hraftd.testing.Eventually.eventually;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are looked at again and again, whatever one of the looks has come to. */
class WatchedFilesTest {

  @TempDir Path directory;

  private final WatchedFiles files = new WatchedFiles(Duration.ofMillis(5));
  private final List<String> used = new CopyOnWriteArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();

  @BeforeEach
  void watch() throws Exception {
    write("good");
    files.watch(
        List.of(file()), contents -> use(new String(contents.get(0), StandardCharsets.UTF_8)));
  }

  @AfterEach
  void close() {
    files.close();
  }

  private Path file() {
    return directory.resolve("file");
  }

  private void write(String text) throws IOException {
    Files.writeString(file(), text);
  }

  private void use(String text) {
    if (text.equals("bad")) {
      fail();
    }
    used.add(text);
  }

  private void fail() {
    failures.incrementAndGet();
    throw new AssertionError("a defect");
  }

  @Test
  void anErrorInWhatTakesAFileIsNotTheEnd() throws Exception {
    write("bad");
    eventually("it has failed", () -> failures.get() > 0);
    write("better");
    eventually("the next is taken", () -> used.contains("better"));
  }

  @Test
  void norIsOneInWhatRunsAtEachLook() {
    AtomicInteger looks = new AtomicInteger();
    files.atEachLook(
        () -> {
          if (looks.getAndIncrement() == 1) {
            fail();
          }
        });
    eventually("it has failed", () -> failures.get() > 0);
    eventually("there is another look", () -> looks.get() > 2);
  }
}
