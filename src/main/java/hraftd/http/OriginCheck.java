package hraftd.http;

import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of other sites out: a browser sends their requests with the reach of the person
 * before it, but says whose they are. What is not a browser says nothing of the kind and is left
 * alone. Any thread may call it.
 */
public final class OriginCheck {

  private static final String SITE = "Sec-Fetch-Site";
  private static final String MODE = "Sec-Fetch-Mode";
  private static final String DESTINATION = "Sec-Fetch-Dest";
  private static final String ASKED_METHOD = "Access-Control-Request-Method";
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

  /** What a page may read of an answer besides its body and a few common headers. */
  private static final HttpField EXPOSED =
      new PreEncodedHttpField(
          "Access-Control-Expose-Headers",
          "ETag, Retry-After, X-Hraftd-Revision, X-Hraftd-Served-By, X-Hraftd-Ttl");

  /** An answer to one page is none to another: caches must tell them apart. */
  private static final HttpField VARY = new PreEncodedHttpField(HttpHeader.VARY, "Origin");

  private final Set<String> schemes;
  private final Set<WebOrigin> allowed;

  /**
   * A check that lets these in.
   *
   * @param schemes of this server: {@code http} or {@code https}, or both
   * @param allowed of pages elsewhere that may ask
   */
  public OriginCheck(Set<String> schemes, Set<WebOrigin> allowed) {
    this.schemes = Set.copyOf(schemes);
    this.allowed = Set.copyOf(allowed);
  }

  /**
   * Looks at what a browser says of a request.
   *
   * @throws Problem 403 if a page of another site sends it
   */
  void check(String method, HttpFields headers) {
    String origin = headers.get(HttpHeader.ORIGIN);
    if (origin == null && !headers.contains(SITE)) {
      return;
    }
    if (isAllowed(headers)) {
      return;
    }
    boolean foreign =
        foreignSite(headers) || (origin != null && !isOwn(origin, headers.get(HttpHeader.HOST)));
    if (foreign && !isFollowedLink(method, headers)) {
      throw new Problem(
          Code.FORBIDDEN,
          "a web page of another site may not ask this node; -allow-origin <origin> lets it");
    }
  }

  private static boolean foreignSite(HttpFields headers) {
    return headers.getCSV(SITE, /* keepQuotes= */ false).stream()
        .anyMatch(s -> s.equalsIgnoreCase("cross-site") || s.equalsIgnoreCase("same-site"));
  }

  /** A person went there: the page that had the link gets to see nothing, and nothing changes. */
  private static boolean isFollowedLink(String method, HttpFields headers) {
    return (HttpMethod.GET.is(method) || HttpMethod.HEAD.is(method))
        && "navigate".equals(headers.get(MODE))
        && "document".equals(headers.get(DESTINATION));
  }

  private boolean isOwn(String text, @Nullable String host) {
    WebOrigin origin = WebOrigin.find(text);
    return origin != null
        && host != null
        && schemes.contains(origin.scheme())
        && origin.equals(WebOrigin.find(origin.scheme() + "://" + host));
  }

  /** True if the page is of an origin that was let in by name; more than one header is nobody's. */
  private boolean isAllowed(HttpFields headers) {
    List<String> origins = headers.getValuesList(HttpHeader.ORIGIN);
    WebOrigin origin = origins.size() == 1 ? WebOrigin.find(origins.get(0)) : null;
    return origin != null && allowed.contains(origin);
  }

  /** Adds what the page that was let in, and caches on the way, need to know. */
  void answer(HttpFields request, HttpFields.Mutable answer) {
    if (allowed.isEmpty()) {
      return;
    }
    answer.add(VARY);
    if (isAllowed(request)) {
      answer.add(ALLOW_ORIGIN, request.get(HttpHeader.ORIGIN));
      answer.add(EXPOSED);
    }
  }

  /**
   * The answer to a browser that asks before a page's request; null if this is no such question.
   * Only to be asked about what {@link #check} has let pass.
   */
  @Nullable Reply preflight(String method, HttpFields headers) {
    if (!HttpMethod.OPTIONS.is(method) || !headers.contains(ASKED_METHOD) || !isAllowed(headers)) {
      return null;
    }
    return Reply.empty(HttpStatus.NO_CONTENT_204)
        .header("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE")
        .header(
            "Access-Control-Allow-Headers",
            "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match,"
                + " Last-Event-ID")
        .header("Access-Control-Max-Age", "600");
  }
}
