package hraftd.raft.node;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.codec.CommandCodec;
import hraftd.kv.state.KvState;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Entry;
import hraftd.raft.core.MembershipCodec;
import hraftd.raft.log.LogOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Writes the files of a member, entry by entry, as if a leader had sent them. */
public final class MemberFiles implements AutoCloseable {

  /** Three voters on made-up addresses. */
  public static final Membership THREE =
      new Membership(List.of(member("a", 1, true), member("b", 2, true), member("c", 3, true)));

  /** Several segments with a few dozen entries. */
  private static final LogOptions SMALL = new LogOptions(4096, 512, 500, 0, 2);

  private final Stores stores;
  private final KvState state = new KvState(ChangeListener.NONE);
  private Membership membership = Membership.EMPTY;
  private long term = 1;

  /** Opens or begins those in a directory; term 1. */
  public MemberFiles(Path directory) throws IOException {
    stores =
        Stores.open(
            directory,
            SMALL,
            () -> {},
            failure -> {
              throw new AssertionError(failure);
            });
    stores.terms().save(term, null);
  }

  /** A member of this id on made-up addresses. */
  public static Member member(String id, long incarnation, boolean voter) {
    HostPort address = HostPort.parse("127.0.0.1:1");
    return new Member(new NodeId(id, incarnation), address, address, voter);
  }

  /** What holds where no entry says otherwise. */
  public MemberFiles from(Membership initial) {
    membership = initial;
    return this;
  }

  /** Goes on in a later term. */
  public MemberFiles inTerm(long later) {
    term = later;
    stores.terms().save(later, null);
    return this;
  }

  /** An entry that puts this key, with its own name as the value. */
  public MemberFiles put(String key) {
    Command.Pair pair =
        new Command.Pair(Key.of(key), key.getBytes(StandardCharsets.UTF_8), /* ttlMillis= */ 0);
    return command(new Command.Put(List.of(pair), Guard.NONE));
  }

  /** An entry with this command. */
  public MemberFiles command(Command command) {
    append(Entry.Kind.COMMAND, CommandCodec.encode(command));
    state.apply(0, command);
    return this;
  }

  /** Entries that put {@code key-1} and so on. */
  public MemberFiles puts(int count) {
    for (int i = 1; i <= count; i++) {
      put("key-" + i);
    }
    return this;
  }

  /** An entry with this configuration. */
  public MemberFiles members(Membership next) {
    membership = next;
    append(Entry.Kind.MEMBERSHIP, MembershipCodec.encode(next));
    return this;
  }

  /** A snapshot of all that is there, and the log without what it holds. */
  public MemberFiles snapshot() throws IOException {
    long last = stores.raftLog().lastIndex();
    stores
        .snapshots()
        .write(last, stores.raftLog().term(last), 0, membership, state.freeze()::writeTo);
    stores.raftLog().compact(last);
    return this;
  }

  private void append(Entry.Kind kind, byte[] data) {
    long index = stores.raftLog().lastIndex() + 1;
    stores.raftLog().append(List.of(new Entry(index, term, kind, 0, 0, 0, data)));
  }

  @Override
  public void close() {
    stores.close();
  }
}
