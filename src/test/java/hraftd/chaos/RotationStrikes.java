package hraftd.chaos;

import hraftd.testing.Eventually;
import hraftd.testing.Keyring;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * No fault: secret, authority and certificates are replaced node by node, as docs/security.md says.
 */
final class RotationStrikes {

  private static final String READ_AGAIN = "read again, as it has changed";

  /** For all nodes to look at their files, which they do five times a second here. */
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private RotationStrikes() {}

  /** All three, under load; then a follower has to come back with what there is now. */
  static void rotate(Arena a) {
    NodeKeys keys = a.cluster().keys();
    Keyring old = keys.present();
    Keyring next = keys.make();
    a.fault(
        "rotation",
        List.of(),
        () -> {
          each(a, "secret", node -> keys.putSecrets(node.number(), List.of(old, next)));
          each(a, "secret", node -> keys.putSecrets(node.number(), List.of(next, old)));
          keys.showSecret(next);
          each(a, "secret", node -> keys.putSecrets(node.number(), List.of(next)));
          keys.believe(List.of(old, next));
          each(a, "ca.pem", node -> keys.putAuthorities(node.number(), List.of(old, next)));
          each(a, "node.pem", node -> keys.putCertificate(node.number(), next));
          each(a, "ca.pem", node -> keys.putAuthorities(node.number(), List.of(next)));
          keys.believe(List.of(next));
          keys.settle(next);
        });
    NodeProcess follower = a.follower();
    a.fault(
        "SIGTERM, start",
        List.of(follower),
        () -> {
          follower.terminate();
          follower.start();
        });
  }

  /** Does it on one node after the other, each once the one before has read it. */
  private static void each(Arena a, String what, Consumer<NodeProcess> change) {
    for (NodeProcess node : a.cluster().nodes()) {
      long before = a.cluster().linesLogged(READ_AGAIN);
      change.accept(node);
      if (!Eventually.within(LIMIT, () -> a.cluster().linesLogged(READ_AGAIN) > before)) {
        throw new IllegalStateException(node.id() + " has not read its " + what + " again");
      }
    }
  }
}
