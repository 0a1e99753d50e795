package hraftd.logging;

import hraftd.fatal.FatalErrors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import java.util.logging.ErrorManager;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines in a file that does not grow for ever: with so many bytes it gets a number, and the oldest
 * of those goes. A thread of its own writes what has come meanwhile in one piece. The rotation is
 * that of java.util.logging. Thread-safe.
 */
public final class RotatedFile implements AutoCloseable {

  /** So long is one file; a little more if a line is long. */
  public static final int MAX_BYTES = 64 << 20;

  /** So many files there are. */
  public static final int MAX_FILES = 10;

  private static final Logger LOG = LoggerFactory.getLogger(RotatedFile.class);

  /** Of a batch: more would hold the first for long. */
  private static final int MAX_LINES = 1024;

  /**
   * What is to be written.
   *
   * @param text is asked for once, by the thread that writes
   * @param written is done when it is, or cannot be
   */
  record Line(Supplier<byte[]> text, CompletableFuture<Void> written) {

    private static final Line END = new Line(() -> new byte[0], new CompletableFuture<>());
  }

  private final FileHandler files;
  private final Path directory;

  /** Not bounded by itself: who adds a line goes on when it is written. */
  private final BlockingQueue<Line> waiting = new LinkedBlockingQueue<>();

  private final Thread thread;

  /** True if this batch, and the one before, could not be written: said once. The thread's own. */
  private boolean isBroken;

  private boolean wasBroken;

  /**
   * Goes on behind what is there.
   *
   * @param directory made if it is not there
   * @param name of the files: the newest is {@code name.0.jsonl}
   * @throws IOException if it cannot be written there
   */
  public RotatedFile(Path directory, String name) throws IOException {
    this.directory = Files.createDirectories(directory);
    // A percent sign in a pattern means something.
    String pattern = directory.toString().replace("%", "%%") + "/" + name + ".%g.jsonl";
    files = new FileHandler(pattern, MAX_BYTES, MAX_FILES, /* append= */ true);
    files.setEncoding(StandardCharsets.UTF_8.name());
    files.setLevel(Level.ALL);
    files.setFormatter(
        new Formatter() {
          @Override
          public String format(LogRecord batch) {
            return batch.getMessage();
          }
        });
    files.setErrorManager(
        new ErrorManager() {
          @Override
          public synchronized void error(String message, Exception cause, int code) {
            broken(String.valueOf(cause));
          }
        });
    thread = new Thread(this::run, "rotated-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Adds a line.
   *
   * @param line in UTF-8; made by the thread that writes, soon: whoever adds it has others waiting
   * @return failed with what the line fails with when it is made; else done when the system has it,
   *     or it is known that it cannot be written, which the log says: nobody has to wait for a disk
   *     that is full
   */
  public CompletableFuture<Void> append(Supplier<byte[]> line) {
    Line added = new Line(line, new CompletableFuture<>());
    waiting.add(added);
    return added.written;
  }

  @SuppressWarnings("ReferenceEquality") // The end is that one object.
  private void run() {
    List<Line> batch = new ArrayList<>();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      while (true) {
        batch.add(waiting.take());
        waiting.drainTo(batch, MAX_LINES - 1);
        for (Line line : batch) {
          if (line != Line.END) {
            add(line, text);
          }
        }
        isBroken = false;
        files.publish(new LogRecord(Level.INFO, text.toString(StandardCharsets.UTF_8)));
        if (wasBroken && !isBroken) {
          LOG.info("{} can be written again", directory);
        }
        wasBroken = isBroken;
        batch.forEach(line -> line.written.complete(null));
        if (batch.contains(Line.END)) {
          return;
        }
        batch.clear();
        text.reset();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void add(Line line, ByteArrayOutputStream text) {
    try {
      text.writeBytes(line.text.get());
      text.write('\n');
    } catch (RuntimeException | Error e) {
      FatalErrors.check(e);
      line.written.completeExceptionally(e);
    }
  }

  private void broken(String why) {
    if (!wasBroken && !isBroken) {
      LOG.error("{} cannot be written, lines are missing from here on: {}", directory, why);
    }
    isBroken = true;
  }

  /** From here on nothing can be written, as when the disk is full: for tests. */
  void breakFiles() {
    files.close();
  }

  /** Writes what is waiting, and ends. */
  @Override
  public void close() {
    waiting.add(Line.END);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    files.close();
  }
}
