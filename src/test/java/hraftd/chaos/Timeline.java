package hraftd.chaos;

import hraftd.chaos.check.Judgement;
import hraftd.chaos.check.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Draws a run as one HTML page that needs nothing else: what the nodes have told is played, and
 * below it what the clients saw is drawn: a line for each client, a mark for each operation, a band
 * for each fault; and a table for each counterexample. Hold the pointer over a mark to read it.
 */
final class Timeline {

  private static final int LEFT = 90;
  private static final int ROW = 12;
  private static final double PIXELS_PER_SECOND = 60;

  /**
   * Browsers stay quick with so many marks; of a longer run the unremarkable reads are left out.
   */
  private static final int MOST_MARKS = 40_000;

  private static final int MOST_TABLES = 20;

  private static final String STYLE =
      """
      .scroll svg{font:10px sans-serif;background:#fff}
      table{border-collapse:collapse} td,th{border:1px solid #ccc;padding:2px 6px;text-align:left}
      .read{fill:#8ab4e8}.write{fill:#2e9d48}.unmet{fill:#c9b458}.rejected{fill:#ddd}
      .unknown{fill:#d9432f}.bad{stroke:#000;stroke-width:2}.fault{fill:#d9432f;opacity:.12}
      .key span{display:inline-block;width:12px;height:12px;margin:0 4px 0 14px}
      .scroll{overflow-x:auto}
      """;

  private final List<Operation> operations;
  private final List<Fault> faults;
  private final List<Judgement> failures;
  private final long origin;
  private final Set<Integer> remarkable = new HashSet<>();

  Timeline(List<Operation> operations, List<Fault> faults, List<Judgement> failures) {
    this.operations =
        operations.stream().sorted(Comparator.comparingLong(Operation::invoked)).toList();
    this.faults = faults;
    this.failures = failures;
    this.origin = this.operations.isEmpty() ? 0 : this.operations.get(0).invoked();
    for (Judgement failure : failures) {
      if (failure instanceof Judgement.Violation violation) {
        violation.counterexample().forEach(o -> remarkable.add(o.id()));
      }
    }
  }

