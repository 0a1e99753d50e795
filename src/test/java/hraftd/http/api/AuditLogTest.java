package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.http.Route;
import hraftd.security.NodeProof;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What concerns the cluster is written down, but for what nodes ask each other all the time. */
class AuditLogTest {

  @ParameterizedTest
  @CsvSource({
    "GET,    /events,  ADMIN,  false, true",
    "GET,    /events,  ADMIN,  true,  false",
    "GET,    /backup,  ADMIN,  true,  true",
    "GET,    /token,   ADMIN,  true,  true",
    "DELETE, /token/t, ADMIN,  true,  true",
    "POST,   /join,    SECRET, true,  true",
    "GET,    /node,    SECRET, true,  false",
    "GET,    /key/k,   ITS_KEYS, true, false",
  })
  void whatIsWrittenDown(
      String method, String path, Route.Needs needs, boolean byNode, boolean written) {
    Route route =
        Route.of(
            method,
            path,
            needs,
            Route.Body.NONE,
            Set.of(200),
            request -> new CompletableFuture<>());
    @Nullable String shown = byNode ? NodeProof.SCHEME + "a proof" : null;
    assertEquals(written, AuditLog.isWrittenDown(route, shown));
  }
}
