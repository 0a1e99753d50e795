package hraftd.raft.net;

import hraftd.raft.NodeId;
import java.util.Arrays;

/**
 * The first thing that a node says on a connection that it opens: which cluster it belongs to, who
 * it is and whom it wants to reach. On the wire: four magic bytes, a format byte, the length of the
 * rest in two bytes, the rest.
 *
 * @param clusterId the cluster
 * @param from who opens the connection
 * @param to whom it believes to be at the other end
 */
public record Preamble(String clusterId, NodeId from, NodeId to) {

  /** Magic, format and length. */
  static final int HEADER_BYTES = 7;

  /** A cluster id and two nodes with ids of the longest, and some room for later formats. */
  static final int MAX_BODY_BYTES = 2048;

  /** Of the preamble and of all that follows it: nodes of two formats don't talk at all. */
  static final byte FORMAT = 2;

  private static final byte[] MAGIC = {'h', 'r', 'f', 't'};
  private static final int MAX_CLUSTER_ID_BYTES = 512;

  /** True if these bytes can be the beginning of a preamble, of whatever format. */
  static boolean hasMagic(byte[] header) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (header[i] != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  /** The format that a header names. */
  static byte format(byte[] header) {
    return header[MAGIC.length];
  }

  /** How long the body is, according to the header. */
  static int bodyBytes(byte[] header) {
    return (header[5] & 0xFF) << 8 | (header[6] & 0xFF);
  }

  /** Header and body. */
  byte[] encode() {
    WireWriter body = new WireWriter();
    body.putText(clusterId);
    body.putNode(from);
    body.putNode(to);
    if (body.size() > MAX_BODY_BYTES) {
      throw new IllegalArgumentException("the cluster's id is too long");
    }
    WireWriter out = new WireWriter();
    for (byte b : MAGIC) {
      out.putByte(b);
    }
    out.putByte(FORMAT);
    out.putByte(body.size() >>> 8);
    out.putByte(body.size());
    byte[] bytes = Arrays.copyOf(out.array(), out.size() + body.size());
    System.arraycopy(body.array(), 0, bytes, out.size(), body.size());
    return bytes;
  }

  /**
   * What a body of {@link #FORMAT} says.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  static Preamble decodeBody(byte[] body) {
    WireReader in = new WireReader(body);
    Preamble preamble = new Preamble(in.getText(MAX_CLUSTER_ID_BYTES), in.getNode(), in.getNode());
    WireReader.check(in.remaining() == 0, "bytes behind the end");
    return preamble;
  }
}
