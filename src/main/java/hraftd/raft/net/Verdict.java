package hraftd.raft.net;

import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Preamble}: one byte for the reason, one for the length of the detail, the
 * detail in UTF-8, as many whole characters of it as fit.
 *
 * @param reason why the connection is refused, or that it is not
 * @param detail what the refusing node is instead, as the reason explains; may be empty
 */
public record Verdict(Reason reason, String detail) {

  /** The order is part of the format. */
  public enum Reason {
    /** The detail are the formats that the node speaks; nothing for a node of hraftd 1.0. */
    ADMITTED,
    /** The detail is the cluster that the node belongs to. */
    OTHER_CLUSTER,
    /** Another member answers at this address; the detail is its id. */
    OTHER_MEMBER,
    /** The member, but with another data directory; the detail is its incarnation. */
    OTHER_INCARNATION,
    /** None of the asker's formats is known; the detail are those that are. */
    UNKNOWN_FORMAT,
    /** The node who asks has the identity of the one who answers. */
    SAME_NODE,
    /** Too many connections at once. */
    OVERLOADED,
    /**
     * An older process is the one who asks, and lives. The detail are the addresses of both, the
     * older one's first.
     */
    CLAIMED_TWICE,
    /** No verdict yet: the secret is to be proved first. The detail is a {@link Nonce}. */
    CHALLENGE,
    /** The secret was not proved. */
    UNPROVEN,
    /** The secret is to be proved, and the one who answers has none. */
    NO_SECRET,
    /** The one who answers speaks TLS alone, and was greeted without. */
    TLS_ALONE,
    /** The certificate is not for the member's host, which is the detail. */
    OTHER_HOST,
    /** The certificate is for clients alone, and nobody who has one is a node. */
    CLIENTS_ALONE
  }

  /** Reason and length. */
  static final int HEADER_BYTES = 2;

  private static final int MAX_DETAIL_BYTES = 255;

  static final Verdict UNKNOWN_FORMAT =
      new Verdict(Reason.UNKNOWN_FORMAT, FormatRange.OWN.toString());

  private static final Reason[] REASONS = Reason.values();

  /** To a process that another one, older and at this address, is the same node as. */
  static Verdict claimedTwice(HostPort older, HostPort newer) {
    return new Verdict(Reason.CLAIMED_TWICE, older + " " + newer);
  }

  /** What a node answers to a preamble. */
  static Verdict of(Preamble preamble, String clusterId, NodeId self) {
    if (preamble.formats().common() == null) {
      return UNKNOWN_FORMAT;
    }
    if (!preamble.clusterId().equals(clusterId)) {
      return new Verdict(Reason.OTHER_CLUSTER, clusterId);
    }
    if (!preamble.to().id().equals(self.id())) {
      return new Verdict(Reason.OTHER_MEMBER, self.id());
    }
    if (!preamble.to().equals(self)) {
      return new Verdict(Reason.OTHER_INCARNATION, Long.toHexString(self.incarnation()));
    }
    if (preamble.from().equals(self)) {
      return new Verdict(Reason.SAME_NODE, "");
    }
    boolean old = preamble.formats().equals(FormatRange.only(WireFormat.V2));
    return new Verdict(Reason.ADMITTED, old ? "" : FormatRange.OWN.toString());
  }

  /**
   * True if it may come from whoever listens: it is a refusal after which nothing is said, or done,
   * and says what an operator should know.
   */
  boolean needsNoProof() {
    return reason == Reason.UNPROVEN
        || reason == Reason.NO_SECRET
        || reason == Reason.TLS_ALONE
        || reason == Reason.CLIENTS_ALONE
        || reason == Reason.UNKNOWN_FORMAT;
  }

  /** Which formats the one who has answered this speaks; null if it does not say. */
  @Nullable FormatRange formats() {
    return reason == Reason.ADMITTED || reason == Reason.UNKNOWN_FORMAT
        ? FormatRange.parse(detail)
        : null;
  }

