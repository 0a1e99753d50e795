package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.cluster.Endpoints;
import hraftd.http.WebOrigin;
import hraftd.logging.LogFormat;
import hraftd.raft.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/** The command line reads like Go's, and what is wrong is one line that says what. */
class FlagsTest {

  @Test
  void the_defaults_are_those_of_the_original() {
    assertEquals(
        new Invocation.Run(
            "localhost:12000",
            HostPort.parse("localhost:11000"),
            HostPort.parse("localhost:12000"),
            Endpoints.Advertised.AS_BOUND,
            Invocation.Beginning.ASKED,
            Invocation.Let.NONE,
            Invocation.Security.NONE,
            false,
            "raft",
            Invocation.SCRUB,
            Invocation.Log.USUAL,
            Path.of("./node")),
        run("./node"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-id n1 -haddr :1 -raddr [::1]:2 dir",
        "--id n1 --haddr :1 --raddr [::1]:2 dir",
        "-id=n1 -haddr=:1 --raddr=[::1]:2 dir",
        "dir -id n1 -haddr :1 -raddr [::1]:2",
        "-id n0 -id n1 -haddr :1 dir -raddr [::1]:2",
      })
  void one_dash_or_two_a_space_or_an_equals_sign_before_or_after_the_directory(String line) {
    Invocation.Run run = run(line.split(" "));
    assertEquals("n1", run.name());
    assertEquals(new HostPort("", 1), run.http());
    assertEquals(new HostPort("::1", 2), run.raft());
    assertEquals(Path.of("dir"), run.directory());
  }

  @Test
  void switches_do_not_swallow_the_directory_and_take_a_value_after_an_equals_sign() {
    assertTrue(run("-bootstrap", "dir").beginning().bootstrap());
    assertEquals(Path.of("dir"), run("-bootstrap", "dir").directory());
    assertTrue(run("-bootstrap=true", "dir").beginning().bootstrap());
    assertFalse(run("-bootstrap=false", "dir").beginning().bootstrap());
    assertTrue(run("-inmem").inMemory());
    assertNull(run("-inmem", "dir").directory());
  }

  @Test
  void one_of_two_engines() {
    assertEquals("jgroups-raft", run("-engine", "jgroups-raft", "dir").engine());
    assertEquals("raft", run("-engine=raft", "dir").engine());
  }

  @Test
  void join_takes_several_addresses() {
    assertEquals(
        List.of(HostPort.parse("a:1"), HostPort.parse("b:2")),
        run("-join", "a:1,b:2", "d").beginning().join());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-id n1                   | no data directory given: hraftd [flags] <data directory>",
        "-nope d                  | unknown flag -nope",
        "-i n1 d                  | unknown flag -i",
        "-haddr here d            | -haddr: 'here' has no port: write host:port",
        "-raddr a:b d             | -raddr: 'a:b' has no valid port: write host:port",
        "-raddr a:70000 d         | -raddr: 'a:70000': port 70000 is not in 0..65535",
        "-haddr a@b:80 d         | -haddr: 'a@b:80': what stands before the port is no host",
        "-raddr a/b:80 d         | -raddr: 'a/b:80': what stands before the port is no host",
        "-join a:1,http://b:2 d  | -join: 'http://b:2' is ambiguous: write an IPv6 address as [address]:port",
        "-haddr ::1:80 d          | -haddr: '::1:80' is ambiguous: write an IPv6 address as [address]:port",
        "-join a:1,,b:2 d         | -join: '' has no port: write host:port",
        "-join :11000 d           | -join: ':11000' is not where a member could be reached: write host:port",
        "-join a:0 d              | -join: 'a:0' is not where a member could be reached: write host:port",
        "-allow-origin * d       | -allow-origin: '*': an origin is http://host:port or https://host:port",
        "-allow-origin a.b d     | -allow-origin: 'a.b': an origin is http://host:port or https://host:port",
        "-allow-origin http://a/ d | -allow-origin: 'http://a/': an origin is http://host:port or https://host:port",
        "-allow-host a/b d       | -allow-host: 'a/b' is no name: write name,name or *",
        "-allow-host kv:80 d     | -allow-host: 'kv:80' is no name: write name,name or *",
        "-allow-host a,,b d      | -allow-host: '' is no name: write name,name or *",
        "-id                      | -id needs a value: -id <name>",
        "-id -haddr :1 d          | -id needs a value: -id <name>",
        "-bootstrap -join a:1 d   | -bootstrap founds a cluster and -join enters one: give one of them",
        "-bootstrap -setup f d    | -setup forms a cluster with others: not with -bootstrap, which founds one alone, or -join, which enters one",
        "-join a:1 -setup f d     | -setup forms a cluster with others: not with -bootstrap, which founds one alone, or -join, which enters one",
        "-engine jgroups-raft -move d | -move: the addresses of a jgroups-raft cluster are fixed",
        "-learner d               | -learner says how to join: give -join, too",
        "-haddr-adv :80 d         | -haddr-adv is where others reach this node: write host:port",
        "-raddr-adv a:0 d         | -raddr-adv is where others reach this node: write host:port",
        "-scrub 24 d              | -scrub: '24' is not a duration: write 300ms, 5s, 1m or 1m30s",
        "-scrub 59s d             | -scrub: write at least 1m, or 0 for never",
        "-log warn d              | -log: write info or debug",
        "-log-format xml d        | -log-format: write text or json",
        "-engine etcd d           | -engine must be raft or jgroups-raft",
        "-engine jgroups-raft -join a:1 d | -join: the members of a jgroups-raft cluster are fixed, name all of them in /setup",
        "a b                      | one data directory is expected, not 2: a b",
        "-bootstrap=maybe d       | -bootstrap: 'maybe' is not a boolean",
      })
  void what_is_wrong_is_said_in_one_line(String line, String why) {
    Invocation parsed = Flags.parse(List.of(line.strip().split(" +")), Map.of(), "1");
    assertEquals(
        new Invocation.Wrong("hraftd: " + why + " (hraftd -help lists the flags)"), parsed);
  }

