package hraftd.e2e;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.security.NodeTls;
import hraftd.security.WatchedFiles;
import hraftd.testing.FileSwap;
import hraftd.testing.OpensslAuthority;
import hraftd.testing.OpensslAuthority.Issued;
import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes with TLS form a cluster, keep it, and change their certificates under load. */
@SuppressWarnings("try") // Writers are closed before what they wrote is looked at.
class TlsIT {

  private static final String SECRET = "a-secret-for-tests-of-more-than-32-characters";

  @TempDir private Path directory;
  private final WatchedFiles watched = new WatchedFiles(WatchedFiles.INTERVAL);
  private OpensslAuthority authority;
  private SSLContext client;

  @BeforeEach
  void issue() throws Exception {
    Path made = Files.createDirectory(directory.resolve("certs"));
    authority = OpensslAuthority.in(made, "ca");
    NodeTls.Files files = put("client", authority.issue("client"), authority.certificate());
    client = NodeTls.of(files, watched, Instant::now).context();
  }

  @AfterEach
  void close() {
    watched.close();
  }

  private NodeTls.Files files(String name) {
    return new NodeTls.Files(
        directory.resolve(name + ".crt"),
        directory.resolve(name + ".key"),
        directory.resolve(name + ".ca"));
  }

  /** The files of a node, or other ones in their place. */
  private NodeTls.Files put(String name, Issued issued, Path authorities) throws IOException {
    NodeTls.Files files = files(name);
    swap(issued.key(), files.key());
    swap(authorities, files.authorities());
    swap(issued.certificate(), files.certificate());
    return files;
  }

  private static void swap(Path from, Path to) throws IOException {
    FileSwap.put(to, Files.readString(from));
  }

  private void withTls(Daemon node) throws IOException {
    Issued issued = authority.issue(node.name(), "IP:127.0.0.1");
    node.withTls(put(node.name(), issued, authority.certificate()), client);
  }

  private TestCluster cluster() throws IOException {
    TestCluster cluster = TestCluster.of(directory, 3);
    for (Daemon node : cluster.nodes()) {
      withTls(node.with(List.of("-Dhraftd.filesMillis=200")));
    }
    cluster.startAll();
    cluster.setUp();
    return cluster;
  }

  private static String shown(String address) {
    return Shell.attempt("openssl", "s_client", "-connect", address, "-showcerts").output();
  }

  @Test
  void aClusterIsFormedServesAndComesBack() throws IOException {
    try (TestCluster cluster = cluster()) {
      Daemon leader = cluster.leader();
      leader.put("/key/a", "1").expect(200);
      for (Daemon node : cluster.nodes()) {
        assertEquals("1", node.get("/key/a?raw").expect(200).body());
        assertTrue(node.output().contains("listening on https://"), node.output());
        assertTrue(node.status().path("tls").booleanValue(), "tls");
      }
      Daemon follower = cluster.others(leader).get(0);
      follower.put("/key/b", "2").expect(200);
      follower.stop();
      follower.start().awaitReady();
      assertEquals("2", follower.get("/key/b?raw").expect(200).body());
      String plain = Shell.attempt("curl", "-s", "http://" + leader.haddr() + "/livez").output();
      assertTrue(plain.contains("this port speaks https, not http"), plain);
    }
  }

  private String code(Issued as, String method, String url) {
    return Shell.attempt(
            "curl",
            "-s",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "-X",
            method,
            "-d",
            "1",
            "--cacert",
            authority.certificate().toString(),
            "--cert",
            as.certificate().toString(),
            "--key",
            as.key().toString(),
            url)
        .output();
  }

