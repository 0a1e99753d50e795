package hraftd.raft.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;

/**
 * What frames go over: a connection, and what is read from and written to it, plain or under TLS.
 * One thread may read while another one writes; whoever closes the socket ends both at once.
 *
 * @param socket the connection
 * @param in what the other end says
 * @param out what is said to it
 */
record Wire(Socket socket, InputStream in, OutputStream out) {

  /** As it is. */
  static Wire plain(Socket socket) throws IOException {
    return new Wire(socket, socket.getInputStream(), socket.getOutputStream());
  }

  /** In what this channel makes of the socket's bytes. */
  static Wire over(Socket socket, ByteChannel channel) {
    return new Wire(socket, Channels.newInputStream(channel), Channels.newOutputStream(channel));
  }
}
