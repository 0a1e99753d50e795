package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.api.TestClient.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens are made, listed and taken back, and none that makes no sense. */
class TokenResourceTest extends OnOneNode {

  private static Answer post(String json) {
    return http.post("/token", json.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                                     | 'name' is not a string",
        "{'name':5,'rules':[]}                                  | 'name' is not a string",
        "{'name':'','rules':[]}                                 | 'name': a token's name",
        "{'name':' ','rules':[]}                                | 'name': a token's name",
        "{'name':'self','rules':[]}                             | 'name': 'self' means something else",
        "{'name':'a\\u0007','rules':[]}                          | 'name': a token's name",
        "{'name':'admin','rules':[]}                            | 'name': 'admin' means something else",
        "{'name':'\u0430dmin','rules':[]}                            | 'name': a token's name",
        "{'name':'a'}                                           | 'rules' is not an array",
        "{'name':'a','rules':{}}                                | 'rules' is not an array",
        "{'name':'a','rules':[5]}                               | rules[0] is not an object",
        "{'name':'a','rules':[{'may':'read'}]}                  | rules[0]: 'prefix' is not a string",
        "{'name':'a','rules':[{'prefix':'','may':'reed'}]}      | rules[0]: 'may' is",
        "{'name':'a','rules':[{'prefix':''}]}                   | rules[0]: 'may' is",
        "{'name':'a','rules':[{'prefix':'x/','may':'admin'}]}   | rules[0]: 'admin' is of the whole",
        "{'name':'a','rules':[{'prefix':'','may':'read','x':1}]} | rules[0] has an unknown field 'x'",
        "{'name':'a','rules':[],'until':'x'}                    | the body has an unknown field 'until'",
        "{'name':'a','rules':[],'ttl':'x'}                      | 'ttl' is a duration",
        "{'name':'a','rules':[],'ttl':'0s'}                     | 'ttl' is a duration",
        "{'name':'a','rules':[],'ttl':'900000h'}                | 'ttl' is a duration",
        "{'name':'a','rules':[],'limits':5}                     | 'limits' is not an object",
        "{'name':'a','rules':[],'limits':{'bytes':0}}           | 'bytes' is not a whole number",
        "{'name':'a','rules':[],'limits':{'bytes':1.5}}         | 'bytes' is not a whole number",
        "{'name':'a','rules':[],'limits':{'keys':1}}            | 'limits' has an unknown field 'keys'",
      })
  void whatIsNoTokenIsRefused(String body, String why) {
    Answer answer = post(body);
    assertEquals(400, answer.status(), answer.text());
    assertTrue(answer.text().contains(why), answer.text());
  }

  @Test
  void twoRulesForOnePrefixAreRefused() {
    Answer answer =
        post("{'name':'a','rules':[{'prefix':'x','may':'read'},{'prefix':'x','may':'write'}]}");
    assertEquals(400, answer.status());
    assertTrue(answer.text().contains("rules[1]"), answer.text());
  }

  @Test
  void itIsListedWithAllButWhatIsSecret() {
    Answer made =
        post(
            "{'name':'b/c','rules':[{'prefix':'ü','may':'write'}],'ttl':'1h','limits':{'bytes':7}}");
    assertEquals(201, made.status(), made.text());
    assertEquals("no-store", made.header("Cache-Control"));
    String list = http.get("/token").text();
    assertTrue(
        list.matches(
            "(?s).*\\{\"name\":\"b/c\",\"rules\":\\[\\{\"prefix\":\"ü\",\"may\":\"write\"}],"
                + "\"created\":\"[-0-9T:]+Z\",\"expires\":\"[-0-9T:]+Z\",\"limits\":\\{\"bytes\":7}}.*"),
        list);
    assertEquals("{\"deleted\":1}", http.delete("/token/b/c").text());
    assertEquals("{\"deleted\":0}", http.delete("/token/b/c").text());
  }

  @Test
  void allTokensTogetherHaveALimit() {
    String prefix = "x".repeat(4000);
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < 15; i++) {
      rules.append(i == 0 ? "" : ",").append("{'prefix':'").append(prefix).append(i);
      rules.append("','may':'read'}");
    }
    int status = 201;
    int made = 0;
    while (status == 201) {
      status = post("{'name':'t" + made++ + "','rules':[" + rules + "]}").status();
    }
    assertEquals(413, status);
    assertTrue(made > 10, made + " fit");
    for (int i = 0; i < made; i++) {
      http.delete("/token/t" + i);
    }
  }
}
