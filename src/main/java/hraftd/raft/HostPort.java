package hraftd.raft;

import hraftd.text.Printable;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/**
 * A network address as a person writes it: {@code host:port}, {@code :port} or {@code [v6]:port}.
 *
 * @param host a name or a literal address without brackets; empty means every local address
 * @param port 0 to 65535; 0 means "any free port" where that makes sense
 */
public record HostPort(String host, int port) {

  private static final int MAX_PORT = 65535;

  /** The longest name that DNS has. */
  private static final int MAX_HOST = 253;

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\\.?");

  private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

  private static final Pattern PORT = Pattern.compile("[0-9]{1,9}");

  /** So much of a text that is no address is said again. */
  private static final int SHOWN_BYTES = 64;

  /** Checks the port's range. */
  public HostPort {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + " is not in 0..65535");
    }
  }

  /**
   * Reads {@code host:port}, {@code :port} or {@code [v6]:port}, as people and other nodes write
   * them: a host is a name of letters, digits, {@code -}, {@code _} and dots, or a literal address.
   *
   * @throws IllegalArgumentException with a message for the user if the text is none of these
   */
  public static HostPort parse(String text) {
    String shown = "'" + Printable.cut(text, SHOWN_BYTES) + "'";
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(shown + " has no port: write host:port");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      if (!V6.matcher(host).matches()) {
        throw new IllegalArgumentException(shown + ": what is in brackets is no IPv6 address");
      }
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          shown + " is ambiguous: write an IPv6 address as [address]:port");
    } else if (!host.isEmpty() && !isHost(host)) {
      throw new IllegalArgumentException(shown + ": what stands before the port is no host");
    }
    String port = text.substring(colon + 1);
    if (!PORT.matcher(port).matches()) {
      throw new IllegalArgumentException(shown + " has no valid port: write host:port");
    }
    int number = Integer.parseInt(port);
    if (number > MAX_PORT) {
      throw new IllegalArgumentException(shown + ": port " + number + " is not in 0..65535");
    }
    return new HostPort(host, number);
  }

  /** True if the text is a name of a host or an IPv4 address. */
  public static boolean isHost(String text) {
    return text.length() <= MAX_HOST && NAME.matcher(text).matches();
  }

  /**
   * Looks the host up; an unknown host gives an unresolved address. May block on the name service.
   */
  public InetSocketAddress resolve() {
    return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
