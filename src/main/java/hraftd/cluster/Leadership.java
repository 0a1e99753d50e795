package hraftd.cluster;

import hraftd.raft.Member;

/**
 * Who leads, confirmed by a majority.
 *
 * @param leader the member
 * @param term the term in which it does
 */
public record Leadership(Member leader, long term) {}
