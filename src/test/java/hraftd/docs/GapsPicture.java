package hraftd.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of gaps in docs/guarantees.md as bars, in SVG, for light and dark pages. */
final class GapsPicture {

  /**
   * A row of the table.
   *
   * @param what is broken
   * @param three the longest gap with three nodes, in seconds
   * @param five the same with five
   * @param target with three nodes; 0: none
   */
  record Row(String what, double three, double five, double target) {}

  private static final Pattern ROW =
      Pattern.compile(
          "\\| (.+) \\(`[a-z-]+`\\) \\|[^|]*\\|[^|]*\\|[^|]*\\| ([\\d.]+) s \\| ([\\d.]+) s \\| (?:([\\d.]+) s|-) \\|");

  private static final int WIDTH = 930;
  private static final int LEFT = 350;
  private static final int PER_SECOND = 90;
  private static final int BAR = 8;
  private static final int STEP = 26;
  private static final int TOP = 84;

  /** Beside all bars, where no line of a target is. */
  private static final int FIGURES = 840;

  private static final String STYLE =
      """
      <style>
        text { font: 13px system-ui, sans-serif; fill: #24292f }
        .title { font-size: 18px; font-weight: 600 }
        .target { stroke: #c0504d; stroke-width: 2 }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 }
        }
      </style>
      """;

  private GapsPicture() {}

  /** The table's rows. */
  static List<Row> rows(Path document) throws IOException {
    return Files.readAllLines(document).stream()
        .map(ROW::matcher)
        .filter(Matcher::matches)
        .map(Matcher::toMatchResult)
        .map(GapsPicture::row)
        .toList();
  }

  private static Row row(MatchResult match) {
    return new Row(
        match.group(1).replace("`", ""),
        Double.parseDouble(match.group(2)),
        Double.parseDouble(match.group(3)),
        match.group(4) == null ? 0 : Double.parseDouble(match.group(4)));
  }

  /** The whole file. */
  static String svg(List<Row> rows) {
    StringBuilder bars = new StringBuilder();
    int y = TOP;
    for (Row row : rows) {
      bars.append(text(16, y + BAR + 3, "what", row.what()));
      bars.append(bar(y, row.three(), "#2f7ed8"));
      bars.append(bar(y + BAR + 1, row.five(), "#e08e2b"));
      String figures = String.format(Locale.ROOT, "%.2f   %.2f", row.three(), row.five());
      bars.append(text(FIGURES, y + BAR + 3, "what", figures));
      if (row.target() > 0) {
        long x = LEFT + Math.round(row.target() * PER_SECOND);
        bars.append(
            String.format(
                Locale.ROOT,
                "<line class=\"target\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>%n",
                x,
                y - 2,
                x,
                y + 2 * BAR + 3));
      }
      y += STEP;
    }
    return String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " role=\"img\" aria-label=\"Longest gaps in seconds\">%n",
            WIDTH,
            y,
            WIDTH)
        + STYLE
        + text(16, 28, "title", "Longest time without an acknowledged write, shorter is better")
        + text(
            16,
            50,
            "what",
            "Seconds. Blue: three nodes, orange: five. The red line is what three should keep.")
        + bars
        + "</svg>\n";
  }

  private static String bar(int y, double seconds, String colour) {
    long width = Math.max(1, Math.round(seconds * PER_SECOND));
    return String.format(
        Locale.ROOT,
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" fill=\"%s\"/>%n",
        LEFT,
        y,
        width,
        BAR,
        colour);
  }

  private static String text(int x, int y, String kind, String words) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%d\" y=\"%d\" class=\"%s\">%s</text>%n",
        x,
        y,
        kind,
        words.replace("&", "&amp;").replace("<", "&lt;"));
  }
}