  /**
   * Writes the page.
   *
   * @param title of the run
   * @param events what the nodes have told, one in a line: it is played above the drawing
   */
  void write(Path file, String title, List<String> events) throws IOException {
    StringBuilder page = new StringBuilder(1 << 20);
    page.append("<!doctype html><html lang=en><meta charset=utf-8><title>hraftd chaos: ")
        .append(escape(title))
        .append("</title><style>")
        .append(PlayedRun.style())
        .append(STYLE)
        .append("</style><header class=top><h1>")
        .append(escape(title))
        .append("</h1></header><main>")
        .append(PlayedRun.player(events))
        .append("<h2>What the clients saw</h2>");
    failures.stream().limit(MOST_TABLES).forEach(failure -> failure(page, failure));
    legend(page);
    page.append("<div class=scroll>");
    drawing(page);
    page.append("</div><h2>Faults</h2><table><tr><th>from<th>to<th>what");
    for (Fault fault : faults) {
      page.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%.3f s<td>%.3f s<td>%s",
              seconds(fault.from()),
              seconds(fault.to()),
              escape(fault.what())));
    }
    page.append("</table></main></html>");
    Files.writeString(file, page);
  }

  private void failure(StringBuilder page, Judgement failure) {
    if (failure instanceof Judgement.Violation violation) {
      page.append("<h2>").append(escape(violation.register() + ": " + violation.reason()));
      page.append("</h2><table><tr><th>began<th>ended<th>client<th>node<th>operation");
      for (Operation o : violation.counterexample()) {
        page.append(
            String.format(
                Locale.ROOT,
                "<tr><td>%.6f s<td>%.6f s<td>%s<td>%s<td>%s",
                seconds(o.invoked()),
                seconds(o.returned()),
                escape(o.client()),
                escape(o.node()),
                escape(o.describe())));
      }
      page.append("</table>");
    } else {
      page.append("<h2>").append(escape(failure.toString())).append("</h2>");
    }
  }

  private static void legend(StringBuilder page) {
    Map<String, String> colours =
        Map.of(
            "write done",
            "#2e9d48",
            "read",
            "#8ab4e8",
            "condition not met",
            "#c9b458",
            "rejected",
            "#ddd",
            "unknown",
            "#d9432f",
            "fault",
            "#f6d9d5");
    page.append("<p class=key>");
    new TreeMap<>(colours)
        .forEach(
            (name, colour) ->
                page.append("<span style='background:")
                    .append(colour)
                    .append("'></span>")
                    .append(name));
    page.append("; black frame: in a counterexample</p>");
  }

  private void drawing(StringBuilder page) {
    List<String> clients = operations.stream().map(Operation::client).distinct().sorted().toList();
    Map<String, Integer> rows = new TreeMap<>();
    clients.forEach(client -> rows.put(client, rows.size()));
    int top = 20 + 12 * Math.min(faults.size(), 4);
    int height = top + clients.size() * ROW + 20;
    double end = operations.stream().mapToLong(Operation::returned).max().orElse(origin);
    page.append(
        String.format(Locale.ROOT, "<svg width=%.0f height=%d>", x((long) end) + 20, height));
    for (int i = 0; i < faults.size(); i++) {
      Fault fault = faults.get(i);
      page.append(
          String.format(
              Locale.ROOT,
              "<rect class=fault x=%.1f y=0 width=%.1f height=%d /><text x=%.1f y=%d>%s</text>",
              x(fault.from()),
              Math.max(1, x(fault.to()) - x(fault.from())),
              height,
              x(fault.from()),
              12 + 12 * (i % 4),
              escape(fault.what())));
    }
    rows.forEach(
        (client, row) ->
            page.append(
                String.format("<text x=2 y=%d>%s</text>", top + row * ROW + 9, escape(client))));
    for (int second = 0; second <= seconds((long) end); second += 1) {
      double x = LEFT + second * PIXELS_PER_SECOND;
      page.append(
          String.format(
              Locale.ROOT,
              "<line x1=%.1f x2=%.1f y1=%d y2=%d stroke='#eee'/><text x=%.1f y=%d>%d s</text>",
              x,
              x,
              top,
              height - 16,
              x,
              height - 4,
              second));
    }
    boolean all = operations.size() <= MOST_MARKS;
    operations.stream()
        .filter(o -> all || o.writes() || remarkable.contains(o.id()))
        .forEach(o -> mark(page, o, top + rows.getOrDefault(o.client(), 0) * ROW));
    page.append("</svg>");
  }

  private void mark(StringBuilder page, Operation o, int y) {
    String look =
        switch (o.outcome()) {
          case DONE -> o.writes() ? "write" : "read";
          case UNMET -> "unmet";
          case REJECTED -> "rejected";
          case UNKNOWN -> "unknown";
        };
    page.append(
        String.format(
            Locale.ROOT,
            "<rect class='%s%s' x=%.2f y=%d width=%.2f height=%d><title>%s %s %s %.6f-%.6f s</title></rect>",
            look,
            remarkable.contains(o.id()) ? " bad" : "",
            x(o.invoked()),
            y + 1,
            Math.max(1, x(o.returned()) - x(o.invoked())),
            ROW - 2,
            escape(o.client()),
            escape(o.register()),
            escape(o.describe()),
            seconds(o.invoked()),
            seconds(o.returned())));
  }

  private double seconds(long moment) {
    return (moment - origin) / 1e9;
  }

  private double x(long moment) {
    return LEFT + seconds(moment) * PIXELS_PER_SECOND;
  }

  private static String escape(String text) {
    return text.chars()
        .mapToObj(
            c ->
                c == '<'
                    ? "&lt;"
                    : c == '&' ? "&amp;" : c == '\'' ? "&#39;" : Character.toString(c))
        .collect(Collectors.joining());
  }
}
