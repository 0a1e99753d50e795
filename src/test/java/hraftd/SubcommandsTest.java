package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first word of the command line may ask for something else than a node. */
class SubcommandsTest {

  /** What a unit may have; recover passes over how the node began. */
  private static final Map<String, String> ENVIRONMENT = Map.of("HRAFTD_JOIN", "h:7");

  private static Invocation parse(String line) {
    return Subcommands.parse(Arrays.asList(line.strip().split(" +")), ENVIRONMENT, "1");
  }

  @Test
  void inspect_takes_any_number_of_paths() {
    assertEquals(new Invocation.Inspect(List.of(Path.of("a"))), parse("inspect a"));
    assertEquals(
        new Invocation.Inspect(List.of(Path.of("a"), Path.of("b"), Path.of("inspect"))),
        parse("inspect a b inspect"));
  }

  @Test
  void a_directory_of_such_a_name_is_written_with_a_dot() {
    assertEquals(
        Path.of("./inspect"),
        assertInstanceOf(Invocation.Run.class, parse("./inspect")).directory());
    assertEquals(
        Path.of("recover"),
        assertInstanceOf(Invocation.Run.class, parse("-id x recover")).directory());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "recover -compare b -compare=c -haddr h:1 -raddr h:2 a",
        "recover -haddr h:1 --compare=b a --compare c -raddr h:2",
      })
  void recover_takes_the_flags_of_a_start_and_others_to_compare(String line) {
    Invocation.Recover recover = assertInstanceOf(Invocation.Recover.class, parse(line));
    assertEquals(Path.of("a"), recover.run().directory());
    assertEquals(HostPort.parse("h:1"), recover.run().http());
    assertEquals(List.of(Path.of("b"), Path.of("c")), recover.compare());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inspect                    | nothing to inspect: hraftd inspect <path> ...",
        "inspect -json a            | inspect knows no flag -json",
        "recover                    | no data directory given: hraftd [flags] <data directory>",
        "recover a b                | one data directory is expected, not 2: a b",
        "recover a -compare         | -compare needs a value: -compare <dir>",
        "recover -inmem             | recover takes what a directory holds: not with -inmem",
        "recover -engine jgroups-raft a | recover knows the files of -engine raft alone",
        "recover -bootstrap a       | recover makes a cluster of what the directory holds: not with -bootstrap, -join, -learner, -move, -setup",
        "recover -join h:1 a        | recover makes a cluster of what the directory holds: not with -bootstrap, -join, -learner, -move, -setup",
        "recover -haddr h:0 a       | recover keeps -haddr and -raddr as the member's addresses: give both a port",
        "-compare b a               | unknown flag -compare",
      })
  void what_is_wrong_is_said_in_one_line(String line, String why) {
    assertEquals(
        new Invocation.Wrong("hraftd: " + why + " (hraftd -help lists the flags)"), parse(line));
  }

  @Test
  void the_help_names_them_wherever_it_is_asked_for() {
    for (String line : List.of("-help", "inspect -help", "recover -help")) {
      String text = assertInstanceOf(Invocation.Print.class, parse(line)).text();
      assertTrue(text.contains("hraftd inspect <path> ...") && text.contains("-compare"), text);
    }
  }

  @Test
  void the_document_has_them_in_the_words_of_help() throws IOException {
    List<String> table = Subcommands.table().lines().toList();
    List<String> documented =
        Files.readAllLines(Path.of("docs", "operations.md")).stream()
            .dropWhile(line -> !line.equals(table.get(0)))
            .takeWhile(line -> line.startsWith("|"))
            .toList();
    assertEquals(table, documented);
  }
}
