package hraftd.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** What is written for people is well-formed, also with a gap or an odd name in it. */
class OutputTest {

  private static Results results() {
    Results results = new Results();
    for (Load load : List.of(Load.named("write-64"), Load.named("write-64-spread"))) {
      for (String system : List.of("hraftd", "etcd", "a<b&c")) {
        Map<Metric, Double> values = Map.of(Metric.OPS, 1000.0 * system.length());
        results.add(new Sample(system, load, 1, values));
      }
    }
    results.add(new Sample("bare", Load.named("write-64"), 1, Map.of(Metric.OPS, 0.0)));
    return results;
  }

  @Test
  void everyRowHasTheSameCells() {
    String table = new Tables(results()).measurements();
    List<Long> cells =
        table.lines().map(line -> line.chars().filter(c -> c == '|').count()).toList();
    assertEquals(2 + 7, cells.size());
    assertEquals(1, cells.stream().distinct().count(), table);
  }

  @Test
  void thePictureIsXmlWithABarForEachMeasurement() throws Exception {
    String svg = new Picture(results(), "a processor <with> & more").svg();
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    assertEquals("svg", document.getDocumentElement().getTagName());
    assertEquals(7, document.getElementsByTagName("rect").getLength());
  }

  @Test
  void everyLoadIsFoundByItsName() {
    for (Load load : Load.all()) {
      assertEquals(load, Load.named(load.name()));
      assertTrue(Pattern.matches("[a-z]+-\\d+(-follower|-spread)?", load.name()), load::name);
    }
  }

  @Test
  void connectionsThatAreSpreadAreEven() {
    Load load = Load.named("write-64-spread");
    assertEquals(3, load.threads(3));
    assertEquals(63, load.connectionsTo(3));
    assertEquals(64, Load.named("write-64").connectionsTo(1));
    assertEquals(1, Load.named("write-1").connectionsTo(1));
  }

  @Test
  void theDiskIsFoundByItsWholeName() {
    List<String> statistics =
        List.of(
            " 254       1 vda1 1 2 3 4 5 6 700 8 9",
            " 254       0 vda 186 0 4488 19 215 77 10 8 0 27");
    assertEquals(10 * 512, BlockDevice.written(statistics, "vda"));
    assertEquals(0, BlockDevice.written(statistics, "sda"));
  }
}
