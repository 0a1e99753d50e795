package hraftd.lab;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program behind {@code scripts/lab}. Runs until it is ended. */
@Command(
    name = "scripts/lab",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "The real Raft in a page, under a clock that you hold.",
    footer = {
      "",
      "Listens on 127.0.0.1 alone, until Ctrl-C. docs/lab.md says what can be done there.",
      "Exit codes: 1 something went wrong, 2 wrong command line."
    })
public final class Lab implements Callable<Integer> {

  @Option(names = "--port", paramLabel = "N", description = "Where it listens (default: any).")
  private int port;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Shows what the test of the simulation sees for this seed.")
  private long seed = -1;

  @Option(
      names = "--mix",
      paramLabel = "NAME",
      description = "With this mix of faults, as the test's message says.")
  private String mix = "";

  @Option(names = "--no-open", description = "Opens no browser.")
  private boolean quiet;

  /** See the class. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    System.exit(new CommandLine(new Lab()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    LabServer server;
    try {
      server = new LabServer(port, Museum.open(), Lessons.json());
    } catch (RuntimeException e) {
      System.err.println("scripts/lab: " + e.getMessage());
      return 1;
    }
    String address = server.address() + fragment();
    System.out.println("the lab is at " + address + " until Ctrl-C");
    if (!quiet) {
      open(address);
    }
    // Ends with the process.
    new CountDownLatch(1).await();
    return 0;
  }

  private String fragment() {
    if (seed < 0) {
      return "";
    }
    String chosen = mix.isEmpty() ? "" : "&mix=" + URLEncoder.encode(mix, StandardCharsets.UTF_8);
    return "lab/lab.html#simulation=" + seed + chosen;
  }

  /** Lets the desktop show the page, where there is one. */
  private static void open(String address) {
    boolean mac = System.getProperty("os.name", "").startsWith("Mac");
    if (!mac && System.getenv("DISPLAY") == null && System.getenv("WAYLAND_DISPLAY") == null) {
      return;
    }
    try {
      new ProcessBuilder(List.of(mac ? "open" : "xdg-open", address))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      // The address was printed: people can go there by themselves.
    }
  }
}
