package hraftd.http;

import hraftd.text.Printable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of one request, each there once. One that is asked for and is malformed is a
 * {@link Problem} 400. As in forms, {@code +} is a space.
 */
public final class Params {

  /** No parameters. */
  static final Params NONE = new Params(List.of(), List.of());

  /** More than any route has: a bound on the work of comparing them. */
  static final int MAX_PARAMS = 32;

  /** So much of a name is said again. */
  private static final int SHOWN_BYTES = 64;

  private final List<String> names;
  private final List<String> values;

  private Params(List<String> names, List<String> values) {
    this.names = names;
    this.values = values;
  }

  /**
   * Splits a query; values are decoded when they are asked for.
   *
   * @throws Problem 400 if a name is malformed or there twice, or there are too many
   */
  public static Params of(@Nullable String query) {
    if (query == null || query.isEmpty()) {
      return NONE;
    }
    List<String> names = new ArrayList<>(4);
    List<String> values = new ArrayList<>(4);
    int at = 0;
    while (at <= query.length()) {
      int end = query.indexOf('&', at);
      end = end < 0 ? query.length() : end;
      if (end > at) {
        int equals = query.indexOf('=', at);
        boolean valued = equals >= 0 && equals < end;
        add(names, query.substring(at, valued ? equals : end));
        values.add(valued ? query.substring(equals + 1, end) : "");
      }
      at = end + 1;
    }
    return new Params(names, values);
  }

  private static void add(List<String> names, String raw) {
    byte[] bytes = Percent.decode(raw, /* plusIsSpace= */ true, "the name of a parameter");
    String name = new String(bytes, StandardCharsets.UTF_8);
    if (names.contains(name)) {
      throw Problem.badRequest("'" + Printable.cut(name, SHOWN_BYTES) + "' is given twice");
    }
    if (names.size() == MAX_PARAMS) {
      throw Problem.badRequest("more than " + MAX_PARAMS + " parameters");
    }
    names.add(name);
  }

  /** The names, decoded, in the order of the query. */
  List<String> names() {
    return Collections.unmodifiableList(names);
  }

  /** The bytes of a parameter's value, valid UTF-8; null if it is absent. */
  public byte @Nullable [] bytes(String name) {
    String raw = raw(name);
    return raw == null ? null : Percent.decode(raw, /* plusIsSpace= */ true, "'" + name + "'");
  }

  /** A parameter's text; null if it is absent. */
  public @Nullable String text(String name) {
    byte[] bytes = bytes(name);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  /** True if the parameter is there: bare, empty, {@code true} or {@code 1}; false if not. */
  public boolean flag(String name) {
    String value = text(name);
    if (value == null) {
      return false;
    }
    return switch (value) {
      case "", "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw Problem.badRequest("'" + name + "' must be true or false");
    };
  }

  /** A whole number within bounds; empty if the parameter is absent. */
  public OptionalLong number(String name, long min, long max) {
    String value = text(name);
    if (value == null) {
      return OptionalLong.empty();
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max && value.charAt(0) != '+') {
        return OptionalLong.of(number);
      }
    } catch (NumberFormatException e) {
      // Said below, as for one out of bounds.
    }
    throw Problem.badRequest(
        max == Long.MAX_VALUE
            ? "'" + name + "' must be a whole number from " + min
            : "'" + name + "' must be a whole number from " + min + " to " + max);
  }

  /** A duration as Go writes it; null if the parameter is absent. */
  public @Nullable Duration duration(String name) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    try {
      return Durations.parse(value);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("'" + name + "': " + e.getMessage());
    }
  }

  private @Nullable String raw(String name) {
    int at = names.indexOf(name);
    return at < 0 ? null : values.get(at);
  }
}
