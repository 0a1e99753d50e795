package hraftd.http;

import hraftd.kv.Guard;
import org.jspecify.annotations.Nullable;

/** If-Match and If-None-Match (RFC 9110, section 13). An ETag is a key's version in quotes. */
final class Conditions {

  static final String IF_MATCH = "If-Match";
  static final String IF_NONE_MATCH = "If-None-Match";

  /** No key ever has this version: a tag that is not one of ours. */
  private static final long NO_VERSION = Long.MAX_VALUE;

  private Conditions() {}

  /** A version as an ETag. */
  static String etag(long version) {
    return "\"" + version + "\"";
  }

  /** What a write asks of its key. */
  static Guard guard(Request request) {
    String match = request.header(IF_MATCH);
    String noneMatch = request.header(IF_NONE_MATCH);
    if (match != null && noneMatch != null) {
      throw Problem.badRequest("give If-Match or If-None-Match, not both");
    }
    if (match != null) {
      return match.trim().equals("*")
          ? new Guard.Exists()
          : new Guard.VersionIs(version(match, IF_MATCH));
    }
    if (noneMatch != null) {
      return noneMatch.trim().equals("*")
          ? new Guard.Absent()
          : new Guard.VersionIsNot(version(noneMatch, IF_NONE_MATCH));
    }
    return Guard.NONE;
  }

  /** True if a read need not be answered because the client has this version. */
  static boolean isKnown(@Nullable String noneMatch, long version) {
    if (noneMatch == null) {
      return false;
    }
    for (String tag : noneMatch.split(",")) {
      String one = tag.trim();
      String strong = one.startsWith("W/") ? one.substring(2) : one;
      if (one.equals("*") || strong.equals(etag(version))) {
        return true;
      }
    }
    return false;
  }

  /** The version of a single tag; without quotes is fine too. */
  private static long version(String header, String name) {
    String tag = header.trim();
    if (tag.indexOf(',') >= 0) {
      throw Problem.badRequest("'" + name + "' must name one version");
    }
    boolean quoted = tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"");
    String version = quoted ? tag.substring(1, tag.length() - 1) : tag;
    try {
      return version.startsWith("+") || version.startsWith("-")
          ? NO_VERSION
          : Long.parseLong(version);
    } catch (NumberFormatException e) {
      if (quoted || tag.startsWith("W/")) {
        return NO_VERSION;
      }
      throw Problem.badRequest("'" + name + "' must be a version in quotes, as in \"17\", or *");
    }
  }
}
