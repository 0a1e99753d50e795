package hraftd.e2e;

import hraftd.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The links between the nodes of a cluster, each of which can be cut. A node has one name for all,
 * and each node knows that name by an address of its own, where a {@link Relay} listens.
 */
final class CuttableLinks implements AutoCloseable {

  private record Link(Daemon from, Daemon to, Relay relay) {}

  private final List<Daemon> nodes;
  private final List<Integer> httpPorts = new ArrayList<>();
  private final List<Integer> raftPorts = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();

  /** Between these nodes, which are not started yet and are told to use them. */
  CuttableLinks(List<Daemon> nodes) {
    this.nodes = List.copyOf(nodes);
    for (int i = 0; i < nodes.size(); i++) {
      httpPorts.add(Ports.free());
      raftPorts.add(Ports.free());
    }
    for (int i = 0; i < nodes.size(); i++) {
      StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
      Daemon node = nodes.get(i);
      for (int j = 0; j < nodes.size(); j++) {
        String address = i == j ? "127.0.0.1" : "127.77." + (i + 1) + "." + (j + 1);
        hosts.append(address).append(' ').append(host(j)).append('\n');
        link(node, nodes.get(j), address, httpPorts.get(j), nodes.get(j).httpPort());
        link(node, nodes.get(j), address, raftPorts.get(j), nodes.get(j).raftPort());
      }
      node.withEnvironment("HRAFTD_HADDR_ADV", host(i) + ":" + httpPorts.get(i))
          .withEnvironment("HRAFTD_RADDR_ADV", host(i) + ":" + raftPorts.get(i))
          .with(List.of("-Djdk.net.hosts.file=" + write(node, hosts.toString())));
    }
  }

  private static String host(int index) {
    return "host" + (index + 1);
  }

  private static Path write(Daemon node, String hosts) {
    Path file = node.directory().resolveSibling(node.name() + ".hosts").toAbsolutePath();
    try {
      return Files.writeString(file, hosts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void link(Daemon from, Daemon to, String address, int port, int targetPort) {
    links.add(new Link(from, to, new Relay(address, port, targetPort)));
  }

  /** Makes the nodes, which run, a cluster. */
  void setUp() throws IOException {
    List<String> https = new ArrayList<>();
    List<String> rafts = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      https.add('"' + host(i) + ":" + httpPorts.get(i) + '"');
      rafts.add('"' + host(i) + ":" + raftPorts.get(i) + '"');
      ids.add('"' + nodes.get(i).name() + '"');
    }
    int all = nodes.size();
    String body =
        """
        {"leaderAddr":%s,"leaderRaftAddr":%s,"leaderId":%s,"clientAddrs":%s,"clientRaftAddrs":%s,"clientIds":%s}"""
            .formatted(
                https.get(0),
                rafts.get(0),
                ids.get(0),
                https.subList(1, all),
                rafts.subList(1, all),
                ids.subList(1, all));
    nodes.get(0).post("/setup?timeout=30s", body).expect(200);
  }

  /** Nothing comes from this node to the others any more, nor from them to it; or all again. */
  void cut(Daemon node, boolean now) {
    for (Link link : links) {
      if (link.from != link.to && (link.from == node || link.to == node)) {
        link.relay.cut(now);
      }
    }
  }

  @Override
  public void close() {
    links.forEach(link -> link.relay.close());
  }
}
