package hraftd.security;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import hraftd.security.NodeProof.Asked;
import hraftd.security.NodeProof.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A proof is worth something for one request to one address, for a while, and to nobody else. */
class NodeProofTest {

  private static final byte[] SECRET = "a-secret-of-more-than-32-characters!".getBytes(US_ASCII);
  private static final byte[] OTHER = "another-secret-of-more-than-32-chars".getBytes(US_ASCII);
  private static final Asked ASKED = new Asked("POST", "h2:11000", "/cluster/form?timeout=5ms");
  private static final long NOW = 1_800_000_000_000L;

  private final String header = NodeProof.header(SECRET, ASKED, NOW);

  private static Finding find(String header, Asked asked, long now, byte[]... secrets) {
    return NodeProof.find(List.of(secrets), header, asked, now);
  }

  @Test
  void itHoldsForItsRequestAlone() {
    assertEquals(Finding.HOLDS, find(header, ASKED, NOW, SECRET));
    assertEquals(Finding.HOLDS, find(header, ASKED, NOW, OTHER, SECRET));
    assertEquals(Finding.WRONG, find(header, ASKED, NOW, OTHER));
    for (Asked other :
        List.of(
            new Asked("GET", "h2:11000", "/cluster/form?timeout=5ms"),
            new Asked("POST", "h3:11000", "/cluster/form?timeout=5ms"),
            new Asked("POST", "h2:11000", "/cluster/form?timeout=5m"),
            new Asked("POST", "h2:11000/cluster", "/form?timeout=5ms"))) {
      assertEquals(Finding.WRONG, find(header, other, NOW, SECRET), other::toString);
    }
  }

  @Test
  void itHoldsForAWhile() {
    long window = NodeProof.WINDOW.toMillis();
    assertEquals(Finding.HOLDS, find(header, ASKED, NOW + window, SECRET));
    assertEquals(Finding.HOLDS, find(header, ASKED, NOW - window, SECRET));
    assertEquals(Finding.OF_ANOTHER_TIME, find(header, ASKED, NOW + window + 1, SECRET));
    assertEquals(Finding.OF_ANOTHER_TIME, find(header, ASKED, NOW - window - 1, SECRET));
  }

  @Test
  void noTwoAreTheSameAndNoneHasTheSecret() {
    assertNotEquals(header, NodeProof.header(SECRET, ASKED, NOW));
    assertFalse(header.contains(new String(SECRET, US_ASCII)));
  }

  @Test
  void everyBitCounts() {
    for (int i = NodeProof.SCHEME.length(); i < header.length() - 1; i++) {
      char changed = header.charAt(i) == 'A' ? 'B' : 'A';
      String other = header.substring(0, i) + changed + header.substring(i + 1);
      assertEquals(Finding.WRONG, find(other, ASKED, NOW, SECRET), "at " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "????", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void whatIsNoProofIsWrong(String text) {
    assertEquals(Finding.WRONG, find(NodeProof.SCHEME + text, ASKED, NOW, SECRET));
  }
}
