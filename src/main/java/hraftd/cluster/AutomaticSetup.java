package hraftd.cluster;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.ConsensusException;
import hraftd.text.BoundedLog;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/**
 * Sets the cluster up without a request: every node has the same one in a file, and repeats it
 * until it is a member. The node that is to lead does it, for whomever it is asked; so it is done
 * once, and also finished if that node fails in between.
 */
final class AutomaticSetup {

  private static final BoundedLog LOG =
      new BoundedLog(LoggerFactory.getLogger(AutomaticSetup.class));

  /** How long one attempt may take: a round of questions, and an election. */
  private static final Duration ATTEMPT = Duration.ofSeconds(15);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

  private final LocalNode local;
  private final Await await;
  private final Setup setup;
  private final Activity progress;
  private final SetupRequest request;
  private String lastRefusal = "";

  AutomaticSetup(LocalNode local, Setup setup, Activity progress, SetupRequest request) {
    this.local = local;
    await = local.await();
    this.setup = setup;
    this.progress = progress;
    this.request = request;
  }

  /** Blocks until this node is a member or stops. */
  void run() {
    try {
      while (!local.isStopping() && !attempt()) {
        await.pause(BETWEEN_ATTEMPTS);
      }
    } catch (ClusterException e) {
      if (e.kind() != Kind.SHUTTING_DOWN) {
        throw e;
      }
    } finally {
      progress.done();
    }
  }

  /** True once there is nothing left to do. */
  private boolean attempt() {
    if (isMember()) {
      return true;
    }
    String refusal;
    try {
      setup.run(request, /* forwarded= */ false, await.after(ATTEMPT));
      if (isMember()) {
        return true;
      }
      refusal = "the cluster exists, and this node is not in it: let it join (-join)";
    } catch (ClusterException e) {
      if (e.kind() == Kind.SHUTTING_DOWN && !e.relayed()) {
        throw e;
      }
      refusal = e.detail();
    } catch (ConsensusException e) {
      refusal = String.valueOf(e.getMessage());
    }
    progress.waitFor("-setup: not yet: " + refusal);
    if (!refusal.equals(lastRefusal)) {
      LOG.info("-setup: not yet, it goes on: {}", refusal);
      lastRefusal = refusal;
    }
    return false;
  }

  /** The node that leads is one before the others know: it goes on until all do. */
  private boolean isMember() {
    ClusterRecord record = local.record();
    return record != null && (record.settled() || !leads());
  }

  private boolean leads() {
    return local.place().matchHttp(request.leader().http()) == Addresses.Match.OWN;
  }
}
