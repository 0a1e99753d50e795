package hraftd.bench;

import java.util.List;
import java.util.Optional;

/** The servers that make up one store, and what differs between stores in handling them. */
interface ServerCluster {

  /** All, running or not. */
  List<Server> servers();

  /** Starts all for the first time and makes them one store; returns before each is ready. */
  void start();

  /** Whether a server serves. */
  boolean ready(Server server);

  /** The server that leads, if one does and a server that runs knows it. */
  Optional<Server> leader();
}
