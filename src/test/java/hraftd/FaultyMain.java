package hraftd;

import hraftd.raft.node.FaultyConsensus;
import hraftd.raft.node.RaftEngine;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The program with a deliberate fault, named by the first argument. Only the test of the chaos run
 * starts it; the shipped jar has no such switch.
 */
public final class FaultyMain {

  private FaultyMain() {}

  /** As {@link Main#main}, after the fault's name. */
  public static void main(String[] args) throws Exception {
    FaultyConsensus fault = FaultyConsensus.valueOf(args[0]);
    List<String> rest = Arrays.asList(args).subList(1, args.length);
    if (!(Flags.parse(rest, Map.of(), "faulty") instanceof Invocation.Run flags)) {
      throw new IllegalArgumentException("not a command line to run: " + rest);
    }
    Node node =
        Node.start(
            flags,
            new RaftEngine(fault::open),
            Tuning.fromSystemProperties(flags.scrub()),
            "faulty",
            System.out::println);
    Runtime.getRuntime().addShutdownHook(new Thread(node::stop));
    System.exit(node.awaitEnd());
  }
}
