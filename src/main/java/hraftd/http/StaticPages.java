package hraftd.http;

import io.javalin.config.StaticFilesConfig;
import io.javalin.http.staticfiles.Location;
import java.util.Map;

/**
 * The pages in the jar, as Javalin serves them: to everybody, as they hold nothing but themselves.
 * They may load nothing from elsewhere and run nothing that stands in them. Stateless.
 */
final class StaticPages {

  /** Where they are, on the server as in the jar. */
  static final String PATH = "/ui";

  private StaticPages() {}

  /** Adds them. */
  static void addTo(StaticFilesConfig files) {
    files.add(
        pages -> {
          pages.hostedPath = PATH;
          pages.directory = PATH;
          pages.location = Location.CLASSPATH;
          pages.headers =
              Map.of(
                  "Content-Security-Policy",
                  "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
                  "Referrer-Policy",
                  "no-referrer",
                  // Their ETags are made of times and lengths, which another version may share.
                  "Cache-Control",
                  "no-store");
        });
  }
}
