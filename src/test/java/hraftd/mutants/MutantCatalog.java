package hraftd.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The faults that are written down in {@code src/test/mutants}, to be read from the project's top.
 * A file is a room; a fault in it is
 *
 * <pre>
 * == its name
 * why it is one, in a line or more
 * &#64; the file that is changed
 * - a line that goes
 * + a line that comes
 * ? the promise of Raft that it breaks, if the simulation notices
 * ! simulation SEED [MIX] [stuck]
 * ! test NAME OF A CLASS
 * ! chaos SCENARIO
 * </pre>
 */
public final class MutantCatalog {

  static final Path DIRECTORY = Path.of("src", "test", "mutants");

  private MutantCatalog() {}

  /** All faults, room by room. */
  public static List<Mutant> all() {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.sorted().flatMap(file -> read(file).stream()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those that a run of the simulation has to find. */
  public static List<Mutant> simulated() {
    return all().stream()
        .filter(mutant -> mutant.catchers().get(0) instanceof Catcher.Simulation)
        .toList();
  }

  private static List<Mutant> read(Path file) {
    String room = String.valueOf(file.getFileName()).replaceAll("\\..*", "");
    List<Mutant> mutants = new ArrayList<>();
    for (List<String> block : blocks(file)) {
      try {
        mutants.add(mutant(room, block));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(file + ", " + block.get(0) + ": " + e.getMessage(), e);
      }
    }
    return mutants;
  }

  private static List<List<String>> blocks(Path file) {
    List<List<String>> blocks = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith("== ")) {
          blocks.add(new ArrayList<>());
        }
        if (!line.isBlank() && !blocks.isEmpty()) {
          blocks.get(blocks.size() - 1).add(line.strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return blocks;
  }

  private static Mutant mutant(String room, List<String> block) {
    List<String> why = new ArrayList<>();
    List<Patch> patches = new ArrayList<>();
    List<Catcher> catchers = new ArrayList<>();
    String file = "";
    String promise = "";
    for (String line : block.subList(1, block.size())) {
      String text = line.substring(1).strip();
      switch (line.charAt(0)) {
        case '@' -> {
          file = text;
          patches.add(new Patch(file, new ArrayList<>(), new ArrayList<>()));
        }
        case '-' -> last(patches).before().add(text);
        case '+' -> last(patches).after().add(text);
        case '?' -> promise = text;
        case '!' -> catchers.add(catcher(text));
        default -> why.add(line);
      }
    }
    if (why.isEmpty() || patches.isEmpty() || catchers.isEmpty()) {
      throw new IllegalArgumentException("a reason, a patch or who notices is missing");
    }
    return new Mutant(
        room, block.get(0).substring(3).strip(), String.join(" ", why), promise, patches, catchers);
  }

  private static Patch last(List<Patch> patches) {
    if (patches.isEmpty()) {
      throw new IllegalArgumentException("lines before the file's name");
    }
    return patches.get(patches.size() - 1);
  }

  /**
   * Who is named by these words of the catalog.
   *
   * @throws IllegalArgumentException if nobody is
   */
  static Catcher catcher(String text) {
    String[] words = text.split(" +");
    return switch (words[0]) {
      case "simulation" -> {
        List<String> more = new ArrayList<>(List.of(words).subList(2, words.length));
        boolean stuck = more.remove("stuck");
        yield new Catcher.Simulation(
            Long.parseLong(words[1]), more.isEmpty() ? "" : more.get(0), stuck);
      }
      case "test" -> new Catcher.Test(words[1]);
      case "chaos" -> new Catcher.Chaos(words[1]);
      default -> throw new IllegalArgumentException("who notices? " + text);
    };
  }
}
