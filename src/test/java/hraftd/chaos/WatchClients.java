package hraftd.chaos;

import hraftd.chaos.check.Operation;
import hraftd.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that watch the keys which others create. Each stays with a node as long as the connection
 * lasts, then goes on with the next node where it was. For the thread that breaks things.
 */
final class WatchClients {

  private static final int MOST = 3;
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** How long they may take to be told of the last creation. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Client client;
  private final HttpClient http;
  private final List<String> addresses = new CopyOnWriteArrayList<>();
  private final List<Told> all = new ArrayList<>();
  private volatile boolean stopped;

  /**
   * @param client knows how nodes are to be asked
   */
  WatchClients(Client client) {
    this.client = client;
    this.http = client.http(CONNECT);
  }

  /** Adds a node that can be watched; the first few get a watcher that begins there. */
  void start(NodeProcess node) {
    addresses.add(node.http());
    if (all.size() < MOST) {
      int first = all.size();
      Told told = new Told("watcher " + (first + 1));
      all.add(told);
      Thread thread = new Thread(() -> watch(told, first), "watcher");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Nobody shall watch this node any longer; who does finds out by himself. */
  void stop(NodeProcess node) {
    addresses.remove(node.http());
  }

  private void watch(Told told, int first) {
    for (int next = first; !stopped; next++) {
      try {
        follow(told, addresses.get(next % addresses.size()));
      } catch (IOException e) {
        // The node is gone, or the connection; another may serve.
        client.noted(e);
      } catch (InterruptedException e) {
        return;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void follow(Told told, String address) throws IOException, InterruptedException {
    HttpRequest request =
        client.request(address, "/watch?prefix=u/&from=" + told.resume()).timeout(CONNECT).build();
    HttpResponse<InputStream> response =
        http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    client.noted(response.statusCode());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      if (response.statusCode() == 410) {
        told.startOver();
      } else if (response.statusCode() == 200) {
        for (String line = lines.readLine(); line != null && !stopped; line = lines.readLine()) {
          told.line(line);
        }
      }
    }
  }

  /** Waits until they were told of everything, stops them, and tells what is wrong. */
  List<String> complaints(List<Operation> operations) {
    List<Operation> created = Told.created(operations);
    Eventually.within(LIMIT, () -> all.stream().allMatch(told -> told.complete(created)));
    stopped = true;
    return all.stream().flatMap(told -> told.complaints(created).stream()).toList();
  }
}
