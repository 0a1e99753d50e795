package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Token;
import hraftd.kv.state.KvState;
import hraftd.raft.Member;
import hraftd.raft.WireFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of whom the log says that it gets nothing, as it does not know tokens. */
class OlderMembersTest {

  private static final Token TOKEN =
      new Token(
          Token.ANONYMOUS,
          null,
          List.of(),
          /* createdMillis= */ 0,
          /* expiresMillis= */ 0,
          Token.Limits.NONE);

  private final TestNetwork network = new TestNetwork();
  private final KvState state = new KvState(ChangeListener.NONE);
  private List<TestNetwork.Node> nodes = List.of();

  @BeforeEach
  void form() {
    nodes = network.formed(1, 2, 3);
  }

  @AfterEach
  void close() {
    network.close();
  }

  private Member member(int node) {
    return Objects.requireNonNull(
        Objects.requireNonNull(nodes.get(node).local.record()).selfMember());
  }

  @Test
  void each_is_named_once_while_the_store_has_tokens() {
    OlderMembers leaders = new OlderMembers(nodes.get(0).local, state::view);
    Member third = member(2);
    network.group.said(third, WireFormat.V3);
    assertEquals(List.of(), leaders.newlyWaiting(), "there are none");
    state.apply(1, new Command.PutToken(TOKEN, 0));
    assertEquals(List.of(third.node()), leaders.newlyWaiting());
    assertEquals(List.of(), leaders.newlyWaiting());
    network.group.said(third, null);
    assertEquals(List.of(), leaders.newlyWaiting(), "it is silent");
    network.group.said(third, WireFormat.V2);
    assertEquals(List.of(third.node()), leaders.newlyWaiting(), "it is back");
    network.group.said(member(1), WireFormat.V3);
    assertEquals(List.of(member(1).node()), leaders.newlyWaiting());
    network.group.said(member(1), WireFormat.V4);
    assertEquals(List.of(), leaders.newlyWaiting());
  }
}