  @Test
  void files_are_read_again_once_a_day_as_often_as_it_says_or_never() {
    assertEquals(Duration.ofDays(1), run("d").scrub());
    assertEquals(Duration.ofMinutes(90), run("-scrub=1h30m", "d").scrub());
    assertEquals(Duration.ZERO, run("-scrub", "0", "d").scrub());
  }

  @Test
  void what_is_logged_and_how() {
    assertEquals(Invocation.Log.USUAL, run("d").log());
    assertEquals(
        new Invocation.Log(Level.DEBUG, LogFormat.JSON),
        run("-log=debug", "--log-format", "json", "d").log());
    assertEquals(Invocation.Log.USUAL, run("-log", "info", "-log-format", "text", "d").log());
  }

  @Test
  void whom_to_let_in_is_said_by_origins_and_names() {
    Invocation.Run run =
        run("-allow-origin=https://A.b,http://[::1]:8080", "-allow-host=kv,a.b", "d");
    assertEquals(
        Set.of(new WebOrigin("https", "a.b", 443), new WebOrigin("http", "[::1]", 8080)),
        run.let().origins());
    assertEquals(Set.of("kv", "a.b"), run.let().hosts());
    assertEquals(Set.of("*"), run("-allow-host", "*", "d").let().hosts());
  }

  @Test
  void a_name_is_one_short_line_that_can_be_seen() {
    for (String name : List.of("", " ", "a\r\nb", "a\u001b[31m", "n".repeat(65))) {
      Invocation parsed = Flags.parse(List.of("-id", name, "d"), Map.of(), "1");
      assertTrue(parsed instanceof Invocation.Wrong, name);
      assertTrue(((Invocation.Wrong) parsed).line().startsWith("hraftd: -id: "), parsed.toString());
      assertFalse(((Invocation.Wrong) parsed).line().chars().anyMatch(Character::isISOControl));
    }
    assertEquals("n".repeat(64), run("-id", "n".repeat(64), "d").name());
    assertEquals(64, run("-raddr", "h".repeat(100) + ":1", "d").name().length());
  }

  @Test
  void version_and_help_print_and_the_table_has_the_same_flags() {
    assertEquals(
        new Invocation.Print("hraftd 9.9"), Flags.parse(List.of("-version"), Map.of(), "9.9"));
    assertEquals(
        new Invocation.Print(Flags.help()),
        Flags.parse(List.of("--help", "-id", "x"), Map.of(), "1"));
    for (String flag :
        List.of(
            "-id",
            "-haddr",
            "-raddr",
            "-haddr-adv",
            "-raddr-adv",
            "-setup",
            "-join",
            "-learner",
            "-move",
            "-log",
            "-log-format",
            "-allow-origin",
            "-allow-host",
            "-bootstrap",
            "-inmem",
            "-engine",
            "-version",
            "-help")) {
      assertTrue(Flags.help().contains("  " + flag + " "), flag);
      assertTrue(Flags.table().contains("| `" + flag), flag);
    }
  }

  private static Invocation parse(Map<String, String> environment, String... args) {
    return Flags.parse(List.of(args), environment, "1");
  }

  @Test
  void every_flag_can_be_in_the_environment_and_the_command_line_wins() {
    Map<String, String> environment = new HashMap<>();
    environment.put("HRAFTD_ID", "n1");
    environment.put("HRAFTD_HADDR", "a:1");
    environment.put("HRAFTD_RADDR_ADV", "b:2");
    environment.put("HRAFTD_JOIN", "");
    environment.put("HRAFTD_BOOTSTRAP", "true");
    environment.put("HRAFTD_PORT", "tcp://10.0.0.1:80"); // Kubernetes makes this one.
    Invocation.Run run =
        assertInstanceOf(Invocation.Run.class, parse(environment, "-haddr", "c:3", "d"));
    assertEquals("n1", run.name());
    assertEquals(HostPort.parse("c:3"), run.http());
    assertEquals(HostPort.parse("b:2"), run.raftForOthers());
    assertTrue(run.beginning().bootstrap());
    assertEquals(List.of(), run.beginning().join());
    assertFalse(
        assertInstanceOf(Invocation.Run.class, parse(environment, "-bootstrap=false", "d"))
            .beginning()
            .bootstrap());
  }

  @Test
  void a_mistake_in_the_environment_is_said_with_its_name() {
    assertEquals(
        new Invocation.Wrong(
            "hraftd: HRAFTD_HADDR: 'here' has no port: write host:port (hraftd -help lists the"
                + " flags)"),
        parse(Map.of("HRAFTD_HADDR", "here"), "d"));
    assertInstanceOf(Invocation.Print.class, parse(Map.of("HRAFTD_HADDR", "here"), "-help"));
    assertTrue(Flags.help().contains("HRAFTD_HADDR_ADV"));
  }

  private static Invocation.Run run(String... args) {
    Invocation parsed = Flags.parse(List.of(args), Map.of(), "1");
    assertTrue(parsed instanceof Invocation.Run, parsed.toString());
    return (Invocation.Run) parsed;
  }
}
