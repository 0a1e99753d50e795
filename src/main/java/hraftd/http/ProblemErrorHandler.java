package hraftd.http;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what is not even a request as a {@link Problem}, like every other error. */
final class ProblemErrorHandler implements Request.Handler {

  private static final String NO_HOST = "No Host";

  /** What the parser says of one that does not end with chunks, and which it has not kept. */
  private static final String BAD_TRANSFER_ENCODING = "Bad Transfer-Encoding";

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Object cause = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    if (cause instanceof HttpException http) {
      status = http.getCode();
      message = http.getReason();
    }
    String detail = message == null ? HttpStatus.getMessage(status) : message.toString();
    Exchange.write(response, problem(status, detail).reply(), callback);
    return true;
  }

  private static Problem problem(int status, String detail) {
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
                  + HttpServer.MAX_HEADER_BYTES
                  + " bytes, which is the limit");
      case HttpStatus.NOT_IMPLEMENTED_501, HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505 ->
          notUnderstood(detail);
      default ->
          status >= HttpStatus.INTERNAL_SERVER_ERROR_500
              ? new Problem(Code.INTERNAL, "this node failed to answer")
              : notUnderstood(detail);
    };
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
