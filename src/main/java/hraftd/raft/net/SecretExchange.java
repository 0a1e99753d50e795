package hraftd.raft.net;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * What the end that opens a connection says of the secret, and what it wants to see of the other
 * end before it says or believes anything more. For one connection and one thread.
 */
final class SecretExchange {

  private final List<byte[]> accepted;
  private final boolean required;

  /** With the secrets of this moment. */
  SecretExchange(PortSecrets secrets) {
    accepted = secrets.accepted();
    required = !accepted.isEmpty() && !secrets.optional();
  }

  /**
   * What to greet with.
   *
   * @param said of a node that says nothing of its process, as to one of hraftd 1.0, nothing can be
   *     offered
   */
  Preamble offeredBy(Preamble said) {
    return accepted.isEmpty() || said.claim() == null
        ? said
        : said.offering(new ProofOffer(required, Nonce.fresh()));
  }

  /**
   * The answer to the greeting, from an end that has proved the secret if one is required.
   *
   * @param asked what it was greeted with
   * @throws UntrustedPeerException if it has not
   */
  Verdict answer(Preamble asked, AnswerReader in, OutputStream out) throws IOException {
    Verdict first = in.verdict();
    if (first.reason() != Verdict.Reason.CHALLENGE) {
      if (required && !first.needsNoProof()) {
        throw new UntrustedPeerException("it asks for no proof of the secret (-auth)");
      }
      return first;
    }
    if (asked.offer() == null) {
      return first;
    }
    byte[] greeting = asked.encode();
    Nonce challenge = challenge(first);
    out.write(SecretProof.ofOpener(accepted.get(0), greeting, challenge));
    Verdict verdict = in.verdict();
    if (verdict.reason() == Verdict.Reason.UNPROVEN) {
      return verdict;
    }
    byte[] expected =
        SecretProof.ofListener(accepted.get(0), greeting, challenge, verdict.encode());
    if (!SecretProof.equal(in.bytes(SecretProof.BYTES), expected)) {
      throw new UntrustedPeerException("it does not know the secret (-auth)");
    }
    return verdict;
  }

  private static Nonce challenge(Verdict first) throws IOException {
    try {
      return new Nonce(first.detail());
    } catch (IllegalArgumentException e) {
      throw new IOException("what listens there is not a peer: " + e.getMessage(), e);
    }
  }
}
