package hraftd;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the program does besides running a node: the first argument says it. A data directory of
 * such a name is {@code ./inspect}.
 */
final class Subcommands {

  private static final String INSPECT = "inspect";
  private static final String RECOVER = "recover";
  private static final String COMPARE = "-compare";

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
   * @param programVersion what -version prints
   */
  static Flags.Parsed parse(List<String> args, String programVersion) {
    String first = args.isEmpty() ? "" : args.get(0);
    List<String> rest = args.subList(Math.min(1, args.size()), args.size());
    return switch (first) {
      case INSPECT -> inspect(rest, programVersion);
      case RECOVER -> recover(rest, programVersion);
      default -> Flags.parse(args, programVersion);
    };
  }

  private static Flags.Parsed inspect(List<String> args, String programVersion) {
    for (String arg : args) {
      if (arg.startsWith("-")) {
        Flags.Parsed flags = Flags.parse(List.of(arg), programVersion);
        return flags instanceof Flags.Print ? flags : Flags.wrong("inspect knows no flag " + arg);
      }
    }
    if (args.isEmpty()) {
      return Flags.wrong("nothing to inspect: hraftd " + ROWS.get(0).synopsis());
    }
    try {
      return new Flags.Inspect(args.stream().map(Path::of).toList());
    } catch (InvalidPathException e) {
      return Flags.wrong("inspect: " + e.getMessage());
    }
  }

  private static Flags.Parsed recover(List<String> args, String programVersion) {
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
        return Flags.wrong(COMPARE + " needs a value: " + COMPARE + " <dir>");
      } else {
        value = args.get(++i);
      }
      try {
        compare.add(Path.of(value));
      } catch (InvalidPathException e) {
        return Flags.wrong(COMPARE + ": " + e.getMessage());
      }
    }
    Flags.Parsed parsed = Flags.parse(others, programVersion);
    return parsed instanceof Flags.Run run ? check(run, compare) : parsed;
  }

  private static Flags.Parsed check(Flags.Run run, List<Path> compare) {
    if (run.directory() == null) {
      return Flags.wrong("recover takes what a directory holds: not with -inmem");
    }
    if (!run.engine().equals(Engines.DEFAULT)) {
      return Flags.wrong("recover knows the files of -engine " + Engines.DEFAULT + " alone");
    }
    if (run.bootstrap() || !run.join().isEmpty()) {
      return Flags.wrong(
          "recover makes a cluster of what the directory holds: not with -bootstrap or -join");
    }
    if (run.http().port() == 0 || run.raft().port() == 0) {
      return Flags.wrong(
          "recover keeps -haddr and -raddr as the member's addresses: give both a port");
    }
    return new Flags.Recover(run, List.copyOf(compare));
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
