package hraftd.raft.net;

import java.io.IOException;

/** A peer has answered our preamble with a refusal; the message is for the operator. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Verdict verdict;
  private final transient Preamble asked;

  RefusedException(Verdict verdict, Preamble asked) {
    super(verdict.explain(asked, "it"));
    this.verdict = verdict;
    this.asked = asked;
  }

  /** What was refused. */
  Preamble asked() {
    return asked;
  }

  Verdict verdict() {
    return verdict;
  }
}
