package hraftd.http.api;

import static hraftd.testing.Eventually.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.http.Json;
import hraftd.http.Route;
import hraftd.http.api.TestClient.Answer;
import hraftd.raft.ConsensusException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@BothWays
class BackupResourceTest {

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

  private void fill() {
    http.post("/key", "{\"a\":\"1\",\"ключ\":\"значение\",\"c\":\"\"}");
    http.send("PUT", "/key/bytes", new byte[] {(byte) 0xff, 0});
    http.put("/key/temporary?ttl=1m", "t");
  }

  @Test
  void whoIsAnsweredBeforeTheBodyIsWholeHearsThatTheConnectionEnds() {
    byte[] head =
        ("POST /restore HTTP/1.1\r\nHost: " + TestNode.HOST + "\r\nContent-Length: 100000\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);
    Answer answer = http.raw(head, "no backup\n".repeat(2000).getBytes(StandardCharsets.UTF_8));
    assertEquals(400, answer.status());
    assertEquals("close", answer.header("Connection"));
  }

  @Test
  void aBackupHasAHeaderALineForEachKeyAndATrailer() throws Exception {
    fill();
    Answer backup = http.get("/backup");
    assertEquals("application/x-ndjson", backup.header("Content-Type"));
    assertEquals("3", backup.header("X-Hraftd-Revision"));
    String[] lines = backup.text().split("\n");
    assertEquals(7, lines.length);
    assertEquals(
        "{\"format\":1,\"revision\":3,\"clusterId\":\"c1\",\"keys\":5,\"hash\":\""
            + node.state.view().hash()
            + "\"}",
        lines[0]);
    assertEquals("{\"key\":\"a\",\"value\":\"1\"}", lines[1]);
    assertEquals("{\"key\":\"bytes\",\"value64\":\"/wA=\"}", lines[2]);
    assertEquals("{\"key\":\"temporary\",\"value\":\"t\",\"ttl\":\"60s\"}", lines[4]);
    JsonNode trailer = Json.MAPPER.readTree(lines[6]);
    assertEquals(5, trailer.get("count").asInt());
    String before = backup.text().substring(0, backup.text().lastIndexOf("{\"count\""));
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(before.getBytes(StandardCharsets.UTF_8));
    assertEquals(HexFormat.of().formatHex(digest), trailer.get("sha256").asText());
  }

  @Test
  void aRestoreReplacesEverythingInOneRevision() throws IOException {
    fill();
    byte[] backup = http.get("/backup").body();
    try (TestNode other = new TestNode(way)) {
      TestClient target = other.client();
      target.post("/key", "{\"a\":\"old\",\"z\":\"goes\"}");
      long above = node.state.view().revision() + 1;
      Answer answer = target.send("POST", "/restore", backup);
      assertEquals("{\"revision\":" + above + ",\"keys\":5}", answer.text());
      assertEquals(404, target.get("/key/z").status());
      assertEquals(above, other.state.view().revision());
      assertEquals("60s", target.get("/key/temporary").header("X-Hraftd-Ttl"));
      assertEquals(2, target.get("/key/bytes?raw").body().length);
      String content = new String(backup, StandardCharsets.UTF_8);
      assertEquals(
          content.lines().skip(1).limit(5).toList(),
          target.get("/backup").text().lines().skip(1).limit(5).toList());
    }
  }

  /** A client that holds it would overwrite what it has not seen. */
  @Test
  void noETagFromBeforeARestoreIntoAnotherStoreMatchesAfterIt() throws IOException {
    fill();
    String before = http.put("/key/a", "2").header("ETag");
    byte[] backup = http.get("/backup").body();
    try (TestNode other = new TestNode(way)) {
      TestClient target = other.client();
      target.send("POST", "/restore", backup);
      for (int i = 0; i < 10; i++) {
        assertEquals(412, target.put("/key/a", "lost", "If-Match: " + before).status());
        target.put("/key/a", "new");
      }
    }
  }

  @Test
  void aRevisionThatCannotBeIsRefused() {
    fill();
    String backup = http.get("/backup").text();
    String header = backup.lines().findFirst().orElseThrow();
    for (String wrong : new String[] {"-1", "4503599627370497", "9223372036854775808", "\"1\""}) {
      refused(
          backup.replace(
              header, header.replaceFirst("\"revision\":\\d+", "\"revision\":" + wrong)));
    }
  }

  @Test
  void anEmptyStoreCanBeSavedAndRestored() {
    byte[] backup = http.get("/backup").body();
    http.put("/key/a", "1");
    assertEquals("{\"revision\":2,\"keys\":0}", http.send("POST", "/restore", backup).text());
    assertEquals(404, http.get("/key/a").status());
  }

  @Test
  void aDamagedBackupChangesNothing() {
    fill();
    String backup = http.get("/backup").text();
    int trailer = backup.lastIndexOf("{\"count\"");
    refused("");
    refused("{}\n");
    refused("hello\n");
    assertTrue(http.post("/restore", "hello\n").detail().startsWith("this is no backup"));
    refused(backup.substring(0, trailer));
    refused(backup.substring(0, backup.length() - 10));
    refused(backup.substring(0, backup.length() - 1));
    refused(backup.replace("значение", "знaчение"));
    refused(backup.replace("\"count\":5", "\"count\":4"));
    refused(backup.replaceFirst("\\{\"key\":\"a\".*\n", ""));
    refused(backup.replace("\"format\":1", "\"format\":2"));
    refused(backup + backup);
    refused(backup.replace("\"value64\":\"/wA=\"", "\"value64\":\"/w*=\""));
    for (int i = 0; i < trailer; i += 7) {
      refused(backup.substring(0, i));
    }
  }

  private void refused(String backup) {
    long revision = node.state.view().revision();
    Answer answer = http.post("/restore", backup);
    assertEquals(400, answer.status(), answer.text());
    assertEquals("bad_request", answer.code());
    assertEquals(revision, node.state.view().revision());
    assertEquals("{\"a\":\"1\"}", http.get("/key/a").text());
  }

  @Test
  void aRepeatUnderAnIdempotencyKeyIsAnsweredAsTheFirstAndChangesNothing() {
    fill();
    String backup = http.get("/backup").text();
    Answer first = http.post("/restore", backup, "Idempotency-Key: once");
    assertEquals(200, first.status());
    http.put("/key/later", "1");
    long revision = node.state.view().revision();
    assertEquals(first.text(), http.post("/restore", backup, "Idempotency-Key: once").text());
    assertEquals(revision, node.state.view().revision());
    String other = http.get("/backup").text();
    assertEquals("conflict", http.post("/restore", other, "Idempotency-Key: once").code());
    assertEquals(200, http.get("/key/later").status());
    assertEquals(400, http.post("/restore", backup, "Idempotency-Key:").status());
  }

  @Test
  void whileTheCopyIsCollectedNothingCanHaveHappened() {
    fill();
    String backup = http.get("/backup").text();
    node.consensus.failWith(new ConsensusException.OutcomeUnknown("no answer"));
    Answer answer = http.post("/restore", backup);
    assertEquals("timeout", answer.code());
    assertEquals("rejected", answer.json().get("outcome").asText());
  }

  @Test
  void aBackupThatFailsIsNotEndedInOrder() {
    fill();
    node.consensus.breakStatus(true);
    for (int i = 0; i < 3; i++) {
      assertFalse(endsInOrder());
    }
    node.consensus.breakStatus(false);
    assertTrue(endsInOrder());
  }

  private boolean endsInOrder() {
    try {
      return http.get("/backup").status() == 200;
    } catch (UncheckedIOException cutOff) {
      return false;
    }
  }

  @Test
  void manyKeysGoThroughInPartsWhileOthersWrite() {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 5000; i++) {
      json.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":\"v").append(i).append('"');
    }
    http.post("/key", json.append('}').toString());
    byte[] backup = http.get("/backup").body();
    http.delete("/key?prefix=&all");
    assertEquals(5000, http.chunked("POST", "/restore", backup, 1000).json().get("keys").asInt());
    assertEquals("{\"k4999\":\"v4999\"}", http.get("/key/k4999").text());
  }

  @Test
  void aRestoreLargerThanABodyMayBeIsFine() {
    String value = "x".repeat(1 << 20);
    for (int i = 0; i < 10; i++) {
      http.put("/key/large" + i, value);
    }
    byte[] backup = http.get("/backup").body();
    assertTrue(backup.length > Route.Plane.DATA.maxBodyBytes());
    http.delete("/key?prefix=&all");
    assertEquals(10, http.send("POST", "/restore", backup).json().get("keys").asInt());
  }

  @Test
  void aBackupShowsOneRevisionWhileOthersWrite() throws InterruptedException {
    for (int i = 0; i < 3000; i += 1000) {
      StringBuilder json = new StringBuilder("{");
      for (int j = i; j < i + 1000; j++) {
        json.append(j == i ? "" : ",").append("\"k").append(j).append("\":\"1\"");
      }
      http.post("/key", json.append('}').toString());
    }
    Thread writer =
        new Thread(
            () -> {
              for (int i = 0; i < 200; i++) {
                http.delete("/key?prefix=k" + i);
              }
            });
    writer.start();
    String backup = http.get("/backup").text();
    long revision = Long.parseLong(backup.replaceAll("(?s)^.*?\"revision\":(\\d+).*$", "$1"));
    long keys = Long.parseLong(backup.replaceAll("(?s)^.*?\"keys\":(\\d+).*$", "$1"));
    assertEquals(keys, backup.lines().count() - 2);
    assertTrue(revision >= 3);
    writer.join(LONG.toMillis());
    assertFalse(writer.isAlive());
  }

  @Test
  void aHeadOfABackupIsEmpty() {
    Answer head = http.head("/backup");
    assertEquals(200, head.status());
    assertEquals(0, head.body().length);
  }
}
