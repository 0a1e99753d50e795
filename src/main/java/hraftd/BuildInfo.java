package hraftd;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What this program was built from.
 *
 * @param version of the jar; {@code dev} when run from classes
 * @param commit its full name in Git; null if the build did not know it
 * @param committed when that was committed; null as the commit is
 * @param changed true if the sources were not those of the commit alone
 */
record BuildInfo(
    String version, @Nullable String commit, @Nullable Instant committed, boolean changed) {

  /** The build writes it: src/main/build/commit.xml. */
  private static final String FILE = "build.properties";

  private static final Pattern COMMIT = Pattern.compile("([0-9a-f]{40}) (\\S+)");

  /** So much of a commit's name is enough for people and for Git. */
  private static final int SHOWN = 12;

  /** Of the program that runs. */
  static BuildInfo ofThisProgram() {
    String version = BuildInfo.class.getPackage().getImplementationVersion();
    Properties written = new Properties();
    try (InputStream file = BuildInfo.class.getResourceAsStream(FILE)) {
      if (file != null) {
        written.load(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return of(version == null ? "dev" : version, written);
  }

  /** Of what the build has written, which may know nothing. */
  static BuildInfo of(String version, Properties written) {
    Matcher commit = COMMIT.matcher(written.getProperty("commit", "").strip());
    if (!commit.matches()) {
      return new BuildInfo(version, null, null, false);
    }
    try {
      return new BuildInfo(
          version,
          commit.group(1),
          OffsetDateTime.parse(commit.group(2)).toInstant(),
          Boolean.parseBoolean(written.getProperty("changed", "").strip()));
    } catch (DateTimeException e) {
      return new BuildInfo(version, null, null, false);
    }
  }

  /** For people: the version, and the commit with its time as far as they are known. */
  String text() {
    if (commit == null) {
      return version;
    }
    return version
        + " (commit "
        + commit.substring(0, SHOWN)
        + " of "
        + committed
        + (changed ? ", and changes that are not committed)" : ")");
  }
}
