package hraftd.http;

import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** To Jetty's own response: for the front handler, and for what is no request at all. */
final class CoreOutlet implements Outlet {

  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, Reply.JSON);

  private final Response response;

  CoreOutlet(Response response) {
    this.response = response;
  }

  @Override
  public void head(Reply reply, long length) {
    response.setStatus(reply.status());
    HttpFields.Mutable headers = response.getHeaders();
    if (reply.contentType().equals(Reply.JSON)) {
      headers.add(JSON);
    } else if (!reply.contentType().isEmpty()) {
      headers.add(HttpHeader.CONTENT_TYPE, reply.contentType());
    }
    List<String> more = reply.headers();
    for (int i = 0; i < more.size(); i += 2) {
      headers.add(more.get(i), more.get(i + 1));
    }
    if (length >= 0) {
      headers.put(HttpHeader.CONTENT_LENGTH, length);
    }
  }

  @Override
  public void write(boolean last, ByteBuffer bytes, Callback sent) {
    response.write(last, bytes, sent);
  }
}
