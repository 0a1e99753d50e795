package hraftd.raft.net;

import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first thing that a node says on a connection that it opens: which cluster it belongs to, who
 * it is and whom it wants to reach, and which formats it speaks. On the wire: four magic bytes, a
 * byte for the layout, the length of the rest in two bytes, the rest.
 *
 * <p>The layout of hraftd 1.0 has no formats, as its number is the only one. That of later versions
 * names them, ends with the CRC32C of all before it, and may have more before that checksum than a
 * reader knows: so it need not change when formats do.
 *
 * @param clusterId the cluster
 * @param from who opens the connection
 * @param to whom it believes to be at the other end
 * @param formats what the one who opens it is ready to speak on it
 * @param claim which process that is; null if it does not say, as hraftd 1.0
 * @param offer what it says of the secret; null if it has none
 */
public record Preamble(
    String clusterId,
    NodeId from,
    NodeId to,
    FormatRange formats,
    @Nullable Claim claim,
    @Nullable ProofOffer offer) {

  /** Magic, layout and length. */
  static final int HEADER_BYTES = 7;

  /** A cluster id and two nodes with ids of the longest, and some room for later versions. */
  static final int MAX_BODY_BYTES = 2048;

  /** Of hraftd 1.0, which refuses every other. */
  static final byte OLD_LAYOUT = 2;

  /** Of all later versions. */
  static final byte LAYOUT = 3;

  private static final byte[] MAGIC = {'h', 'r', 'f', 't'};
  private static final int MAX_CLUSTER_ID_BYTES = 512;

  /** With all formats that this version speaks. */
  public Preamble(String clusterId, NodeId from, NodeId to) {
    this(clusterId, from, to, FormatRange.OWN);
  }

  /** Of no certain process. */
  Preamble(String clusterId, NodeId from, NodeId to, FormatRange formats) {
    this(clusterId, from, to, formats, null, null);
  }

  /** The same, of this process. */
  Preamble by(Claim process) {
    return new Preamble(clusterId, from, to, formats, process, offer);
  }

  /** The same of who has a secret; it says which process it is, as the one is behind the other. */
  Preamble offering(ProofOffer proof) {
    return new Preamble(clusterId, from, to, formats, claim, proof);
  }

  /** True if these bytes can be the beginning of a preamble, of whatever layout. */
  static boolean hasMagic(byte[] header) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (header[i] != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  /** The layout that a header names. */
  static byte layout(byte[] header) {
    return header[MAGIC.length];
  }

  /** True if this version can read what follows such a header. */
  static boolean isKnown(byte layout) {
    return layout == LAYOUT || layout == OLD_LAYOUT;
  }

  /** How long the body is, according to the header. */
  static int bodyBytes(byte[] header) {
    return (header[5] & 0xFF) << 8 | (header[6] & 0xFF);
  }

  /** The same for who does not understand it: in this format alone, and no more than it has. */
  Preamble in(WireFormat format) {
    return new Preamble(clusterId, from, to, FormatRange.only(format));
  }

  private boolean old() {
    return formats.newest() == OLD_LAYOUT;
  }

  /** Header and body. */
  byte[] encode() {
    WireWriter body = new WireWriter();
    body.putText(clusterId);
    body.putNode(from);
    body.putNode(to);
    if (!old()) {
      body.putByte(formats.least());
      body.putByte(formats.newest());
      if (claim != null) {
        claim.write(body);
        if (offer != null) {
          offer.write(body);
        }
      }
    }
    int bodyBytes = body.size() + (old() ? 0 : Integer.BYTES);
    if (bodyBytes > MAX_BODY_BYTES) {
      throw new IllegalArgumentException("the cluster's id is too long");
    }
    WireWriter out = new WireWriter();
    for (byte b : MAGIC) {
      out.putByte(b);
    }
    out.putByte(old() ? OLD_LAYOUT : LAYOUT);
    out.putByte(bodyBytes >>> 8);
    out.putByte(bodyBytes);
    out.reserve(bodyBytes);
    for (int i = 0; i < body.size(); i++) {
      out.putByte(body.array()[i]);
    }
    if (!old()) {
      out.putInt(checksum(out.array(), out.size(), new byte[0], 0));
    }
    return out.toByteArray();
  }

  /**
   * What a header of a known layout and its body say.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  static Preamble decode(byte[] header, byte[] body) {
    WireReader in = new WireReader(body);
    String clusterId = in.getText(MAX_CLUSTER_ID_BYTES);
    NodeId from = in.getNode();
    NodeId to = in.getNode();
    if (layout(header) == OLD_LAYOUT) {
      WireReader.check(in.remaining() == 0, "bytes behind the end");
      return new Preamble(clusterId, from, to, FormatRange.only(WireFormat.V2));
    }
    int least = in.getByte() & 0xFF;
    FormatRange formats = new FormatRange(least, in.getByte() & 0xFF);
    WireReader.check(in.remaining() >= Integer.BYTES, "no checksum");
    Claim claim = Claim.read(in);
    ProofOffer offer = ProofOffer.read(in);
    int checked = body.length - Integer.BYTES;
    in.skip(in.remaining() - Integer.BYTES);
    int expected = checksum(header, header.length, body, checked);
    WireReader.check(in.getInt() == expected, "wrong checksum");
    return new Preamble(clusterId, from, to, formats, claim, offer);
  }

  private static int checksum(byte[] first, int firstBytes, byte[] second, int secondBytes) {
    CRC32C crc = new CRC32C();
    crc.update(first, 0, firstBytes);
    crc.update(second, 0, secondBytes);
    return (int) crc.getValue();
  }
}
