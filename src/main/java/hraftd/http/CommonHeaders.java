package hraftd.http;

import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * The headers that all answers have, whoever gives them: who answered, that a browser shall take
 * the media type as it is said, and that nobody shall keep what may be another value in a moment.
 */
final class CommonHeaders implements HttpConfiguration.Customizer {

  private static final String SERVED_BY = "X-Hraftd-Served-By";

  private static final HttpField NOSNIFF =
      new PreEncodedHttpField("X-Content-Type-Options", "nosniff");

  private static final HttpField NO_STORE =
      new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");

  private final Supplier<String> nodeId;
  private volatile HttpField servedBy = new PreEncodedHttpField(SERVED_BY, "");

  /**
   * The headers of a node's answers.
   *
   * @param nodeId who answers; asked for each
   */
  CommonHeaders(Supplier<String> nodeId) {
    this.nodeId = nodeId;
  }

  @Override
  public Request customize(Request request, HttpFields.Mutable headers) {
    addTo(headers);
    return request;
  }

  /** Sets them, each once, whatever stood there. */
  void addTo(HttpFields.Mutable headers) {
    headers.put(servedBy(nodeId.get()));
    headers.put(NOSNIFF);
    headers.put(NO_STORE);
  }

  /** Encoded once for each id, of which a node has one or two. */
  private HttpField servedBy(String id) {
    HttpField field = servedBy;
    if (!field.getValue().equals(id)) {
      field = new PreEncodedHttpField(SERVED_BY, id);
      servedBy = field;
    }
    return field;
  }
}
