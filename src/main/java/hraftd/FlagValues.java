package hraftd;

import hraftd.http.Durations;
import hraftd.http.HostCheck;
import hraftd.http.WebOrigin;
import hraftd.logging.LogFormat;
import hraftd.raft.HostPort;
import hraftd.raft.MemberId;
import hraftd.text.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.event.Level;
import picocli.CommandLine.TypeConversionException;

/**
 * Values of flags, checked when they are read: what is wrong with one is a {@link
 * TypeConversionException} in words for people.
 */
final class FlagValues {

  /** An address or a list of them, checked when it is read. */
  record Addresses(List<HostPort> list) {}

  /** Origins of web pages, checked when they are read. */
  record Origins(Set<WebOrigin> set) {}

  /** Names of hosts, checked when they are read. */
  record Hosts(Set<String> set) {}

  /** What is done more often than this leaves no time for anything else. */
  private static final Duration SHORTEST_INTERVAL = Duration.ofMinutes(1);

  private FlagValues() {}

  static HostPort address(String text) {
    try {
      return HostPort.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  static Addresses addresses(String text) {
    List<HostPort> list = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      HostPort address = address(one.strip());
      if (address.host().isEmpty() || address.port() == 0) {
        throw new TypeConversionException(
            "'" + address + "' is not where a member could be reached: write host:port");
      }
      list.add(address);
    }
    return new Addresses(List.copyOf(list));
  }

  static Origins origins(String text) {
    Set<WebOrigin> origins = new LinkedHashSet<>();
    for (String one : text.split(",", -1)) {
      try {
        origins.add(WebOrigin.parse(one.strip()));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            "'" + Printable.cut(one.strip(), MemberId.MAX_CHARACTERS) + "': " + e.getMessage());
      }
    }
    return new Origins(origins);
  }

  static Hosts hosts(String text) {
    Set<String> hosts = new LinkedHashSet<>();
    for (String one : text.split(",", -1)) {
      String host = one.strip();
      if (!host.equals(HostCheck.ANY) && !HostPort.isHost(host)) {
        throw new TypeConversionException(
            "'"
                + Printable.cut(host, MemberId.MAX_CHARACTERS)
                + "' is no name: write name,name or *");
      }
      hosts.add(host);
    }
    return new Hosts(hosts);
  }

  /** How much is logged. */
  static Level logLevel(String text) {
    return switch (text) {
      case "info" -> Level.INFO;
      case "debug" -> Level.DEBUG;
      default -> throw new TypeConversionException("write info or debug");
    };
  }

  /** How a line of the log looks. */
  static LogFormat logFormat(String text) {
    return switch (text) {
      case "text" -> LogFormat.TEXT;
      case "json" -> LogFormat.JSON;
      default -> throw new TypeConversionException("write text or json");
    };
  }

  /** How often something is done; zero: never. */
  static Duration interval(String text) {
    Duration interval;
    try {
      interval = Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
    if (!interval.isZero() && interval.compareTo(SHORTEST_INTERVAL) < 0) {
      throw new TypeConversionException("write at least 1m, or 0 for never");
    }
    return interval;
  }
}
