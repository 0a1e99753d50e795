package hraftd.http.api;

import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.http.Request;
import hraftd.kv.Guard;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** If-Match and If-None-Match (RFC 9110, section 13). An ETag is a key's version in quotes. */
final class Conditions {

  static final String IF_MATCH = "If-Match";
  static final String IF_NONE_MATCH = "If-None-Match";

  private static final String NUMBER = "0|[1-9][0-9]{0,17}";

  /** Ends the tag of a value's bytes where a client chose them by Accept. */
  private static final String BYTES = "-raw";

  /** What an ETag of ours has in its quotes: of whichever form, it names one version. */
  private static final Pattern VERSION = Pattern.compile("(" + NUMBER + ")(?:" + BYTES + ")?");

  /** One of a list; those that are empty have none (RFC 9110, section 5.6.1). */
  private static final Pattern TAG =
      Pattern.compile("[,\\s]*+(W/)?(?:\"([^\"]*)\"|(" + NUMBER + "))\\s*+(,|$)[,\\s]*+");

  private Conditions() {}

  /** A version as an ETag: of a write's answer, and of a value in the form that its URL has. */
  static String etag(long version) {
    return "\"" + version + "\"";
  }

  /**
   * The ETag of a value under a URL that has two forms: to whoever compares strongly they are two.
   *
   * @param bytes true if it is served as the bytes alone
   */
  static String etag(long version, boolean bytes) {
    return bytes ? "\"" + version + BYTES + "\"" : etag(version);
  }

  /** What a write asks of its key. */
  static Guard guard(Request request) {
    String match = request.header(IF_MATCH);
    String noneMatch = request.header(IF_NONE_MATCH);
    if (match != null && noneMatch != null) {
      throw Problem.badRequest("give If-Match or If-None-Match, not both");
    }
    if (match != null) {
      return isAny(match) ? new Guard.Exists() : matching(versions(match, IF_MATCH));
    }
    if (noneMatch != null) {
      return isAny(noneMatch)
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

  /**
   * True if a read need not be answered because the client has this already.
   *
   * @param etag of what it would get
   */
  static boolean isKnown(@Nullable String noneMatch, String etag) {
    return noneMatch != null && (isAny(noneMatch) || tags(noneMatch, IF_NONE_MATCH, etag));
  }

  /**
   * Holds a read to its If-Match.
   *
   * @param etag of what it would get
   * @throws Problem 412 if it is not what the client wants
   */
  static void match(Request request, String etag, long version) {
    String match = request.header(IF_MATCH);
    if (match != null && !isAny(match) && !tags(match, IF_MATCH, etag)) {
      throw failed(request, version);
    }
  }

  /** 412 for a key that exists in this version; it does not exist in version 0. */
  static Problem failed(Request request, long version) {
    String weak =
        hasWeak(request.header(IF_MATCH)) ? "; a weak tag (W/) never matches If-Match" : "";
    if (version == 0) {
      return new Problem(Code.PRECONDITION_FAILED, "the key does not exist" + weak);
    }
    return new Problem(Code.PRECONDITION_FAILED, "the key exists in version " + version + weak)
        .header("ETag", etag(version))
        .with("version", version);
  }

  private static boolean hasWeak(@Nullable String match) {
    if (match == null) {
      return false;
    }
    Matcher tag = TAG.matcher(match);
    while (tag.lookingAt() && tag.group(1) == null && tag.end() < match.length()) {
      tag.region(tag.end(), match.length());
    }
    return tag.lookingAt() && tag.group(1) != null;
  }

  private static boolean isAny(String header) {
    return header.trim().equals("*");
  }

  /**
   * The versions that a list of tags names; those of tags that are none of ours are left out, as no
   * key has them. Without quotes is fine too.
   *
   * @throws Problem 400 for what is no tag at all
   */
  private static List<Long> versions(String header, String name) {
    List<Long> versions = new ArrayList<>();
    each(
        header,
        name,
        text -> {
          Matcher version = VERSION.matcher(text);
          if (version.matches()) {
            versions.add(Long.parseLong(version.group(1)));
          }
        });
    return versions;
  }

  /** True if the tag is one of the list. */
  private static boolean tags(String header, String name, String etag) {
    AtomicBoolean found = new AtomicBoolean();
    each(header, name, text -> found.compareAndSet(false, etag.equals("\"" + text + "\"")));
    return found.get();
  }

  /**
   * Gives what stands in the quotes of each tag that compares: a weak one (W/) may be the same only
   * for If-None-Match, which compares weakly, If-Match strongly.
   */
  private static void each(String header, String name, Consumer<String> tags) {
    Matcher tag = TAG.matcher(header);
    int at = 0;
    boolean ended = false;
    while (at < header.length() && tag.lookingAt()) {
      if (tag.group(1) == null || name.equals(IF_NONE_MATCH)) {
        tags.accept(tag.group(2) == null ? tag.group(3) : tag.group(2));
      }
      ended = true;
      at = tag.end();
      tag.region(at, header.length());
    }
    if (!ended || at < header.length()) {
      throw Problem.badRequest(
          "'" + name + "' must be *, or versions in quotes, as in \"17\" or \"17\", \"18\"");
    }
  }
}
