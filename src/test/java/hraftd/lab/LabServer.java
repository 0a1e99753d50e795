package hraftd.lab;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.staticfiles.Location;
import io.javalin.util.JavalinLogger;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;

/**
 * Serves the page of the lab, and makes the runs that it asks for. Listens on this machine alone,
 * and answers only pages of its own: no other page can read or ask anything.
 */
final class LabServer implements AutoCloseable {

  private static final String HOST = "127.0.0.1";
  private static final String LINES = "application/x-ndjson";
  private static final String JSON_TYPE = "application/json";

  /** A script of as many commands as there may be. */
  private static final long MAX_BODY = 256 << 10;

  private static final JsonMapper JSON = new JsonMapper();
  private static final int UNSUPPORTED = 415;
  private static final int UNAVAILABLE = 503;

  private final LabRuns runs;
  private final String bugs;
  private final String lessons;
  private final Javalin javalin;

  /** What writes an answer. */
  @FunctionalInterface
  private interface Answer {
    void write(String body, OutputStream out)
        throws IOException, LabRuns.BusyException, InterruptedException;
  }

  /**
   * Begins to serve.
   *
   * @param port 0: any free one
   */
  @SuppressWarnings("StaticAssignmentInConstructor") // Javalin has it for the process alone.
  LabServer(int port, Museum museum, String lessons) {
    runs = new LabRuns(museum);
    bugs = museum.json();
    this.lessons = lessons;
    JavalinLogger.startupInfo = false;
    javalin = Javalin.create(this::configure).start(HOST, port);
  }

  /** Where it is. */
  String address() {
    return "http://" + HOST + ":" + javalin.port() + "/";
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.maxRequestSize = MAX_BODY;
    for (String directory : Set.of("/ui", "/lab")) {
      config.staticFiles.add(
          files -> {
            files.hostedPath = directory;
            files.directory = directory;
            files.location = Location.CLASSPATH;
          });
    }
    config.routes.before(this::check);
    config.routes.get("/", context -> context.redirect("/lab/lab.html"));
    config.routes.get("/lab/bugs", context -> context.contentType(JSON_TYPE).result(bugs));
    config.routes.get("/lab/lessons", context -> context.contentType(JSON_TYPE).result(lessons));
    config.routes.post("/lab/run", context -> answer(context, this::commanded));
    config.routes.post("/lab/seed", context -> answer(context, this::seed));
    config.routes.post("/lab/bug", context -> answer(context, this::bug));
  }

  /** A page that was bound to this address by its name, or that is elsewhere, gets nothing. */
  private void check(Context context) {
    Set<String> own = Set.of(HOST + ":" + context.port(), "localhost:" + context.port());
    String host = context.header("Host");
    String origin = context.header("Origin");
    if (host == null
        || !own.contains(host)
        || (origin != null && !origin.equals("http://" + host))) {
      throw new ForbiddenResponse("this is not who is asked for");
    }
    context.header("Content-Security-Policy", "default-src 'self'");
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Cache-Control", "no-store");
  }

  private void answer(Context context, Answer answer) throws InterruptedException {
    String type = context.contentType();
    if (type == null || !type.startsWith(JSON_TYPE)) {
      refuse(context, UNSUPPORTED, "the body is to be " + JSON_TYPE);
      return;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      answer.write(context.body(), out);
      context.contentType(LINES).result(out.toByteArray());
    } catch (IllegalArgumentException e) {
      refuse(context, 400, String.valueOf(e.getMessage()));
    } catch (LabRuns.BusyException e) {
      refuse(context, UNAVAILABLE, "another run takes too long");
    } catch (IOException | IllegalStateException e) {
      refuse(context, 500, String.valueOf(e.getMessage()));
    }
  }

  private static void refuse(Context context, int status, String why) {
    context
        .status(status)
        .contentType(JSON_TYPE)
        .result(JSON.createObjectNode().put("error", why).toString());
  }

  private void commanded(String body, OutputStream out)
      throws IOException, LabRuns.BusyException, InterruptedException {
    runs.commanded(RunRequest.parse(body), out);
  }

  private void seed(String body, OutputStream out)
      throws IOException, LabRuns.BusyException, InterruptedException {
    ObjectNode fields = RunRequest.object(body);
    if (!fields.path("seed").canConvertToLong()) {
      throw new IllegalArgumentException("seed: a number is needed");
    }
    runs.ofSeed(fields.path("seed").longValue(), RunRequest.text(fields.get("mix"), "mix"), out);
  }

  private void bug(String body, OutputStream out)
      throws IOException, LabRuns.BusyException, InterruptedException {
    runs.ofBug(RunRequest.text(RunRequest.object(body).get("name"), "name"), out);
  }

  @Override
  public void close() {
    javalin.stop();
  }
}
