package hraftd.raft.net;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** What the nodes of a test have in the place of a file with secrets; it may change. */
public final class SharedSecrets implements PortSecrets {
  private volatile List<byte[]> accepted = List.of();
  private final boolean optional;

  private SharedSecrets(boolean optional) {
    this.optional = optional;
  }

  /** These, which everybody has to prove. */
  public static SharedSecrets of(String... secrets) {
    SharedSecrets made = new SharedSecrets(/* optional= */ false);
    made.become(secrets);
    return made;
  }

  /** This one, while not every node has it. */
  static SharedSecrets optional(String secret) {
    SharedSecrets made = new SharedSecrets(/* optional= */ true);
    made.become(secret);
    return made;
  }

  /** The bytes that count for a secret of these letters. */
  static byte[] bytes(String secret) {
    return secret.repeat(32).getBytes(StandardCharsets.UTF_8);
  }

  /** Others from now on. */
  public void become(String... secrets) {
    accepted = Stream.of(secrets).map(SharedSecrets::bytes).toList();
  }

  @Override
  public List<byte[]> accepted() {
    return accepted;
  }

  @Override
  public boolean optional() {
    return optional;
  }
}
