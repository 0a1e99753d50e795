package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code inspect} reads what released versions have written: src/test/resources/released. */
class ReleasedFilesTest {

  private static final Path DATA = Path.of("src/test/resources/released/1.0.0");

  @Test
  void a_directory_of_1_0_0_is_sound() {
    Inspection inspection = Inspection.of(DATA.resolve("node"));
    assertEquals(Inspection.Verdict.SOUND, inspection.verdict(), inspection.text());
    assertTrue(inspection.text().contains("45"), inspection.text());
  }

  @Test
  void a_backup_of_1_0_0_is_sound() {
    Inspection inspection = Inspection.of(DATA.resolve("backup.jsonl"));
    assertEquals(Inspection.Verdict.SOUND, inspection.verdict(), inspection.text());
  }
}
