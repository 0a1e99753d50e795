package hraftd.raft.net;

import hraftd.raft.core.Message;
import java.util.List;
import java.util.function.Consumer;

/** Messages of one peer for this node, as they came in one frame. For any thread. */
public final class Received {

  private final List<Message> messages;
  private final boolean fromStranger;
  private final PeerConnection connection;
  private final Consumer<String> onRefusal;

  Received(
      List<Message> messages,
      boolean fromStranger,
      PeerConnection connection,
      Consumer<String> onRefusal) {
    this.messages = List.copyOf(messages);
    this.fromStranger = fromStranger;
    this.connection = connection;
    this.onRefusal = onRefusal;
  }

  /** At least one, in the order in which they were sent, all from one node. */
  public List<Message> messages() {
    return messages;
  }

  /** About what they take in memory, in bytes. */
  public int weight() {
    long weight = 0;
    for (Message message : messages) {
      weight += MessageCodec.weight(message);
    }
    return (int) Math.min(weight, Integer.MAX_VALUE);
  }

  /** True if who sends them was no member when they came. */
  public boolean fromStranger() {
    return fromStranger;
  }

  /**
   * False once the connection they came over is closed: nobody needs to wait with them any more.
   */
  public boolean isWanted() {
    return connection.isOpen();
  }

  /**
   * Closes the connection that they came over, with a line for the operator.
   *
   * @param why what is wrong with them
   */
  public void refuse(String why) {
    onRefusal.accept(why);
  }
}
