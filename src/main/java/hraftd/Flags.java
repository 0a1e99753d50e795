package hraftd;

import hraftd.cluster.Addresses;
import hraftd.cluster.Endpoints;
import hraftd.logging.LogFormat;
import hraftd.raft.HostPort;
import hraftd.raft.MemberId;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line, as Go's flag package has it: one dash or two, the value after a space or an
 * equals sign, the last one counts. The annotations are the one table from which the parser, the
 * help and the table in docs/operations.md come.
 */
@Command(name = "hraftd", separator = "=", description = "A replicated key-value store over HTTP.")
final class Flags {

  @Option(
      names = {"-id", "--id"},
      paramLabel = "<name>",
      description = "name of this node in logs and /status (default: the raft address)")
  private @Nullable String id;

  @Option(
      names = {"-haddr", "--haddr"},
      paramLabel = "<host:port>",
      defaultValue = "localhost:11000",
      description = "address for HTTP (default: localhost:11000)")
  private HostPort http = new HostPort("localhost", 11000);

  @Option(
      names = {"-raddr", "--raddr"},
      paramLabel = "<host:port>",
      defaultValue = "localhost:12000",
      description = "address for Raft, between the nodes (default: localhost:12000)")
  private HostPort raft = new HostPort("localhost", 12000);

  @Option(
      names = {"-haddr-adv", "--haddr-adv"},
      paramLabel = "<host:port>",
      description = "the HTTP address that others use, where it is not -haddr (default: -haddr)")
  private @Nullable HostPort httpAdvertised;

  @Option(
      names = {"-raddr-adv", "--raddr-adv"},
      paramLabel = "<host:port>",
      description = "the Raft address that others use, where it is not -raddr (default: -raddr)")
  private @Nullable HostPort raftAdvertised;

  @Option(
      names = {"-setup", "--setup"},
      paramLabel = "<file>",
      description =
          "the body of /setup as a file, the same on every node: they form the cluster by themselves")
  private @Nullable String setup;

  @Option(
      names = {"-join", "--join"},
      paramLabel = "<haddr,...>",
      description = "HTTP addresses of members; they are asked in turn to add this node")
  private FlagValues.Addresses join = new FlagValues.Addresses(List.of());

