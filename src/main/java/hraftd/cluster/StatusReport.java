package hraftd.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.kv.CopyComparison;
import hraftd.kv.KvView;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusEngine;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.RaftStatus;
import hraftd.raft.WireFormat;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What this node says about itself: /status, and whether it is ready. Cheap; any thread may ask.
 */
final class StatusReport {

  /** The oldest copy that counts as ready. */
  private static final Duration MAX_BEHIND = Duration.ofSeconds(1);

  /** A member that has not answered for so long is worth a warning. */
  private static final Duration SILENT = Duration.ofSeconds(3);

  private static final String HEAP_FULL = "the heap is nearly full: writes are refused";
  private static final String DISK_FULL = "the disk is nearly full: writes are refused";
  private static final String NOT_SET_UP = "waiting for /setup or -join";

  private final LocalNode local;
  private final Activity progress;
  private final CopyCheck copies;
  private final Absentees absentees;
  private final FileScrub scrub;
  private final ConsensusEngine engine;
  private final String version;
  private final Protection protection;

  /** True once a leader was known: from then on a node is a follower even without one. */
  private volatile boolean hasSeenLeader;

  StatusReport(
      LocalNode local,
      Activity progress,
      CopyCheck copies,
      Absentees absentees,
      FileScrub scrub,
      ConsensusEngine engine,
      String version,
      Protection protection) {
    this.scrub = scrub;
    this.local = local;
    this.progress = progress;
    this.copies = copies;
    this.absentees = absentees;
    this.engine = engine;
    this.version = version;
    this.protection = protection;
  }

  /** Why this node is not ready, in one line; null if it is. */
  @Nullable String notReady() {
    if (local.isStopping()) {
      return "shutting down";
    }
    Consensus consensus = local.consensusOrNull();
    if (consensus == null) {
      ClusterRecord record = local.record();
      if (record == null) {
        return NOT_SET_UP;
      }
      return record.removed() ? "removed from the cluster" : "starting";
    }
    RaftStatus status = consensus.status();
    if (status.role() == RaftStatus.Role.REMOVED) {
      return "removed from the cluster";
    }
    if (status.leader() == null) {
      String missing = absentees.text();
      return missing.isEmpty() ? "no leader is known" : missing;
    }
    if (status.behind() == null) {
      return "the leader has not confirmed yet that this copy is complete";
    }
    return status.behind().compareTo(MAX_BEHIND) > 0
        ? "this copy is " + status.behind().toMillis() + " ms behind"
        : null;
  }

  /** What a node does not do although it is ready, in one line; empty if it does all. */
  String restriction() {
    Consensus consensus = local.consensusOrNull();
    RaftStatus status = consensus == null ? null : consensus.status();
    if (status == null) {
      return "";
    }
    if (!status.withoutVote().isEmpty()) {
      return status.withoutVote();
    }
    if (status.memoryFull()) {
      return HEAP_FULL;
    }
    return status.diskFull() ? DISK_FULL : "";
  }

  /** The body of /status. */
  ObjectNode tree(KvView view) {
    ClusterRecord record = local.record();
    Consensus consensus = local.consensusOrNull();
    RaftStatus status = consensus == null ? null : consensus.status();
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.set("me", me(record));
    Member leader = status == null ? null : status.leader();
    tree.set(
        "leader",
        leader == null ? JsonNodeFactory.instance.nullNode() : ClusterJson.person(leader));
    tree.set("followers", followers(status));
    tree.put("clusterId", record == null ? null : record.clusterId());
    tree.put("state", state(record, status));
    tree.put("ready", notReady() == null);
    tree.put("term", status == null ? 0 : status.term());
    tree.put("firstIndex", status == null ? 0 : status.firstIndex());
    tree.put("lastIndex", status == null ? 0 : status.lastIndex());
    tree.put("commitIndex", status == null ? 0 : status.commitIndex());
    tree.put("appliedIndex", status == null ? 0 : status.appliedIndex());
    tree.put("snapshotIndex", status == null ? 0 : status.snapshotIndex());
    Duration behind = status == null ? null : status.behind();
    tree.put("behindMillis", behind == null ? null : behind.toMillis());
    tree.put("revision", view.revision());
    tree.put("keys", view.size());
    tree.set("compared", compared());
    tree.put("diskFull", status != null && status.diskFull());
    tree.put("memoryFull", status != null && status.memoryFull());
    tree.set("tls", protection.tls().json());
    tree.set("auth", protection.auth().json());
    tree.put("activity", activity(status));
    tree.set("warnings", warnings(record, consensus, status));
    tree.put("commonFormat", status == null ? 0 : status.commonFormat().number());
    tree.put("newestFormat", WireFormat.NEWEST.number());
    tree.put("engine", engine.name());
    tree.put("version", version);
    return tree;
  }

