package hraftd.chaos;

import hraftd.mutants.Catcher;
import hraftd.mutants.Mutant;
import hraftd.mutants.MutantCatalog;
import hraftd.mutants.MutantCompiler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The judge judged: nodes with a deliberate fault, and the scenario in which their clients must see
 * it.
 *
 * @param fault what is wrong with the nodes
 * @param scenario in which it shows
 */
record SelfTest(Mutant fault, String scenario) {

  /** Those of the catalog that clients are to notice. */
  static List<SelfTest> all() {
    List<SelfTest> tests = new ArrayList<>();
    for (Mutant mutant : MutantCatalog.all()) {
      if (mutant.catchers().get(0) instanceof Catcher.Chaos chaos) {
        tests.add(new SelfTest(mutant, chaos.scenario()));
      }
    }
    return tests;
  }

  /**
   * How to start a faulty node, given how to start a sound one.
   *
   * @param directory where the faulty classes go
   */
  List<String> program(List<String> sound, Path directory) throws IOException {
    new MutantCompiler().compile(fault, directory);
    int jar = sound.indexOf("-jar");
    List<String> faulty = new ArrayList<>(sound.subList(0, jar));
    faulty.addAll(List.of("-cp", directory + ":" + sound.get(jar + 1), "hraftd.Main"));
    return faulty;
  }

  /** True if the clients' records show the fault; that a node stopped would not be enough. */
  static boolean caught(Report report) {
    return report.lost() > 0 || !report.failures().isEmpty();
  }
}
