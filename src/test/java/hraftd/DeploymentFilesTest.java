package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import hraftd.cluster.ClusterBodies;
import hraftd.cluster.SetupRequest;
import hraftd.raft.HostPort;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * The files for Docker Compose and Kubernetes start nodes that fit together, with flags of today.
 */
class DeploymentFilesTest {

  private static Invocation.Run run(List<String> words) {
    return assertInstanceOf(
        Invocation.Run.class, Flags.parse(words, Map.of(), "test"), words::toString);
  }

  /** The value at the end of a path of keys. */
  private static Object at(Object tree, Object... path) {
    Object here = tree;
    for (Object key : path) {
      Object there =
          key instanceof Integer i ? ((List<?>) here).get(i) : ((Map<?, ?>) here).get(key);
      assertNotNull(there, () -> key + " is missing");
      here = there;
    }
    return here;
  }

  private static Object document(String kind) throws IOException {
    String text = Files.readString(Path.of("scripts/kubernetes.yaml"));
    return StreamSupport.stream(new Yaml().loadAll(new StringReader(text)).spliterator(), false)
        .filter(tree -> at(tree, "kind").equals(kind))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void thePodsOfKubernetesAreTheNodesOfItsSetup() throws IOException {
    Object set = document("StatefulSet");
    String setup = (String) at(document("ConfigMap"), "data", "setup.json");
    SetupRequest request = ClusterBodies.setup(setup.getBytes(StandardCharsets.UTF_8));
    assertEquals(request.nodes().size(), at(set, "spec", "replicas"));

    Object pod = at(set, "spec", "template", "spec", "containers", 0);
    for (int i = 0; i < request.nodes().size(); i++) {
      List<String> words = new ArrayList<>();
      for (Object word : (List<?>) at(pod, "args")) {
        String name = at(set, "metadata", "name") + "-" + i;
        words.add(word.toString().replace("$(NAME)", name).replace("$(NAMESPACE)", "default"));
      }
      Invocation.Run run = run(words);
      SetupRequest.Named member = request.nodes().get(i);
      assertEquals(member.id().text(), run.name());
      assertEquals(member.http(), run.httpForOthers());
      assertEquals(member.raft(), run.raftForOthers());
      assertEquals(at(pod, "ports", 0, "containerPort"), run.http().port());
      assertEquals(at(pod, "ports", 1, "containerPort"), run.raft().port());
      assertEquals(
          Path.of((String) at(pod, "volumeMounts", 1, "mountPath"), "setup.json"),
          run.beginning().setup());
    }
  }

  @Test
  void theNodesOfComposeHaveNoRightsAndAddressesOfTheirOwn() throws IOException {
    Object compose = new Yaml().load(Files.readString(Path.of("docker-compose.yml")));
    for (int i = 1; i <= 3; i++) {
      Object node = at(compose, "services", "node" + i);
      List<String> words = List.of(((String) at(node, "command")).split(" "));
      Invocation.Run run = run(words.subList(words.indexOf("-jar") + 2, words.size()));
      assertEquals(new HostPort("node" + i, 11000), run.http());
      assertEquals(new HostPort("node" + i, 12000), run.raft());
      assertEquals("65532:65532", at(node, "user"));
      assertEquals(true, at(node, "read_only"));
      assertEquals(List.of("ALL"), at(node, "cap_drop"));
      assertEquals("unless-stopped", at(node, "restart"));
    }
  }
}
