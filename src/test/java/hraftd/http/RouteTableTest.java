package hraftd.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A path leads to what the table has for it, and for each method to one route. */
class RouteTableTest {

  private static Route route(String method, String path) {
    return Route.of(
        method,
        path,
        Route.Needs.ADMIN,
        Route.Body.NONE,
        Set.of(200),
        request -> CompletableFuture.completedFuture(Reply.empty(200)));
  }

  private final Route self = route("GET", "/token/self");
  private final Route delete = route("DELETE", "/token/{name}");
  private final RouteTable table = new RouteTable(List.of(self, delete));

  /** Javalin's router looks at the method too: what it finds must be what was asked about. */
  @Test
  void aFixedPathHasTheMethodsOfAnOpenOneThatItFits() {
    RouteTable.Match match = table.find("/token/self");
    assertNotNull(match);
    assertSame(self, match.route("GET"));
    assertSame(self, match.route("HEAD"));
    assertSame(delete, match.route("DELETE"));
    assertNull(match.route("PUT"));
    assertEquals("DELETE, GET, HEAD", match.allowed());
    assertEquals("self", match.tail());
  }

  @Test
  void anOpenPathTakesTheRest() {
    RouteTable.Match match = table.find("/token/a/b");
    assertNotNull(match);
    assertEquals("a/b", match.tail());
    assertNull(match.route("GET"));
    assertNull(table.find("/tok"));
  }
}
