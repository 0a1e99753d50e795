package hraftd.cluster;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The identity of a node that keeps nothing: after a restart it is another node. */
public final class InMemoryIdentity implements Identity {

  private final long incarnation;
  private volatile @Nullable ClusterRecord record;

  /** Of a new node. */
  public InMemoryIdentity() {
    this(new SecureRandom().nextLong());
  }

  /** Of the node of this incarnation, which belongs to no cluster as far as it knows. */
  public InMemoryIdentity(long incarnation) {
    this.incarnation = incarnation;
  }

  @Override
  public long incarnation() {
    return incarnation;
  }

  @Override
  public @Nullable Path raftDirectory() {
    return null;
  }

  @Override
  public Path temporaryDirectory() {
    return Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
  }

  @Override
  public void markEngine() {}

  @Override
  public void markFounding() {}

  @Override
  public List<String> scrub() {
    return List.of();
  }

  @Override
  public @Nullable ClusterRecord load() {
    return record;
  }

  @Override
  public void save(ClusterRecord newRecord) {
    record = newRecord;
  }

  @Override
  public void close() {}
}
