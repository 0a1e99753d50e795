package hraftd.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.cluster.ClusterException.Kind;
import hraftd.cluster.SetupRequest.Named;
import hraftd.kv.state.KvState;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.node.RaftEngine;
import hraftd.watch.History;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Several nodes in one process that reach each other by calls instead of HTTP. Node n listens on
 * 127.0.0.1:n000 for clients and on 127.0.0.1:n001 for its peers; nothing is really bound.
 */
final class TestNetwork implements AutoCloseable {

  static final Duration TIMEOUT = Duration.ofSeconds(60);

  final FakeGroup group = new FakeGroup();
  private final Map<HostPort, Node> nodes = new ConcurrentHashMap<>();
  private final Set<HostPort> silentWhenFormed = ConcurrentHashMap.newKeySet();
  private final Map<HostPort, CompletableFuture<?>> answersToWho = new ConcurrentHashMap<>();
  private volatile boolean leadersAreOlder;
  private volatile Duration timeToSayWho = Duration.ZERO;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** One node: what {@link Cluster} wires, without its threads. */
  final class Node {
    final int number;
    final Identity identity;
    final LocalNode local;
    final Setup setup;
    final Members members;
    final Transfer transfer;
    final Shutdown shutdown;
    final MembershipKeeper keeper;
    final Relocations relocations;
    final Replacements replacements;
    volatile boolean stopped;

    Node(int number, Identity identity) {
      this.number = number;
      this.identity = identity;
      Peers peers = new Calls();
      Activity progress = new Activity();
      local =
          new LocalNode(
              identity,
              new Endpoints(
                  "node" + number, http(number), raft(number), Endpoints.Advertised.AS_BOUND),
              group);
      setup = new Setup(local, peers, progress);
      members = new Members(local, peers, progress);
      transfer = new Transfer(local, peers);
      shutdown = new Shutdown(local, peers);
      keeper = new MembershipKeeper(local, peers);
      relocations = new Relocations(local, peers);
      replacements = new Replacements(local, members, Runnable::run);
    }

    Joiner joiner(int... targets) {
      List<HostPort> list = Arrays.stream(targets).mapToObj(TestNetwork::http).toList();
      return new Joiner(local, new Calls(), new Activity(), list, true);
    }

    Mover mover(int... others) {
      List<HostPort> list = Arrays.stream(others).mapToObj(TestNetwork::http).toList();
      return new Mover(local, new Calls(), relocations, new Activity(), list);
    }

    AutomaticSetup automaticSetup(int... numbers) {
      return new AutomaticSetup(local, setup, new Activity(), request(numbers));
    }

    Formed setup(SetupRequest request) {
      return setup.run(request, /* forwarded= */ false, Deadline.after(TIMEOUT));
    }

    Membership join(String id, int number) {
      return members.join(
          new JoinRequest(new MemberId(id), raft(number), http(number), true),
          false,
          Deadline.after(TIMEOUT));
    }

    Membership replace(String replaced, String id, int number) {
      JoinRequest request =
          new JoinRequest(
              new MemberId(id), raft(number), http(number), true, new MemberId(replaced));
      return members.join(request, false, Deadline.after(TIMEOUT));
    }

    Membership remove(String id) {
      return members.remove(new MemberId(id), false, Deadline.after(TIMEOUT));
    }

    Description describe() {
      return Cluster.describe(local);
    }

    @Nullable String clusterId() {
      ClusterRecord record = local.record();
      return record == null ? null : record.clusterId();
    }
  }

  static HostPort http(int number) {
    return new HostPort("127.0.0.1", number * 1000);
  }

  static HostPort raft(int number) {
    return new HostPort("127.0.0.1", number * 1000 + 1);
  }

  /** A request that names these nodes, the first one to lead, with their numbers as ids. */
  static SetupRequest request(int... numbers) {
    return new SetupRequest(
        Arrays.stream(numbers)
            .mapToObj(n -> new Named(new MemberId("" + n), http(n), raft(n)))
            .toList());
  }

  /** Starts a node without any past. */
  Node start(int number) {
    return start(number, new InMemoryIdentity());
  }

