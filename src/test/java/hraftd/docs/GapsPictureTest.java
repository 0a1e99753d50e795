package hraftd.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * docs/gaps.svg shows the table of docs/guarantees.md. After a change of the table {@code
 * -Ddocs.draw=true} draws it anew.
 */
class GapsPictureTest {

  private static final Path TABLE = Path.of("docs", "guarantees.md");
  private static final Path PICTURE = Path.of("docs", "gaps.svg");

  @Test
  void thePictureShowsTheTable() throws IOException {
    List<GapsPicture.Row> rows = GapsPicture.rows(TABLE);
    assertTrue(rows.size() >= 20, () -> "rows: " + rows);
    String drawn = GapsPicture.svg(rows);
    if (Boolean.getBoolean("docs.draw")) {
      Files.writeString(PICTURE, drawn);
    }
    assertEquals(drawn, Files.readString(PICTURE), "draw it anew with -Ddocs.draw=true");
  }
}
