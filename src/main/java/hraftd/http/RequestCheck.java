package hraftd.http;

import hraftd.text.Printable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * What every request is checked for before its body is read and anything is done for it, whatever
 * its route: that it asks for nothing in its headers or parameters that would be passed over. Any
 * thread may call it.
 */
public final class RequestCheck {

  /** What it and {@link Access} refuse with, besides 400: any route may be answered so. */
  public static final Set<Code> CODES =
      Set.of(
          Code.UNAUTHORIZED,
          Code.FORBIDDEN,
          Code.UNSUPPORTED_ENCODING,
          Code.EXPECTATION_FAILED,
          Code.MISDIRECTED,
          Code.NOT_IMPLEMENTED);

  /** So much of a name that is not known is said again. */
  private static final int SHOWN_BYTES = 64;

  private static final String METHOD_OVERRIDE = "X-HTTP-Method-Override";

  private final HostCheck host;
  private final OriginCheck origin;
  private final Map<String, String> hints;

  /**
   * The check of one server.
   *
   * @param host for whom requests may be
   * @param origin from which web pages they may come
   * @param hints what to do instead, by parameters that other stores have, in lower case
   */
  public RequestCheck(HostCheck host, OriginCheck origin, Map<String, String> hints) {
    this.host = host;
    this.origin = origin;
    this.hints = Map.copyOf(hints);
  }

  /** Adds to the headers of a request's answer, whatever that will be. */
  void answer(HttpFields headers, HttpFields.Mutable answer) {
    origin.answer(headers, answer);
  }

  /**
   * Checks the headers of a request, whatever its path.
   *
   * @throws Problem 421 if it is not for this node, 403 if a foreign web page sends it, and 400,
   *     415, 417 or 501 if it asks for what is not done here
   */
  public void headers(String method, HttpFields headers) {
    host.check(headers);
    origin.check(method, headers);
    if (headers.getFields(HttpHeader.AUTHORIZATION).size() > 1) {
      throw Problem.badRequest("'Authorization' is there more than once");
    }
    for (HttpField field : headers) {
      if (field.getHeader() == null) {
        methodOverride(field);
        continue;
      }
      switch (field.getHeader()) {
        case CONTENT_RANGE ->
            throw Problem.badRequest("'Content-Range': a part of a value cannot be written");
        case CONTENT_ENCODING -> contentEncoding(field);
        case TRANSFER_ENCODING -> transferEncoding(field);
        case EXPECT -> expect(field);
        default -> {}
      }
    }
  }

  /** Javalin would do as it says; nobody who has looked at the method alone would know. */
  private static void methodOverride(HttpField field) {
    if (METHOD_OVERRIDE.equalsIgnoreCase(field.getName())) {
      throw Problem.badRequest("'" + METHOD_OVERRIDE + "': send the method itself");
    }
  }

  /**
   * The whole answer to a browser that asks whether a page may send a request; null if this is no
   * such question. To be asked after {@link #headers}.
   */
  public @Nullable Reply preflight(String method, HttpFields headers) {
    return origin.preflight(method, headers);
  }

  private static void contentEncoding(HttpField field) {
    if (!only(field, "identity")) {
      throw new Problem(
              Code.UNSUPPORTED_ENCODING,
              "'Content-Encoding: " + shown(field) + "': send the body as it is to be kept")
          .header("Accept-Encoding", "identity");
    }
  }

  private static void transferEncoding(HttpField field) {
    if (!only(field, "chunked")) {
      throw transferEncodingUnknown();
    }
  }

  /** 501 for a body that comes in another way than in chunks. */
  static Problem transferEncodingUnknown() {
    return new Problem(Code.NOT_IMPLEMENTED, "'Transfer-Encoding': only 'chunked' is understood");
  }

  private static void expect(HttpField field) {
    if (!only(field, "100-continue")) {
      throw expectationUnknown();
    }
  }

  /** 417 for a request that expects something else than to be told to go on. */
  static Problem expectationUnknown() {
    return new Problem(Code.EXPECTATION_FAILED, "'Expect': only '100-continue' is understood");
  }

  /** True if the field has this one word or none. */
  private static boolean only(HttpField field, String word) {
    List<String> values = field.getValueList();
    return values == null || values.stream().allMatch(word::equalsIgnoreCase);
  }

  private static String shown(HttpField field) {
    return Printable.cut(field.getValue(), SHOWN_BYTES);
  }

  /**
   * The parameters of a request, each of which its route knows and is there once.
   *
   * @param query as it came; null or empty if there is none
   * @throws Problem 400 that names the parameter if not
   */
  public Params params(Route route, @Nullable String query) {
    Params params = Params.of(query);
    for (String name : params.names()) {
      if (!name.equals(Request.TIMEOUT) && !route.params().contains(name)) {
        throw Problem.badRequest(
            "'" + Printable.cut(name, SHOWN_BYTES) + "' is no parameter " + hint(route, name));
      }
    }
    return params;
  }

  private String hint(Route route, String name) {
    String of = "of " + route.method() + " " + route.path();
    String lower = name.toLowerCase(Locale.ROOT);
    List<String> known = route.params();
    if (lower.equals(Request.TIMEOUT) || known.contains(lower)) {
      return of + ": write '" + lower + "'";
    }
    String hint = hints.get(lower);
    if (hint != null) {
      return of + ": " + hint;
    }
    return of
        + ", which has "
        + (known.isEmpty() ? "" : "'" + String.join("', '", known) + "' and ")
        + "'"
        + Request.TIMEOUT
        + "'";
  }
}
