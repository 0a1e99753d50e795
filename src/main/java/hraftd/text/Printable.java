package hraftd.text;

import org.jspecify.annotations.Nullable;

/**
 * Makes foreign text fit for a line of a log or of an answer: it can neither break the line, nor
 * steer a terminal, nor be long. Any thread may call it.
 */
public final class Printable {

  /** What stands for a character that is not shown. */
  private static final char HIDDEN = '?';

  private static final char CUT = '…';

  private Printable() {}

  /**
   * The text with everything replaced that is not to be printed, and cut.
   *
   * @param text null is shown as such
   * @param maxBytes of the text in UTF-8; one that is longer ends with an ellipsis besides
   */
  public static String cut(@Nullable Object text, int maxBytes) {
    String whole = String.valueOf(text);
    StringBuilder shown = new StringBuilder(Math.min(whole.length(), maxBytes + 1));
    int at = 0;
    int bytes = 0;
    while (at < whole.length()) {
      int point = whole.codePointAt(at);
      int seen = isPrintable(point) ? point : HIDDEN;
      bytes += utf8Length(seen);
      if (bytes > maxBytes) {
        return shown.append(CUT).toString();
      }
      shown.appendCodePoint(seen);
      at += Character.charCount(point);
    }
    return shown.toString();
  }

  private static int utf8Length(int point) {
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }

  /** True if there is something to see for every character, and none changes how others look. */
  public static boolean isPrintable(String text) {
    return text.codePoints().allMatch(Printable::isPrintable);
  }

  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      // Line breaks, escapes; writing directions and what is invisible; halves of pairs.
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
