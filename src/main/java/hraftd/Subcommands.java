package hraftd;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the program does besides running a node: the first argument says it. A data directory of
 * such a name is {@code ./inspect}.
 */
final class Subcommands {

  private static final String INSPECT = "inspect";
  private static final String RECOVER = "recover";
  private static final String COMPARE = "-compare";

  /** How a new node comes into a cluster. */
  private static final List<String> NOT_FOR_RECOVER =
      List.of("-bootstrap", "-join", "-learner", "-move", "-setup");

  private record Row(String synopsis, String meaning) {}

  private static final List<Row> ROWS =
      List.of(
          new Row(
              INSPECT + " <path> ...",
              "say what data directories and backups hold, check them, and change nothing"),
          new Row(
              RECOVER + " [" + COMPARE + " <dir>]... [flags] <data directory>",
              "the majority is lost for good: make a new cluster of this member alone, of all that"
                  + " its directory holds, and run it"));

  private Subcommands() {}

  /**
   * Reads a command line, with or without a command.
   *
   * @param environment the process's, which may have flags
   * @param programVersion what -version prints
   */
  static Invocation parse(
      List<String> args, Map<String, String> environment, String programVersion) {
    String first = args.isEmpty() ? "" : args.get(0);
    List<String> rest = args.subList(Math.min(1, args.size()), args.size());
    return switch (first) {
      case INSPECT -> inspect(rest, programVersion);
      case RECOVER -> recover(rest, environment, programVersion);
      default -> Flags.parse(args, environment, programVersion);
    };
  }

  private static Invocation inspect(List<String> args, String programVersion) {
    for (String arg : args) {
      if (arg.startsWith("-")) {
        Invocation flags = Flags.parse(List.of(arg), Map.of(), programVersion);
        return flags instanceof Invocation.Print
            ? flags
            : Invocation.wrong("inspect knows no flag " + arg);
      }
    }
    if (args.isEmpty()) {
      return Invocation.wrong("nothing to inspect: hraftd " + ROWS.get(0).synopsis());
    }
    try {
      return new Invocation.Inspect(args.stream().map(Path::of).toList());
    } catch (InvalidPathException e) {
      return Invocation.wrong("inspect: " + e.getMessage());
    }
  }

  private static Invocation recover(
      List<String> args, Map<String, String> environment, String programVersion) {
    List<String> others = new ArrayList<>();
    List<Path> compare = new ArrayList<>();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i).startsWith("--") ? args.get(i).substring(1) : args.get(i);
      String value;
      if (arg.startsWith(COMPARE + "=")) {
        value = arg.substring(COMPARE.length() + 1);
      } else if (!arg.equals(COMPARE)) {
        others.add(args.get(i));
        continue;
      } else if (i + 1 == args.size()) {
        return Invocation.wrong(COMPARE + " needs a value: " + COMPARE + " <dir>");
      } else {
        value = args.get(++i);
      }
      try {
        compare.add(Path.of(value));
      } catch (InvalidPathException e) {
        return Invocation.wrong(COMPARE + ": " + e.getMessage());
      }
    }
    // A unit's environment may say how it began; recovering it is another matter.
    Map<String, String> rest = new HashMap<>(environment);
    NOT_FOR_RECOVER.stream().map(FlagEnvironment::name).forEach(rest::remove);
    Invocation parsed = Flags.parse(others, rest, programVersion);
    return parsed instanceof Invocation.Run run ? check(run, compare) : parsed;
  }

  private static Invocation check(Invocation.Run run, List<Path> compare) {
    if (run.directory() == null) {
      return Invocation.wrong("recover takes what a directory holds: not with -inmem");
    }
    if (!run.engine().equals(Engines.DEFAULT)) {
      return Invocation.wrong("recover knows the files of -engine " + Engines.DEFAULT + " alone");
    }
    if (!run.beginning().equals(Invocation.Beginning.ASKED)) {
      return Invocation.wrong(
          "recover makes a cluster of what the directory holds: not with "
              + String.join(", ", NOT_FOR_RECOVER));
    }
    if (run.http().port() == 0 || run.raft().port() == 0) {
      return Invocation.wrong(
          "recover keeps -haddr and -raddr as the member's addresses: give both a port");
    }
    return new Invocation.Recover(run, List.copyOf(compare));
  }

  /** Lines for the help. */
  static String usage() {
    StringBuilder text = new StringBuilder();
    for (Row row : ROWS) {
      text.append("       hraftd ").append(row.synopsis()).append('\n');
      text.append("           ").append(row.meaning()).append('\n');
    }
    return text.toString();
  }

  /** The commands as a Markdown table, for docs/operations.md. */
  static String table() {
    StringBuilder text = new StringBuilder("| command | what it does |\n| --- | --- |\n");
    for (Row row : ROWS) {
      text.append("| `hraftd ").append(row.synopsis()).append("` | ");
      text.append(row.meaning()).append(" |\n");
    }
    return text.toString();
  }
}
