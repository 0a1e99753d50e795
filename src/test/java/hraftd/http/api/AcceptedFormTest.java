package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptedFormTest {

  private static final String BYTES = "application/octet-stream";

  @Test
  void whoDoesNotSayGetsJson() {
    assertEquals(AcceptedForm.JSON, AcceptedForm.of(null));
    assertEquals(AcceptedForm.JSON, AcceptedForm.of(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        BYTES,
        "Application/Octet-Stream",
        "application/octet-stream;q=0.5",
        "application/json;q=0.4, application/octet-stream;q=0.5",
        "application/octet-stream;Q=1.0,application/json;q=0.999",
        "application/octet-stream, */*",
        "application/octet-stream, */*;q=0.8",
        "text/html;x=\",application/json\", application/octet-stream",
        "*/*, application/json;q=0",
        "application/*;q=0.3, application/octet-stream;q=0.3",
        "application/octet-stream;q=abc, application/octet-stream",
      })
  void theBytesAreForWhoWantsThemMore(String accept) {
    assertTrue(AcceptedForm.of(accept).bytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "application/*",
        "application/json",
        "APPLICATION/JSON",
        "text/html",
        "text/html,application/xhtml+xml,*/*;q=0.8",
        "application/octet-stream;q=0",
        "application/octet-stream;q=0, */*",
        "application/octet-stream;q=0.000, application/json;q=0",
        "application/octet-stream;q=0.5, application/json",
        "application/octet-stream, application/json",
        "application/octet-stream;q=2",
        "application/octet-stream;q=0.5, */*",
        "x-application/octet-stream",
        "application/octet-streams",
        "text/plain;note=\"application/octet-stream\"",
        ",,;;,\"",
      })
  void elseItIsJson(String accept) {
    assertFalse(AcceptedForm.of(accept).bytes());
  }

  @Test
  void whatCannotBeJsonIsForWhoNamesTheBytesAtAll() {
    assertTrue(AcceptedForm.of("application/json, application/octet-stream;q=0.1").bytesToo());
    assertFalse(AcceptedForm.of("application/json, application/octet-stream;q=0").bytesToo());
    assertFalse(AcceptedForm.of("*/*").bytesToo());
  }

  @Test
  void aLongOneIsReadInNoTime() {
    String quotes = "\"\\".repeat(8_000);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          AcceptedForm.of(quotes);
          AcceptedForm.of("a;".repeat(16_000));
          AcceptedForm.of("\"".repeat(31_999) + "\\");
          AcceptedForm.of("*/*;q=" + "0".repeat(32_000));
          AcceptedForm.of(",".repeat(32_000) + BYTES);
        });
  }
}
