package hraftd.http;

import hraftd.text.Printable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Lets only requests pass that mean this node: a page whose name was bound to this node's address
 * (DNS rebinding) is of one origin with it, as its browser sees it, but its requests carry that
 * name. Any thread may call it.
 *
 * <p>One without a name (HTTP/1.0, and an empty {@code Host}) is let pass: no browser sends such.
 */
public final class HostCheck {

  /** In -allow-host: any name. */
  public static final String ANY = "*";

  private static final Pattern V4 =
      Pattern.compile("(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");

  private static final Pattern V6 = Pattern.compile("\\[[0-9A-Fa-f:.]{2,45}]");

  private static final int SHOWN_BYTES = 64;

  private final boolean loopbackOnly;
  private final Set<String> allowed;
  private final Predicate<String> own;
  private final String nodeHeader;

  /**
   * A check for one node.
   *
   * @param loopbackOnly true if it listens on loopback alone
   * @param allowed further names that it goes by; {@link #ANY} for whatever is said
   * @param own whether a {@link #canonical} name is one of the node's or its cluster's
   * @param nodeHeader marks the requests of other nodes, which may know this one by a name that it
   *     has not heard of yet; one that no page can set, as it begins with {@code Sec-} (Fetch,
   *     forbidden request-headers)
   */
  public HostCheck(
      boolean loopbackOnly, Set<String> allowed, Predicate<String> own, String nodeHeader) {
    this.loopbackOnly = loopbackOnly;
    this.allowed =
        allowed.stream().map(HostCheck::canonical).collect(Collectors.toUnmodifiableSet());
    this.own = own;
    this.nodeHeader = nodeHeader;
  }

  /**
   * Looks at whom a request is for.
   *
   * @throws Problem 421 if this node does not go by that name
   */
  void check(HttpFields headers) {
    String value = headers.get(HttpHeader.HOST);
    if (value == null || value.isEmpty()) {
      return;
    }
    String host = withoutPort(value);
    if (!host.equals("127.0.0.1")
        && !host.equals("localhost")
        && !isMeant(canonical(host))
        && !headers.contains(nodeHeader)) {
      throw new Problem(
          Code.MISDIRECTED,
          "this node does not go by the name '"
              + Printable.cut(host, SHOWN_BYTES)
              + "'; -allow-host <name> lets it");
    }
  }

  private boolean isMeant(String host) {
    if (host.equals("localhost") || allowed.contains(ANY) || allowed.contains(host)) {
      return true;
    }
    if (V4.matcher(host).matches() || V6.matcher(host).matches()) {
      return !loopbackOnly || isLoopback(host);
    }
    return own.test(host);
  }

  private static boolean isLoopback(String literal) {
    try {
      // Nothing is looked up for a literal.
      return InetAddress.getByName(literal).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static String withoutPort(String value) {
    int colon = value.lastIndexOf(':');
    return colon < 0 || colon < value.lastIndexOf(']') ? value : value.substring(0, colon);
  }

  /** A name as it is compared: in lower case, without the dot of the root. */
  public static String canonical(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
