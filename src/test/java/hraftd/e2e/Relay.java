package hraftd.e2e;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes TCP connections on to another port of this machine. While it is cut nothing comes through,
 * and nobody is told: as in a network that loses every packet. What was sent meanwhile comes when
 * it is mended. Any thread.
 */
final class Relay implements Closeable {

  private static final int BUFFER_BYTES = 64 << 10;

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  // Guarded by this.
  private boolean cut;
  private boolean closed;

  /** Listens at an address of the loopback network, for this port of 127.0.0.1. */
  Relay(String address, int port, int targetPort) {
    try {
      listener = new ServerSocket();
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(InetAddress.getByName(address), port));
    } catch (IOException e) {
      throw new UncheckedIOException(address + ":" + port, e);
    }
    target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
    start(this::accept);
  }

  /** Lets nothing through any more, or all again. */
  synchronized void cut(boolean now) {
    cut = now;
    notifyAll();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket from = listener.accept();
        sockets.add(from);
        start(() -> connect(from));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void connect(Socket from) {
    Socket to = new Socket();
    sockets.add(to);
    try {
      passOrClosed();
      to.connect(target);
      start(() -> copy(to, from));
    } catch (IOException e) {
      end(from, to);
      return;
    }
    copy(from, to);
  }

  private void copy(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        passOrClosed();
        out.write(buffer, 0, read);
      }
      passOrClosed();
    } catch (IOException e) {
      // One of them has gone: so does the other.
    } finally {
      end(from, to);
    }
  }

  /** Waits while it is cut. */
  private synchronized void passOrClosed() throws IOException {
    while (cut && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
    if (closed) {
      throw new IOException("closed");
    }
  }

  private void end(Socket from, Socket to) {
    close(from);
    close(to);
    sockets.remove(from);
    sockets.remove(to);
  }

  private static void close(Closeable what) {
    try {
      what.close();
    } catch (IOException e) {
      // It is not of use any more.
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    close(listener);
    sockets.forEach(Relay::close);
  }
}
