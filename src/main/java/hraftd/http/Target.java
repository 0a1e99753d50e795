package hraftd.http;

/**
 * A request's target, split and not decoded.
 *
 * @param path from its first slash
 * @param query without the question mark; empty if there is none
 */
record Target(String path, String query) {

  /** Splits {@code /path?query} or {@code http://host/path?query}. */
  static Target of(String raw) {
    String target = raw;
    if (!target.startsWith("/")) {
      int authority = target.indexOf("://");
      int slash = authority < 0 ? -1 : target.indexOf('/', authority + 3);
      target = slash < 0 ? target : target.substring(slash);
    }
    int question = target.indexOf('?');
    return question < 0
        ? new Target(target, "")
        : new Target(target.substring(0, question), target.substring(question + 1));
  }
}
