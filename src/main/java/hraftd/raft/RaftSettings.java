package hraftd.raft;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything a Raft node needs to start.
 *
 * @param self who it is
 * @param clusterId the cluster it belongs to; peers of another are refused
 * @param bind where it listens for its peers; a port that is taken is an error
 * @param initial the configuration to start with if the log and snapshot have none: all members for
 *     a new cluster, {@link Membership#EMPTY} for a node that joins
 * @param directory where log, term, vote and snapshots are; null: in memory, nothing survives
 * @param campaign true on the node that is to lead a new cluster: it does not wait for a timeout
 * @param electionTimeout a follower that has not heard from a leader for this long (to twice as
 *     long, at random) asks for votes
 * @param heartbeat how often a leader without work sends
 * @param snapshotBytes log bytes since the last snapshot after which the next one is taken
 * @param snapshotInterval time after which a snapshot is taken if anything was applied since the
 *     last
 * @param diskReserve free bytes in the directory's file system below which growing writes are
 *     refused
 * @param segmentBytes size of one file of the log; the log is shortened by whole files
 * @param keepEntries entries that stay in the log behind a snapshot: a follower that lags less
 *     needs none
 * @param scrub how often all files are read to find what rots; zero: never
 * @param memoryFull whether growing writes are to be refused for want of heap; asked for each of
 *     them, by any thread
 * @param meter hears how often and how fast things happen
 * @param observer sees what happens
 */
public record RaftSettings(
    NodeId self,
    String clusterId,
    HostPort bind,
    Membership initial,
    @Nullable Path directory,
    boolean campaign,
    Duration electionTimeout,
    Duration heartbeat,
    long snapshotBytes,
    Duration snapshotInterval,
    long diskReserve,
    long segmentBytes,
    long keepEntries,
    Duration scrub,
    BooleanSupplier memoryFull,
    RaftMeter meter,
    RaftObserver observer) {}
