package hraftd.raft.node;

import hraftd.kv.state.KvState;
import hraftd.raft.Membership;
import hraftd.raft.core.Loss;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.disk.StoreDamagedException;
import hraftd.raft.log.TermFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the files of a member hold, while no process uses them: {@link StoredStateReader} reads
 * it.
 *
 * @param term term and vote; null if the file is not there or cannot be read
 * @param snapshot the newest snapshot; null if there is none
 * @param snapshotKeys how many keys are in it
 * @param firstIndex the first entry in the log
 * @param end how far log and snapshot go
 * @param committedIndex up to here all is known to be committed; what is behind may be, or not
 * @param membership the newest configuration, committed or not; empty if there is none
 * @param state the snapshot and all entries of the log applied to it, committed or not
 * @param uncertain what the entries behind {@code committedIndex} have changed
 * @param tornTail see {@link hraftd.raft.log.StoredLog#tornTail}
 * @param remarks what is not as it should be and takes nothing away, and what a file says about
 *     itself; not yet fit to be printed
 * @param damage what is; then the rest says what is whole
 * @param loss which entries behind {@code end} were here once; null: none
 * @param unreadable true if something is whole that this version cannot read: another one may
 */
public record StoredState(
    TermFile.@Nullable Stored term,
    SnapshotStore.@Nullable Meta snapshot,
    long snapshotKeys,
    long firstIndex,
    LogEnd end,
    long committedIndex,
    Membership membership,
    KvState state,
    ChangedKeys uncertain,
    String tornTail,
    List<String> remarks,
    List<StoreDamagedException> damage,
    @Nullable Loss loss,
    boolean unreadable) {

  /** How many entries are behind the last one that is known to be committed. */
  public long uncertainEntries() {
    return end.index() - committedIndex;
  }
}
