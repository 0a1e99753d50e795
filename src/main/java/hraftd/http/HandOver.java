package hraftd.http;

import hraftd.fatal.FatalErrors;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Hands requests to the servlet on a thread of the pool. What stands before it runs on the thread
 * that reads from the connections, which a servlet, as it may block, must not have.
 */
final class HandOver extends Handler.Wrapper {

  private final Executor threads;

  /** In front of the servlet. */
  HandOver(Executor threads) {
    this.threads = threads;
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    threads.execute(() -> serve(request, response, callback));
    return true;
  }

  private void serve(Request request, Response response, Callback callback) {
    try {
      if (!super.handle(request, response, callback)) {
        Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
      }
    } catch (Throwable e) {
      FatalErrors.check(e);
      Response.writeError(request, response, callback, e);
    }
  }
}
