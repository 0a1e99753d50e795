package hraftd.jgroups.danger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.StreamSupport;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.View;
import org.jgroups.protocols.raft.AppendEntriesRequest;
import org.jgroups.protocols.raft.InstallSnapshotRequest;
import org.jgroups.protocols.raft.LogEntries;
import org.jspecify.annotations.Nullable;

/** A cluster of {@link StockNode}s. */
final class StockCluster implements DangerCluster {

  /** Twenty times the vote timeout; nothing that comes later comes by itself. */
  private static final long AWAIT_NANOS = 1_000_000_000L;

  /** Short, so that several fit into a short test; real time, because the real loop measures it. */
  private static final long RESEND_MILLIS = 10;

  private record Sent(StockNode to, Message message) {}

  private final Path directory;
  private final List<String> ids;
  final List<StockNode> nodes = new ArrayList<>();
  private final Queue<Sent> wire = new ConcurrentLinkedQueue<>();
  private final Set<Integer> side = new HashSet<>();
  private int deaf = -1;
  private long lastTermDelivered = Long.MAX_VALUE;
  private long longestSnapshot;
  private int views;

  StockCluster(int size, Path directory) throws Exception {
    this.directory = directory;
    ids = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      ids.add(id(i));
    }
    for (int i = 0; i < size; i++) {
      startNode(i);
    }
  }

  private static String id(int node) {
    return "n" + node;
  }

  private StockNode startNode(int i) throws Exception {
    StockNode[] self = new StockNode[1];
    self[0] = new StockNode(id(i), ids, directory, m -> send(self[0], m));
    self[0].raft.resendInterval(RESEND_MILLIS);
    if (i < nodes.size()) {
      nodes.set(i, self[0]);
    } else {
      nodes.add(self[0]);
    }
    self[0].start();
    List<Address> all = nodes.stream().map(n -> n.address).toList();
    View view = new View(all.get(0), views++, all);
    nodes.forEach(n -> n.raft.handleView(view));
    return self[0];
  }

  private void send(StockNode from, Message message) {
    if (message.getHeader(from.raft.getId()) instanceof InstallSnapshotRequest) {
      longestSnapshot = Math.max(longestSnapshot, message.getLength());
    }
    for (StockNode to : nodes) {
      boolean loopback = to == from && !message.isFlagSet(Message.TransientFlag.DONT_LOOPBACK);
      if (message.dest() == null ? to != from || loopback : message.dest().equals(to.address)) {
        wire.add(new Sent(to, message));
      }
    }
  }

  private boolean reachable(Address from, StockNode to) {
    if (nodes.indexOf(to) == deaf) {
      return false;
    }
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).address.equals(from)) {
        return side.contains(i) == side.contains(nodes.indexOf(to));
      }
    }
    return false; // a process that has ended
  }

  @Override
  public void separate(int... alone) {
    heal();
    Arrays.stream(alone).forEach(side::add);
  }

  @Override
  public void merge(int late) {
    heal();
    StockNode joiner = nodes.get(late);
    joiner.view(new View(joiner.address, views++, List.of(joiner.address)));
    List<Address> all = new ArrayList<>();
    nodes.stream().filter(n -> n != joiner).forEach(n -> all.add(n.address));
    all.add(joiner.address);
    View merged = new View(all.get(0), views++, all);
    nodes.stream().filter(n -> n != joiner).forEach(n -> n.view(merged));
    settle();
    joiner.view(merged);
    settle();
  }

  @Override
  public void deafen(int node) {
    deaf = node;
  }

  @Override
  public void heal() {
    deaf = -1;
    lastTermDelivered = Long.MAX_VALUE;
    side.clear();
  }

  /**
   * What the view's coordinator does: whoever has the longest log among a majority's answers leads
   * in a new term, which it tells all.
   */
  @Override
  public boolean elect(int node) {
    StockNode candidate = nodes.get(node);
    long term = 0;
    int votes = 0;
    for (StockNode n : nodes) {
      if (!reachable(candidate.address, n)) {
        continue;
      }
      term = Math.max(term, n.raft.currentTerm());
      if (!n.raft.members().contains(n.raft.raftId())) {
        continue; // a learner does not vote
      }
      votes++;
      long last = n.raft.log().lastAppended();
      if (n.lastTerm() > candidate.lastTerm()
          || (n.lastTerm() == candidate.lastTerm() && last > candidate.raft.log().lastAppended())) {
        return false;
      }
    }
    if (votes < candidate.raft.majority()) {
      return false;
    }
    candidate.raft.setLeaderAndTerm(
        null); // if it led before: it lost its majority, or stepped down
    for (StockNode n : nodes) {
      if (reachable(candidate.address, n)) {
        n.raft.trySetLeaderAndTerm(candidate.address, term + 1);
      }
    }
    settle();
    return true;
  }

  @Override
  public int awaitLeader(int... members) {
    List<Address> all = Arrays.stream(members).mapToObj(i -> nodes.get(i).address).toList();
    View view = new View(all.get(0), views++, all);
    for (int i : members) {
      nodes.get(i).view(view);
    }
    long end = System.nanoTime() + AWAIT_NANOS;
    do {
      settle();
      for (int i : members) {
        if (leads(i) && !nodes.get(i).election.isVotingThreadRunning()) {
          settle(); // its thread may just now have told the others
          return i;
        }
      }
      LockSupport.parkNanos(1_000_000);
    } while (System.nanoTime() - end < 0);
    return -1;
  }

  @Override
  public Answer write(int node, String value) {
    return request(() -> nodes.get(node).redirect.setAsync(bytes(value), 0, value.length(), null));
  }

  @Override
  public Answer read(int node) {
    return request(() -> nodes.get(node).redirect.getAsync(bytes(StockNode.READ), 0, 1, null));
  }

  private static byte[] bytes(String value) {
    return value.getBytes(StandardCharsets.US_ASCII);
  }

  private interface Request {
    CompletableFuture<byte[]> begin() throws Exception;
  }

  private static Answer request(Request request) {
    CompletableFuture<byte[]> future;
    try {
      future = request.begin();
    } catch (Exception refused) {
      future = CompletableFuture.failedFuture(refused);
    }
    CompletableFuture<byte[]> answer = future;
    return new Answer() {
      @Override
      public boolean succeeded() {
        return answer.isDone() && !answer.isCompletedExceptionally();
      }

      @Override
      public boolean ended() {
        return answer.isDone();
      }

      @Override
      public @Nullable Throwable failure() {
        return answer.handle((ignored, failure) -> failure).getNow(null);
      }

      @Override
      public String value() {
        return new String(answer.join(), StandardCharsets.US_ASCII);
      }
    };
  }

  @Override
  public void settle() {
    settle(Integer.MAX_VALUE);
  }

  /**
   * Delivers messages until there are none, or this many.
   *
   * @return how many it delivered
   */
  int settle(int most) {
    int delivered = 0;
    boolean more = true;
    while (more && delivered < most) {
      more = false;
      for (StockNode n : nodes) {
        more |= n.raft.runQueue();
      }
      for (Sent sent = wire.poll(); sent != null; sent = wire.poll()) {
        if (nodes.contains(sent.to) && reachable(sent.message.src(), sent.to) && !lost(sent)) {
          sent.to.receive(sent.message);
          delivered++;
          more = true;
        }
      }
    }
    return delivered;
  }

  private boolean lost(Sent sent) {
    boolean append = sent.message.getHeader(sent.to.raft.getId()) instanceof AppendEntriesRequest;
    LogEntries entries = append ? sent.message.getObject() : null;
    return entries != null
        && StreamSupport.stream(entries.spliterator(), /* parallel= */ false)
            .anyMatch(e -> e.term() > lastTermDelivered);
  }

  @Override
  public void loseEntriesOfNewTerms() {
    lastTermDelivered = nodes.stream().mapToLong(n -> n.raft.currentTerm()).max().orElse(0);
  }

  /** What the runner does after a resend interval without a request. */
  @Override
  public void pass() {
    nodes.forEach(n -> n.raft.flushCommitTable());
    settle();
  }

  @Override
  public void keepBusy(int leader) {
    StockRaft raft = nodes.get(leader).raft;
    long end = System.nanoTime() + 10 * RESEND_MILLIS * 1_000_000;
    for (int i = 0; System.nanoTime() - end < 0; i++) {
      write(leader, "busy" + i);
      raft.turn();
      settle();
    }
  }

  @Override
  public void takeSnapshot(int node) {
    var unused = nodes.get(node).raft.snapshotAsync();
    settle();
  }

  @Override
  public int snapshotsTaken(int node) {
    return nodes.get(node).raft.numSnapshots();
  }

  @Override
  public long longestSnapshotMessage() {
    return longestSnapshot;
  }

  @Override
  public void add(int leader, int node) {
    request(() -> nodes.get(leader).raft.addServer(id(node)));
    settle();
  }

  @Override
  public void remove(int leader, int node) {
    request(() -> nodes.get(leader).raft.removeServer(id(node)));
    settle();
  }

  @Override
  public void start(int node) {
    try {
      startNode(node);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void wipe(int node) {
    nodes.get(node).close();
    Path files = directory.resolve(id(node) + ".log");
    try (var all = Files.list(files)) {
      for (Path file : all.toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    start(node);
  }

  @Override
  public List<String> applied(int node) {
    return List.copyOf(nodes.get(node).applied);
  }

  @Override
  public int leaderOf(int node) {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).address.equals(nodes.get(node).raft.leader())) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public boolean leads(int node) {
    return nodes.get(node).raft.isLeader();
  }

  @Override
  public void close() {
    nodes.forEach(StockNode::close);
  }
}
