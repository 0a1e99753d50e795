package hraftd.bench;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Kills the leader again and again, and measures from the kill to the first write that was sent
 * after it and acknowledged.
 */
final class Failover {

  private static final Duration TARGET = Duration.ofMillis(600);

  /** How finely the gap is measured; each write goes to another of the nodes that live. */
  private static final Duration BETWEEN_WRITES = Duration.ofMillis(5);

  /** Before the next kill so many writes are acknowledged, so that all is as usual. */
  private static final int QUIET_WRITES = 200;

  private static final long NONE = Long.MAX_VALUE;

  private final HttpContender contender;
  private final Http http;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong firstAfterKill = new AtomicLong(NONE);
  private volatile long killed = NONE;

  Failover(HttpContender contender, Http http) {
    this.contender = contender;
    this.http = http;
  }

  /** Returns the gaps, one for each time. The contender has been started. */
  List<Duration> run(int times) {
    List<Duration> gaps = new ArrayList<>();
    ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
    try {
      var unused =
          writer.scheduleAtFixedRate(
              this::writeOn, 0, BETWEEN_WRITES.toMillis(), TimeUnit.MILLISECONDS);
      ProgressLine progress = new ProgressLine(times);
      for (int i = 0; i < times; i++) {
        progress.begin("killing the leader of " + contender.name());
        gaps.add(strike());
      }
    } finally {
      writer.shutdownNow();
    }
    ProgressLine.end();
    return gaps;
  }

  private Duration strike() {
    long before = acknowledged.get();
    Failed.unless("steady writes", Http.PATIENT, () -> acknowledged.get() - before >= QUIET_WRITES);
    Server leader = contender.leader();
    firstAfterKill.set(NONE);
    long moment = System.nanoTime();
    leader.kill();
    killed = moment;
    Failed.unless(
        "a write after the leader was killed", Http.PATIENT, () -> firstAfterKill.get() != NONE);
    killed = NONE;
    Duration gap = Duration.ofNanos(firstAfterKill.get() - moment);
    leader.start();
    Failed.unless(leader.id() + " is back", Http.PATIENT, () -> contender.cluster().ready(leader));
    return gap;
  }

  /** What it throws would end the writing, and nobody would know why there is no gap. */
  private void writeOn() {
    try {
      write();
    } catch (RuntimeException e) {
      ProgressLine.show("a write could not be sent: " + e);
    }
  }

  private void write() {
    List<Server> alive = contender.cluster().servers().stream().filter(Server::alive).toList();
    long number = sent.getAndIncrement();
    long moment = System.nanoTime();
    boolean after = killed != NONE && moment - killed > 0;
    String address = alive.get((int) (number % alive.size())).address();
    HttpRequest request = contender.dialect().put(address, Map.of("failover" + number, Load.VALUE));
    var unused = http.sendAsync(request).thenAccept(reply -> answered(reply, after));
  }

  private void answered(Http.Reply reply, boolean sentAfterKill) {
    if (reply.ok()) {
      acknowledged.incrementAndGet();
      if (sentAfterKill) {
        firstAfterKill.accumulateAndGet(System.nanoTime(), Math::min);
      }
    }
  }

  /** A table of one row. */
  static String table(String system, List<Duration> gaps) {
    double[] millis = gaps.stream().mapToDouble(gap -> gap.toNanos() / 1e6).toArray();
    double median = Results.median(millis);
    double worst = gaps.stream().mapToDouble(gap -> gap.toNanos() / 1e6).max().orElse(0);
    return String.format(
        Locale.ROOT,
        "| leader killed | times | median ms | worst ms | target |%n"
            + "| --- | ---: | ---: | ---: | --- |%n| %s | %d | %,.0f | %,.0f | median ≤ %d: %s |%n",
        system,
        gaps.size(),
        median,
        worst,
        TARGET.toMillis(),
        median <= TARGET.toMillis() ? "met" : "**not met**");
  }
}
