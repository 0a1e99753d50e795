package hraftd.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of one request. Unknown ones are never looked at; one that is asked for and
 * is malformed, or given twice, is a {@link Problem} 400. As in forms, {@code +} is a space.
 */
public final class Params {

  /** No parameters. */
  static final Params NONE = new Params(List.of());

  private final List<String> namesAndValues;

  private Params(List<String> namesAndValues) {
    this.namesAndValues = namesAndValues;
  }

  /** Splits a query; values are decoded when they are asked for. */
  public static Params of(@Nullable String query) {
    if (query == null || query.isEmpty()) {
      return NONE;
    }
    List<String> parts = new ArrayList<>(4);
    int at = 0;
    while (at <= query.length()) {
      int end = query.indexOf('&', at);
      end = end < 0 ? query.length() : end;
      if (end > at) {
        int equals = query.indexOf('=', at);
        boolean valued = equals >= 0 && equals < end;
        parts.add(query.substring(at, valued ? equals : end));
        parts.add(valued ? query.substring(equals + 1, end) : "");
      }
      at = end + 1;
    }
    return new Params(parts);
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
    String found = null;
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (named(namesAndValues.get(i), name)) {
        if (found != null) {
          throw Problem.badRequest("'" + name + "' is given twice");
        }
        found = namesAndValues.get(i + 1);
      }
    }
    return found;
  }

  private static boolean named(String raw, String name) {
    if (raw.indexOf('%') < 0) {
      return raw.equals(name);
    }
    try {
      return new String(Percent.decode(raw, /* plusIsSpace= */ true, name), StandardCharsets.UTF_8)
          .equals(name);
    } catch (Problem malformed) {
      return false;
    }
  }
}
