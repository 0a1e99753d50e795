package hraftd.logging;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * From which level on a package or a class is heard, where that is fixed. Immutable: for any
 * thread.
 */
final class LogLevels {

  /** A line for each package or class: its name, an equals sign, a level or {@code off}. */
  private static final String FILE = "/log-levels.properties";

  /** Above all levels. */
  static final int OFF = Integer.MAX_VALUE;

  private final Map<String, Integer> levels;

  LogLevels(Map<String, Integer> levels) {
    this.levels = Map.copyOf(levels);
  }

  /** Those of the file beside the program. */
  static LogLevels ofThisProgram() {
    Properties text = new Properties();
    try (InputStream file = LogLevels.class.getResourceAsStream(FILE)) {
      if (file != null) {
        text.load(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Integer> levels = new HashMap<>();
    text.stringPropertyNames().forEach(name -> levels.put(name, number(text.getProperty(name))));
    return new LogLevels(levels);
  }

  private static int number(String word) {
    String level = word.strip().toUpperCase(Locale.ROOT);
    return level.equals("OFF") ? OFF : Level.valueOf(level).toInt();
  }

  /** The number of the lowest level that is heard, as the nearest name says; null: none does. */
  @Nullable Integer of(String logger) {
    for (String name = logger; !name.isEmpty(); name = parent(name)) {
      Integer level = levels.get(name);
      if (level != null) {
        return level;
      }
    }
    return null;
  }

  private static String parent(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }
}
