package hraftd.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code scripts/mutants} runs: puts each fault of the catalog into the source, one after the
 * other, and looks who notices. Those that only clients of real processes see are left to {@code
 * scripts/chaos --self-test}.
 */
final class Mutants {

  /** A fault that makes a test hang is noticed too. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Path CLASSES = Path.of("target", "mutants");
  private static final Path TESTS = Path.of("src", "test", "java");

  private record Noticed(String by, String what, Duration after) {}

  private Mutants() {}

  /** The names of faults or of rooms, all if there are none; {@code --search} before them. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(args));
    boolean search = words.remove("--search");
    List<Mutant> chosen =
        MutantCatalog.all().stream()
            .filter(m -> words.isEmpty() || words.contains(m.name()) || words.contains(m.room()))
            .toList();
    words.removeIf(w -> chosen.stream().anyMatch(m -> w.equals(m.name()) || w.equals(m.room())));
    if (!words.isEmpty()) {
      System.err.println("no fault and no room has these names: " + words);
      System.exit(2);
    }
    List<String> survivors = new ArrayList<>();
    int tried = 0;
    System.out.println("| room | fault | noticed by | after |");
    System.out.println("|---|---|---|---|");
    for (Mutant mutant : chosen) {
      List<Catcher> catchers = search ? everybody(mutant) : mutant.catchers();
      if (catchers.stream().allMatch(c -> c instanceof Catcher.Chaos)) {
        continue;
      }
      tried++;
      Noticed noticed = trial(mutant, catchers);
      if (noticed == null) {
        survivors.add(mutant.name());
      }
      System.out.println(row(mutant, noticed));
      if (search && noticed != null) {
        System.out.println("  " + noticed.what);
      }
    }
    System.out.println();
    System.out.println(tried + " faults, " + survivors.size() + " not noticed " + survivors);
    System.exit(survivors.isEmpty() && tried > 0 ? 0 : 1);
  }

  private static String row(Mutant mutant, @Nullable Noticed noticed) {
    String by =
        noticed == null
            ? "**nobody** | |"
            : "%s | %.1f s |".formatted(noticed.by, noticed.after.toMillis() / 1000.0);
    return "| %s | %s | %s".formatted(mutant.room(), mutant.name(), by);
  }

  private static @Nullable Noticed trial(Mutant mutant, List<Catcher> catchers)
      throws IOException, InterruptedException {
    Path classes = CLASSES.resolve(mutant.name().replaceAll("[^a-z0-9]+", "-"));
    new MutantCompiler().compile(mutant, classes);
    for (Catcher catcher : catchers) {
      long began = System.nanoTime();
      String what = noticed(classes, catcher);
      if (what != null) {
        return new Noticed(said(catcher, what), what, Duration.ofNanos(System.nanoTime() - began));
      }
    }
    return null;
  }

  /** The seed is the one that has found it now. */
  private static String said(Catcher catcher, String what) {
    return catcher instanceof Catcher.Simulation run
        ? "simulation, "
            + what.replaceAll("(?s):.*", "")
            + (run.mix().isEmpty() ? "" : ", " + run.mix())
        : String.valueOf(catcher);
  }

  /** What this one notices in a process with these classes before all others; null: nothing. */
  private static @Nullable String noticed(Path classes, Catcher catcher)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("java", "-Xmx1g", "-ea", "-cp"));
    command.add(classes + ":" + System.getProperty("java.class.path"));
    command.add(MutantTrial.class.getName());
    command.addAll(List.of(catcher.words().split(" ")));
    Path said = classes.resolve("said.txt");
    Process trial =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    if (!trial.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      trial.destroyForcibly().waitFor();
      return "it does not end";
    }
    int exit = trial.exitValue();
    if (exit != MutantTrial.UNNOTICED && exit != MutantTrial.NOTICED) {
      throw new IOException("the trial of " + catcher + " ended with " + exit + ": see " + said);
    }
    List<String> lines = Files.readAllLines(said);
    return exit == MutantTrial.NOTICED ? lines.get(lines.size() - 1) : null;
  }

  /** The tests beside the changed files, and the simulation. */
  private static List<Catcher> everybody(Mutant mutant) throws IOException {
    Set<Catcher> all = new LinkedHashSet<>();
    for (Patch patch : mutant.patches()) {
      Path room = Path.of(patch.file().replaceFirst("^src/(main|test)/java/", "")).getParent();
      try (Stream<Path> files = Files.list(TESTS.resolve(String.valueOf(room)))) {
        files
            .map(file -> String.valueOf(file.getFileName()))
            .filter(name -> name.endsWith("Test.java"))
            .sorted()
            .map(name -> (room + "/" + name).replace(".java", "").replace('/', '.'))
            .forEach(name -> all.add(new Catcher.Test(name)));
      }
    }
    all.add(new Catcher.Simulation(1, "", /* stuck= */ false));
    all.add(new Catcher.Simulation(1, "", /* stuck= */ true));
    return List.copyOf(all);
  }
}