  @SuppressWarnings("EnumOrdinal") // The order is part of the format.
  byte[] encode() {
    byte[] text = detail.getBytes(StandardCharsets.UTF_8);
    int length = lengthOfDetail(text);
    byte[] bytes = new byte[HEADER_BYTES + length];
    bytes[0] = (byte) reason.ordinal();
    bytes[1] = (byte) length;
    System.arraycopy(text, 0, bytes, HEADER_BYTES, length);
    return bytes;
  }

  /** Ends between characters: proofs are over these bytes, and made anew from the text. */
  private static int lengthOfDetail(byte[] utf8) {
    int length = Math.min(utf8.length, MAX_DETAIL_BYTES);
    while (length < utf8.length && (utf8[length] & 0xC0) == 0x80) {
      length--;
    }
    return length;
  }

  /** How long the detail is, according to the header. */
  static int detailBytes(byte[] header) {
    return header[1] & 0xFF;
  }

  /**
   * The verdict.
   *
   * @throws IllegalArgumentException if the reason is unknown
   */
  static Verdict decode(byte[] bytes) {
    int ordinal = bytes[0];
    WireReader.check(ordinal >= 0 && ordinal < REASONS.length, "unknown answer to the preamble");
    int detailBytes = bytes.length - HEADER_BYTES;
    return new Verdict(
        REASONS[ordinal], new String(bytes, HEADER_BYTES, detailBytes, StandardCharsets.UTF_8));
  }

  /**
   * What an operator should read about a refusal, on either side.
   *
   * @param asked what the refused node said
   * @param who the one who refuses: "it" or "this node"
   */
  String explain(Preamble asked, String who) {
    return switch (reason) {
      case ADMITTED -> "admitted";
      case OTHER_CLUSTER -> who + " belongs to cluster " + detail + ", not " + asked.clusterId();
      case OTHER_MEMBER ->
          who
              + " is member "
              + detail
              + ", not "
              + asked.to().id()
              + ": check the members' addresses";
      case OTHER_INCARNATION ->
          "member "
              + asked.to().id()
              + "'s data directory was wiped or replaced (incarnation "
              + detail
              + ", expected "
              + Long.toHexString(asked.to().incarnation())
              + "): remove it and join it again";
      case UNKNOWN_FORMAT ->
          who
              + " speaks wire format "
              + detail
              + ", this node "
              + asked.formats()
              + ": their versions are too far apart";
      case SAME_NODE -> who + " is " + asked.from() + " itself: was a data directory copied?";
      case OVERLOADED -> who + " has too many connections";
      case CLAIMED_TWICE ->
          "two processes are member "
              + asked.from().id()
              + addressesOfBoth()
              + ": was a data directory copied, or a machine cloned? Stop the one that is wrong and"
              + " empty its directory";
      case CHALLENGE -> who + " asks for a proof that was not offered";
      case UNPROVEN ->
          asked.offer() == null
              ? who + " has a secret (-auth), " + asked.from().id() + " has none"
              : who + " has another secret (-auth) than " + asked.from().id();
      case NO_SECRET -> who + " has no secret (-auth), " + asked.from().id() + " has one";
      case TLS_ALONE -> who + " speaks TLS alone (-cert), and was greeted without";
      case OTHER_HOST ->
          "the certificate that "
              + asked.from().id()
              + " has shown does not name its host, "
              + detail
              + ", in a subject alternative name";
      case CLIENTS_ALONE ->
          "the certificate that "
              + asked.from().id()
              + " has shown is for clients alone: its extended key usage lacks serverAuth";
    };
  }

  /** Nothing if the detail, which whoever listens at a peer's address may say, has not both. */
  private String addressesOfBoth() {
    String[] both = detail.split(" ", 2);
    return both.length < 2
        ? ""
        : ", the older one at " + both[0] + ", the newer one, which is refused, at " + both[1];
  }
}
