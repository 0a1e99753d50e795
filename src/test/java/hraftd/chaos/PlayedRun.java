package hraftd.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plays a recorded run in a page that needs nothing else: the modules of /ui/ are written into it,
 * as a page from a disk may load none. Stateless.
 */
final class PlayedRun {

  /** What the page begins with; it uses the modules of /ui/. */
  private static final String ENTRY = "recorded.js";

  private static final List<String> STYLES = List.of("theme.css", "page.css", "pictures.css");

  private static final Pattern IMPORT = Pattern.compile("from '\\./([a-z-]+\\.js)'");

  private PlayedRun() {}

  /** What belongs into the head of the page. */
  static String style() throws IOException {
    StringBuilder style = new StringBuilder();
    for (String name : STYLES) {
      style.append(text("/ui/" + name).replaceAll("(?m)^@import.*$", ""));
    }
    return style.toString();
  }

  /**
   * What belongs into its body.
   *
   * @param events one in a line
   */
  static String player(List<String> events) throws IOException {
    Map<String, String> modules = modules();
    StringBuilder page = new StringBuilder();
    page.append("<div id=seen class=seen></div><div id=controls class=dock></div>");
    page.append("<script id=events type=application/x-ndjson>")
        .append(base64(String.join("\n", events)))
        .append("</script><script type=module>const made = {};\n")
        .append("const text = (s) => new TextDecoder().decode(")
        .append("Uint8Array.from(atob(s), (c) => c.charCodeAt(0)));\n")
        .append("const make = (name, source) => { made[name] = URL.createObjectURL(new Blob([")
        .append("text(source).replace(/from '\\.\\/([a-z-]+\\.js)'/g, (all, other) => ")
        .append("`from '${made[other]}'`)], { type: 'text/javascript' })); };\n");
    modules.forEach(
        (name, source) ->
            page.append("make('")
                .append(name)
                .append("','")
                .append(base64(source))
                .append("');\n"));
    page.append("const { play } = await import(made['")
        .append(ENTRY)
        .append("']);\nplay(text(document.getElementById('events').textContent));</script>");
    return page.toString();
  }

  /** The sources of the entry and of all that it needs, each behind those that it needs itself. */
  private static Map<String, String> modules() throws IOException {
    Map<String, String> sources = new LinkedHashMap<>();
    Map<String, String> ordered = new LinkedHashMap<>();
    Deque<String> open = new ArrayDeque<>(List.of(ENTRY));
    while (!open.isEmpty()) {
      String name = open.element();
      String source = sources.get(name);
      if (source == null) {
        source = text(name.equals(ENTRY) ? "/chaos/" + name : "/ui/" + name);
        sources.put(name, source);
        Matcher imports = IMPORT.matcher(source);
        while (imports.find()) {
          if (!sources.containsKey(imports.group(1))) {
            open.push(imports.group(1));
          }
        }
      } else {
        open.remove();
        ordered.putIfAbsent(name, source);
      }
    }
    return ordered;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(String resource) throws IOException {
    try (InputStream in = PlayedRun.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("there is no " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
