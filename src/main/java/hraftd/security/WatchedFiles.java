package hraftd.security;

import hraftd.fatal.FatalErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are read again when they change, without a restart. What is in them is compared, not
 * their times: a file that is put in another's place may be older. A new content that cannot be
 * used is said once in the log, and the old one stays in use.
 */
public final class WatchedFiles implements AutoCloseable {

  /** How often they are looked at, if nobody says otherwise. */
  public static final Duration INTERVAL = Duration.ofSeconds(10);

  /** Far more than a chain of certificates; keeps a wrong path from filling the memory. */
  public static final int MAX_BYTES = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);

  /** Takes what is in some files that belong together. */
  @FunctionalInterface
  public interface Use {
    /**
     * Takes it as a whole, or throws and changes nothing.
     *
     * @param contents of the files, in their order; not to be kept, nor written to
     */
    void take(List<byte[]> contents) throws UnusableFileException, IOException;
  }

  private static final class Group {
    private final List<Path> files;
    private final Use use;

    /** What is in use. */
    private List<byte[]> used;

    /** Why the last look failed, which is said once; empty if it did not. */
    private String said = "";

    Group(List<Path> files, Use use, List<byte[]> used) {
      this.files = files;
      this.use = use;
      this.used = used;
    }
  }

  private final Duration interval;
  private final List<Group> groups = new CopyOnWriteArrayList<>();
  private final List<Runnable> looks = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "watched-files");
            made.setDaemon(true);
            return made;
          });

  /** Looks at nothing yet. */
  public WatchedFiles(Duration interval) {
    this.interval = interval;
  }

  /**
   * Reads the files, hands them over, and does so again whenever one of them has changed.
   *
   * @throws IOException if one cannot be read
   * @throws UnusableFileException if they cannot be used as they are
   */
  public synchronized void watch(List<Path> files, Use use)
      throws IOException, UnusableFileException {
    List<byte[]> contents = read(files);
    use.take(contents);
    if (groups.isEmpty()) {
      long millis = interval.toMillis();
      Runnable look =
          FatalErrors.guarded(
              this::look, e -> LOG.error("the watched files could not be looked at", e));
      var unused = thread.scheduleWithFixedDelay(look, millis, millis, TimeUnit.MILLISECONDS);
    }
    groups.add(new Group(List.copyOf(files), use, contents));
  }

  /**
   * Has this run now, and whenever the files have been looked at.
   *
   * @param work short; must not throw
   */
  void atEachLook(Runnable work) {
    work.run();
    looks.add(work);
  }

  /** Looks at all files now. */
  public synchronized void look() {
    for (Group group : groups) {
      try {
        List<byte[]> contents = read(group.files);
        if (!same(contents, group.used)) {
          group.use.take(contents);
          group.used = contents;
          LOG.info("read again, as it has changed: {}", names(group));
        }
        group.said = "";
      } catch (IOException | UnusableFileException | RuntimeException | Error e) {
        FatalErrors.check(e);
        // Tried again at each look: what is wrong may be the file's mode, not what is in it.
        String why = e.toString();
        if (!why.equals(group.said)) {
          LOG.warn("{}: what was in it before stays in use: {}", names(group), why);
          group.said = why;
        }
      }
    }
    looks.forEach(Runnable::run);
  }

  private static String names(Group group) {
    return String.join(", ", group.files.stream().map(Path::toString).toList());
  }

  private static boolean same(List<byte[]> some, List<byte[]> others) {
    for (int i = 0; i < some.size(); i++) {
      if (!Arrays.equals(some.get(i), others.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<byte[]> read(List<Path> files) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] content = in.readNBytes(MAX_BYTES + 1);
        if (content.length > MAX_BYTES) {
          throw new IOException(file + " has more than " + MAX_BYTES + " bytes");
        }
        contents.add(content);
      }
    }
    return contents;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
