package hraftd.raft.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;

/** An {@link Admission} in the shape that JGroups asks for. */
final class GuardedServerSocket extends ServerSocket {
  private final Admission admission;

  GuardedServerSocket(Admission admission) throws IOException {
    this.admission = admission;
  }

  /** Waits for a connection that has been admitted. */
  @Override
  public Socket accept() throws IOException {
    return admission.admit().socket();
  }

  /** Does nothing: bound since it exists. */
  @Override
  public void bind(SocketAddress endpoint) {}

  /** Does nothing: bound since it exists. */
  @Override
  public void bind(SocketAddress endpoint, int backlog) {}

  /** Does nothing: set when it was bound. */
  @Override
  public void setReuseAddress(boolean on) {}

  @Override
  public boolean isBound() {
    return true;
  }

  @Override
  public boolean isClosed() {
    return admission.isClosed();
  }

  @Override
  public int getLocalPort() {
    return admission.address().getPort();
  }

  @Override
  public InetAddress getInetAddress() {
    return admission.address().getAddress();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return admission.address();
  }

  @Override
  public void close() throws IOException {
    admission.close();
    super.close();
  }
}
