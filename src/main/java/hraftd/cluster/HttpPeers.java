package hraftd.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.cluster.ClusterException.Kind;
import hraftd.fatal.FatalErrors;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.text.BoundedLog;
import hraftd.text.Printable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The other nodes over HTTP. Never blocks: the JDK's client works on threads of its own. */
public final class HttpPeers implements Peers {

  /** Tells the other node that no web page asks: none can send a header that begins so. */
  public static final String NODE = "Sec-Hraftd-Node";

  /** So much of what a node says is said again. */
  private static final int MAX_DETAIL_BYTES = 400;

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(HttpPeers.class));

  private final PeerProof proof;
  private final PeerClient client;

  /**
   * The others.
   *
   * @param proof what shows them that a node of theirs asks
   * @param tls how they are asked over HTTPS; null: over plain HTTP
   */
  public HttpPeers(PeerProof proof, @Nullable PeerTls tls) {
    this.proof = proof;
    this.client = new PeerClient(tls, System::nanoTime);
  }

  @Override
  public CompletableFuture<Description> describe(HostPort http, Deadline deadline) {
    // Whatever is there instead, and why it cannot be reached, is not for whoever made us ask.
    return send("GET", http, "/cluster/self", "", deadline, ClusterJson::description)
        .exceptionallyCompose(
            failure -> {
              if (failure instanceof ClusterException refusal && refusal.relayed()) {
                String detail = refusal.detail();
                LOG.warn("{}", detail.contains(http.toString()) ? detail : http + ": " + detail);
              }
              return CompletableFuture.failedFuture(notThere(http));
            });
  }

  @Override
  public CompletableFuture<Void> reserve(
      HostPort http, Reservation reservation, Deadline deadline) {
    String body = ClusterJson.tree(reservation).toString();
    return harmless(
        http, send("POST", http, "/cluster/prepare", body, deadline, HttpPeers::nothing));
  }

  @Override
  public CompletableFuture<Void> form(HostPort http, FormRequest request, Deadline deadline) {
    String body = ClusterJson.tree(request).toString();
    return send("POST", http, "/cluster/form", body, deadline, HttpPeers::nothing);
  }

  @Override
  public CompletableFuture<Formed> setup(HostPort http, SetupRequest request, Deadline deadline) {
    String body = ClusterJson.tree(request).toString();
    return send("POST", http, "/setup?forwarded", body, deadline, ClusterJson::formed);
  }

  @Override
  public CompletableFuture<Membership> join(
      HostPort http, JoinRequest request, boolean toLeader, Deadline deadline) {
    String body = ClusterJson.tree(request).toString();
    String path = "/join" + (toLeader ? "?forwarded" : "");
    return send("POST", http, path, body, deadline, ClusterJson::members);
  }

  @Override
  public CompletableFuture<Membership> remove(HostPort http, MemberId id, Deadline deadline) {
    String body = ClusterJson.tree(id).toString();
    return send("POST", http, "/remove?forwarded", body, deadline, ClusterJson::members);
  }

  @Override
  public CompletableFuture<Void> handOver(HostPort http, Optional<MemberId> to, Deadline deadline) {
    String body = to.map(id -> ClusterJson.tree(id).toString()).orElse("{}");
    return send("POST", http, "/cluster/lead", body, deadline, HttpPeers::nothing);
  }

  @Override
  public CompletableFuture<Membership> moved(HostPort http, Moved moved, Deadline deadline) {
    String body = ClusterJson.tree(moved).toString();
    return send("POST", http, "/cluster/moved", body, deadline, ClusterJson::whereabouts);
  }

  @Override
  public CompletableFuture<Void> removed(HostPort http, Removal removal, Deadline deadline) {
    String body = ClusterJson.tree(removal).toString();
    return send("POST", http, "/cluster/removed", body, deadline, HttpPeers::nothing);
  }

  @Override
  public CompletableFuture<Void> stop(HostPort http, boolean all, Deadline deadline) {
    String path = "/shutdown?self" + (all ? "&all" : "");
    return send("POST", http, path, "", deadline, HttpPeers::nothing);
  }

  @SuppressWarnings("NullAway") // Void has no other value.
  private static Void nothing(JsonNode answer) {
    return null;
  }

  private <T extends @Nullable Object> CompletableFuture<T> send(
      String method,
      HostPort http,
      String path,
      String body,
      Deadline deadline,
      Function<JsonNode, T> read) {
    long millis = Math.max(1, deadline.remaining().toMillis());
    CompletableFuture<HttpResponse<byte[]>> response;
    try {
      String query = (path.contains("?") ? "&" : "?") + "timeout=" + millis + "ms";
      HttpRequest.Builder building =
          HttpRequest.newBuilder()
              .timeout(Duration.ofMillis(millis))
              .header("Content-Type", "application/json")
              .header(NODE, "1")
              .method(
                  method,
                  body.isEmpty()
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(body));
      String shown = proof.header(method, http, path + query);
      if (shown != null) {
        building.header("Authorization", shown);
      }
      response = client.send(http, path + query, building);
    } catch (IllegalArgumentException e) {
      // A host that the client does not take, as one with an underscore.
      return CompletableFuture.failedFuture(notThere(http));
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    var unused =
        response
            .orTimeout(millis, TimeUnit.MILLISECONDS)
            .whenComplete(
                (received, failure) -> {
                  try {
                    if (failure != null) {
                      answer.completeExceptionally(refusal(http, failure));
                    } else {
                      answer.complete(read(http, received, read));
                    }
                  } catch (RuntimeException | Error e) {
                    FatalErrors.check(e);
                    answer.completeExceptionally(
                        e instanceof ClusterException ? e : stranger(http));
                  }
                });
    return answer;
  }

  private static <T extends @Nullable Object> T read(
      HostPort http, HttpResponse<byte[]> response, Function<JsonNode, T> read) {
    try {
      JsonNode tree = ClusterJson.object(response.body());
      if (response.statusCode() == 200) {
        return read.apply(tree);
      }
      if (tree.path("code").isTextual() && tree.path("detail").isTextual()) {
        Kind kind = Kind.of(tree.path("code").textValue());
        String detail = Printable.cut(tree.path("detail").textValue(), MAX_DETAIL_BYTES);
        throw new ClusterException(
            kind == null ? Kind.CONFLICT : kind,
            kind == null ? "the node at " + http + " refuses: " + detail : detail,
            /* relayed= */ true);
      }
    } catch (IllegalArgumentException e) {
      // Not what hraftd answers: said below.
    }
    throw stranger(http);
  }

  /** One sentence for whatever is or is not there: a node is no tool to look at others' ports. */
  private static ClusterException notThere(HostPort http) {
    return new ClusterException(
        Kind.UNREACHABLE,
        "no hraftd node answers at " + http + ": is it started, and is this its HTTP address?");
  }

  /** Something has taken a request that changes something, and did not answer as hraftd does. */
  private static ClusterException stranger(HostPort http) {
    return ClusterException.conflict("what answers at " + http + " is not a hraftd node");
  }

  private static ClusterException refusal(HostPort http, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException c && c.getCause() != null ? c.getCause() : failure;
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      return notThere(http);
    }
    String tls = TlsFailure.why(http, cause);
    if (tls != null) {
      LOG.warn("no TLS with {}: {}", http, tls);
      return new ClusterException(
          Kind.UNREACHABLE, "no TLS with the node at " + http + ": the log says why");
    }
    if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
      return new ClusterException(Kind.TIMEOUT, "the node at " + http + " does not answer in time");
    }
    if (cause instanceof IOException) {
      return new ClusterException(Kind.TIMEOUT, "the connection to " + http + " broke off");
    }
    LOG.defect("asking {} failed", http, cause);
    return new ClusterException(Kind.INTERNAL, "asking " + http + " failed; the log says why");
  }

  /** For requests that change nothing it does not matter whether they arrived. */
  private static <T extends @Nullable Object> CompletableFuture<T> harmless(
      HostPort http, CompletableFuture<T> answer) {
    return answer.exceptionallyCompose(
        failure -> {
          ClusterException refusal =
              failure instanceof ClusterException c ? c : refusal(http, failure);
          return CompletableFuture.failedFuture(
              refusal.kind() == Kind.TIMEOUT && !refusal.relayed()
                  ? new ClusterException(Kind.UNREACHABLE, refusal.detail())
                  : refusal);
        });
  }
}
