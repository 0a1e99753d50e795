package hraftd.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.Json;
import hraftd.http.api.TestClient.Answer;
import hraftd.kv.Command;
import hraftd.kv.Commands;
import hraftd.kv.Key;
import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.Token;
import hraftd.kv.TokenHash;
import hraftd.kv.Tokens;
import hraftd.raft.ConsensusException;
import hraftd.raft.WireFormat;
import hraftd.testing.Property;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens are in a backup that is asked for them, and come back with it. */
class BackupTokensTest {

  private static final String HEX = "07000000".repeat(8);

  /** 2026-11-27T00:00:00Z, and long after any test. */
  private static final long CREATED = 1_795_737_600_000L;

  private static final long FAR = 253_402_300_799_000L;

  private static final String LINE =
      "{\"token\":\"anonymous\",\"rules\":[],\"created\":\"2026-11-27T00:00:00Z\"}\n";

  private TestNode node;
  private TestClient http;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode();
    http = node.client();
    http.put("/key/a", "1");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private static TokenHash hash(int number) {
    return new TokenHash(ByteBuffer.allocate(TokenHash.BYTES).putInt(number).array());
  }

  private static Token token(String name, int hash) {
    List<Rule> rules = List.of(new Rule(Key.of("ci/"), Right.WRITE));
    return new Token(name, hash(hash), rules, CREATED, 0, Token.Limits.NONE);
  }

  private void put(Token token) {
    node.state.apply(1, new Command.PutToken(token, 0));
  }

  private Tokens tokens() {
    return node.state.view().tokens();
  }

  private String backup() {
    return http.get("/backup?tokens").text();
  }

  @Test
  void theyAreInItIfTheyAreAskedForAndElseNever() {
    List<Rule> rules =
        List.of(
            new Rule(Key.of(""), Right.READ),
            new Rule(new Key(new byte[] {(byte) 0xff}), Right.ADMIN));
    TokenHash hash = new TokenHash(HexFormat.of().parseHex(HEX));
    put(new Token("ci", hash, rules, CREATED, FAR, new Token.Limits(100, 1 << 30)));
    put(new Token(Token.ANONYMOUS, null, List.of(), CREATED, 0, new Token.Limits(5, 0)));

    String plain = http.get("/backup").text();
    assertTrue(plain.startsWith("{\"format\":1,"), plain);
    assertEquals(3, plain.lines().count());
    assertFalse(plain.contains("ci") || plain.contains(HEX), plain);

    List<String> lines = backup().lines().toList();
    assertEquals(
        "{\"format\":2,\"revision\":1,\"clusterId\":\"c1\",\"keys\":1,\"tokens\":2,\"hash\":\""
            + node.state.view().hash()
            + "\"}",
        lines.get(0));
    assertEquals("{\"key\":\"a\",\"value\":\"1\"}", lines.get(1));
    assertEquals(
        "{\"token\":\"anonymous\",\"rules\":[],\"created\":\"2026-11-27T00:00:00Z\","
            + "\"limits\":{\"requests_per_s\":5}}",
        lines.get(2));
    assertEquals(
        "{\"token\":\"ci\",\"sha256\":\""
            + HEX
            + "\",\"rules\":[{\"prefix\":\"\",\"may\":\"read\"},"
            + "{\"prefix64\":\"/w==\",\"may\":\"admin\"}],\"created\":\"2026-11-27T00:00:00Z\","
            + "\"expires\":\"9999-12-31T23:59:59Z\","
            + "\"limits\":{\"requests_per_s\":100,\"bytes\":1073741824}}",
        lines.get(3));
    assertTrue(lines.get(4).startsWith("{\"count\":1,\"tokens\":2,\"sha256\":"), lines.get(4));
    assertEquals(5, lines.size());
  }

  @Test
  void aStoreWithoutAnyGivesABackupThatEveryVersionTakes() {
    assertEquals(http.get("/backup").text(), backup());
  }

  @Test
  void anyComesBackAsItWent() {
    Property.holds(
        draw -> {
          Token token = Commands.token(draw);
          byte[] line = Json.write(json -> BackupToken.write(json, token));
          assertTrue(BackupToken.isOne(line));
          assertEquals(token, BackupToken.read(line, "it"));
        });
  }

  @Test
  void aRestorePutsThemBackAndLeavesTheOthers() {
    put(token("ci", 1));
    put(token("ops", 2));
    put(new Token("old", hash(3), List.of(), CREATED, CREATED + 1, Token.Limits.NONE));
    String backup = backup();
    node.state.apply(1, new Command.DeleteToken("ops"));
    put(token("ci", 4));
    put(token("new", 5));
    put(token("old", 6));
    Answer answer = http.post("/restore", backup);
    assertEquals("{\"revision\":2,\"keys\":1,\"tokens\":2}", answer.text());
    assertEquals(
        List.of(token("ci", 1), token("new", 5), token("old", 6), token("ops", 2)),
        List.copyOf(tokens().all()),
        "one that is over takes no other's place");
    assertEquals(2, node.state.view().revision());
  }