  /** The newest comparison of the copies that found them the same. */
  private JsonNode compared() {
    CopyComparison.At agreed = copies.agreed();
    return agreed == null
        ? JsonNodeFactory.instance.nullNode()
        : JsonNodeFactory.instance
            .objectNode()
            .put("revision", agreed.revision())
            .put("hash", agreed.hash().toString());
  }

  private ObjectNode me(@Nullable ClusterRecord record) {
    Endpoints place = local.place();
    Member member = record == null ? null : record.selfMember();
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", record == null ? place.name() : record.self().id())
        .put("name", place.name())
        .put("address", (member == null ? place.raftForOthers() : member.raft()).toString())
        .put("http", (member == null ? place.httpForOthers() : member.http()).toString());
  }

  /** Everybody but the leader; on the leader with how far each one is. */
  private static ArrayNode followers(@Nullable RaftStatus status) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    if (status == null) {
      return array;
    }
    Member leader = status.leader();
    for (Member member : status.membership().members()) {
      boolean leads = leader != null && leader.node().equals(member.node());
      if (leads || (leader == null && member.node().equals(status.self()))) {
        continue; // Whom it would follow is not known; itself it does not.
      }
      ObjectNode follower = ClusterJson.person(member).put("voter", member.voter());
      for (RaftStatus.Peer peer : status.peers()) {
        if (peer.member().node().equals(member.node())) {
          follower
              .put("matchIndex", peer.matchIndex())
              .put("lag", Math.max(0, status.lastIndex() - peer.matchIndex()))
              .put("sinceContactMillis", peer.sinceContact().toMillis());
        }
      }
      array.add(follower);
    }
    return array;
  }

  private String state(@Nullable ClusterRecord record, @Nullable RaftStatus status) {
    if (record != null && record.removed()) {
      return "removed";
    }
    if (status == null) {
      return record == null ? "waiting" : "starting";
    }
    hasSeenLeader |= status.leader() != null;
    return switch (status.role()) {
      case LEADER, REMOVED -> status.role().name().toLowerCase(Locale.ROOT);
      case LEARNER ->
          hasSeenLeader && status.membership().find(status.self()) != null ? "learner" : "starting";
      case CANDIDATE -> "candidate";
      case FOLLOWER -> hasSeenLeader ? "follower" : "starting";
    };
  }

  private String activity(@Nullable RaftStatus status) {
    String own = progress.activity().isEmpty() ? absentees.text() : progress.activity();
    return own.isEmpty() && status != null ? status.activity() : own;
  }

  private ArrayNode warnings(
      @Nullable ClusterRecord record, @Nullable Consensus consensus, @Nullable RaftStatus status) {
    ArrayNode warnings = JsonNodeFactory.instance.arrayNode();
    if (!local.isDurable()) {
      warnings.add("everything is in memory: nothing survives the end of this process");
    }
    if (!engine.warning().isEmpty()) {
      warnings.add(engine.warning());
    }
    protection.warnings().get().forEach(warnings::add);
    scrub.warnings().forEach(warnings::add);
    if (consensus != null) {
      consensus.scrubbed().warnings().forEach(warnings::add);
      consensus.rivals().forEach(warnings::add);
    }
    if (status == null || record == null) {
      return warnings;
    }
    CopyVerdict verdict = copies.verdict();
    if (verdict != null && verdict.differ()) {
      warnings.add("the copies of the members differ: " + verdict.said());
    }
    if (!absentees.text().isEmpty()) {
      warnings.add(absentees.text());
    }
    Membership membership = status.membership();
    int voters = membership.voters().size();
    // Members cannot be added or removed while nobody leads.
    if (status.leader() != null && voters > 0 && voters % 2 == 0) {
      warnings.add(
          voters + " voters survive no more failures than " + (voters - 1) + ": add or remove one");
    }
    if (!status.withoutVote().isEmpty()) {
      warnings.add(status.withoutVote());
    }
    if (status.diskFull()) {
      warnings.add(DISK_FULL);
    }
    if (status.memoryFull()) {
      warnings.add(HEAP_FULL);
    }
    int answering = voters;
    for (RaftStatus.Peer peer : status.peers()) {
      if (peer.sinceContact().compareTo(SILENT) > 0) {
        warnings.add(
            "member "
                + peer.member().id()
                + " has not answered for "
                + peer.sinceContact().toSeconds()
                + " s");
        answering -= peer.member().voter() ? 1 : 0;
      }
    }
    if (voters > 1 && answering == membership.quorum() && answering < voters) {
      warnings.add("if one more member fails, nothing can be written");
    }
    return warnings;
  }
}
