package hraftd.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Token;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What requests show, and how often. */
class CredentialsTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "Bearer abc, abc",
        "bearer   abc , abc",
        "Basic dTpwOnc=, p:w",
        "BASIC OnB3, pw",
        "Basic dQ==, none",
        "Basic ???, none",
        "Digest abc, none",
        "abc, none",
        "'', none"
      })
  void aTokenComesAsBearerOrAsPassword(String header, String token) {
    assertEquals(token, Credentials.token(header));
  }

  @Test
  void tokensAreRandomAndSayWhatTheyAre() {
    String one = TokenText.random();
    assertTrue(one.matches("hr_[A-Za-z0-9_-]{43}"), one);
    assertNotEquals(one, TokenText.random());
    assertEquals(TokenText.hash(one), TokenText.hash(one));
    assertNotEquals(TokenText.hash(one), TokenText.hash(one + " "));
  }

  @Test
  void tooManyWrongOnesOfAnAddressWaitForTheNextSecond() {
    AtomicLong nanos = new AtomicLong(-5);
    FailedAttempts failures = new FailedAttempts(nanos::get);
    for (int i = 0; i < FailedAttempts.MAX_A_SECOND; i++) {
      assertEquals(false, failures.isTooMany("a"), "after " + i);
      failures.add("a");
    }
    assertTrue(failures.isTooMany("a"));
    assertEquals(false, failures.isTooMany("b"));
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertEquals(false, failures.isTooMany("a"));
    failures.add("a");
    assertEquals(false, failures.isTooMany("a"));
  }

  @Test
  void addressesThatFailedLongAgoAreForgotten() {
    FailedAttempts failures = new FailedAttempts(() -> 0);
    for (int i = 0; i < FailedAttempts.MAX_A_SECOND; i++) {
      failures.add("first");
    }
    for (int i = 0; i < FailedAttempts.MAX_ADDRESSES; i++) {
      failures.add("address " + i);
    }
    assertEquals(false, failures.isTooMany("first"));
  }

  @Test
  void aTokenWithALimitHasSoManyRequestsASecond() {
    AtomicLong nanos = new AtomicLong();
    RequestRates rates = new RequestRates(nanos::get);
    Token token = new Token("t", TokenText.hash("x"), List.of(), 0, 0, new Token.Limits(10, 0));
    for (int i = 0; i < 10; i++) {
      assertTrue(rates.take(token), "a second's requests at once");
    }
    assertEquals(false, rates.take(token));
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(101));
    assertTrue(rates.take(token), "a tenth of a second later one more");
    assertEquals(false, rates.take(token));
    Token free = new Token("f", TokenText.hash("y"), List.of(), 0, 0, Token.Limits.NONE);
    for (int i = 0; i < 1000; i++) {
      assertTrue(rates.take(free));
    }
  }
}
