package hraftd.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "0s, PT0S",
    "300ms, PT0.3S",
    "5s, PT5S",
    "1m, PT1M",
    "1m30s, PT1M30S",
    "1.5h, PT1H30M",
    ".5s, PT0.5S",
    "1.s, PT1S",
    "1h1m1s1ms1us1ns, PT1H1M1.001001001S",
    "2µs, PT0.000002S",
    "0.5ns, PT0S",
    "100000h, PT100000H"
  })
  void durationsAreReadAsGoWritesThem(String text, String expected) {
    assertEquals(Duration.parse(expected), Durations.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "5", "s", "5x", "-5s", "+5s", "5 s", "5s ", "1e3s", ".s", "1..5s", "5S"})
  void whatIsNoDurationIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Durations.parse(text));
  }

  @Test
  void aDurationThatIsTooLongIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Durations.parse("9999999h"));
    assertThrows(IllegalArgumentException.class, () -> Durations.parse("1s".repeat(1000)));
  }
}
