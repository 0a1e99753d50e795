package hraftd.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs wrk with load.lua. One thread at a time: two loads at once would measure each other. */
final class Wrk {

  /** No system here takes so long to answer unless something is wrong. */
  private static final String ANSWER_LIMIT = "5s";

  /** Beyond its time, wrk waits for the threads and computes. */
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final Tool tool;
  private final Path script;
  private int runs;

  Wrk(Place place) {
    this.tool = new Tool(place);
    this.script = place.directory().resolve("load.lua");
    try (InputStream source = Wrk.class.getResourceAsStream("load.lua")) {
      if (source == null) {
        throw new IllegalStateException("load.lua is not on the class path");
      }
      Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes with which each key of the next run begins, five of them. */
  String nextPrefix() {
    runs++;
    return String.format("w%04d", runs);
  }

  /** A key that a run with this prefix has written, if it lasted long enough for a few requests. */
  static String earlyKey(String prefix) {
    return prefix + "0000000003";
  }

  /** One of the keys that must be there before anything can be read. */
  static String existingKey(int number) {
    return String.format("exists%09d", number);
  }

  /**
   * Makes load for a while.
   *
   * @param addresses the threads take them in turn
   * @param prefix see {@link #nextPrefix}
   * @param http says how they are to be asked, and with which token
   */
  Tally run(
      Dialect dialect, Load load, List<String> addresses, String prefix, Http http, Duration time) {
    List<String> command =
        List.of(
            "wrk",
            "-t" + load.threads(addresses.size()),
            "-c" + load.connectionsTo(addresses.size()),
            "-d" + time.toSeconds() + "s",
            "--timeout",
            ANSWER_LIMIT,
            "-s",
            script.toString(),
            http.scheme() + "://" + addresses.get(0) + "/");
    Map<String, String> environment =
        Map.of(
            "BENCH_DIALECT", dialect.name(),
            "BENCH_KIND", load.kind().name().toLowerCase(Locale.ROOT),
            "BENCH_NODES", String.join(",", addresses),
            "BENCH_RUN", prefix,
            "BENCH_TOKEN", http.token(),
            "BENCH_VALUE", Load.VALUE,
            "BENCH_EXISTING", Integer.toString(Load.EXISTING_KEYS));
    boolean reads = load.kind() == Load.Kind.READ || load.kind() == Load.Kind.STALE;
    return Tally.ofWrk(
        tool.run(command, environment, time.plus(GRACE)), reads ? Load.VALUE.length() : 0);
  }
}
