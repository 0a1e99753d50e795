package hraftd.raft.net;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether who has greeted knows the secret, at the end that listens. Before it has shown that it
 * does, it is told nothing but that there is one. For one thread.
 */
final class Examination {

  private final byte[] greeting;
  private final List<byte[]> accepted;

  /** What the proof is computed from; null if none is asked for. */
  private final @Nullable Nonce challenge;

  /** Why it is refused without a look at what else it says; null if it is not. */
  private @Nullable Verdict refusal;

  /** The secret that it has shown; null if none. */
  private byte @Nullable [] shown;

  /**
   * Of whoever greets so.
   *
   * @param greeting all bytes of the preamble
   */
  Examination(PortSecrets secrets, Preamble preamble, byte[] greeting) {
    this.greeting = greeting;
    this.accepted = secrets.accepted();
    ProofOffer offer = preamble.offer();
    this.challenge = accepted.isEmpty() || offer == null ? null : Nonce.fresh();
    if (accepted.isEmpty() && offer != null && offer.required()) {
      refusal = new Verdict(Verdict.Reason.NO_SECRET, "");
    } else if (!accepted.isEmpty() && offer == null && !secrets.optional()) {
      refusal = new Verdict(Verdict.Reason.UNPROVEN, "");
    }
  }

  /** What to say before anything else; null if no proof is asked for. */
  byte @Nullable [] challenge() {
    return challenge == null
        ? null
        : new Verdict(Verdict.Reason.CHALLENGE, challenge.hex()).encode();
  }

  /** Takes the answer to the {@link #challenge}. */
  void answered(byte[] proof) {
    if (challenge != null) {
      shown = SecretProof.shown(proof, accepted, greeting, challenge);
      refusal = shown == null ? new Verdict(Verdict.Reason.UNPROVEN, "") : null;
    }
  }

  /** Why it is refused whoever it is; null if it is not. */
  @Nullable Verdict refusal() {
    return refusal;
  }

  /** What to say: the verdict, and if it has shown the secret the proof that this end has it. */
  byte[] answer(Verdict verdict) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(verdict.encode());
    if (challenge != null && shown != null) {
      out.writeBytes(SecretProof.ofListener(shown, greeting, challenge, verdict.encode()));
    }
    return out.toByteArray();
  }
}
