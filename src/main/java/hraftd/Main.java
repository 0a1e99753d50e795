package hraftd;

import hraftd.fatal.FatalErrors;
import java.io.ObjectInputFilter;
import java.security.Security;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The program: parses the command line, runs a node and turns its end into an exit code. */
public final class Main {

  private Main() {}

  /** Runs one node until it is stopped, or a command until it is done. */
  public static void main(String[] args) throws InterruptedException {
    refuseSerializedObjects();
    followNames();
    BuildInfo build = BuildInfo.ofThisProgram();
    Invocation parsed = Subcommands.parse(List.of(args), System.getenv(), build.text());
    if (parsed instanceof Invocation.Print print) {
      System.out.println(print.text());
    } else if (parsed instanceof Invocation.Wrong wrong) {
      System.err.println(wrong.line());
      System.exit(StartException.USAGE);
    } else if (parsed instanceof Invocation.Inspect inspect) {
      System.exit(new InspectCommand(System.out).run(inspect.paths()));
    } else if (parsed instanceof Invocation.Recover recover) {
      begin(recover.run().log());
      System.exit(recover(recover, build.version()));
    } else if (parsed instanceof Invocation.Run flags) {
      begin(flags.log());
      System.exit(run(flags, build.version()));
    }
  }

  /** Before any class is used that has a logger. */
  private static void begin(Invocation.Log log) {
    log.format().begin(log.level());
  }

  private static int recover(Invocation.Recover recover, String version)
      throws InterruptedException {
    try {
      new RecoverCommand(recover, System.in, System.out).run();
    } catch (StartException e) {
      System.err.println("hraftd: " + e.getMessage());
      return e.exitCode();
    }
    return run(recover.run(), version);
  }

  private static int run(Invocation.Run flags, String version) throws InterruptedException {
    FatalErrors.watchThreads();
    AtomicReference<Node> running = new AtomicReference<>();
    // A signal would end the JVM with 143; a node that stops in order ends with 0.
    Thread onSignal =
        new Thread(
            () -> {
              Node node = running.get();
              if (node != null) {
                node.stop();
              }
              Runtime.getRuntime().halt(0);
            },
            "signal");
    Runtime.getRuntime().addShutdownHook(onSignal);
    int exitCode;
    try {
      Tuning tuning = Tuning.fromSystemProperties(flags.scrub());
      NodeSecurity security = NodeSecurity.open(flags, tuning.filesInterval());
      Node node =
          Node.start(
              flags,
              Engines.named(flags.engine(), security.portSecurity()),
              tuning,
              security,
              version,
              line -> System.out.println(flags.log().format().line(Level.INFO, Main.class, line)));
      running.set(node);
      exitCode = node.awaitEnd();
    } catch (StartException e) {
      LoggerFactory.getLogger(Main.class).error("{}", e.getMessage());
      exitCode = e.exitCode();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(onSignal);
    } catch (IllegalStateException e) {
      // A signal came: its thread ends the JVM once the node, which has stopped, has stopped.
    }
    return exitCode;
  }

  /** Nothing here needs Java's own serialization, so nobody can smuggle objects in. */
  private static void refuseSerializedObjects() {
    if (ObjectInputFilter.Config.getSerialFilter() == null) {
      ObjectInputFilter.Config.setSerialFilter(info -> ObjectInputFilter.Status.REJECTED);
    }
  }

  /**
   * Java remembers for half a minute where a name was, and for ten seconds that there is none. A
   * member that has moved under its name is found again sooner; so is one that was started first.
   */
  private static void followNames() {
    Security.setProperty("networkaddress.cache.ttl", "2");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
  }
}
