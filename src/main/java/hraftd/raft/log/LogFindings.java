package hraftd.raft.log;

import hraftd.raft.disk.StoreDamagedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a log hold.
 *
 * @param segments oldest first; none if there is no log
 * @param tornBytes behind the last segment's end, which a crash has left
 * @param superseded names of files that are void
 * @param committed the highest commit index that a mark has; 0: none
 * @param passedOver what is damaged and not needed, as a snapshot holds it
 * @param damage what is damaged behind the segments; null: nothing
 * @param lostThrough the last entry that the log had, though it is not all here; {@link
 *     hraftd.raft.core.Loss#UNKNOWN} if that is not known; 0: all is here
 * @param rest names of the files behind the damage
 * @param floor what the floor's file says; null if there is none, or it cannot be read
 * @param floorDamage why the floor's file cannot be read; null if it can, or there is none
 */
record LogFindings(
    Segments segments,
    long tornBytes,
    List<String> superseded,
    long committed,
    List<StoreDamagedException> passedOver,
    @Nullable StoreDamagedException damage,
    long lostThrough,
    List<String> rest,
    FloorFile.@Nullable Floor floor,
    @Nullable StoreDamagedException floorDamage) {}
