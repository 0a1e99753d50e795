package hraftd.cluster;

import hraftd.raft.HostPort;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers of other nodes that go on and on, line by line. Asks as {@link HttpPeers} does, and never
 * blocks: the JDK's client works on threads of its own. Thread-safe.
 */
public final class PeerStreams {

  /** Until the first byte of an answer; from then on who reads it sees whether it goes on. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final PeerProof proof;
  private final PeerClient client;

  /**
   * The others.
   *
   * @param proof what shows them that a node of theirs asks
   * @param tls how they are asked over HTTPS; null: over plain HTTP
   */
  public PeerStreams(PeerProof proof, @Nullable PeerTls tls) {
    this.proof = proof;
    this.client = new PeerClient(tls, System::nanoTime);
  }

  /** An answer that comes, or may come. */
  public static final class Stream {

    private final AtomicBoolean over = new AtomicBoolean();
    private final Consumer<String> line;
    private final Consumer<@Nullable Throwable> ended;
    private volatile @Nullable LineBody body;

    private Stream(Consumer<String> line, Consumer<@Nullable Throwable> ended) {
      this.line = line;
      this.ended = ended;
    }

    private LineBody body() {
      LineBody made =
          new LineBody(
              text -> {
                if (!over.get()) {
                  line.accept(text);
                }
              },
              this::end);
      body = made;
      if (over.get()) {
        made.cancel();
      }
      return made;
    }

    private void end(@Nullable Throwable why) {
      if (over.compareAndSet(false, true)) {
        ended.accept(why);
      }
    }

    /** Closes the connection; nobody is told. */
    public void close() {
      over.set(true);
      LineBody coming = body;
      if (coming != null) {
        coming.cancel();
      }
    }
  }

  /**
   * Asks for a stream.
   *
   * @param target path and query
   * @param line is given each line, one at a time
   * @param ended is called once at the end, with the reason if the node cannot be reached (any
   *     more); null if it has ended the answer, or has none
   */
  public Stream open(
      HostPort http, String target, Consumer<String> line, Consumer<@Nullable Throwable> ended) {
    Stream stream = new Stream(line, ended);
    try {
      HttpRequest.Builder building =
          HttpRequest.newBuilder().timeout(PATIENCE).header(HttpPeers.NODE, "1").GET();
      String shown = proof.header("GET", http, target);
      if (shown != null) {
        building.header("Authorization", shown);
      }
      CompletableFuture<HttpResponse<Void>> answer =
          client.send(
              http,
              target,
              building,
              info -> {
                if (info.statusCode() == 200) {
                  return stream.body();
                }
                // It is there, and of a version that has no such answer, or too busy.
                stream.end(null);
                LineBody unread = new LineBody(text -> {}, why -> {});
                unread.cancel();
                return unread;
              });
      var unused =
          answer.whenComplete(
              (response, failure) -> {
                if (failure != null) {
                  stream.end(failure);
                }
              });
    } catch (IllegalArgumentException e) {
      // A host that the client does not take, as one with an underscore.
      stream.end(e);
    }
    return stream;
  }
}
