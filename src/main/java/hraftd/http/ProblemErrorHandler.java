package hraftd.http;

import hraftd.fatal.FatalErrors;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers what Jetty itself refuses as a {@link Problem}, like every other error: what is not even
 * a request, and what comes while the server stops.
 */
final class ProblemErrorHandler implements Request.Handler {

  private static final String NO_HOST = "No Host";

  /** What the parser says of one that does not end with chunks, and which it has not kept. */
  private static final String BAD_TRANSFER_ENCODING = "Bad Transfer-Encoding";

  private final CommonHeaders headers;

  ProblemErrorHandler(CommonHeaders headers) {
    this.headers = headers;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Object cause = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    if (cause instanceof Throwable failure) {
      FatalErrors.check(failure);
    }
    if (cause instanceof HttpException http) {
      status = http.getCode();
      message = http.getReason();
    }
    String detail = message == null ? HttpStatus.getMessage(status) : message.toString();
    Reply reply = problem(status, detail, cause).reply();
    // What is no request has not been seen by who adds them.
    headers.addTo(response.getHeaders());
    Outlet outlet = new CoreOutlet(response);
    outlet.head(reply, reply.body().length);
    outlet.write(/* last= */ true, ByteBuffer.wrap(reply.body()), callback);
    return true;
  }

  private static Problem problem(int status, String detail, @Nullable Object cause) {
    if (detail.equals(UriCompliance.Violation.FRAGMENT.getDescription())) {
      return Problem.badRequest("a target ends before its '#': write it as %23");
    }
    if (detail.startsWith(BAD_TRANSFER_ENCODING)) {
      return RequestCheck.transferEncodingUnknown();
    }
    return switch (status) {
      case HttpStatus.EXPECTATION_FAILED_417 -> RequestCheck.expectationUnknown();
      case HttpStatus.URI_TOO_LONG_414,
          HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431,
          HttpStatus.PAYLOAD_TOO_LARGE_413 ->
          new Problem(
              Code.TOO_LARGE,
              "the request's line and headers have more than "
                  + JettySettings.MAX_HEADER_BYTES
                  + " bytes, which is the limit");
      case HttpStatus.SERVICE_UNAVAILABLE_503 ->
          new Problem(Code.SHUTTING_DOWN, "this node is shutting down");
      case HttpStatus.NOT_FOUND_404 -> JavalinRoutes.nothingThere();
      case HttpStatus.NOT_IMPLEMENTED_501, HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505 ->
          notUnderstood(detail);
      default ->
          status >= HttpStatus.INTERNAL_SERVER_ERROR_500
              ? new Problem(Code.INTERNAL, "this node could not answer, or ended before it could")
              : isTarget(cause) ? badTarget() : notUnderstood(detail);
    };
  }

  /** What Jetty's parser throws over a target has no text that is meant for others. */
  private static boolean isTarget(@Nullable Object cause) {
    return cause instanceof Throwable failure
        && (failure.getCause() instanceof IllegalArgumentException
            || failure.getCause() instanceof IndexOutOfBoundsException);
  }

  private static Problem badTarget() {
    return Problem.badRequest(
        "the target cannot be understood: a percent-encoding that is none, %00, or '..' that leads"
            + " above the root (write a key's slashes as %2F)");
  }

  /** The parser's words are for programmers; of its reasons one alone is common. */
  private static Problem notUnderstood(String detail) {
    return Problem.badRequest(
        detail.equals(NO_HOST)
            ? "HTTP/1.1 asks for a 'Host'"
            : "not a request that this server understands: its line, a header or its body is not"
                + " as HTTP/1.1 has them");
  }
}
