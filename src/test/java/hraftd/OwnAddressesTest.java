package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was sent to another address, or another port, was not sent to this node. */
class OwnAddressesTest {

  private final OwnAddresses own =
      new OwnAddresses(Set.of(11000, 443), Set.of("proxy"), "node1"::equals);

  @ParameterizedTest
  @CsvSource({
    "node1:11000, true",
    "NODE1.:11000, true",
    "node1:443, true",
    "node1:11001, false",
    "node2:11000, false",
    "proxy:11000, true",
    "localhost:11000, true",
    "localhost:80, false",
    "127.0.0.1:11000, true",
    "[::1]:11000, true",
    "192.0.2.77:11000, false",
    "[2001:db8::77]:11000, false",
    "12:11000, false",
    "node1, false",
    "'', false",
    "':11000', false"
  })
  void hostAndPortAreThisNodes(String address, boolean isOwn) {
    assertEquals(isOwn, own.test(address));
  }
}
