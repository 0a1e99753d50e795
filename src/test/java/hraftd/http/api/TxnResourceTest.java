package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.api.TestClient.Answer;
import java.io.IOException;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@BothWays
class TxnResourceTest {

  @Parameter private Way way;
  private TestNode node;
  private TestClient http;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode(way);
    http = node.client();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private Answer txn(String json) {
    return http.post("/txn", json.replace('\'', '"'));
  }

  @Test
  void aTransactionWritesDeletesAndReadsInOneRevision() {
    http.post("/key", "{\"old\":\"1\",\"read\":\"r\"}");
    Answer answer =
        txn(
            "{'then':[{'put':{'key':'a','value':'1','ttl':'30s'}},{'delete':'old'},{'delete':'none'},"
                + "{'get':'read'},{'get':'a'},{'get':'none'}]}");
    assertEquals(
        ("{'succeeded':true,'revision':2,'results':[{'key':'a','version':2},"
                + "{'key':'old','deleted':1},{'key':'none','deleted':0},"
                + "{'key':'read','value':'r','version':1},{'key':'a','value':'1','version':2},"
                + "{'key':'none','value':null}]}")
            .replace('\'', '"'),
        answer.text());
    assertEquals("2", answer.header("X-Hraftd-Revision"));
    assertEquals("30s", http.get("/key/a").header("X-Hraftd-Ttl"));
  }

  @Test
  void aFailedConditionRunsElse() {
    http.put("/key/a", "1");
    Answer answer =
        txn(
            "{'if':[{'key':'a','value':'2'}],'then':[{'put':{'key':'a','value':'3'}}],"
                + "'else':[{'get':'a'}]}");
    assertEquals(
        "{\"succeeded\":false,\"revision\":1,\"results\":[{\"key\":\"a\",\"value\":\"1\",\"version\":1}]}",
        answer.text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'key':'a','version':1} | true",
        "{'key':'a','version':2} | false",
        "{'key':'a','exists':true} | true",
        "{'key':'b','exists':true} | false",
        "{'key':'a','exists':false} | false",
        "{'key':'a','absent':true} | false",
        "{'key':'b','absent':true} | true",
        "{'key':'b','version':0} | true",
        "{'key':'a','version':0} | false",
        "{'key':'a','value':'v'} | true",
        "{'key':'a','value':'w'} | false",
        "{'key':'b','value':''} | false",
      })
  void eachConditionDecides(String condition, boolean holds) {
    http.put("/key/a", "v");
    assertEquals(holds, txn("{'if':[" + condition + "]}").json().get("succeeded").asBoolean());
  }

  @Test
  void anEmptyTransactionSucceedsAndChangesNothing() {
    assertEquals("{\"succeeded\":true,\"revision\":0,\"results\":[]}", txn("{}").text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | object",
        "{'than':[]} | than",
        "{'then':{}} | 'then'",
        "{'then':[7]} | then[0]",
        "{'then':[{}]} | then[0]",
        "{'then':[{'get':'a'},{'get':7}]} | then[1]",
        "{'then':[{'get':'a','delete':'b'}]} | then[0]",
        "{'then':[{'put':{'key':'a'}}]} | then[0]",
        "{'then':[{'put':{'key':'a','value':1}}]} | then[0]",
        "{'then':[{'put':{'value':'1'}}]} | then[0]",
        "{'then':[{'put':{'key':'a','value':'1','ttl':5}}]} | then[0]",
        "{'then':[{'put':{'key':'a','value':'1','ttl':'x'}}]} | then[0]",
        "{'then':[{'put':{'key':'a','value':'1','ttl':'0s'}}]} | then[0]",
        "{'then':[{'put':{'key':'a','value':'1','tll':'5s'}}]} | tll",
        "{'then':[{'get':'a'},{'get':'b'},{'get':'c'},{'delete':''}]} | then[3]",
        "{'else':[{'get':''}]} | else[0]",
        "{'if':[{'key':'a'}]} | if[0]",
        "{'if':[{'version':1}]} | if[0]",
        "{'if':[{'key':'a','version':1,'exists':true}]} | if[0]",
        "{'if':[{'key':'a','version':-1}]} | if[0]",
        "{'if':[{'key':'a','version':'1'}]} | if[0]",
        "{'if':[{'key':'a','version':1.5}]} | if[0]",
        "{'if':[{'key':'a','exists':'yes'}]} | if[0]",
        "{'if':[{'key':'a','value':'v'},{'key':'a','absent':1}]} | if[1]",
        "{'then':[],'then':[]} | JSON",
        "{'then':[{'put':{'key':'a','value':'\\ud800'}}]} | then[0]",
      })
  void aMalformedTransactionIs400AndNamesThePart(String json, String named) {
    Answer answer = txn(json);
    assertEquals(400, answer.status());
    assertTrue(answer.detail().contains(named), answer.detail());
    assertEquals(0, node.state.view().revision());
  }

  @Test
  void it128OperationsAreAllowedAnd129AreNot() {
    assertEquals(200, txn("{'then':" + gets(128) + "}").status());
    assertEquals(400, txn("{'then':" + gets(129) + "}").status());
    assertEquals(200, txn("{'then':" + gets(64) + ",'else':" + gets(64) + "}").status());
    assertEquals(400, txn("{'then':" + gets(64) + ",'else':" + gets(65) + "}").status());
  }

  @Test
  void theLargestTransactionFitsWithAllItsParts() {
    String condition = "{'key':'a','exists':false,'version':0,'value':'v','absent':true}";
    String conditions = "[" + String.join(",", Collections.nCopies(128, condition)) + "]";
    String put = "{'put':{'key':'a','value':'v','ttl':'5s'}}";
    String puts = "[" + String.join(",", Collections.nCopies(128, put)) + "]";
    Answer answer = txn("{'if':" + conditions + ",'then':" + puts + ",'else':[]}");
    assertFalse(answer.detail().contains("too many parts"), answer.detail());
  }

  /** Millions of them fit in a body; as a tree they would fill a small heap. */
  @Test
  void partsWithoutEndAreNotReadToTheEnd() {
    Answer answer = txn("{'then':[" + "{},".repeat(20_000) + "{}]}");
    assertEquals(400, answer.status());
    assertTrue(answer.detail().contains("too many parts"), answer.detail());
  }

  private static String gets(int count) {
    return "[" + String.join(",", Collections.nCopies(count, "{'get':'a'}")) + "]";
  }

  @Test
  void aTransactionCanBeRepeatedSafely() {
    String json = "{\"then\":[{\"put\":{\"key\":\"a\",\"value\":\"1\"}},{\"get\":\"a\"}]}";
    Answer first = http.post("/txn", json, "Idempotency-Key: t");
    http.put("/key/a", "2");
    assertEquals(first.text(), http.post("/txn", json, "Idempotency-Key: t").text());
    assertEquals("{\"a\":\"2\"}", http.get("/key/a").text());
  }

  @Test
  void aValueInATransactionHasItsLimit() {
    String value = "x".repeat((1 << 20) + 1);
    Answer answer = txn("{'then':[{'put':{'key':'a','value':'" + value + "'}}]}");
    assertEquals(413, answer.status());
    assertTrue(answer.detail().contains("then[0]"), answer.detail());
  }
}
