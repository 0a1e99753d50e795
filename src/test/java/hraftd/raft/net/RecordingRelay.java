package hraftd.raft.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Stands between two nodes, passes on what is said on the first connection, and remembers it. */
final class RecordingRelay implements AutoCloseable {
  private final ServerSocket server = TransportPeer.listener();
  private final int target;
  private final ByteArrayOutputStream opener = new ByteArrayOutputStream();
  private final ByteArrayOutputStream listener = new ByteArrayOutputStream();
  private volatile Socket toOpener = new Socket();
  private volatile Socket toListener = new Socket();

  /** To the node that listens there, on the loopback address. */
  RecordingRelay(int target) throws IOException {
    this.target = target;
    Thread thread = new Thread(this::relay, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return server.getLocalPort();
  }

  private void relay() {
    try {
      toOpener = server.accept();
      toListener = new Socket(InetAddress.getLoopbackAddress(), target);
      Thread back = new Thread(() -> copy(toListener, toOpener, listener), "relay-back");
      back.setDaemon(true);
      back.start();
      copy(toOpener, toListener, opener);
    } catch (IOException e) {
      // It was closed.
    }
  }

  private static void copy(Socket from, Socket to, ByteArrayOutputStream record) {
    byte[] buffer = new byte[4096];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        synchronized (record) {
          record.write(buffer, 0, count);
        }
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      // One of the two has hung up.
    }
  }

  /** What the end has said so far that has opened the connection. */
  byte[] openersBytes() {
    synchronized (opener) {
      return opener.toByteArray();
    }
  }

  /** What the other end has said so far. */
  byte[] listenersBytes() {
    synchronized (listener) {
      return listener.toByteArray();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    toOpener.close();
    toListener.close();
  }
}
