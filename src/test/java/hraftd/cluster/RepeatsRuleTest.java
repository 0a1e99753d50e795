package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.state.KvState;
import hraftd.raft.Member;
import hraftd.raft.WireFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** By which rule the members remember what was done once. */
class RepeatsRuleTest {

  private final TestNetwork network = new TestNetwork();
  private final KvState state = new KvState(ChangeListener.NONE);
  private List<TestNetwork.Node> nodes = List.of();
  private int seen;

  @BeforeEach
  void form() {
    nodes = network.formed(1, 2, 3);
    seen = network.group.proposed().size();
  }

  @AfterEach
  void close() {
    network.close();
  }

  /** Every node looks; what they propose is applied. */
  private List<Command> look() {
    nodes.forEach(node -> new RepeatsRule(node.local, state::view).run());
    List<Command> all = network.group.proposed();
    List<Command> added = all.subList(seen, all.size());
    seen = all.size();
    added.forEach(command -> state.apply(1, command));
    return added;
  }

  @Test
  void by_age_once_all_know_how() {
    network.group.speak(WireFormat.V3);
    assertEquals(List.of(), look());
    network.group.speak(WireFormat.V4);
    assertEquals(List.of(new Command.RememberByAge()), look());
    assertEquals(List.of(), look(), "once is enough");
  }

  @Test
  void a_member_that_is_silent_changes_nothing() {
    assertEquals(List.of(new Command.RememberByAge()), look());
    network.group.speak(WireFormat.OLDEST);
    assertEquals(List.of(), look());
  }

  @Test
  void by_number_again_once_an_older_one_comes_and_until_it_goes() {
    assertEquals(List.of(new Command.RememberByAge()), look());
    Member third =
        Objects.requireNonNull(Objects.requireNonNull(nodes.get(2).local.record()).selfMember());
    network.group.speak(WireFormat.V3);
    network.group.said(third, null);
    assertEquals(List.of(), look(), "it has said nothing yet");
    network.group.said(third, WireFormat.V3);
    assertEquals(List.of(new Command.RememberByNumber()), look());
    assertEquals(List.of(), look());
    network.group.speak(WireFormat.V4);
    assertEquals(List.of(), look(), "what it has said counts");
    network.group.said(third, WireFormat.V4);
    assertEquals(List.of(new Command.RememberByAge()), look());
  }
}
