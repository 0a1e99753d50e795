package hraftd.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hraftd.testing.Browser;
import hraftd.testing.Eventually;
import hraftd.testing.Shell;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes the pictures of the page that the documents show, of a cluster that scripts/pictures has
 * started: one of the page, and an animation in which the leader is killed and comes back.
 */
public final class Pictures {

  private static final int WIDTH = 1280;
  private static final int HEIGHT = 1400;

  /** Of the animation: the sentence, the members and their logs. */
  private static final int ANIMATED_WIDTH = 900;

  private static final int ANIMATED_HEIGHT = 940;

  private static final Duration FRAME = Duration.ofMillis(200);
  private static final Duration BEFORE = Duration.ofSeconds(3);
  private static final Duration DEAD = Duration.ofSeconds(6);
  private static final Duration BACK = Duration.ofSeconds(6);
  private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(80);

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> nodes;
  private volatile boolean done;

  private Pictures(List<String> nodes) {
    this.nodes = nodes;
  }

  /** Addresses of the nodes, in order; the pictures go into docs. */
  public static void main(String... addresses) throws IOException, InterruptedException {
    new Pictures(List.of(addresses)).take(Path.of("docs"));
  }

  private void take(Path directory) throws IOException, InterruptedException {
    Thread load = new Thread(this::write, "load");
    load.setDaemon(true);
    load.start();
    int leader = leader();
    try (Browser browser = new Browser()) {
      browser.size(WIDTH, HEIGHT);
      browser.prefers("light", /* motion= */ true);
      browser.open(nodes.get((leader + 1) % nodes.size()) + "/ui/");
      browser.await("the page shows a leader", "document.body.innerText.includes('leads')");
      pass(Duration.ofSeconds(10));
      Files.write(directory.resolve("ui.png"), browser.picture());
      browser.size(ANIMATED_WIDTH, ANIMATED_HEIGHT);
      Animation animation = new Animation();
      film(browser, animation, BEFORE);
      Shell.run("scripts/cluster", "kill", Integer.toString(leader + 1));
      film(browser, animation, DEAD);
      Thread start =
          new Thread(() -> Shell.run("scripts/cluster", "start", Integer.toString(nodes.size())));
      start.start();
      film(browser, animation, BACK);
      start.join();
      animation.write(directory.resolve("ui.gif"));
    } finally {
      done = true;
    }
  }

  private static void film(Browser browser, Animation animation, Duration time) throws IOException {
    long began = System.nanoTime();
    long end = began + time.toNanos();
    while (began - end < 0) {
      byte[] picture = browser.picture();
      LockSupport.parkNanos(began + FRAME.toNanos() - System.nanoTime());
      // A busy machine takes longer for a picture: it is shown as long as it took.
      long now = System.nanoTime();
      animation.add(picture, Duration.ofNanos(now - began));
      began = now;
    }
  }

  private static void pass(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }

  private int leader() {
    return Eventually.eventually(
        "there is a leader",
        Eventually.LONG,
        () -> {
          for (int i = 0; i < nodes.size(); i++) {
            HttpRequest request =
                HttpRequest.newBuilder(URI.create(nodes.get(i) + "/status")).build();
            JsonNode status =
                new ObjectMapper().readTree(http.send(request, BodyHandlers.ofString()).body());
            if (status.path("state").asText().equals("leader")) {
              return i;
            }
          }
          throw new AssertionError("nobody leads");
        });
  }

  /** A few writes and reads a second, so that there is something to see. */
  private void write() {
    for (int i = 0; !done; i++) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(nodes.get(i % nodes.size()) + "/key/color/" + i % 20))
              .timeout(Duration.ofSeconds(2));
      if (i % 2 == 0) {
        request.PUT(HttpRequest.BodyPublishers.ofString("value " + i));
      }
      var unused = http.sendAsync(request.build(), BodyHandlers.discarding());
      LockSupport.parkNanos(BETWEEN_REQUESTS.toNanos());
    }
  }
}