  @Test
  void aRestoreOfKeysAloneLeavesThem() {
    String plain = http.get("/backup").text();
    put(token("ci", 1));
    assertEquals("{\"revision\":2,\"keys\":1}", http.post("/restore", plain).text());
    assertEquals(token("ci", 1), tokens().named("ci"));
  }

  @Test
  void whatBreaksOffBeforeTheLastIsToldAndFinishedByTheSameAgain() {
    put(token("ci", 1));
    String backup = backup();
    node.state.apply(1, new Command.DeleteToken("ci"));
    node.consensus.failAt(Command.PutToken.class, ConsensusException.MemoryFull.here());
    Answer answer = http.post("/restore", backup, "Idempotency-Key: once");
    assertEquals("memory_full", answer.code());
    assertEquals("unknown", answer.json().get("outcome").asText());
    assertTrue(
        answer.detail().startsWith("unfinished: all keys are in place at revision 2, and 0"));
    assertTrue(tokens().isEmpty());

    node.consensus.failWith(null);
    http.put("/key/later", "1");
    answer = http.post("/restore", backup, "Idempotency-Key: once");
    assertEquals("{\"revision\":2,\"keys\":1,\"tokens\":1}", answer.text());
    assertEquals(token("ci", 1), tokens().named("ci"));
    assertEquals(200, http.get("/key/later").status(), "the keys were there");
  }

  @Test
  void nothingIsRestoredWhileAMemberDoesNotKnowThem() {
    put(token("ci", 1));
    String backup = backup();
    node.consensus.speak(WireFormat.V3);
    Answer answer = http.post("/restore", backup);
    assertEquals(501, answer.status());
    assertEquals("not_supported", answer.code());
    assertEquals(1, node.state.view().revision());
  }

  @Test
  void nothingIsRestoredIfTheyWouldBeTooMany() {
    List<Rule> rules =
        IntStream.range(0, Token.MAX_RULES)
            .mapToObj(i -> new Rule(Key.of("x".repeat(Key.MAX_BYTES - i)), Right.READ))
            .toList();
    for (String name : List.of("one", "two")) {
      put(new Token(name, hash(1), rules, CREATED, 0, Token.Limits.NONE));
    }
    String backup = backup();
    assertEquals(200, http.post("/restore", backup).status(), "they take their own places");
    node.state.apply(1, new Command.DeleteToken("two"));
    put(new Token("three", hash(1), rules, CREATED, 0, Token.Limits.NONE));
    Answer answer = http.post("/restore", backup);
    assertEquals(413, answer.status(), answer.text());
    assertEquals("rejected", answer.json().get("outcome").asText());
    assertEquals(2, node.state.view().revision());
  }

  @Test
  void whatCannotBeReadIsRefusedBeforeAnythingChanges() {
    String head = "{\"format\":2}\n";
    String key = "{\"key\":\"k\",\"value\":\"v\"}\n";
    assertEquals(200, http.post("/restore", SignedBackup.of(head + key + LINE, 1, 1)).status());
    refused("line 3 of the backup is no token: 'key'", head + LINE + key, 1, 1);
    refused("it has 1 tokens, its trailer says 2", head + key + LINE, 1, 2);
    refused("two tokens of one name", head + LINE + LINE, 0, 2);
    refused("'rules' is not a string", "{\"format\":1}\n" + LINE, 0, 1);
    refused("'mfa' is not known", head + LINE.replace("\"rules\"", "\"mfa\":1,\"rules\""), 0, 1);
    refused("expires before", head + with("\"expires\":\"1970-01-01T00:00:00Z\""), 0, 1);
    refused("could not be parsed", head + with("\"expires\":\"tomorrow\""), 0, 1);
    refused("only 'anonymous' has no token", head + LINE.replace("anonymous", "ci"), 0, 1);
    refused("hash of 1 bytes", head + with("\"sha256\":\"00\""), 0, 1);
    refused("not a number", head + with("\"limits\":{\"bytes\":\"1\"}"), 0, 1);
    refused("a limit below 0", head + with("\"limits\":{\"bytes\":-1}"), 0, 1);
    refused("should be an object", head + with("\"limits\":7"), 0, 1);
    String rule = "\"rules\":[{\"prefix\":\"a\",\"may\":\"%s\"}%s]";
    String rules = LINE.replace("\"rules\":[]", "%s");
    refused("'all' is no right", head + rules.formatted(rule.formatted("all", "")), 0, 1);
    refused("one of 'prefix'", head + rules.formatted("\"rules\":[{\"may\":\"read\"}]"), 0, 1);
    refused("not a list", head + rules.formatted("\"rules\":{}"), 0, 1);
    String twice = ",{\"prefix64\":\"YQ==\",\"may\":\"read\"}";
    refused("two rules", head + rules.formatted(rule.formatted("write", twice)), 0, 1);
  }

  private static String with(String field) {
    return LINE.replace("}\n", "," + field + "}\n");
  }

  private void refused(String why, String lines, int keys, int count) {
    long revision = node.state.view().revision();
    byte[] backup = SignedBackup.of(lines, keys, count).getBytes(UTF_8);
    Answer answer = http.send("POST", "/restore", backup);
    assertEquals(400, answer.status(), answer.text());
    assertTrue(answer.detail().contains(why), answer.detail());
    assertEquals(revision, node.state.view().revision());
  }
}
