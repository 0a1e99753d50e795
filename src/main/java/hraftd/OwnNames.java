package hraftd;

import hraftd.cluster.ClusterRecord;
import hraftd.http.HostCheck;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The names that a node goes by: those of its own addresses, of its machine and of its cluster's
 * members. Any thread may call it, and does so for each request: nothing is looked up then.
 */
final class OwnNames implements Predicate<String> {

  private final boolean loopbackOnly;
  private final Set<String> own;
  private final CompletableFuture<String> machine;
  private final Supplier<@Nullable ClusterRecord> record;

  /**
   * The names of a node. May block on the name service.
   *
   * @param own its addresses as the command line has them; the first is where it listens
   * @param record what it knows of its cluster
   */
  OwnNames(List<HostPort> own, Supplier<@Nullable ClusterRecord> record) {
    InetAddress listens = own.get(0).resolve().getAddress();
    this.loopbackOnly = listens != null && listens.isLoopbackAddress();
    this.own =
        own.stream()
            .map(address -> HostCheck.canonical(address.host()))
            .collect(Collectors.toUnmodifiableSet());
    this.record = record;
    // A machine whose own name nobody knows must not start late for that.
    this.machine =
        loopbackOnly
            ? CompletableFuture.completedFuture("")
            : CompletableFuture.supplyAsync(OwnNames::machineName);
  }

  private static String machineName() {
    try {
      return HostCheck.canonical(InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException e) {
      return "";
    }
  }

  /** True if the node can be reached from its own machine alone. */
  boolean loopbackOnly() {
    return loopbackOnly;
  }

  /** True of a name of this node alone, not of another member. */
  boolean isOwn(String name) {
    if (name.isEmpty()) {
      return false;
    }
    if (isWhateverTheClusterIs(name)) {
      return true;
    }
    ClusterRecord known = record.get();
    Member self = known == null ? null : known.newest().find(known.self());
    return self != null && isOf(self, name);
  }

  @Override
  public boolean test(String name) {
    if (name.isEmpty()) {
      return false;
    }
    if (isWhateverTheClusterIs(name)) {
      return true;
    }
    ClusterRecord known = loopbackOnly ? null : record.get();
    if (known == null) {
      return false;
    }
    for (Member member : known.newest().members()) {
      if (isOf(member, name)) {
        return true;
      }
    }
    return false;
  }

  private boolean isWhateverTheClusterIs(String name) {
    return own.contains(name) || name.equals(machine.getNow(""));
  }

  private static boolean isOf(Member member, String name) {
    return isHost(member.http(), name) || isHost(member.raft(), name);
  }

  private static boolean isHost(HostPort address, String name) {
    return HostCheck.canonical(address.host()).equals(name);
  }
}
