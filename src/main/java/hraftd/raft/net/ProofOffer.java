package hraftd.raft.net;

import org.jspecify.annotations.Nullable;

/**
 * What a greeting says of the secret: that who opens the connection has one, and what the other end
 * is to prove that it has it too.
 *
 * @param required true if who opens it talks to nobody who does not prove it
 * @param nonce what the other end's proof is computed from, besides others
 */
record ProofOffer(boolean required, Nonce nonce) {

  /** On the wire. */
  static final int BYTES = 1 + Nonce.BYTES;

  private static final int OPTIONAL = 1;
  private static final int REQUIRED = 2;

  void write(WireWriter out) {
    out.putByte(required ? REQUIRED : OPTIONAL);
    for (byte b : nonce.bytes()) {
      out.putByte(b);
    }
  }

  /**
   * What was written.
   *
   * @return null if there is none before the checksum: not every node has a secret
   * @throws IllegalArgumentException if it is anything else
   */
  static @Nullable ProofOffer read(WireReader in) {
    if (in.remaining() < BYTES + Integer.BYTES) {
      return null;
    }
    int kind = in.getByte();
    WireReader.check(kind == OPTIONAL || kind == REQUIRED, "an unknown kind of proof");
    byte[] nonce = new byte[Nonce.BYTES];
    for (int i = 0; i < nonce.length; i++) {
      nonce[i] = in.getByte();
    }
    return new ProofOffer(kind == REQUIRED, Nonce.of(nonce));
  }
}
