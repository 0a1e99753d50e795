package hraftd.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A certificate is somebody's by its common name, however its subject is written. */
class CertificateNameTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CN=ci | ci",
        "CN=ci,OU=build,O=acme | ci",
        "OU=build+CN=ci,O=acme | ci",
        "CN=first,CN=second | first",
        "CN=a\\,CN\\=admin,O=acme | a,CN=admin",
        "O=CN\\=admin,CN=ci | ci",
        "CN=\\\"ci\\\" | \"ci\"",
        "O=acme |",
        "CN=#0402AABB,O=acme |",
        "CN= |"
      })
  void theMostSpecificOne(String subject, String name) {
    assertEquals(name, CertificateName.of(subject.strip()));
  }
}
