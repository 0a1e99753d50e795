package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of rooms in docs/architecture.md is that of {@link ArchitectureTest}. */
class RoomsTableTest {

  private static final Pattern ROW =
      Pattern.compile("\\| `(hraftd\\.[a-z.]+)` \\| .+ \\| (.+) \\|");

  private static final Pattern ROOM = Pattern.compile("`([a-z.]+)`");

  @Test
  void theDocumentHasEveryRoomAndWhatItMayUse() throws IOException {
    Map<String, Set<String>> documented =
        Files.readAllLines(Path.of("docs", "architecture.md")).stream()
            .map(ROW::matcher)
            .filter(Matcher::matches)
            .collect(
                Collectors.toMap(
                    row -> row.group(1), row -> rooms(row.group(2)), (a, b) -> a, TreeMap::new));
    Map<String, Set<String>> held = new TreeMap<>();
    ArchitectureTest.MAY_USE.forEach((room, others) -> held.put(room, new TreeSet<>(others)));
    assertEquals(lines(held), lines(documented));
  }

  private static Set<String> rooms(String cell) {
    return ROOM.matcher(cell)
        .results()
        .map((MatchResult room) -> "hraftd." + room.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** One line for each room, so that a difference can be seen. */
  private static String lines(Map<String, Set<String>> rooms) {
    return rooms.entrySet().stream()
        .map(room -> room.getKey() + " may use " + room.getValue())
        .collect(Collectors.joining("\n"));
  }
}
