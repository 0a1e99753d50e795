package hraftd.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A fact holds, does not, or is none. */
class FactsTest {

  private static final JsonMapper JSON = new JsonMapper();

  private final Facts facts = new Facts();

  @BeforeEach
  void twoMembers() throws JsonProcessingException {
    add("{'event':'state','node':'n1','role':'leader','commit':2,'tape':[[1,1],[2,1]]}");
    add("{'event':'state','node':'n2','role':'down','commit':1,'tape':[[1,1]]}");
    add("{'event':'moment','kind':'leads'}");
  }

  private void add(String event) throws JsonProcessingException {
    facts.add(JSON.readTree(event.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource({
    "n1.commit = 2, true",
    "n1.commit != n2.commit, true",
    "n1.commit <= n2.commit, false",
    "n1.entry1 = n2.entry1, true",
    "leaders = 1, true",
    "absent > 1, false",
    "moments.leads = 1, true",
    "moments.crash = 0, true",
    "n2.role = down, true",
  })
  void aFactHoldsOrNot(String fact, boolean holds) {
    assertEquals(holds, facts.holds(fact));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n1.entry7 = n2.entry7",
        "n1.entry2 != n2.entry2",
        "n3.role = n4.role",
        "n1.colour = n2.colour",
      })
  void whatNobodyTellsIsNoFact(String fact) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> facts.holds(fact)).getMessage();
    assertEquals("nobody tells this: " + fact, message);
  }

  @Test
  void aSentenceIsNoFact() {
    assertThrows(IllegalArgumentException.class, () -> facts.holds("n1 leads"));
    assertThrows(IllegalArgumentException.class, () -> facts.holds("n1.commit ~ 2"));
    assertThrows(IllegalArgumentException.class, () -> facts.holds("n1.role < 2"));
  }
}
