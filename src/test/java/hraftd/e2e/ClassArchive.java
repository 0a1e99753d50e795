package hraftd.e2e;

import hraftd.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The jar's classes laid out as Java keeps them in memory, as docs/operations.md advises: the
 * hundreds of nodes that the tests start take two thirds of the processor's time with it. Made once
 * for a jar, for all processes that run tests.
 */
final class ClassArchive {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private ClassArchive() {}

  /**
   * The options with which this JVM's Java starts this jar from the archive; empty if none can be
   * made of it, as of a jar that names directories.
   */
  static List<String> options(Path jar) {
    Path archive = jar.resolveSibling("tests.jsa");
    try (FileChannel guard =
            FileChannel.open(
                jar.resolveSibling("tests.jsa.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock held = guard.lock()) {
      if (!held.isValid() || !isCurrent(archive, jar)) {
        make(archive, jar);
      }
      return Files.size(archive) == 0
          ? List.of()
          : List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static boolean isCurrent(Path archive, Path jar) throws IOException {
    return Files.exists(archive)
        && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) > 0;
  }

  /** An empty file stands for an archive that cannot be made. */
  private static void make(Path archive, Path jar) throws IOException, InterruptedException {
    Path unfinished = archive.resolveSibling("tests.jsa.new");
    Files.deleteIfExists(unfinished);
    String address = "127.0.0.1:" + Ports.free();
    Process node =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:ArchiveClassesAtExit=" + unfinished,
                "-jar",
                jar.toString(),
                "-id",
                "archive",
                "-haddr",
                address,
                "-raddr",
                "127.0.0.1:" + Ports.free(),
                "-bootstrap",
                "-inmem")
            .redirectErrorStream(true)
            .redirectOutput(jar.resolveSibling("tests.jsa.log").toFile())
            .start();
    try {
      useALittle("http://" + address, node);
      node.destroy();
      boolean ended = node.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (ended && Files.exists(unfinished)) {
        Files.move(unfinished, archive, StandardCopyOption.REPLACE_EXISTING);
      } else {
        Files.write(archive, new byte[0]);
      }
    } finally {
      node.destroyForcibly();
    }
  }

  /** So that what a request takes is loaded, too. */
  private static void useALittle(String url, Process node) throws InterruptedException {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest.Builder write =
        HttpRequest.newBuilder(URI.create(url + "/key/a"))
            .timeout(LIMIT)
            .PUT(HttpRequest.BodyPublishers.ofString("1"));
    long end = System.nanoTime() + LIMIT.toNanos();
    while (node.isAlive() && System.nanoTime() - end < 0) {
      try {
        if (http.send(write.build(), BodyHandlers.discarding()).statusCode() == 200) {
          http.send(
              HttpRequest.newBuilder(URI.create(url + "/key/a")).timeout(LIMIT).build(),
              BodyHandlers.discarding());
          return;
        }
      } catch (IOException e) {
        // It does not listen yet.
      }
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
  }
}
