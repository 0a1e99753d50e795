package hraftd.http.api;

import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.Route;
import hraftd.kv.KvView;
import hraftd.kv.Tokens;
import hraftd.security.WallClock;
import hraftd.text.BoundedLog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The whole content at once: {@code GET /backup} and {@code POST /restore}. Both take long and
 * block, so each has a thread of its own, and there are few at a time.
 */
final class BackupResource {

  /** Each keeps a view of the store alive while others write. */
  private static final int MAX_BACKUPS = 2;

  /** The parameter that has the tokens in a backup, too: without it one has none. */
  private static final String TOKENS = "tokens";

  private static final BoundedLog LOG =
      new BoundedLog(LoggerFactory.getLogger(BackupResource.class));

  private final Supplier<Store> stores;
  private final Executor lane;
  private final Path directory;
  private final Downloads backups =
      new Downloads(
          "hraftd-backup",
          "backup",
          MAX_BACKUPS,
          "this node is writing " + MAX_BACKUPS + " backups already",
          LOG);
  private final Semaphore restores = new Semaphore(1);

  /**
   * The resource of a node.
   *
   * @param stores what the node serves; throws a {@link Problem} while there is nothing
   * @param lane runs short continuations
   * @param directory where a backup that comes in is kept until it is checked
   */
  BackupResource(Supplier<Store> stores, Executor lane, Path directory) {
    this.stores = stores;
    this.lane = lane;
    this.directory = directory;
  }

  List<Route> routes() {
    return List.of(
        Route.of(
                "GET",
                "/backup",
                Route.Needs.ADMIN,
                Route.Body.NONE,
                Set.of(200, 504),
                this::backup)
            .withParams("level", "min_revision", Reads.INCOMPLETE, TOKENS),
        Route.of(
                "POST",
                "/restore",
                Route.Needs.ADMIN,
                Route.Body.STREAM,
                Set.of(200, 409, 413, 501, 504, 507),
                this::restore)
            .withHeaders(Writes.IDEMPOTENCY_KEY));
  }

  private CompletionStage<Reply> backup(Request request) {
    Store store = stores.get();
    return Reads.read(store, request, lane, view -> backup(store, request, view));
  }

  private Reply backup(Store store, Request request, KvView view) {
    Tokens tokens = request.params().flag(TOKENS) ? view.tokens() : Tokens.NONE;
    return backups
        .reply(request, "application/x-ndjson", out -> write(store, view, tokens, out))
        .header(Writes.REVISION, Long.toString(view.revision()));
  }

  private static void write(Store store, KvView view, Tokens tokens, OutputStream out)
      throws IOException {
    ProgressLog progress = new ProgressLog("backup: {} of " + view.size() + " keys sent");
    long clock = Ttl.clock(store, view);
    Backup.write(view, store.clusterId(), clock, tokens, out, progress::reached);
    out.flush();
    LOG.info("backup: {} keys at revision {} sent", view.size(), view.revision());
  }

  private CompletionStage<Reply> restore(Request request) {
    Store store = stores.get();
    String idempotencyKey = Writes.idempotencyKey(request);
    if (!restores.tryAcquire()) {
      throw Problem.conflict("a restore is under way on this node");
    }
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    OwnThread.start(
        "hraftd-restore",
        () -> {
          try {
            Restore.Done restored = restore(store, request, idempotencyKey);
            restores.release();
            reply.complete(restored(restored));
          } catch (IOException e) {
            restores.release();
            LOG.warn("restore: failed: {}", e);
            reply.completeExceptionally(
                new Problem(
                    Code.INTERNAL,
                    Code.Effect.REJECTED,
                    "the backup could not be kept on this node's disk; the log says why"));
          } catch (InterruptedException | RuntimeException e) {
            restores.release();
            reply.completeExceptionally(e);
          }
        },
        restores::release);
    return reply;
  }

  private Restore.Done restore(Store store, Request request, @Nullable String idempotencyKey)
      throws IOException, InterruptedException {
    ProgressLog progress = new ProgressLog("restore: {} keys received");
    FreeSpace space = new FreeSpace(directory, FreeSpace.RESERVE_BYTES);
    try (BackupFile backup =
        BackupFile.receive(request.stream(), directory, space, progress::reached)) {
      // It may have taken long to come.
      Allowed.still(store, request);
      LOG.info("restore: a whole backup of {} keys received", backup.count());
      Clock clock = WallClock.clock();
      return new Restore(store, backup, idempotencyKey, clock).run();
    }
  }

  private static Reply restored(Restore.Done restored) {
    return Reply.json(
            json -> {
              json.writeStartObject();
              json.writeNumberField("revision", restored.revision());
              json.writeNumberField("keys", restored.keys());
              if (restored.tokens() > 0) {
                json.writeNumberField("tokens", restored.tokens());
              }
              json.writeEndObject();
            })
        .header(Writes.REVISION, Long.toString(restored.revision()));
  }
}
