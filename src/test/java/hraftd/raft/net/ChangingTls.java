package hraftd.raft.net;

import javax.net.ssl.SSLContext;

/** What the nodes of a test have in the place of files with keys; it may change. */
final class ChangingTls implements PortTls {
  private volatile SSLContext context;
  private final boolean optional;

  private ChangingTls(SSLContext context, boolean optional) {
    this.context = context;
    this.optional = optional;
  }

  /** Without which nobody is talked to. */
  static ChangingTls alone(SSLContext context) {
    return new ChangingTls(context, /* optional= */ false);
  }

  /** While not every node has it. */
  static ChangingTls optional(SSLContext context) {
    return new ChangingTls(context, /* optional= */ true);
  }

  /** Another one from now on. */
  void become(SSLContext other) {
    context = other;
  }

  @Override
  public SSLContext context() {
    return context;
  }

  @Override
  public boolean optional() {
    return optional;
  }
}
