package hraftd.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

  @ParameterizedTest
  @CsvSource({
    "localhost:80, localhost, 80",
    ":80, '', 80",
    "h-1.example.com.:0, h-1.example.com., 0",
    "my_node_1:65535, my_node_1, 65535",
    "10.0.0.1:007, 10.0.0.1, 7",
    "[::1]:80, ::1, 80",
    "[2001:db8::1:2]:80, 2001:db8::1:2, 80",
    "[::ffff:10.0.0.1]:80, ::ffff:10.0.0.1, 80",
  })
  void aHostAndAPortAreRead(String text, String host, int port) {
    assertEquals(new HostPort(host, port), HostPort.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:",
        "localhost:-1",
        "localhost:+1",
        "localhost:65536",
        "localhost:99999999999999999999",
        "localhost:٨٠",
        "localhost:80 ",
        "local host:80",
        "user@host:80",
        "http://host:80",
        "host/path:80",
        "host?x:80",
        "host#x:80",
        "host%41:80",
        "[fe80::1%25eth0]:80",
        "[host]:80",
        "[]:80",
        "::1:80",
        "-host:80",
        "host-:80",
        "a\r\nb:80",
        "a\u001b[31m:80",
        "hòst:80",
      })
  void anythingElseIsRefused(String text) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text));
    assertFalse(String.valueOf(refusal.getMessage()).chars().anyMatch(Character::isISOControl));
  }

  @ParameterizedTest
  @ValueSource(ints = {254, 100_000})
  void aLongOneIsRefusedInAShortSentence(int length) {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> HostPort.parse("h".repeat(length) + ":80"));
    assertTrue(String.valueOf(refusal.getMessage()).length() < 150, refusal.getMessage());
  }
}
