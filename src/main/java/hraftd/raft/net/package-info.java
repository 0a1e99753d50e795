/**
 * The connections between members, in plain or under TLS: who is let in, who has to prove which
 * secret, what is on the wire, and a sender for each peer. Believes nothing that comes in. It
 * carries the messages of {@code hraftd.raft.core} and knows nothing else of Raft; {@code
 * hraftd.raft.node} opens it. Start with {@link hraftd.raft.net.PeerTransport}.
 */
@NullMarked
package hraftd.raft.net;

import org.jspecify.annotations.NullMarked;
