package hraftd.cluster;

import hraftd.raft.HostPort;

/**
 * A request to a waiting node to keep itself free for one cluster for some seconds.
 *
 * @param clusterId of the cluster that wants it
 * @param incarnation which it is believed to have
 * @param http the address by which it is to be known to clients
 * @param raft the address by which it is to be known to its peers
 */
public record Reservation(String clusterId, long incarnation, HostPort http, HostPort raft) {}
