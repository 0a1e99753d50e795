package hraftd.chaos;

import hraftd.testing.Shell;
import java.util.ArrayList;
import java.util.List;

/**
 * One network namespace for each node, one for the clients (this process runs in it), and one with
 * the bridge between them; nothing leads out. Packets are dropped where they arrive, by iptables.
 * Calls come from one thread at a time.
 */
final class Network {

  /** What every namespace of ours is called, and nothing else. */
  static final String PREFIX = "hraftd-chaos-";

  static final String CLIENT = PREFIX + "client";
  private static final String SWITCH = PREFIX + "switch";
  private static final String CLIENT_ADDRESS = "10.77.0.1";

  private final List<Integer> nodes = new ArrayList<>();

  /** Why none of this works on this machine; empty if it does. */
  static String obstacle() {
    Network trial = new Network();
    try {
      trial.open();
      trial.add(1);
      trial.add(2);
      trial.cut(1, 2);
      trial.lose(0.1);
      trial.throttle(1000);
      trial.heal();
      return "";
    } catch (Shell.Failed e) {
      return String.valueOf(e.getMessage());
    } finally {
      Leftovers.remove();
    }
  }

  static String namespace(int node) {
    return PREFIX + "n" + node;
  }

  static String address(int node) {
    return "10.77.0." + (10 + node);
  }

  /** Makes the bridge and the clients' link; the clients' namespace exists already. */
  void open() {
    Shell.run("ip", "netns", "add", SWITCH);
    Shell.run("ip", "-n", SWITCH, "link", "add", "bridge", "type", "bridge");
    Shell.run("ip", "-n", SWITCH, "link", "set", "bridge", "up");
    plug(CLIENT, "client", CLIENT_ADDRESS);
  }

  /** Makes a node's namespace, unless it is there. */
  void add(int node) {
    if (!nodes.contains(node)) {
      Shell.run("ip", "netns", "add", namespace(node));
      plug(namespace(node), "n" + node, address(node));
      nodes.add(node);
    }
  }

  private static void plug(String namespace, String port, String address) {
    Shell.run(
        "ip", "-n", SWITCH, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns",
        namespace);
    Shell.run("ip", "-n", SWITCH, "link", "set", port, "master", "bridge", "up");
    Shell.run("ip", "-n", namespace, "address", "add", address + "/24", "dev", "eth0");
    Shell.run("ip", "-n", namespace, "link", "set", "eth0", "up");
    Shell.run("ip", "-n", namespace, "link", "set", "lo", "up");
  }

  /** The words that make a command run in a node's namespace; only the network differs there. */
  static List<String> inside(int node) {
    return List.of("nsenter", "--net=/run/netns/" + namespace(node));
  }

  /** What one node sends no longer reaches the other. */
  void cutOneWay(int from, int to) {
    iptables(to, "-A", "INPUT", "-s", address(from), "-j", "DROP");
  }

  void cut(int one, int other) {
    cutOneWay(one, other);
    cutOneWay(other, one);
  }

  /** Cuts every link between the two groups, both ways. */
  void cut(List<Integer> some, List<Integer> others) {
    for (int one : some) {
      for (int other : others) {
        if (one != other) {
          cut(one, other);
        }
      }
    }
  }

  /** Every packet between nodes is lost with this probability. */
  void lose(double probability) {
    for (int to : nodes) {
      for (int from : nodes) {
        if (from != to) {
          iptables(
              to,
              "-A",
              "INPUT",
              "-s",
              address(from),
              "-m",
              "statistic",
              "--mode",
              "random",
              "--probability",
              Double.toString(probability),
              "-j",
              "DROP");
        }
      }
    }
  }

  /** Each node's link carries no more than this, and delays what waits. */
  void throttle(int kilobits) {
    for (int node : nodes) {
      Shell.run(
          "tc",
          "-n",
          SWITCH,
          "qdisc",
          "replace",
          "dev",
          "n" + node,
          "root",
          "tbf",
          "rate",
          kilobits + "kbit",
          "burst",
          "16kb",
          "latency",
          "300ms");
      Shell.run(
          "tc",
          "-n",
          namespace(node),
          "qdisc",
          "replace",
          "dev",
          "eth0",
          "root",
          "tbf",
          "rate",
          kilobits + "kbit",
          "burst",
          "16kb",
          "latency",
          "300ms");
    }
  }

  /** All links are whole and quick again. */
  void heal() {
    for (int node : nodes) {
      iptables(node, "-F", "INPUT");
      Shell.attempt("tc", "-n", SWITCH, "qdisc", "del", "dev", "n" + node, "root");
      Shell.attempt("tc", "-n", namespace(node), "qdisc", "del", "dev", "eth0", "root");
    }
  }

  private static void iptables(int node, String... rule) {
    List<String> command = new ArrayList<>(inside(node));
    command.add("iptables");
    command.add("-w");
    command.addAll(List.of(rule));
    Shell.run(command.toArray(String[]::new));
  }
}
