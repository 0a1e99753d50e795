package hraftd;

import hraftd.raft.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Checks the Raft port at the start, long before setup needs it: a mistake should be seen while the
 * operator still looks.
 */
final class RaftPort {
  private RaftPort() {}

  /**
   * Looks the address up.
   *
   * @throws StartException if its host is not known; it names the flag
   */
  static InetSocketAddress resolve(HostPort address, String flag) throws StartException {
    InetSocketAddress resolved = address.resolve();
    if (resolved.isUnresolved()) {
      throw new StartException(
          StartException.USAGE, flag + ": the host of " + address + " is not known");
    }
    return resolved;
  }

  /**
   * Binds the address for a moment.
   *
   * @return the address, with a free port in the place of port 0
   * @throws StartException if it cannot be bound
   */
  static HostPort check(HostPort address) throws StartException {
    InetSocketAddress socketAddress = resolve(address, "-raddr");
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(socketAddress);
      return new HostPort(address.host(), probe.getLocalPort());
    } catch (IOException e) {
      throw new StartException(
          StartException.USAGE, "-raddr: cannot listen on " + address + ": " + e.getMessage(), e);
    }
  }
}
