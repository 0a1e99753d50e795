package hraftd.http.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * In which form a client wants a value: as JSON, or its bytes alone (RFC 9110, section 12.5.1). The
 * form with the greater weight; of equal ones the one that is named more precisely, else JSON, also
 * for a client that wants neither.
 *
 * @param bytes true for the bytes alone
 * @param bytesToo true if the bytes were asked for by name, if not first: for a value that cannot
 *     be JSON
 */
record AcceptedForm(boolean bytes, boolean bytesToo) {

  /** What a client gets that does not say. */
  static final AcceptedForm JSON = new AcceptedForm(false, false);

  private static final String JSON_TYPE = "application/json";
  static final String BYTES_TYPE = "application/octet-stream";

  private static final Pattern WEIGHT = Pattern.compile("(?:0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?)");

  /**
   * One of what a client takes.
   *
   * @param type as {@code text/html}, {@code text/*} or {@code *}{@code /*}, in lower case
   * @param thousandths its weight
   */
  private record MediaRange(String type, int thousandths) {

    /**
     * How precisely it names a type: 2 by name, 1 by its first half, 0 by a star; -1 not at all.
     */
    int precision(String asked) {
      if (type.equals(asked)) {
        return 2;
      }
      if (type.equals("application/*")) {
        return 1;
      }
      return type.equals("*/*") ? 0 : -1;
    }
  }

  /** How much a client wants a form. */
  private record Wish(int thousandths, int precision) {}

  /**
   * The form that an Accept header asks for. What is malformed in it counts as not said.
   *
   * @param accept null if there is none
   */
  static AcceptedForm of(@Nullable String accept) {
    if (accept == null || accept.equals("*/*")) {
      return JSON;
    }
    List<MediaRange> ranges = ranges(accept);
    Wish json = wish(ranges, JSON_TYPE);
    Wish bytes = wish(ranges, BYTES_TYPE);
    boolean more =
        bytes.thousandths > json.thousandths
            || (bytes.thousandths == json.thousandths && bytes.precision > json.precision);
    boolean wanted = bytes.thousandths > 0;
    return new AcceptedForm(wanted && more, wanted && bytes.precision == 2);
  }

  /** The weight of the range that names the type most precisely. */
  private static Wish wish(List<MediaRange> ranges, String type) {
    Wish wish = new Wish(0, -1);
    for (MediaRange range : ranges) {
      int precision = range.precision(type);
      if (precision > wish.precision) {
        wish = new Wish(range.thousandths, precision);
      }
    }
    return wish;
  }

  private static List<MediaRange> ranges(String accept) {
    List<MediaRange> ranges = new ArrayList<>();
    for (String element : split(accept, ',')) {
      List<String> parts = split(element, ';');
      int thousandths = 1000;
      for (String parameter : parts.subList(1, parts.size())) {
        if (parameter.startsWith("q=")) {
          thousandths = thousandths(parameter.substring(2));
        }
      }
      if (thousandths >= 0) {
        ranges.add(new MediaRange(parts.get(0), thousandths));
      }
    }
    return ranges;
  }

  /** The parts in lower case, at least one; what is in quotes is not looked into. */
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>(4);
    boolean quoted = false;
    int begin = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        at++;
      } else if (c == separator && !quoted) {
        parts.add(text.substring(begin, at).strip().toLowerCase(Locale.ROOT));
        begin = at + 1;
      }
    }
    parts.add(text.substring(begin).strip().toLowerCase(Locale.ROOT));
    return parts;
  }

  /** Negative if the text is no weight. */
  private static int thousandths(String weight) {
    return WEIGHT.matcher(weight).matches()
        ? (int) Math.round(Double.parseDouble(weight) * 1000)
        : -1;
  }
}