  /** Starts a node that goes on with what it has kept. */
  Node start(int number, Identity identity) {
    Node node = new Node(number, identity);
    nodes.put(http(number), node);
    try {
      node.local.resume();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return node;
  }

  List<Node> start(int... numbers) {
    List<Node> started = new ArrayList<>();
    for (int number : numbers) {
      started.add(start(number));
    }
    return started;
  }

  /** Starts nodes that are the members of one cluster; the first of them was asked to set it up. */
  List<Node> formed(int... numbers) {
    List<Node> members = start(numbers);
    var unused = members.get(0).setup(request(numbers));
    return members;
  }

  /** From now on whoever leads hands over as 1.0 does: to a member that is named, unchecked. */
  void leadersAreOlder() {
    leadersAreOlder = true;
  }

  /** Takes a node away, as kill -9 does. */
  void kill(Node node) {
    nodes.remove(http(node.number), node);
    node.local.close();
  }

  /** Nobody reaches the node any more; it still reaches the others. */
  void cutOff(Node node) {
    nodes.remove(http(node.number), node);
    group.hearsNothing(new NodeId("" + node.number, node.identity.incarnation()));
  }

  /** Who asks who these are gets no answer before this is done, and none if it fails. */
  void holdDescriptions(CompletableFuture<?> until, int... numbers) {
    Arrays.stream(numbers).forEach(number -> answersToWho.put(http(number), until));
  }

  /** So long at most may the answer take that was asked for last. */
  Duration timeToSayWho() {
    return timeToSayWho;
  }

  /** The node refuses to become a member from now on, after it has promised to. */
  void breakForm(int number) {
    silentWhenFormed.add(http(number));
  }

  void mendForm(int number) {
    silentWhenFormed.remove(http(number));
  }

  /** See {@link FakeGroup#loseLeader}. */
  void loseLeader(FakeGroup.At next) {
    group.loseLeader(next);
  }

  /** See {@link FakeGroup#fix}. */
  void fix() {
    group.fix();
  }

  Absentees absentees(Node node, Clock clock) {
    return new Absentees(node.local, new Calls(), clock);
  }

  /** What a node says in /status. */
  ObjectNode report(Node node, Absentees absentees) {
    KvState state = new KvState(new History());
    CopyCheck copies =
        new CopyCheck(node.local, state::view, Duration.ofMinutes(1), System::nanoTime);
    return new StatusReport(
            node.local,
            new Activity(),
            copies,
            absentees,
            new FileScrub(node.local),
            new RaftEngine(),
            "test",
            Protection.NONE)
        .tree(state.view());
  }

  /** On a thread that ends with the network. */
  Future<?> run(Runnable task) {
    return threads.submit(task);
  }

  int clusters() {
    return group.clusters();
  }

  @Override
  public void close() {
    nodes.values().forEach(n -> n.local.close());
    threads.shutdownNow();
  }

  /** The other nodes, called on threads of their own. */
  private final class Calls implements Peers {

    private <T extends @Nullable Object> CompletableFuture<T> call(
        HostPort http, Function<Node, T> request) {
      CompletableFuture<T> answer = new CompletableFuture<>();
      threads.execute(
          () -> {
            Node node = nodes.get(http);
            try {
              if (node == null) {
                throw new ClusterException(
                    Kind.UNREACHABLE, "the node at " + http + " cannot be reached");
              }
              answer.complete(request.apply(node));
            } catch (ClusterException e) {
              answer.completeExceptionally(
                  new ClusterException(e.kind(), e.detail(), /* relayed= */ node != null));
            } catch (hraftd.raft.ConsensusException.NoLeader e) {
              answer.completeExceptionally(
                  new ClusterException(
                      Kind.NO_LEADER, String.valueOf(e.getMessage()), /* relayed= */ true));
            } catch (hraftd.raft.ConsensusException.NotSupported e) {
              answer.completeExceptionally(
                  new ClusterException(
                      Kind.NOT_SUPPORTED, String.valueOf(e.getMessage()), /* relayed= */ true));
            } catch (RuntimeException e) {
              answer.completeExceptionally(e);
            }
          });
      return answer;
    }

    @SuppressWarnings("NullAway") // Void has no other value.
    private CompletableFuture<Void> tell(HostPort http, java.util.function.Consumer<Node> request) {
      return call(
          http,
          node -> {
            request.accept(node);
            return null;
          });
    }

    @Override
    public CompletableFuture<Description> describe(HostPort http, Deadline deadline) {
      timeToSayWho = deadline.remaining();
      return answersToWho
          .getOrDefault(http, CompletableFuture.completedFuture(""))
          .thenCompose(now -> call(http, Node::describe));
    }

    @Override
    public CompletableFuture<Void> reserve(
        HostPort http, Reservation reservation, Deadline deadline) {
      return deadline.expired()
          ? CompletableFuture.failedFuture(
              new ClusterException(
                  Kind.TIMEOUT, "the node at " + http + " does not answer in time"))
          : tell(http, n -> n.local.reserve(reservation));
    }

    @Override
    public CompletableFuture<Void> form(HostPort http, FormRequest request, Deadline deadline) {
      if (silentWhenFormed.contains(http)) {
        return CompletableFuture.failedFuture(
            new ClusterException(Kind.TIMEOUT, "the node at " + http + " does not answer in time"));
      }
      return tell(http, n -> n.local.form(request));
    }

    @Override
    public CompletableFuture<Formed> setup(HostPort http, SetupRequest request, Deadline deadline) {
      return call(http, n -> n.setup.run(request, /* forwarded= */ true, deadline));
    }

    @Override
    public CompletableFuture<Membership> join(
        HostPort http, JoinRequest request, boolean toLeader, Deadline deadline) {
      return call(http, n -> n.members.join(request, toLeader, deadline));
    }

    @Override
    public CompletableFuture<Membership> remove(HostPort http, MemberId id, Deadline deadline) {
      return call(http, n -> n.members.remove(id, /* forwarded= */ true, deadline));
    }

    @Override
    public CompletableFuture<Void> handOver(
        HostPort http, Optional<MemberId> to, Deadline deadline) {
      return tell(
          http,
          n -> {
            if (!leadersAreOlder) {
              n.transfer.handOver(to, deadline);
              return;
            }
            String id = to.orElseThrow(() -> ClusterException.badRequest("'id' is missing")).text();
            n.local.consensus().transferLeadership(id, deadline).join();
          });
    }

    @Override
    public CompletableFuture<Membership> moved(HostPort http, Moved moved, Deadline deadline) {
      return call(http, n -> n.relocations.told(moved, deadline));
    }

    @Override
    public CompletableFuture<Void> removed(HostPort http, Removal removal, Deadline deadline) {
      return tell(http, n -> n.local.remove(removal));
    }

    @Override
    public CompletableFuture<Void> stop(HostPort http, boolean all, Deadline deadline) {
      return tell(http, n -> n.stopped = true);
    }
  }
}
