package hraftd.http;

import hraftd.raft.Deadline;
import hraftd.raft.RequestTrace;
import hraftd.security.Caller;
import java.io.InputStream;
import java.time.Duration;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/** One request: its parts, the body already in memory unless the route streams it. */
public final class Request {

  /** How long a client waits if it does not say. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** The longest that a client may ask to wait: requests in flight hold memory. */
  public static final Duration MAX_TIMEOUT = Duration.ofHours(1);

  /** The parameter that every route knows. */
  static final String TIMEOUT = "timeout";

  /** The parameter of those routes whose answers can say what happened to the request. */
  public static final String EXPLAIN = "explain";

  /** What a request takes of the server while it is answered. */
  public interface Place {

    /**
     * Takes bytes for an answer.
     *
     * @throws Problem 429 if this node holds too much already
     */
    void hold(long bytes);

    /** The address that it comes from, without a port; empty if it comes from nowhere. */
    default String client() {
      return "";
    }

    /** When the request came, on {@link System#nanoTime}. */
    default long began() {
      return System.nanoTime();
    }

    /** Gives its place to others: see {@link Request#waits}. */
    default void waits() {}
  }

  private final String method;
  private final String tail;
  private final Params params;
  private final HttpFields headers;
  private final byte[] body;
  private final InputStream stream;
  private final Place place;
  private final Caller caller;
  private final Deadline deadline;
  private final @Nullable RequestTrace trace;

  /**
   * A request of these parts.
   *
   * @param place what it takes of the server
   * @param caller who sends it
   */
  public Request(
      String method,
      String tail,
      Params params,
      HttpFields headers,
      byte[] body,
      InputStream stream,
      Place place,
      Caller caller) {
    this.method = method;
    this.tail = tail;
    this.params = params;
    this.headers = headers;
    this.body = body;
    this.stream = stream;
    this.place = place;
    this.caller = caller;
    this.deadline = Deadline.after(timeout(params));
    this.trace = params.flag(EXPLAIN) ? new RequestTrace(System::nanoTime, place.began()) : null;
  }

  /**
   * How long a client wants to wait.
   *
   * @throws Problem 400 if it asks for what makes no sense
   */
  static Duration timeout(Params params) {
    Duration asked = params.duration(TIMEOUT);
    if (asked == null) {
      return DEFAULT_TIMEOUT;
    }
    if (asked.isZero() || asked.compareTo(MAX_TIMEOUT) > 0) {
      throw Problem.badRequest("'timeout' must be more than 0 and at most 1h");
    }
    return asked;
  }

  /** GET, POST and so on; HEAD for a HEAD request, which a GET route also gets. */
  public String method() {
    return method;
  }

  /** What stands in the path for the route's last part, still percent-encoded; empty if fixed. */
  public String tail() {
    return tail;
  }

  /** The query parameters. */
  public Params params() {
    return params;
  }

  /** A header's value; null if it is absent, joined with commas if it is there more than once. */
  public @Nullable String header(String name) {
    String first = headers.get(name);
    return first == null ? null : String.join(", ", headers.getValuesList(name));
  }

  /** How long its headers are, in characters without what stands between them. */
  public int headerLength() {
    int length = 0;
    for (HttpField field : headers) {
      String value = field.getValue();
      length += field.getName().length() + (value == null ? 0 : value.length());
    }
    return length;
  }

  /** Who sends it, for whom its route is. */
  public Caller caller() {
    return caller;
  }

  /** The address that it comes from, without a port: a proxy's, if there is one in between. */
  public String client() {
    return place.client();
  }

  /** The body; not copied. Empty if the route streams it. */
  public byte[] body() {
    return body;
  }

  /**
   * The body of a route that streams it: reading blocks, so not on a server thread. Empty for
   * others.
   */
  public InputStream stream() {
    return stream;
  }

  /**
   * Takes room for a long answer before the work of making it is done.
   *
   * @param bytes about as long as it will be
   * @throws Problem 429 if this node holds too much already
   */
  public void reserve(long bytes) {
    place.hold(bytes);
  }

  /**
   * From here on it waits for something to happen, for as long as that takes: it gives its place
   * among the requests being answered to others, and how long it takes says nothing of this node
   * any more. Whoever lets it wait bounds how many do.
   */
  public void waits() {
    place.waits();
  }

  /** Where it is noted what happens to it; null if nobody wants to know. */
  public @Nullable RequestTrace trace() {
    return trace;
  }

  /** When the client stops waiting: from {@code ?timeout=}, counted from the request's arrival. */
  public Deadline deadline() {
    return deadline;
  }
}
