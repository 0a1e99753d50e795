package hraftd;

import hraftd.raft.node.LogEnd;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** {@code hraftd inspect}: says what directories and backups hold, and changes nothing. */
final class InspectCommand {

  /** A running node is in the way: that may be over later. What BSD calls EX_TEMPFAIL. */
  private static final int TRY_LATER = 75;

  private final PrintStream out;

  InspectCommand(PrintStream out) {
    this.out = out;
  }

  /** Looks at all of them; gives the exit code: 0 only if all are sound. */
  int run(List<Path> paths) {
    List<Inspection> inspections = new ArrayList<>();
    for (Path path : paths) {
      Inspection inspection = Inspection.of(path);
      out.print(inspection.text());
      inspections.add(inspection);
    }
    compare(inspections.stream().filter(i -> i.clusterId() != null).toList());
    Inspection.Verdict worst =
        inspections.stream()
            .map(Inspection::verdict)
            .max(Comparator.naturalOrder())
            .orElse(Inspection.Verdict.SOUND);
    return switch (worst) {
      case SOUND -> 0;
      case IN_USE -> TRY_LATER;
      case UNKNOWN -> StartException.USAGE;
      case DAMAGED -> 1;
    };
  }

  private void compare(List<Inspection> sound) {
    if (sound.size() < 2) {
      return;
    }
    if (sound.stream().map(Inspection::clusterId).distinct().count() > 1) {
      out.println("They are of different clusters: which one holds more means nothing.");
      return;
    }
    LogEnd most =
        sound.stream()
            .map(i -> Objects.requireNonNull(i.end()))
            .max(Comparator.naturalOrder())
            .get();
    List<Path> holders =
        sound.stream()
            .filter(i -> Objects.requireNonNull(i.end()).compareTo(most) == 0)
            .map(Inspection::path)
            .toList();
    String end = "to entry " + most.index() + " of term " + most.term();
    if (holders.size() == sound.size()) {
      out.println("All of them hold the same, " + end + ".");
    } else {
      out.println(
          String.join(" and ", holders.stream().map(Path::toString).toList())
              + (holders.size() == 1 ? " holds" : " hold")
              + " the most, "
              + end
              + ".");
    }
  }
}
