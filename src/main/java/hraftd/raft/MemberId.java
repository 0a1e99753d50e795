package hraftd.raft;

import hraftd.text.Printable;

/**
 * A member's id as users give and see it. It stands in headers, log lines and terminals, so it is
 * one line of characters that can be seen.
 *
 * @param text 1 to {@value #MAX_KNOWN_CHARACTERS} characters, none of them a control character, no
 *     space at either end
 */
public record MemberId(String text) {

  /** The longest that is given to a new member: there is room for it in a line. */
  public static final int MAX_CHARACTERS = 64;

  /** What earlier versions took: such members are still known, and can be removed. */
  public static final int MAX_KNOWN_CHARACTERS = 128;

  /**
   * The id of a member that may be there already.
   *
   * @throws IllegalArgumentException with a reason for people if the text cannot be one
   */
  public MemberId {
    check(text, MAX_KNOWN_CHARACTERS);
  }

  /**
   * An id for a new member.
   *
   * @throws IllegalArgumentException with a reason for people if the text cannot be one
   */
  public static MemberId given(String text) {
    check(text, MAX_CHARACTERS);
    return new MemberId(text);
  }

  private static void check(String text, int most) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("an id is not empty");
    }
    if (text.codePointCount(0, text.length()) > most) {
      throw new IllegalArgumentException("an id has at most " + most + " characters");
    }
    if (!Printable.isPrintable(text)) {
      throw new IllegalArgumentException(
          "an id has no characters that cannot be seen: '" + Printable.cut(text, most) + "'");
    }
    if (!text.equals(text.strip())) {
      throw new IllegalArgumentException("an id has no space at its ends: '" + text + "'");
    }
  }

  /** The text itself. */
  @Override
  public String toString() {
    return text;
  }
}
