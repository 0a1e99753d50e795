package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.testing.InMemoryAuthority;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;

/** Whose certificate it is, by the host of a member's address. */
final class CertificateNamesTest {

  private static final X509Certificate CERTIFICATE =
      new InMemoryAuthority("ca")
          .certificate("node1.example", "*.cluster.example", "*.top", "10.0.0.1", "fd00::1");

  private static void assertIncluded(boolean expected, String... hosts) {
    for (String host : hosts) {
      assertEquals(expected, CertificateNames.include(CERTIFICATE, host), host);
    }
  }

  @Test
  void namesAreComparedAsNames() {
    assertIncluded(true, "node1.example", "NODE1.example", "node1.example.");
    assertIncluded(false, "node2.example", "example", "node1.example.org", "x.node1.example", "");
  }

  @Test
  void aStarIsOneLabel() {
    assertIncluded(true, "a.cluster.example", "b.CLUSTER.example");
    assertIncluded(false, "cluster.example", ".cluster.example", "a.b.cluster.example", "a.top");
  }

  @Test
  void addressesAreComparedAsAddresses() {
    assertIncluded(true, "10.0.0.1", "fd00::1", "FD00:0:0:0:0:0:0:1", "fd00::0.0.0.1");
    assertIncluded(false, "10.0.0.2", "fd00::2", "10.0.0.1.example", "010.0.0.1", "10.1", "::");
  }

  /** Else a name service would be asked, and what it says be believed. */
  @Test
  void anAddressIsNotAName() {
    X509Certificate names = new InMemoryAuthority("ca").certificate("*.0.0.1", "localhost");
    assertEquals(false, CertificateNames.include(names, "127.0.0.1"));
  }

  @Test
  void oneWithoutNamesIsNobodys() {
    X509Certificate none = new InMemoryAuthority("ca").certificate();
    assertEquals(false, CertificateNames.include(none, "node"));
  }
}
