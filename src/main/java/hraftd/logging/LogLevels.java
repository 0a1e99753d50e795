package hraftd.logging;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.slf4j.event.Level;

/**
 * From which level on a package or a class is heard: what is set for SLF4J's simple provider, so
 * that both formats have the same events. Immutable: for any thread.
 */
final class LogLevels {

  /** What the simple provider's names of levels begin with. */
  static final String PREFIX = "org.slf4j.simpleLogger.log.";

  /** The simple provider's name of the level of all that is not named. */
  private static final String OTHERS = "org.slf4j.simpleLogger.defaultLogLevel";

  /** The simple provider's file. */
  private static final String FILE = "/simplelogger.properties";

  /** Above all levels. */
  static final int OFF = Integer.MAX_VALUE;

  private final Map<String, Integer> levels;
  private final int others;

  /**
   * These.
   *
   * @param levels the number of a level, or {@link #OFF}, by the name of a package or a class
   * @param others the same for all that has no name there
   */
  LogLevels(Map<String, Integer> levels, int others) {
    this.levels = Map.copyOf(levels);
    this.others = others;
  }

  /** Those of the file in the jar, and of the system's properties, which count more. */
  static LogLevels ofThisProcess() {
    Properties text = new Properties();
    try (InputStream file = LogLevels.class.getResourceAsStream(FILE)) {
      if (file != null) {
        text.load(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    text.putAll(System.getProperties());
    return of(text);
  }

  /** Those that properties say; an unknown word is info, as it is for the simple provider. */
  static LogLevels of(Properties text) {
    Map<String, Integer> levels = new HashMap<>();
    for (String name : text.stringPropertyNames()) {
      if (name.startsWith(PREFIX)) {
        levels.put(name.substring(PREFIX.length()), number(text.getProperty(name)));
      }
    }
    return new LogLevels(levels, number(text.getProperty(OTHERS, "")));
  }

  private static int number(String word) {
    String asked = word.strip();
    if (asked.equalsIgnoreCase("off")) {
      return OFF;
    }
    for (Level level : Level.values()) {
      if (asked.equalsIgnoreCase(level.name())) {
        return level.toInt();
      }
    }
    return Level.INFO.toInt();
  }

  /** The number of the lowest level that is heard, as the nearest name says. */
  int of(String logger) {
    for (String name = logger; !name.isEmpty(); name = parent(name)) {
      Integer level = levels.get(name);
      if (level != null) {
        return level;
      }
    }
    return others;
  }

  private static String parent(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }
}
