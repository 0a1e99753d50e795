package hraftd.cluster;

import hraftd.raft.Consensus;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.RaftStatus;
import hraftd.text.BoundedLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Who of the voters does not answer while nobody leads, and since when: what an operator has to
 * look after. Consensus does not know it, as only a leader is answered; so they are asked over
 * HTTP, once a second and as long as it lasts.
 *
 * <p>{@link #run} is for one thread, {@link #text} for any.
 */
final class Absentees implements Runnable {

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(Absentees.class));

  static final Duration INTERVAL = Duration.ofSeconds(1);

  /** How long they may take to answer: on a busy machine, too, it is over when they are counted. */
  private static final Duration ANSWER_TIME = Duration.ofMillis(700);

  /** An election takes less: nothing is said of it. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** How often it is said again, in rounds of {@link #INTERVAL}. */
  private static final int REPEAT_ROUNDS = 10;

  /**
   * A voter that is of no help.
   *
   * @param since when it was heard last, or the lead was lost
   * @param how what is wrong with it, as a verb
   */
  private record Absence(Instant since, String how) {}

  private static final String SILENT = "does not answer";
  private static final String EMPTIED = "answers and is no member: its data directory was emptied";

  private final LocalNode local;
  private final Await await;
  private final Peers peers;
  private final Clock clock;

  /** By the member's id; another map each time, as answers may come when that time is over. */
  private volatile Map<String, Absence> absences = new ConcurrentHashMap<>();

  /** When the leader, if this node was it, heard the others last; by id. Of the running thread. */
  private Map<String, Instant> heard = Map.of();

  private @Nullable Instant leaderless;

  /** True once the voters have been asked in this time, and had {@link #ANSWER_TIME} to answer. */
  private boolean asked;

  private int rounds;
  private volatile String text = "";

  /**
   * Of this node's cluster.
   *
   * @param clock for people
   */
  Absentees(LocalNode local, Peers peers, Clock clock) {
    this.local = local;
    await = local.await();
    this.peers = peers;
    this.clock = clock;
  }

  /** Who is missing, in a sentence; empty while there is a leader, or was a moment ago. */
  String text() {
    return text;
  }

  @Override
  public void run() {
    Consensus consensus = local.consensusOrNull();
    ClusterRecord record = local.record();
    RaftStatus status = consensus == null ? null : consensus.status();
    if (record == null
        || status == null
        || status.leader() != null
        || !status.membership().isVoter(record.self())) {
      wellAgain(status);
      return;
    }
    Instant now = clock.instant();
    Instant since = leaderless == null ? now : leaderless;
    leaderless = since;
    if (Duration.between(since, now).compareTo(GRACE) < 0) {
      return;
    }
    say(status.membership(), now);
    ask(status.membership(), record, since);
    asked = true;
  }

  private void wellAgain(@Nullable RaftStatus status) {
    if (status != null && !status.peers().isEmpty()) {
      Instant now = clock.instant();
      Map<String, Instant> contacts = new ConcurrentHashMap<>();
      status.peers().forEach(p -> contacts.put(p.member().id(), now.minus(p.sinceContact())));
      heard = contacts;
    }
    if (!text.isEmpty() && status != null && status.leader() != null) {
      LOG.info("there is a leader again: {}", status.leader().id());
    }
    text = "";
    leaderless = null;
    asked = false;
    rounds = 0;
    absences = new ConcurrentHashMap<>();
  }

  private void ask(Membership membership, ClusterRecord record, Instant since) {
    Map<String, Absence> found = absences;
    for (Member voter : membership.voters()) {
      if (!voter.node().equals(record.self())) {
        Instant last = heard.getOrDefault(voter.id(), since);
        var unused =
            peers
                .describe(voter.http(), await.after(ANSWER_TIME))
                .whenComplete(
                    (answer, failure) -> {
                      if (failure != null) {
                        found.putIfAbsent(voter.id(), new Absence(last, SILENT));
                      } else if (isMember(answer, voter, record)) {
                        found.remove(voter.id());
                      } else {
                        found.put(voter.id(), new Absence(last, EMPTIED));
                      }
                    });
      }
    }
  }

  private static boolean isMember(Description found, Member voter, ClusterRecord record) {
    return found.state() == Description.State.MEMBER
        && found.incarnation() == voter.node().incarnation()
        && record.clusterId().equals(found.clusterId());
  }

  private void say(Membership membership, Instant now) {
    List<String> missing = new ArrayList<>();
    for (Member voter : membership.voters()) {
      Absence absence = absences.get(voter.id());
      if (absence != null) {
        missing.add(
            voter.id()
                + " at "
                + voter.http()
                + " "
                + absence.how
                + ", since "
                + absence.since.truncatedTo(ChronoUnit.SECONDS)
                + " ("
                + Math.max(0, Duration.between(absence.since, now).toSeconds())
                + " s)");
      }
    }
    int voters = membership.voters().size();
    int there = voters - missing.size();
    String names = String.join("; ", missing);
    if (there < membership.quorum()) {
      text =
          "no majority: "
              + there
              + " of "
              + voters
              + " voters are there, "
              + membership.quorum()
              + " are needed: "
              + names;
    } else if (asked) {
      text =
          "nobody leads, though "
              + there
              + " of "
              + voters
              + " voters answer over HTTP: do their Raft ports reach each other?"
              + (names.isEmpty() ? "" : " " + names);
    }
    if (!text.isEmpty() && rounds++ % REPEAT_ROUNDS == 0) {
      LOG.warn("{}", text);
    }
  }
}
