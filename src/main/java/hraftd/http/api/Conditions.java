package hraftd.http.api;

import hraftd.http.Problem;
import hraftd.http.Request;
import hraftd.kv.Guard;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** If-Match and If-None-Match (RFC 9110, section 13). An ETag is a key's version in quotes. */
final class Conditions {

  static final String IF_MATCH = "If-Match";
  static final String IF_NONE_MATCH = "If-None-Match";

  private static final String NUMBER = "0|[1-9][0-9]{0,17}";

  /** What an ETag of ours has in its quotes. */
  private static final Pattern VERSION = Pattern.compile(NUMBER);

  /** One of a list, with the comma that follows unless it is the last. */
  private static final Pattern TAG =
      Pattern.compile("\\s*(W/)?(?:\"([^\"]*)\"|(" + NUMBER + "))\\s*(,|$)");

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
      return match.trim().equals("*") ? new Guard.Exists() : matching(versions(match, IF_MATCH));
    }
    if (noneMatch != null) {
      return noneMatch.trim().equals("*")
          ? new Guard.Absent()
          : matchingNone(versions(noneMatch, IF_NONE_MATCH));
    }
    return Guard.NONE;
  }

  /**
   * For a write of many keys, which no single version can speak for.
   *
   * @throws Problem 400 if there is a condition: to write without looking at it could do harm
   */
  static void refuse(Request request, String instead) {
    if (request.header(IF_MATCH) != null || request.header(IF_NONE_MATCH) != null) {
      throw Problem.badRequest("If-Match and If-None-Match go with one key; " + instead);
    }
  }

  private static Guard matching(List<Long> versions) {
    return versions.size() == 1
        ? new Guard.VersionIs(versions.get(0))
        : new Guard.VersionIn(versions);
  }

  private static Guard matchingNone(List<Long> versions) {
    return versions.size() == 1
        ? new Guard.VersionIsNot(versions.get(0))
        : new Guard.VersionNotIn(versions);
  }

  /** True if a read need not be answered because the client has this version. */
  static boolean isKnown(@Nullable String noneMatch, long version) {
    if (noneMatch == null) {
      return false;
    }
    return noneMatch.trim().equals("*") || versions(noneMatch, IF_NONE_MATCH).contains(version);
  }

  /**
   * The versions that a list of tags names; those of tags that are none of ours are left out, as no
   * key has them. Without quotes is fine too.
   *
   * <p>A weak tag (W/) may be the same only for If-None-Match: that compares weakly, If-Match
   * strongly.
   *
   * @throws Problem 400 for what is no tag at all
   */
  private static List<Long> versions(String header, String name) {
    List<Long> versions = new ArrayList<>();
    Matcher tag = TAG.matcher(header);
    boolean more = true;
    while (more && tag.lookingAt()) {
      String text = tag.group(2) == null ? tag.group(3) : tag.group(2);
      boolean compares = tag.group(1) == null || name.equals(IF_NONE_MATCH);
      if (compares && VERSION.matcher(text).matches()) {
        versions.add(Long.parseLong(text));
      }
      more = !tag.group(4).isEmpty();
      tag.region(tag.end(), header.length());
    }
    if (more) {
      throw Problem.badRequest(
          "'" + name + "' must be *, or versions in quotes, as in \"17\" or \"17\", \"18\"");
    }
    return versions;
  }
}