  @Option(
      names = {"-learner", "--learner"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "<bool>",
      description = "with -join: join without a vote, as a full copy for reads")
  private boolean learner;

  @Option(
      names = {"-move", "--move"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "<bool>",
      description =
          "this member's addresses have changed, it tells the others; with -join: theirs have, too,"
              + " to these")
  private boolean move;

  @Option(
      names = {"-allow-origin", "--allow-origin"},
      paramLabel = "<origin,...>",
      description = "web pages that may ask besides its own, as https://example.com:8443")
  private FlagValues.Origins allowOrigins = new FlagValues.Origins(Set.of());

  @Option(
      names = {"-allow-host", "--allow-host"},
      paramLabel = "<name,...>",
      description = "names that it goes by besides those of the cluster, as in Host; * for any")
  private FlagValues.Hosts allowHosts = new FlagValues.Hosts(Set.of());

  @Mixin private SecurityFlags security = new SecurityFlags();

  @Option(
      names = {"-bootstrap", "--bootstrap"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "<bool>",
      description = "found a cluster of this node alone, without /setup")
  private boolean bootstrap;

  @Option(
      names = {"-inmem", "--inmem"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "<bool>",
      description = "keep everything in memory: nothing survives the process")
  private boolean inMemory;

  @Option(
      names = {"-engine", "--engine"},
      paramLabel = "<name>",
      defaultValue = Engines.DEFAULT,
      description =
          "what replicates: raft, or jgroups-raft, which is for comparison and keeps fewer promises"
              + " (default: raft)")
  private String engine = Engines.DEFAULT;

  @Option(
      names = {"-scrub", "--scrub"},
      paramLabel = "<duration>",
      defaultValue = "24h",
      description =
          "how often the node reads all its files again to find damage, as 24h or 30m; 0: never"
              + " (default: 24h)")
  private Duration scrub = Invocation.SCRUB;

  @Option(
      names = {"-log", "--log"},
      paramLabel = "<level>",
      defaultValue = "info",
      description = "what is logged: info, or debug, which is for the makers (default: info)")
  private Level logLevel = Invocation.Log.USUAL.level();

  @Option(
      names = {"-log-format", "--log-format"},
      paramLabel = "<format>",
      defaultValue = "text",
      description = "text, or json: an object on each line (default: text)")
  private LogFormat logFormat = Invocation.Log.USUAL.format();

  @Option(
      names = {"-version", "--version"},
      description = "print the version and exit")
  private boolean version;

  @Option(
      names = {"-help", "--help", "-h"},
      description = "print this and exit")
  private boolean help;

  @Parameters(
      arity = "0..*",
      paramLabel = "<data directory>",
      description = "where the log and everything else is kept; made if it is not there")
  private List<String> directories = new ArrayList<>();

  private Flags() {}

  /**
   * Reads a command line. A flag that is not on it is looked for in the environment.
   *
   * @param environment the process's
   * @param programVersion what -version prints
   */
  static Invocation parse(
      List<String> args, Map<String, String> environment, String programVersion) {
    Flags flags = new Flags();
    try {
      List<String> given = FlagEnvironment.arguments(commandLine(flags), environment);
      String wrong = wrongInEnvironment(given);
      if (wrong != null && !asksForHelp(args)) {
        return Invocation.wrong(wrong);
      }
      List<String> all = new ArrayList<>(wrong == null ? given : List.of());
      all.addAll(args); // The last one counts.
      commandLine(flags).parseArgs(all.toArray(String[]::new));
      if (flags.help) {
        return new Invocation.Print(help());
      }
      return flags.version ? new Invocation.Print("hraftd " + programVersion) : flags.check();
    } catch (ParameterException e) {
      return new Invocation.Wrong("hraftd: " + explain(e) + " (hraftd -help lists the flags)");
    }
  }

  /** What is wrong with one of these, which has its name there; null if nothing is. */
  private static @Nullable String wrongInEnvironment(List<String> given) {
    for (String argument : given) {
      try {
        commandLine(new Flags()).parseArgs(argument);
      } catch (ParameterException e) {
        String flag = argument.substring(0, argument.indexOf('='));
        String why = explain(e);
        return FlagEnvironment.name(flag) + why.substring(why.startsWith(flag) ? flag.length() : 0);
      }
    }
    return null;
  }

  private static boolean asksForHelp(List<String> args) {
    return args.contains("-help") || args.contains("--help") || args.contains("-h");
  }

  private Invocation check() {
    if (bootstrap && !join.list().isEmpty()) {
      return Invocation.wrong("-bootstrap founds a cluster and -join enters one: give one of them");
    }
    if (setup != null && (bootstrap || !join.list().isEmpty())) {
      return Invocation.wrong(
          "-setup forms a cluster with others: not with -bootstrap, which founds one alone, or"
              + " -join, which enters one");
    }
    if (learner && join.list().isEmpty()) {
      return Invocation.wrong("-learner says how to join: give -join, too");
    }
    if (isNowhere(httpAdvertised) || isNowhere(raftAdvertised)) {
      return Invocation.wrong(
          (isNowhere(httpAdvertised) ? "-haddr-adv" : "-raddr-adv")
              + " is where others reach this node: write host:port");
    }
    String name;
    try {
      name = id == null ? defaultName() : MemberId.given(id).text();
    } catch (IllegalArgumentException e) {
      return Invocation.wrong("-id: " + e.getMessage());
    }
    if (engine.equals(Engines.JGROUPS_RAFT) && !join.list().isEmpty()) {
      return Invocation.wrong(
          "-join: the members of a jgroups-raft cluster are fixed, name all of them in /setup");
    }
    if (engine.equals(Engines.JGROUPS_RAFT) && move) {
      return Invocation.wrong("-move: the addresses of a jgroups-raft cluster are fixed");
    }
    if (engine.equals(Engines.JGROUPS_RAFT) && security.isTls()) {
      return Invocation.wrong("-cert: the Raft port of jgroups-raft speaks no TLS");
    }
    if (!Engines.NAMES.contains(engine)) {
      return Invocation.wrong("-engine must be " + String.join(" or ", Engines.NAMES));
    }
    if (directories.size() > 1) {
      return Invocation.wrong(
          "one data directory is expected, not "
              + directories.size()
              + ": "
              + String.join(" ", directories));
    }
    if (directories.isEmpty() && !inMemory) {
      return Invocation.wrong("no data directory given: hraftd [flags] <data directory>");
    }
    Path directory;
    Path setupFile;
    Invocation.Security guarded;
    try {
      directory = inMemory ? null : Path.of(directories.get(0));
      setupFile = setup == null ? null : Path.of(setup);
      guarded = security.read();
    } catch (SecurityFlags.WrongFlagsException e) {
      return Invocation.wrong(String.valueOf(e.getMessage()));
    } catch (InvalidPathException e) {
      return Invocation.wrong("no path: " + e.getMessage());
    }
    if (guarded.auditWrites() && directory == null) {
      return Invocation.wrong("-audit writes into the data directory: not with -inmem");
    }
    return new Invocation.Run(
        name,
        http,
        raft,
        new Endpoints.Advertised(httpAdvertised, raftAdvertised),
        new Invocation.Beginning(join.list(), learner, bootstrap, setupFile, move),
        new Invocation.Let(allowOrigins.set(), allowHosts.set()),
        guarded,
        inMemory,
        engine,
        scrub,
        new Invocation.Log(logLevel, logFormat),
        directory);
  }

  private static boolean isNowhere(@Nullable HostPort address) {
    return address != null && Addresses.isNowhere(address);
  }

  /** The Raft address, without what is too much of a very long host. */
  private String defaultName() {
    String address = raft.toString();
    return address.substring(0, Math.min(address.length(), MemberId.MAX_CHARACTERS));
  }

  /** The help text. */
  static String help() {
    StringBuilder text = new StringBuilder("usage: hraftd [flags] <data directory>\n");
    text.append(Subcommands.usage()).append('\n');
    for (Row row : rows()) {
      text.append(String.format("  %-26s %s%n", row.flag(), row.meaning()));
    }
    return text.append(
            "\nAn address is host:port, :port or [v6]:port. One dash or two; -flag value or"
                + " -flag=value.\nEvery flag can also be given in the environment: "
                + FlagEnvironment.name("-haddr-adv")
                + " is -haddr-adv. The command line wins.")
        .toString();
  }

  /** The flags as a Markdown table, for docs/operations.md. */
  static String table() {
    StringBuilder text = new StringBuilder("| flag | meaning |\n| --- | --- |\n");
    for (Row row : rows()) {
      text.append("| `").append(row.flag()).append("` | ").append(row.meaning()).append(" |\n");
    }
    return text.toString();
  }

  private record Row(String flag, String meaning) {}

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    CommandLine.Model.CommandSpec spec = commandLine(new Flags()).getCommandSpec();
    for (OptionSpec option : spec.options()) {
      boolean isSwitch = option.type() == boolean.class;
      rows.add(
          new Row(
              option.names()[0] + (isSwitch ? "" : " " + option.paramLabel()), meaning(option)));
    }
    spec.positionalParameters().forEach(p -> rows.add(new Row(p.paramLabel(), meaning(p))));
    return rows;
  }

  private static String meaning(ArgSpec arg) {
    return String.join(" ", arg.description());
  }

  private static CommandLine commandLine(Flags flags) {
    CommandLine commandLine = new CommandLine(flags);
    commandLine.setPosixClusteredShortOptionsAllowed(false);
    commandLine.setOverwrittenOptionsAllowed(true);
    commandLine.setUnmatchedOptionsAllowedAsOptionParameters(false);
    commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    commandLine.getCommandSpec().parser().trimQuotes(false);
    commandLine.registerConverter(HostPort.class, FlagValues::address);
    commandLine.registerConverter(FlagValues.Addresses.class, FlagValues::addresses);
    commandLine.registerConverter(FlagValues.Origins.class, FlagValues::origins);
    commandLine.registerConverter(FlagValues.Hosts.class, FlagValues::hosts);
    commandLine.registerConverter(Duration.class, FlagValues::interval);
    commandLine.registerConverter(Level.class, FlagValues::logLevel);
    commandLine.registerConverter(LogFormat.class, FlagValues::logFormat);
    return commandLine;
  }

  /** One line that names the flag, whatever picocli's own words are. */
  private static String explain(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().get(0);
      return first.startsWith("-") ? "unknown flag " + first : "unexpected argument " + first;
    }
    ArgSpec arg = e.getArgSpec();
    if (e instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      arg = missing.getMissing().get(0);
    }
    String flag = arg instanceof OptionSpec option ? option.names()[0] : "the data directory";
    if (e instanceof MissingParameterException && arg != null) {
      return flag + " needs a value: " + flag + " " + arg.paramLabel();
    }
    Throwable cause = e.getCause() instanceof TypeConversionException c ? c : e;
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return arg == null ? message : flag + ": " + message;
  }
}