  @Test
  void clientsAreWhoTheirCertificatesSay() throws IOException {
    try (TestCluster cluster = TestCluster.of(directory, 3)) {
      for (Daemon node : cluster.nodes()) {
        withTls(node.withSecret(SECRET).withEnvironment("HRAFTD_CLIENT_CERTS", "true"));
      }
      cluster.startAll();
      cluster.setUp();
      cluster.token("ci", "{\"prefix\":\"ci/\",\"may\":\"write\"}");
      Issued ci = authority.issue("ci", OpensslAuthority.DAYS, "clientAuth");
      Issued stranger = authority.issue("stranger", OpensslAuthority.DAYS, "clientAuth");
      for (Daemon node : cluster.nodes()) {
        String keys = "https://" + node.haddr() + "/key/";
        eventually(
            node.name() + " knows the token", () -> code(ci, "PUT", keys + "ci/a").equals("200"));
        assertEquals("403", code(ci, "PUT", keys + "other"));
        assertEquals("401", code(stranger, "PUT", keys + "ci/a"));
      }
    }
  }

  @Test
  void certificatesAndTheAuthorityAreChangedUnderLoad() throws Exception {
    try (TestCluster cluster = cluster()) {
      OpensslAuthority next = OpensslAuthority.in(directory.resolve("certs"), "next");
      Path both = directory.resolve("both.pem");
      Files.writeString(
          both, Files.readString(authority.certificate()) + Files.readString(next.certificate()));
      swap(both, files("client").authorities());
      watched.look();
      try (Writers writers = new Writers(cluster.nodes(), 4)) {
        // 1. Everybody believes both. 2. Everybody shows the new one. 3. The old one is gone.
        for (Daemon node : cluster.nodes()) {
          swap(both, files(node.name()).authorities());
        }
        TestCluster.awaitFilesReadAgain(cluster.nodes(), 1);
        for (Daemon node : cluster.nodes()) {
          put(node.name(), next.issue(node.name(), "IP:127.0.0.1"), both);
        }
        TestCluster.awaitFilesReadAgain(cluster.nodes(), 2);
        for (Daemon node : cluster.nodes()) {
          swap(next.certificate(), files(node.name()).authorities());
        }
        TestCluster.awaitFilesReadAgain(cluster.nodes(), 3);
        writers.awaitMore(20);
        writers.close();
        for (Daemon node : cluster.nodes()) {
          for (String address : List.of(node.haddr(), node.raddr())) {
            // Not every version of openssl writes the spaces.
            String shown = shown(address);
            assertTrue(Pattern.compile("issuer=CN ?= ?next").matcher(shown).find(), shown);
          }
          writers.verify(node);
        }
      }
      Daemon restarted = cluster.node(3);
      restarted.stop();
      restarted.start().awaitReady();
    }
  }

  @Test
  void itIsTurnedOnNodeByNodeUnderLoad() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3);
        Writers writers = new Writers(cluster.nodes(), 2)) {
      for (Daemon node : cluster.nodes()) {
        node.stop();
        withTls(node);
        node.start("-tls-optional").awaitReady();
        assertEquals("optional", node.status().path("tls").asText());
        writers.awaitMore(10);
        // What the leader does for it is asked for over HTTP, in whichever way that speaks.
        node.post("/join", TestCluster.joinBody(node)).expect(200);
      }
      for (Daemon node : cluster.nodes()) {
        node.stop();
        node.start().awaitReady();
        writers.awaitMore(10);
      }
      writers.close();
      for (Daemon node : cluster.nodes()) {
        assertTrue(node.status().path("tls").booleanValue(), "tls");
        writers.verify(node);
      }
    }
  }

  @Test
  void aNodeWithoutTlsDoesNotGetIn() throws IOException {
    try (TestCluster cluster = TestCluster.of(directory, 2)) {
      Daemon with = cluster.node(1);
      withTls(with);
      Daemon without = cluster.node(2);
      cluster.startAll();
      for (Daemon node : cluster.nodes()) {
        assertFalse(
            node.post("/setup?timeout=5s", TestCluster.setupBody(cluster.nodes())).status() == 200);
      }
      assertTrue(with.errors().contains("no TLS with " + without.haddr()), with.errors());
      assertTrue(without.errors().contains("this port speaks https"), without.errors());
    }
  }
}
