package hraftd.mutants;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MutantCatalogTest {

  /** A fault that fits no more is tried no more. */
  @ParameterizedTest
  @MethodSource("hraftd.mutants.MutantCatalog#all")
  void everyPatchStillFits(Mutant mutant) throws IOException {
    for (Patch patch : mutant.patches()) {
      String source = Files.readString(Path.of(patch.file()));
      assertNotEquals(source, patch.applied(source));
    }
    for (Catcher catcher : mutant.catchers()) {
      if (catcher instanceof Catcher.Test test) {
        assertDoesNotThrow(() -> Class.forName(test.name()));
      }
    }
  }

  @Test
  void everyNameIsOneMutants() {
    List<String> names = MutantCatalog.all().stream().map(Mutant::name).toList();
    assertEquals(names.stream().distinct().toList(), names);
  }

  @Test
  void linesAreFoundWhateverTheirIndent() {
    Patch patch = new Patch("f", List.of("b", "c"), List.of("d"));
    assertEquals("a\nd\ne\n", patch.applied("a\n  b\n    c\ne\n"));
    assertThrows(IllegalArgumentException.class, () -> patch.applied("a\nb\n"));
    assertThrows(IllegalArgumentException.class, () -> patch.applied("b\nc\nb\nc\n"));
  }
}
