package hraftd;

import hraftd.raft.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Raft port, held from the start of the process until consensus listens on it: a mistake should
 * be seen while the operator still looks, and nobody else may have it when setup needs it. For one
 * thread at a time.
 */
final class RaftPort implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RaftPort.class);

  private final HostPort address;
  private @Nullable ServerSocket held;

  private RaftPort(HostPort address, ServerSocket held) {
    this.address = address;
    this.held = held;
  }

  /**
   * Looks the address up.
   *
   * @throws StartException if its host is not known; it names the flag
   */
  static InetSocketAddress resolve(HostPort address, String flag) throws StartException {
    InetSocketAddress resolved = address.resolve();
    if (resolved.isUnresolved()) {
      throw new StartException(
          StartException.TEMPORARY, flag + ": the host of " + address + " is not known");
    }
    return resolved;
  }

  /**
   * Takes the address.
   *
   * @throws StartException if it cannot be bound
   */
  static RaftPort hold(HostPort address) throws StartException {
    InetSocketAddress socketAddress = resolve(address, "-raddr");
    try {
      ServerSocket held = bind(socketAddress);
      return new RaftPort(new HostPort(address.host(), held.getLocalPort()), held);
    } catch (IOException e) {
      throw new StartException(
          StartException.TEMPORARY,
          "-raddr: cannot listen on " + address + ": " + e.getMessage(),
          e);
    }
  }

  private static ServerSocket bind(InetSocketAddress address) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(address);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** The address, with a port in the place of port 0. */
  HostPort address() {
    return address;
  }

  /** Lets consensus have it, which takes it at once. */
  void release() {
    ServerSocket socket = held;
    held = null;
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.warn("closing {}: {}", address, e.getMessage());
      }
    }
  }

  /** Takes it again, as consensus did not start; if somebody else was faster, he keeps it. */
  void takeAgain() {
    try {
      held = bind(address.resolve());
    } catch (IOException e) {
      LOG.warn("cannot listen on {} any more: {}", address, e.getMessage());
    }
  }

  @Override
  public void close() {
    release();
  }
}
