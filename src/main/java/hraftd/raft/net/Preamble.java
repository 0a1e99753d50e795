package hraftd.raft.net;

import hraftd.raft.NodeId;
import java.util.zip.CRC32C;

/**
 * The first thing that a node says on a connection that it opens: which cluster it belongs to, who
 * it is and whom it wants to reach. On the wire: four magic bytes, a format byte, the length of the
 * rest in two bytes, the rest, whose last four bytes are the CRC32C of all before them.
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
  static final byte FORMAT = 3;

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
    int bodyBytes = body.size() + Integer.BYTES;
    if (bodyBytes > MAX_BODY_BYTES) {
      throw new IllegalArgumentException("the cluster's id is too long");
    }
    WireWriter out = new WireWriter();
    for (byte b : MAGIC) {
      out.putByte(b);
    }
    out.putByte(FORMAT);
    out.putByte(bodyBytes >>> 8);
    out.putByte(bodyBytes);
    out.reserve(bodyBytes);
    for (int i = 0; i < body.size(); i++) {
      out.putByte(body.array()[i]);
    }
    out.putInt(checksum(out.array(), out.size(), new byte[0], 0));
    return out.toByteArray();
  }

  /**
   * What a header and a body of {@link #FORMAT} say.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  static Preamble decode(byte[] header, byte[] body) {
    WireReader in = new WireReader(body);
    Preamble preamble = new Preamble(in.getText(MAX_CLUSTER_ID_BYTES), in.getNode(), in.getNode());
    int expected = checksum(header, header.length, body, body.length - in.remaining());
    WireReader.check(in.getInt() == expected, "wrong checksum");
    WireReader.check(in.remaining() == 0, "bytes behind the end");
    return preamble;
  }

  private static int checksum(byte[] first, int firstBytes, byte[] second, int secondBytes) {
    CRC32C crc = new CRC32C();
    crc.update(first, 0, firstBytes);
    crc.update(second, 0, secondBytes);
    return (int) crc.getValue();
  }
}
