package hraftd.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A document as far as links go: where it can be linked to, and what it links to. Immutable. */
final class Markdown {

  /** What begins and ends code, in which nothing is a heading or a link. */
  private static final String FENCE = "```";

  private static final Pattern HEADING = Pattern.compile("(#{1,6}) +(.*)");

  /** The level of headings that begin sections. */
  private static final int SECTION = 2;

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  /** Code within a line. */
  private static final Pattern CODE = Pattern.compile("`[^`]*`");

  /** A link and where it is. */
  record Link(int line, String target) {

    /** Whether it leads out of the project. */
    boolean isExternal() {
      return target.matches("[a-z]+:.*");
    }

    /** The file, relative to the document's directory; empty: the document itself. */
    String file() {
      return target.replaceFirst("#.*", "");
    }

    /** The heading's anchor; empty: the whole file. */
    String anchor() {
      int hash = target.indexOf('#');
      return hash < 0 ? "" : target.substring(hash + 1);
    }
  }

  /** A section: the line and the anchor of its heading. */
  record Section(int line, String anchor) {}

  private final Set<String> anchors = new LinkedHashSet<>();
  private final List<Section> sections = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();

  private Markdown(List<String> lines) {
    Map<String, Integer> seen = new HashMap<>();
    boolean code = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(FENCE)) {
        code = !code;
      } else if (!code) {
        Matcher heading = HEADING.matcher(line);
        if (heading.matches()) {
          String text = anchor(heading.group(2));
          int before = seen.merge(text, 1, Integer::sum) - 1;
          String anchor = before == 0 ? text : text + "-" + before;
          anchors.add(anchor);
          if (heading.group(1).length() == SECTION) {
            sections.add(new Section(i + 1, anchor));
          }
        }
        Matcher link = LINK.matcher(CODE.matcher(line).replaceAll(""));
        while (link.find()) {
          links.add(new Link(i + 1, link.group(1)));
        }
      }
    }
  }

  /** Reads a file. */
  static Markdown read(Path file) throws IOException {
    return new Markdown(Files.readAllLines(file));
  }

  /** A document of this text. */
  static Markdown of(String text) {
    return new Markdown(text.lines().toList());
  }

  /** What can stand behind a # in a link to this document, as GitHub makes it of the headings. */
  Set<String> anchors() {
    return anchors;
  }

  /** Its sections, in order. */
  List<Section> sections() {
    return sections;
  }

  /** All links, in order. */
  List<Link> links() {
    return links;
  }

  private static String anchor(String heading) {
    return heading
        .strip()
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }
}
