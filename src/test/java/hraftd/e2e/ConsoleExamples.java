package hraftd.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The examples in a document: every block that is marked as {@code console}. A line that starts
 * with {@code $} and a space is a command, which goes on after a backslash or within single quotes;
 * what comes then is what it prints, where {@code …} stands for any text. A block marked as {@code
 * console with -auth} or {@code console without -auth} is for such nodes alone.
 */
final class ConsoleExamples {

  private static final String START = "```console";
  private static final String SECURE = START + " with -auth";
  private static final String OPEN = START + " without -auth";
  private static final String END = "```";
  private static final String PROMPT = "$ ";
  private static final String ANY = "…";

  /** What a node answers from what it knows itself, which may be less than others know. */
  private static final Pattern OWN_VIEW =
      Pattern.compile("level=stale|localhost:\\d+/(watch|status|livez|readyz|metrics)\\b");

  /** What the API says may be sent again until it is through: it changes nothing twice. */
  private static final Pattern REPEATABLE = Pattern.compile("localhost:\\d+/(setup|join)\\b");

  /** How curl is told to send something. */
  private static final Pattern SENDS =
      Pattern.compile("\\s(-\\w*[XdT]\\b|--(request|data|upload))");

  private ConsoleExamples() {}

  /** One command with what it should print, and where in the file it is. */
  record Example(int line, String heading, String command, String expected) {

    /**
     * Whether it may be run again until it prints what it should: if it only asks a node for its
     * own view, which may be a heartbeat behind, or if it is about the cluster and may be repeated.
     * Nothing that writes data may, nor a linearizable read, which has to be right the first time.
     */
    boolean mayBeRepeated() {
      boolean asksForOwnView = OWN_VIEW.matcher(command).find() && !SENDS.matcher(command).find();
      return asksForOwnView || REPEATABLE.matcher(command).find();
    }

    /** Whether this is what it should print. */
    boolean matches(String output) {
      String regex =
          Pattern.compile(Pattern.quote(ANY))
              .splitAsStream(expected + "\n")
              .map(Pattern::quote)
              .collect(Collectors.joining(".*?"));
      Pattern pattern = Pattern.compile(regex, Pattern.DOTALL);
      String text = output.strip() + "\n";
      // A wildcard in a line of its own at the end also stands for nothing.
      return pattern.matcher(text).matches() || pattern.matcher(text + "\n").matches();
    }
  }

  /**
   * The examples in the order of the file.
   *
   * @param secure true for those that hold on nodes with -auth, false for those without
   */
  static List<Example> read(Path document, boolean secure) throws IOException {
    List<Example> examples = new ArrayList<>();
    List<String> lines = Files.readAllLines(document);
    String heading = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("#")) {
        heading = line.replaceFirst("#+ *", "");
      } else if (line.startsWith(START)) {
        int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf(END);
        if (line.equals(secure ? OPEN : SECURE)) {
          i = end;
          continue;
        }
        if (!List.of(START, SECURE, OPEN).contains(line)) {
          throw new IllegalStateException("line " + (i + 1) + ": for which nodes is it?");
        }
        readBlock(lines, i + 1, end, heading, examples);
        i = end;
      }
    }
    return examples;
  }

  private static boolean goesOn(CharSequence command) {
    return command.charAt(command.length() - 1) == '\\'
        || command.chars().filter(c -> c == '\'').count() % 2 != 0;
  }

  private static void readBlock(
      List<String> lines, int start, int end, String heading, List<Example> examples) {
    int i = start;
    while (i < end) {
      if (!lines.get(i).startsWith(PROMPT)) {
        throw new IllegalStateException("line " + (i + 1) + ": a command is expected");
      }
      int first = i;
      StringBuilder command = new StringBuilder(lines.get(i++).substring(PROMPT.length()));
      while (goesOn(command)) {
        command.append('\n').append(lines.get(i++));
      }
      List<String> expected = new ArrayList<>();
      while (i < end && !lines.get(i).startsWith(PROMPT)) {
        expected.add(lines.get(i++));
      }
      examples.add(
          new Example(first + 1, heading, command.toString(), String.join("\n", expected).strip()));
    }
  }
}
