/**
 * The other engine: jgroups-raft as its documentation shows it, behind {@link
 * hraftd.raft.Consensus}. It is here to be compared with the default one, and as an example of how
 * that library is used; docs/engines.md says which promises it does not keep, and why. Made by the
 * root package alone; nobody else knows {@code org.jgroups}.
 *
 * <p>Begin with {@link hraftd.jgroups.JGroupsRaftConsensus} for how requests go, and {@link
 * hraftd.jgroups.JGroupsStack} for the settings.
 */
@NullMarked
package hraftd.jgroups;

import org.jspecify.annotations.NullMarked;
