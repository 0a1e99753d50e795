package hraftd.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The rules for Prometheus and the board for Grafana ask for what there is, and rules fire. */
class AlertsTest {

  private static final Path RULES = Path.of("docs", "alerts.yml");
  private static final Path SERIES = Path.of("src", "test", "prometheus", "alerts-test.yml");
  private static final Path BOARD = Path.of("docs", "grafana.json");
  private static final Pattern METRIC = Pattern.compile("\\bhraftd_[a-z_]+");
  private static final Pattern FIRED = Pattern.compile("alertname=\"(\\w+)\"");

  @TempDir Path directory;

  private static Object member(Object parent, String name) {
    return Objects.requireNonNull(((Map<?, ?>) parent).get(name), name);
  }

  private static List<Map<String, Object>> list(Object parent, String name) {
    List<Map<String, Object>> found = new ArrayList<>();
    for (Object each : (List<?>) member(parent, name)) {
      Map<String, Object> map = new TreeMap<>();
      ((Map<?, ?>) each).forEach((key, value) -> map.put(String.valueOf(key), value));
      found.add(map);
    }
    return found;
  }

  private static List<Map<String, Object>> rules() throws IOException {
    Object document = new Yaml().load(Files.readString(RULES));
    return list(list(document, "groups").get(0), "rules");
  }

  private static List<String> expressionsOfTheBoard() throws IOException {
    List<String> expressions = new ArrayList<>();
    for (JsonNode panel : new ObjectMapper().readTree(BOARD.toFile()).path("panels")) {
      panel.path("targets").forEach(target -> expressions.add(target.path("expr").asText()));
    }
    return expressions;
  }

  private static void assertAsksForWhatThereIs(String expression) throws IOException {
    Set<String> known = OperationsTest.metrics();
    Matcher names = METRIC.matcher(expression);
    while (names.find()) {
      String name = names.group().replaceFirst("(?<=_seconds)_(bucket|count|sum)$", "");
      assertTrue(known.contains(name), name + " in " + expression);
    }
  }

  @Test
  void everyRuleSaysWhatIsAndWhereToReadOn() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Map<String, Object> rule : rules()) {
      String name = String.valueOf(rule.get("alert"));
      assertTrue(names.add(name), name + " twice");
      Object severity = member(member(rule, "labels"), "severity");
      assertTrue(Set.of("critical", "warning", "info").contains(severity), name);
      Object annotations = member(rule, "annotations");
      assertFalse(member(annotations, "summary").toString().isEmpty(), name);
      String[] runbook = member(annotations, "runbook").toString().split("#", 2);
      assertTrue(Markdown.read(Path.of(runbook[0])).anchors().contains(runbook[1]), name);
      assertAsksForWhatThereIs(String.valueOf(rule.get("expr")));
    }
  }

  @Test
  void everyRuleFiresInATest() throws IOException {
    Set<String> all = new TreeSet<>();
    rules().forEach(rule -> all.add(String.valueOf(rule.get("alert"))));
    Set<String> fired = new TreeSet<>();
    FIRED.matcher(Files.readString(SERIES)).results().forEach(m -> fired.add(m.group(1)));
    assertEquals(all, fired);
  }

  @Test
  void theBoardAsksForWhatThereIs() throws IOException {
    JsonNode board = new ObjectMapper().readTree(BOARD.toFile());
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode panel : board.path("panels")) {
      String title = panel.path("title").asText();
      assertTrue(ids.add(panel.path("id").asInt()), title);
      JsonNode place = panel.path("gridPos");
      assertTrue(place.path("x").asInt() + place.path("w").asInt() <= 24, title);
      boolean isRow = panel.path("type").asText().equals("row");
      assertEquals(isRow, panel.path("targets").isMissingNode(), title);
      assertTrue(isRow || !panel.path("description").asText().isEmpty(), title);
    }
    for (String expression : expressionsOfTheBoard()) {
      assertAsksForWhatThereIs(expression);
    }
  }

  @Test
  void promtoolTakesRulesAndBoardAndTheRulesFireWhereTheyShould() throws IOException {
    assumeTrue(
        Shell.attempt("promtool", "--version").exitCode() == 0,
        "NOT TESTED: no promtool (apt-get install prometheus)");
    Shell.run("promtool", "check", "rules", RULES.toString());
    Shell.run("promtool", "test", "rules", SERIES.toString());
    StringBuilder records = new StringBuilder("groups: [{name: board, rules: [\n");
    for (String expression : expressionsOfTheBoard()) {
      String filled = expression.replace("$__rate_interval", "1m").replace("'", "''");
      records.append("{record: panel, expr: '").append(filled).append("'},\n");
    }
    Path board = directory.resolve("board.yml");
    Files.writeString(board, records.append("]}]\n"));
    Shell.run("promtool", "check", "rules", board.toString());
  }
}
