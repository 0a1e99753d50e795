package hraftd.raft.net;

import java.util.List;

/**
 * The secrets that nodes prove to each other on the Raft port, before anything else is read or
 * told. Asked anew at each connection, at both of its ends, so one that has changed counts for the
 * next connection. Any thread; must not wait for anything, and must not throw.
 */
public interface PortSecrets {

  /** No secret: nothing is proved, and who demands a proof is refused. */
  PortSecrets NONE =
      new PortSecrets() {
        @Override
        public List<byte[]> accepted() {
          return List.of();
        }

        @Override
        public boolean optional() {
          return false;
        }
      };

  /**
   * The few secrets that are accepted, none of them empty: the first is the one that this node
   * proves when it opens a connection. If there is none, no proof is asked for.
   */
  List<byte[]> accepted();

  /**
   * True while a cluster gets its secret, node by node: whoever has none is talked to as well. A
   * wrong one is refused all the same.
   */
  boolean optional();
}
