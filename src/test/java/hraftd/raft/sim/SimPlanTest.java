package hraftd.raft.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A plan is read whole, or refused with a reason. */
class SimPlanTest {

  private static String plan(String script) {
    return "{\"seed\":9,\"nodes\":5,\"until\":20.5,\"script\":[%s]}"
        .formatted(script.replace('\'', '"'));
  }

  @Test
  void everythingIsRead() {
    SimPlan plan =
        SimPlan.parse(
            plan(
                "{'at':1.5,'do':'slow','node':'n1','other':'n2','oneWay':true,'millis':7},"
                    + "{'at':2,'do':'drop','node':'leader','mark':'9c1e'}"));
    assertEquals(9, plan.seed());
    assertEquals(5, plan.nodes());
    assertEquals(20_500_000, plan.until());
    assertEquals(
        new SimCommand(1_500_000, null, SimCommand.Verb.SLOW, "n1", "n2", true, "", "", 7_000_000),
        plan.script().get(0));
    assertEquals(
        new SimCommand(2_000_000, null, SimCommand.Verb.DROP, "leader", "", false, "", "9c1e", -1),
        plan.script().get(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'at':1,'do':'explode','node':'n1'}        | nobody can 'explode'",
        "{'at':1,'do':'crash'}                      | crash needs a node",
        "{'at':1,'do':'cut','node':'n1'}            | cut needs another node",
        "{'at':1,'do':'cut','node':'n1','other':'n1'} | cut needs another node",
        "{'at':1,'do':'drop','node':'n1'}           | drop needs the mark of a message",
        "{'at':1,'do':'slow_disk','node':'n1'}      | slow_disk needs millis",
        "{'at':-1,'do':'add'}                       | script[0].at: milliseconds from 0 to 120000",
        "{'at':120001,'do':'add'}                   | script[0].at: milliseconds from 0 to 120000",
        "{'at':'1','do':'add'}                      | script[0].at: milliseconds",
        "{'at':1,'do':'add','nodes':'n9'}           | script[0].nodes: has no meaning",
        "{'at':1,'do':'crash','node':'n 1'}         | script[0].node: no name",
        "{'at':1,'do':'crash','node':1}             | script[0].node: no name",
        "{'at':1,'do':'cut','node':'n1','other':'n2','oneWay':'yes'} | script[0].oneWay: true or false",
        "{'at':1,'do':'cut','node':'n1','other':'n2','oneWay':1} | script[0].oneWay: true or false",
        "{'at':1,'do':'cut','node':'n1','other':'n2','oneWay':null} | script[0].oneWay: true or false",
        "{'at':1,'do':'delay','node':'n1','mark':'a','millis':60001} | millis: milliseconds from 0",
        "{'at':1,'when':{},'do':'add'}              | script[0].when: fields of an event",
        "{'at':1,'when':{'a':[1]},'do':'add'}       | script[0].when: a text or a number",
        "7                                          | script[0]: an object is needed",
      })
  void aCommandThatIsNoneIsRefused(String script, String why) {
    assertRefused(plan(script), why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{                                                      | not JSON",
        "[]                                                     | an object of JSON is needed",
        "{'nodes':3,'until':1,'script':[]}                      | seed: a whole number",
        "{'seed':1.5,'nodes':3,'until':1,'script':[]}           | seed: a whole number",
        "{'seed':-1,'nodes':3,'until':1,'script':[]}            | seed: a whole number",
        "{'seed':1,'nodes':4,'until':1,'script':[]}             | nodes: 3, 5 or 7",
        "{'seed':1,'until':1,'script':[]}                       | nodes: 3, 5 or 7",
        "{'seed':1,'nodes':33,'until':1,'script':[]}            | nodes: 3, 5 or 7",
        "{'seed':1,'nodes':4294967299,'until':1,'script':[]}    | nodes: 3, 5 or 7",
        "{'seed':1,'nodes':'3','until':1,'script':[]}           | nodes: 3, 5 or 7",
        "{'seed':1,'nodes':3,'until':120001,'script':[]}        | until: milliseconds",
        "{'seed':1,'nodes':3,'until':1}                         | script: a list of commands",
        "{'seed':1,'seed':2,'nodes':3,'until':1,'script':[]}    | not JSON: Duplicate field",
        "{'seed':1,'nodes':3,'until':1,'script':[],'colour':1}  | colour: has no meaning",
      })
  void aPlanThatIsNoneIsRefused(String plan, String why) {
    assertRefused(plan.replace('\'', '"'), why);
  }

  @Test
  void aScriptHasItsEnd() {
    String one = "{'at':1,'do':'add'}";
    String most = (one + ",").repeat(SimPlan.MAX_COMMANDS - 1) + one;
    assertEquals(SimPlan.MAX_COMMANDS, SimPlan.parse(plan(most)).script().size());
    assertRefused(plan(most + "," + one), "script: more than");
  }

  private static void assertRefused(String plan, String why) {
    String message =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> SimPlan.parse(plan)).getMessage());
    assertTrue(message.contains(why), message);
  }
}
