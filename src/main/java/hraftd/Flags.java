package hraftd;

import hraftd.http.HostCheck;
import hraftd.http.WebOrigin;
import hraftd.raft.HostPort;
import hraftd.raft.MemberId;
import hraftd.text.Printable;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
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

  /** What a command line asks for. */
  sealed interface Parsed {}

  /**
   * To run a node.
   *
   * @param name the node's own name, for people
   * @param http where clients reach it
   * @param raft where its peers reach it
   * @param join nodes to ask, in turn, to be added to their cluster; empty: none
   * @param let who may ask besides those who may without a word
   * @param bootstrap true to found a cluster of this node alone
   * @param inMemory true if nothing is to be kept
   * @param engine the name of what replicates: one of {@link Engines}
   * @param directory where everything is kept; null only in memory
   */
  record Run(
      String name,
      HostPort http,
      HostPort raft,
      List<HostPort> join,
      Let let,
      boolean bootstrap,
      boolean inMemory,
      String engine,
      @Nullable Path directory)
      implements Parsed {}

  /**
   * Whom the HTTP port answers although it would not by itself.
   *
   * @param origins web pages besides its own
   * @param hosts names that it goes by besides those of its cluster; {@link HostCheck#ANY}
   */
  record Let(Set<WebOrigin> origins, Set<String> hosts) {

    /** Nobody else. */
    static final Let NONE = new Let(Set.of(), Set.of());
  }

  /**
   * To make a cluster of a member's directory alone, and then to run a node there.
   *
   * @param run the node; its directory is not null
   * @param compare other members' directories, which may hold more
   */
  record Recover(Run run, List<Path> compare) implements Parsed {}

  /**
   * To say what directories and backups hold.
   *
   * @param paths at least one
   */
  record Inspect(List<Path> paths) implements Parsed {}

  /** To print this text on standard output and end with 0. */
  record Print(String text) implements Parsed {}

  /** It is wrong: this line goes to standard error and the exit code is 2. */
  record Wrong(String line) implements Parsed {}

  /** An address or a list of them, checked when it is read. */
  private record Addresses(List<HostPort> list) {}

  /** Origins of web pages, checked when they are read. */
  private record Origins(Set<WebOrigin> set) {}

  /** Names of hosts, checked when they are read. */
  private record Hosts(Set<String> set) {}

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
      names = {"-join", "--join"},
      paramLabel = "<haddr,...>",
      description = "HTTP addresses of members; they are asked in turn to add this node")
  private Addresses join = new Addresses(List.of());

  @Option(
      names = {"-allow-origin", "--allow-origin"},
      paramLabel = "<origin,...>",
      description = "web pages that may ask besides its own, as https://example.com:8443")
  private Origins allowOrigins = new Origins(Set.of());

  @Option(
      names = {"-allow-host", "--allow-host"},
      paramLabel = "<name,...>",
      description = "names that it goes by besides those of the cluster, as in Host; * for any")
  private Hosts allowHosts = new Hosts(Set.of());

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
   * Reads a command line.
   *
   * @param programVersion what -version prints
   */
  static Parsed parse(List<String> args, String programVersion) {
    Flags flags = new Flags();
    try {
      commandLine(flags).parseArgs(args.toArray(String[]::new));
      if (flags.help) {
        return new Print(help());
      }
      return flags.version ? new Print("hraftd " + programVersion) : flags.check();
    } catch (ParameterException e) {
      return new Wrong("hraftd: " + explain(e) + " (hraftd -help lists the flags)");
    }
  }

  private Parsed check() {
    if (bootstrap && !join.list().isEmpty()) {
      return wrong("-bootstrap founds a cluster and -join enters one: give one of them");
    }
    String name;
    try {
      name = id == null ? defaultName() : MemberId.given(id).text();
    } catch (IllegalArgumentException e) {
      return wrong("-id: " + e.getMessage());
    }
    if (engine.equals(Engines.JGROUPS_RAFT) && !join.list().isEmpty()) {
      return wrong(
          "-join: the members of a jgroups-raft cluster are fixed, name all of them in /setup");
    }
    if (!Engines.NAMES.contains(engine)) {
      return wrong("-engine must be " + String.join(" or ", Engines.NAMES));
    }
    if (directories.size() > 1) {
      return wrong(
          "one data directory is expected, not "
              + directories.size()
              + ": "
              + String.join(" ", directories));
    }
    if (directories.isEmpty() && !inMemory) {
      return wrong("no data directory given: hraftd [flags] <data directory>");
    }
    Path directory;
    try {
      directory = inMemory ? null : Path.of(directories.get(0));
    } catch (InvalidPathException e) {
      return wrong("data directory: " + e.getMessage());
    }
    return new Run(
        name,
        http,
        raft,
        join.list(),
        new Let(allowOrigins.set(), allowHosts.set()),
        bootstrap,
        inMemory,
        engine,
        directory);
  }

  /** The Raft address, without what is too much of a very long host. */
  private String defaultName() {
    String address = raft.toString();
    return address.substring(0, Math.min(address.length(), MemberId.MAX_CHARACTERS));
  }

  /** What is wrong, with where to look. */
  static Wrong wrong(String why) {
    return new Wrong("hraftd: " + why + " (hraftd -help lists the flags)");
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
                + " -flag=value.")
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
    commandLine.registerConverter(HostPort.class, Flags::address);
    commandLine.registerConverter(Addresses.class, Flags::addresses);
    commandLine.registerConverter(Origins.class, Flags::origins);
    commandLine.registerConverter(Hosts.class, Flags::hosts);
    return commandLine;
  }

  private static HostPort address(String text) {
    try {
      return HostPort.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  private static Addresses addresses(String text) {
    List<HostPort> list = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      list.add(address(one.strip()));
    }
    return new Addresses(List.copyOf(list));
  }

  private static Origins origins(String text) {
    Set<WebOrigin> origins = new LinkedHashSet<>();
    for (String one : text.split(",", -1)) {
      try {
        origins.add(WebOrigin.parse(one.strip()));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            "'" + Printable.cut(one.strip(), MemberId.MAX_CHARACTERS) + "': " + e.getMessage());
      }
    }
    return new Origins(origins);
  }

  private static Hosts hosts(String text) {
    Set<String> hosts = new LinkedHashSet<>();
    for (String one : text.split(",", -1)) {
      String host = one.strip();
      if (!host.equals(HostCheck.ANY) && !HostPort.isHost(host)) {
        throw new TypeConversionException(
            "'"
                + Printable.cut(host, MemberId.MAX_CHARACTERS)
                + "' is no name: write name,name or *");
      }
      hosts.add(host);
    }
    return new Hosts(hosts);
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
