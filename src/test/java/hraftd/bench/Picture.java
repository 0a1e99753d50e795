package hraftd.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The main results as bars, in SVG, for light and dark pages. */
final class Picture {

  /** What most people will want to know. */
  private static final List<String> MAIN =
      List.of(
          "write-1", "write-64", "write-256", "write-64-spread", "read-64", "stale-64", "mix-64");

  private static final List<String> COLOURS =
      List.of("#2f7ed8", "#e08e2b", "#7a9a3a", "#a05fb4", "#8a8f98", "#c0504d");

  private static final int WIDTH = 930;
  private static final int LEFT = 330;
  private static final int LONGEST_BAR = 370;
  private static final int BAR = 16;
  private static final int GAP = 18;
  private static final int TOP = 92;

  private static final String STYLE =
      """
      <style>
        text { font: 13px system-ui, sans-serif; fill: #24292f }
        .title { font-size: 18px; font-weight: 600 }
        .small { font-size: 12px; fill: #6b7280 }
        .load { font-weight: 600 }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 }
          .small { fill: #9aa4b2 }
        }
      </style>
      """;

  private final Results results;
  private final String machine;

  /**
   * @param machine in one line
   */
  Picture(Results results, String machine) {
    this.results = results;
    this.machine = machine;
  }

  /** The whole file. */
  String svg() {
    StringBuilder groups = new StringBuilder();
    int y = TOP;
    for (Load load : loads()) {
      List<String> systems = systems(load);
      groups.append(group(load, systems, y));
      y += systems.size() * (BAR + 2) + GAP;
    }
    return String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " role=\"img\" aria-label=\"Operations per second\">%n",
            WIDTH,
            y,
            WIDTH)
        + STYLE
        + text(16, 28, "title", "Operations per second, longer is better")
        + text(16, 48, "small", machine)
        + text(
            16,
            68,
            "small",
            "Every load has a scale of its own; three nodes each, but for bare and redis.")
        + groups
        + "</svg>\n";
  }

  private List<Load> loads() {
    List<Load> main = results.loads().stream().filter(load -> MAIN.contains(load.name())).toList();
    return main.isEmpty() ? results.loads() : main;
  }

  private List<String> systems(Load load) {
    return results.systems().stream()
        .filter(system -> results.median(system, load, Metric.OPS).isPresent())
        .toList();
  }

  private String group(Load load, List<String> systems, int top) {
    List<String> parts = new ArrayList<>();
    parts.add(text(16, top + BAR - 4, "load", load.about()));
    double most = systems.stream().mapToDouble(system -> ops(system, load)).max().orElse(1);
    int y = top;
    for (String system : systems) {
      double ops = ops(system, load);
      long width = Math.max(1, Math.round(ops / Math.max(1, most) * LONGEST_BAR));
      parts.add(
          String.format(
              Locale.ROOT,
              "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" fill=\"%s\"/>%n",
              LEFT,
              y,
              width,
              BAR,
              colour(system)));
      parts.add(
          text(
              LEFT + Math.toIntExact(width) + 6,
              y + BAR - 4,
              system.equals(Contenders.HRAFTD) ? "load" : "value",
              system + " " + Metric.OPS.text(ops) + against(system, load)));
      y += BAR + 2;
    }
    return String.join("", parts);
  }

  private String against(String system, Load load) {
    return system.equals(Contenders.ETCD)
        ? ""
        : results.ratio(system, load, Contenders.ETCD, load, Metric.OPS).stream()
            .mapToObj(ratio -> String.format(Locale.ROOT, " (%.1f × etcd)", ratio))
            .findFirst()
            .orElse("");
  }

  private double ops(String system, Load load) {
    return results.median(system, load, Metric.OPS).orElse(0);
  }

  private String colour(String system) {
    return COLOURS.get(results.systems().indexOf(system) % COLOURS.size());
  }

  private static String text(int x, int y, String kind, String words) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%d\" y=\"%d\" class=\"%s\">%s</text>%n",
        x,
        y,
        kind,
        words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
  }
}
