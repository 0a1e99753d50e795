package hraftd.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;

/** What a node takes on: for all together, for one address, and what is left for small bodies. */
class RequestBudgetTest {

  private static final SocketAddress ONE = new InetSocketAddress("192.0.2.1", 1000);
  private static final SocketAddress ONE_AGAIN = new InetSocketAddress("192.0.2.1", 2000);
  private static final SocketAddress TWO = new InetSocketAddress("192.0.2.2", 1000);
  private static final SocketAddress THREE = new InetSocketAddress("192.0.2.3", 1000);

  private static final long SHARE = RequestBudget.ADDRESS_BYTES;

  private final RequestBudget budget = new RequestBudget();

  private void refused(SocketAddress client, long held, long more) {
    long before = budget.bodyBytes();
    Problem problem = assertThrows(Problem.class, () -> budget.reserve(client, held, more));
    assertEquals(Code.OVERLOADED, problem.code());
    assertEquals(before, budget.bodyBytes());
  }

  @Test
  void anAddressHasAShareHoweverManyConnections() {
    budget.reserve(ONE, 0, SHARE - 100_000);
    budget.reserve(ONE_AGAIN, 0, 100_000);
    refused(ONE, 0, 100_000);
    budget.reserve(TWO, 0, 100_000);
    budget.release(ONE_AGAIN, 100_000);
    budget.reserve(ONE, 0, 100_000);
  }

  @Test
  void longOnesLeaveRoomForSmallOnes() {
    budget.reserve(ONE, 0, SHARE);
    budget.reserve(TWO, 0, SHARE - RequestBudget.RESERVE_BYTES);
    refused(THREE, 0, RequestBudget.SMALL_BYTES + 1);
    assertDoesNotThrow(() -> budget.reserve(THREE, 0, RequestBudget.SMALL_BYTES));
    assertDoesNotThrow(() -> budget.reserve(ONE, 0, RequestBudget.SMALL_BYTES));
    refused(THREE, RequestBudget.SMALL_BYTES, 1);
  }

  /** A body comes in pieces: it is small, and then it is not. */
  @Test
  void aBodyThatGrowsIsChargedWhole() {
    long piece = RequestBudget.SMALL_BYTES;
    long held = 0;
    while (held + piece <= SHARE) {
      budget.reserve(ONE, held, piece);
      held += piece;
    }
    refused(ONE, held, piece);
    budget.release(ONE, held);
    assertEquals(0, budget.bodyBytes());
    budget.reserve(ONE, 0, SHARE);
  }
}
