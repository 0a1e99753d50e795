package hraftd.jgroups.danger;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.View;
import org.jgroups.protocols.raft.ELECTION2;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.protocols.raft.REDIRECT;
import org.jgroups.raft.StateMachine;
import org.jgroups.stack.Protocol;
import org.jgroups.util.ExtendedUUID;
import org.jgroups.util.Util;
import org.jspecify.annotations.Nullable;

/** The stock protocols of one node, on real files, between a network and a state of the test's. */
final class StockNode implements AutoCloseable, StateMachine {

  /** A read is a command like any other to the stock engine. */
  static final String READ = "?";

  final StockRaft raft;
  final ELECTION2 election = new ELECTION2();
  final REDIRECT redirect = new REDIRECT();
  final Address address;
  final List<String> applied = new ArrayList<>();
  private final Consumer<Message> network;
  private @Nullable String failAt;

  /** The thread on which its state was last written for a snapshot. */
  @Nullable Thread snapshotThread;

  /** Prepares; nothing is opened before {@link #start}. */
  StockNode(String id, List<String> members, Path directory, Consumer<Message> network) {
    this.network = network;
    raft = new StockRaft(id, members, directory);
    address = address(id);
    election.voteTimeout(/* timeoutMs= */ 50);
    Protocol wire = new Wire();
    wire.setUpProtocol(election);
    election.setDownProtocol(wire).setUpProtocol(raft).setAddress(address);
    raft.setDownProtocol(election).setUpProtocol(redirect).setAddress(address);
    redirect.setDownProtocol(raft).setUpProtocol(new Application()).setAddress(address);
    raft.stateMachine(this);
  }

  static Address address(String raftId) {
    return ExtendedUUID.randomUUID(raftId).put(RAFT.raft_id_key, Util.stringToBytes(raftId));
  }

  private final class Wire extends Protocol {
    @Override
    public @Nullable Object down(Message message) {
      network.accept(message.setSrc(StockNode.this.address));
      return null;
    }

    @Override
    public @Nullable Object down(Event event) {
      return null;
    }
  }

  private static final class Application extends Protocol {
    @Override
    public @Nullable Object up(Event event) {
      return null;
    }
  }

  StockNode start() throws Exception {
    raft.init();
    election.init();
    redirect.init();
    raft.start();
    election.start();
    return this;
  }

  void view(View view) {
    election.up(new Event(Event.VIEW_CHANGE, view));
  }

  void receive(Message message) {
    election.up(message);
  }

  void failAt(String value) {
    failAt = value;
  }

  long lastTerm() {
    long last = raft.log().lastAppended();
    var entry = raft.log().get(last);
    return entry == null ? 0 : entry.term();
  }

  @Override
  public byte[] apply(byte[] data, int offset, int length, boolean serializeResponse) {
    String value = new String(data, offset, length, StandardCharsets.US_ASCII);
    if (value.equals(failAt)) {
      throw new IllegalStateException("cannot apply " + value);
    }
    if (value.equals(READ)) {
      String last = applied.isEmpty() ? "" : applied.get(applied.size() - 1);
      return last.getBytes(StandardCharsets.US_ASCII);
    }
    applied.add(value);
    return new byte[0];
  }

  @Override
  public void readContentFrom(DataInput in) throws IOException {
    applied.clear();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      applied.add(in.readUTF());
    }
  }

  @Override
  public void writeContentTo(DataOutput out) throws IOException {
    snapshotThread = Thread.currentThread();
    out.writeInt(applied.size());
    for (String value : applied) {
      out.writeUTF(value);
    }
  }

  @Override
  public void close() {
    election.stop();
    raft.stop();
  }
}
