package hraftd.http;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a web page comes from (RFC 6454): scheme, host and port, in lower case and with the port
 * that the scheme has by default, so that equal ones mean the same.
 *
 * @param scheme {@code http} or {@code https}
 * @param host a name, or an IPv6 address in brackets
 * @param port 1 to 65535
 */
public record WebOrigin(String scheme, String host, int port) {

  private static final Pattern FORM =
      Pattern.compile("(https?)://([a-z0-9_.-]{1,253}|\\[[0-9a-f:.]{2,45}])(?::([0-9]{1,5}))?");

  private static final int MAX_PORT = 65535;

  /**
   * Reads {@code http://host} or {@code https://host:port}.
   *
   * @throws IllegalArgumentException with a reason for people if it is anything else
   */
  public static WebOrigin parse(String text) {
    WebOrigin origin = find(text);
    if (origin == null) {
      throw new IllegalArgumentException("an origin is http://host:port or https://host:port");
    }
    return origin;
  }

  /** What a browser says; null if that is no origin of a page with an address. */
  static @Nullable WebOrigin find(String text) {
    Matcher parts = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      return null;
    }
    String scheme = parts.group(1);
    int byDefault = scheme.equals("http") ? 80 : 443;
    int port = parts.group(3) == null ? byDefault : Integer.parseInt(parts.group(3));
    return port == 0 || port > MAX_PORT ? null : new WebOrigin(scheme, parts.group(2), port);
  }
}
