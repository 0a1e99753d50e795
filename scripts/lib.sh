# shellcheck shell=sh
# Shared by the scripts beside it: what must be installed, the build, and the nodes of a local cluster.
# Sourced, never run, by a script that has set `here` to the directory of both. Plain POSIX sh, with the tools of GNU,
# BSD and busybox. A function with its body in parentheses is a shell of its own: so are its variables.
# A node is only ever signalled if its pid file still names the process that we started.

ROOT=$(CDPATH='' cd -- "${here:?}/.." && pwd)
JAR=${HRAFTD_JAR:-$ROOT/target/hraftd.jar}
DATA=${HRAFTD_DATA:-$ROOT/data}
HTTP_PORT=${HRAFTD_HTTP_PORT:-11000}
RAFT_PORT=${HRAFTD_RAFT_PORT:-12000}
HOST=127.0.0.1
MAX_NODES=9
# Where ip and iptables are, which a user's PATH may lack.
PATH=$PATH:/usr/sbin:/sbin

say() { printf '%s\n' "$*"; }

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# A wrong command line: what is wrong, and where the right one is to be found.
wrong() {
  printf '%s: %s (try %s --help)\n' "${0##*/}" "$1" "$0" >&2
  exit 2
}

# What was asked for cannot be done on this machine, or in this clone.
cannot() {
  say "scripts/${0##*/} cannot run here: $1" >&2
  exit 3
}

# From here on Ctrl-C and SIGTERM end this shell as `exit` does: not every shell keeps its EXIT trap otherwise.
exit_on_signals() {
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

now() { date +%s; }

# Polls a condition ten times a second until it holds; fails after so many seconds.
# In no shell of its own: that would keep a signal from ours until it is over. What it polls must not wait so itself.
wait_until() {
  wait_until_end=$(($(now) + $1))
  shift
  until "$@"; do
    [ "$(now)" -lt "$wait_until_end" ] || return 1
    sleep 0.1
  done
}

# Runs a command, both outputs through a filter; its result is the command's, which a plain pipe loses.
through() (
  filter=$1
  shift
  {
    result=$(
      {
        {
          code=0
          "$@" 2>&1 3>&- 4>&- || code=$?
          say "$code" >&3
        } | "$filter" >&4 3>&-
      } 3>&1
    )
  } 4>&1
  exit "$result"
)

# Reads the words of a command line by the text of usage in a file, before anything is built for them: prints that text
# for --help, ends with 2 for an option that is not in it or whose value is missing or, where it says N, is no number.
# Words that are no options are left in `words`.
check_options() {
  usage=$1
  shift
  words=
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help)
        cat "$usage"
        exit
        ;;
      -V | --version) ;;
      -*)
        name=${1%%=*}
        case $name in *[!a-z-]*) wrong "unknown option '$name'" ;; esac
        label=$(sed -nE "s/^ {6}$name(=([^ ]+))?( .*)?\$/known \2/p" "$usage")
        case $label in
          '') wrong "unknown option '$name'" ;;
          'known ') case $1 in *=*) wrong "$name takes no value" ;; esac ;;
          *)
            case $1 in
              *=*) value=${1#*=} ;;
              *)
                [ $# -gt 1 ] || wrong "$name needs a value"
                shift
                value=$1
                ;;
            esac
            case $label in
              'known N' | 'known N['*) case $value in '' | *[!0-9,]*) wrong "$name: '$value' is no number" ;; esac ;;
            esac
            ;;
        esac
        ;;
      *) words="$words $1" ;;
    esac
    shift
  done
}

# --- what must be installed

# The major version of `java` or `javac`, 0 if there is none.
java_major() (
  text=$("$1" -version 2>&1) || text=
  version=$(say "$text" | sed -nE 's/.*(version "|javac )(1\.)?([0-9]+).*/\3/p' | head -n 1)
  say "${version:-0}"
)

# The name of a package with a JDK of at least 17 on this release of Debian or Ubuntu.
jdk_package() (
  for version in 17 21 25; do
    if apt-cache show "openjdk-$version-jdk-headless" >/dev/null 2>&1; then
      say "openjdk-$version-jdk-headless"
      exit
    fi
  done
  # No package lists yet: Debian 13 has 21 and no 17, all others that have one of them have 17.
  if grep -qs '^VERSION_ID="13"' /etc/os-release; then
    say openjdk-21-jdk-headless
  else
    say openjdk-17-jdk-headless
  fi
)

has() { command -v "$1" >/dev/null; }

# The packages that are missing for: build (JDK, Maven, curl), run (Java, curl), secure (certificates), chaos (what breaks
# networks and disks), scripts (what tests the scripts themselves) or browser (what the page is tested in). In one line.
missing_packages() (
  java=java
  case $1 in
    chaos) pairs='ip:iproute2 tc:iproute2 iptables:iptables nsenter:util-linux mount:mount mkfs.ext4:e2fsprogs perl:perl-base openssl:openssl' ;;
    secure) pairs='openssl:openssl' ;;
    scripts) pairs='shellcheck:shellcheck busybox:busybox' ;;
    browser) pairs='chromium:chromium chromedriver:chromium-driver' ;;
    build)
      pairs='mvn:maven curl:curl'
      java=javac
      ;;
    *) pairs=curl:curl ;;
  esac
  missing=
  case $1 in build | run) [ "$(java_major "$java")" -ge 17 ] || missing=$(jdk_package) ;; esac
  for pair in $pairs; do
    has "${pair%%:*}" || case " $missing " in *" ${pair##*:} "*) ;; *) missing="$missing ${pair##*:}" ;; esac
  done
  say "${missing# }"
)

# Makes sure that what a purpose needs is there: installs it if the second argument is "install", else says how.
require() (
  purpose=$1
  # Names of packages have no spaces, so the list is split where it is used.
  packages=$(missing_packages "$purpose")
  [ "$packages" ] || exit 0
  if ! has apt-get; then
    die "missing: $packages (as Debian calls it). hraftd needs a JDK 17 or newer, Maven 3.6.3 or newer and curl; on macOS: brew install openjdk maven, and what brew says then"
  fi
  sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  if [ "$2" != install ]; then
    {
      say "${0##*/}: missing: $packages"
      say "  ${sudo:+sudo }apt-get update && ${sudo:+sudo }apt-get install -y --no-install-recommends $packages"
      say "or let this script do it:"
      say "  scripts/${0##*/} --install"
    } >&2
    exit 1
  fi
  has "${sudo:-apt-get}" || die "to install packages, run as root"
  say "installing $packages with apt-get (a JDK and Maven are about 300 MB: a minute or two) ..."
  begin=$(now)
  log=$(mktemp)
  if ! $sudo apt-get update >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    die "apt-get update failed"
  fi
  # With the package lists there may be another name for the JDK.
  packages=$(missing_packages "$purpose")
  # shellcheck disable=SC2086
  if ! $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    die "apt-get install failed"
  fi
  rm -f "$log"
  packages=$(missing_packages "$purpose")
  [ -z "$packages" ] || die "still missing after the installation: $packages"
  say "installed in $(($(now) - begin)) s"
)

# What this machine lacks for a run of scripts/chaos, in words; nothing if it has all.
chaos_obstacle() (
  if [ "$(uname -s)" != Linux ]; then
    say "it needs Linux's network namespaces"
  elif [ "$(id -u)" != 0 ]; then
    say "it needs root (sudo scripts/${0##*/} ...)"
  else
    packages=$(missing_packages chaos)
    [ -z "$packages" ] || say "missing: $packages (apt-get install $packages)"
  fi
)

# Ends the script as one that this machine does not allow, if it does not.
require_chaos() {
  obstacle=$(chaos_obstacle)
  [ -z "$obstacle" ] || cannot "$obstacle"
}

# --- the jar

# Maven writes a jar without the libraries first, then copies the whole one over it: a build that is ended in between, or in
# the midst of that, leaves one that does not start.
is_whole() {
  LC_ALL=C grep -q io/javalin/Javalin.class "$1" 2>/dev/null &&
    tail -c 22 "$1" | LC_ALL=C grep -q "$(printf 'PK\005\006')" # the record that every zip file ends with
}

jar_is_current() {
  [ -f "$JAR" ] && is_whole "$JAR" && [ -z "$(find "$ROOT/pom.xml" "$ROOT/src/main" -newer "$JAR" | head -n 1)" ]
}

# Docker makes a directory of a file that it is to mount and that is not there; Maven cannot write the jar then.
remove_stray_directory() {
  [ -d "$ROOT/target/hraftd.jar" ] || return 0
  if rmdir "$ROOT/target/hraftd.jar" 2>/dev/null; then
    say "removed the empty directory target/hraftd.jar, which 'docker compose up' leaves where there was no jar yet"
  else
    die "target/hraftd.jar is a directory, which 'docker compose up' leaves where there was no jar yet; remove it: sudo rm -r $ROOT/target/hraftd.jar"
  fi
}

# Tells what Maven is doing: a line for each part of it that takes long.
build_steps() (
  shown=
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$ROOT/target/build.log"
    case $line in
      *'Downloading from '*) step='Maven downloads plugins and libraries (once; about 100 MB, a minute or two) ...' ;;
      *' --- '*compiler*:compile' '*) step='compiling (about half a minute) ...' ;;
      *' --- '*shade*) step='packing everything into one jar (some seconds) ...' ;;
      *) continue ;;
    esac
    # Each plugin may fetch something of its own: said once.
    case $shown in *"$step"*) ;; *) say "  $step" ;; esac
    shown="$shown $step"
  done
)

# What went wrong, by a log of Maven.
maven_errors() (
  errors=$(grep -E '^\[ERROR\]' "$1" | head -n 20)
  say "${errors:-$(tail -n 20 "$1")}" >&2
)

# Builds with Maven, as the arguments tell it, and says what it does; says what went wrong if it fails.
build() (
  remove_stray_directory
  is_whole "$ROOT/target/hraftd.jar" || rm -f "$ROOT/target/hraftd.jar"
  if ! { mkdir -p "$ROOT/target" 2>/dev/null && [ -w "$ROOT/target" ]; }; then
    die "$ROOT/target cannot be written; if 'docker compose up' has made it: sudo rm -r $ROOT/target"
  fi
  begin=$(now)
  log=$ROOT/target/build.log
  : >"$log"
  if ! through build_steps mvn -B -f "$ROOT/pom.xml" -Dspotless.check.skip=true "$@" package; then
    maven_errors "$log"
    die "the build failed; the full log is target/build.log"
  fi
  say "built in $(($(now) - begin)) s"
)

# Builds the jar unless it is newer than every source, or HRAFTD_JAR names one. The argument: "install" or nothing.
build_jar() {
  if [ "${HRAFTD_JAR:-}" ]; then
    [ -f "$JAR" ] || die "HRAFTD_JAR: $JAR does not exist"
    require run "$1"
  elif jar_is_current; then
    require run "$1"
  else
    require build "$1"
    say "building target/hraftd.jar ..."
    build -Dmaven.test.skip=true
  fi
}

# Builds the jar and the classes of a program among the tests, with its sources in the other arguments, unless all are
# newer than those. What it says goes to standard error: the program's results are on standard output.
build_tests() {
  main=$1
  shift
  if jar_is_current && [ -f "$main" ] && [ -z "$(find "$@" -newer "$main" | head -n 1)" ]; then return; fi
  {
    require build ""
    say "building target/hraftd.jar and the test classes ..."
    build -DskipTests
  } >&2
}

# The jars that the tests use, besides the classes in target.
test_classpath() {
  classpath_file=$ROOT/target/test.classpath
  if ! [ -f "$classpath_file" ] || [ "$(find "$ROOT/pom.xml" -newer "$classpath_file")" ]; then
    mvn -B -q -f "$ROOT/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath \
      -DincludeScope=test -Dmdep.outputFile="$classpath_file" >&2
  fi
  cat -- "$classpath_file"
}

# --- class data sharing: a node starts in two thirds of the time if Java finds its classes laid out

# Made for one jar and one Java; Java goes without it if it is of others, and shall not complain then.
ARCHIVE=${JAR%.jar}.jsa
QUIET_ARCHIVE='-Xlog:cds=off -Xlog:cds+dynamic=off'

archive_is_current() { [ -f "$ARCHIVE" ] && [ "$(find "$ARCHIVE" -newer "$JAR")" ]; }

# The options with which Java uses the archive, if it is there; as the variable JDK_JAVA_OPTIONS has them.
archive_options() {
  if archive_is_current; then say "\"-XX:SharedArchiveFile=$ARCHIVE\" $QUIET_ARCHIVE"; fi
}

# Where a node listens, by its log: http://HOST:PORT.
listening_address() { sed -nE 's,.* listening on (http://[^,]+)\,.*,\1,p' "$1"; }

# Starts a node in memory on ports of its own, uses it a little, and lets Java write its classes at the end.
# Nothing depends on it: what goes wrong is left for the next start.
make_archive() (
  if archive_is_current || [ ! -w "$(dirname -- "$JAR")" ]; then exit 0; fi
  say "laying out Java's classes beside the jar, for quick starts (once; some seconds) ..."
  log=$(mktemp)
  pid=
  trap 'kill $pid 2>/dev/null || true; rm -f -- "$log" "$ARCHIVE.new"' EXIT
  exit_on_signals
  # shellcheck disable=SC2086
  java -XX:ArchiveClassesAtExit="$ARCHIVE.new" $QUIET_ARCHIVE -jar "$JAR" \
    -id archive -haddr "$HOST:0" -raddr "$HOST:0" -bootstrap -inmem >"$log" 2>&1 </dev/null &
  pid=$!
  if wait_until 30 grep -qs ' listening on ' "$log"; then
    address=$(listening_address "$log")
    wait_until 10 curl -sf -m 2 -o /dev/null "$address/readyz" || true
    curl -s -m 5 -o /dev/null -X POST "$address/key" -d '{"key":"value"}' || true
    curl -s -m 5 -o /dev/null "$address/key/key" || true
    curl -s -m 5 -o /dev/null -X POST "$address/shutdown?self" || kill "$pid"
  else
    kill "$pid" 2>/dev/null || true
  fi
  if wait "$pid" && [ -s "$ARCHIVE.new" ]; then
    mv -f -- "$ARCHIVE.new" "$ARCHIVE"
  fi
  pid=
)

# --- a secure cluster: one whose data directory holds a secret

SECRET=$DATA/secret
CERTS=$DATA/certs
# What CURL_HOME names for the admin, and for the token of scripts/quickstart.
ADMIN_CURL=$DATA/curl
APP_CURL=$DATA/curl-app

is_secure() { [ -e "$SECRET" ]; }
scheme() { if is_secure; then say https; else say http; fi; }

# A file's whole name, within the quotes of a .curlrc.
quoted() { say "$(CDPATH='' cd -- "$(dirname -- "$1")" && pwd)/${1##*/}" | sed 's/[\\"]/\\&/g'; }

# A directory for CURL_HOME, of which curl learns whom to be and whom to believe; $1: the directory, standard input: a
# secret or a token. That is in a netrc and not in the .curlrc, so that curl shows it to this machine alone, whatever
# else it is used for.
make_curl_home() (
  umask 077
  mkdir -p -- "$1"
  chmod 700 -- "$1"
  IFS= read -r token
  for machine in localhost "$HOST" ::1; do
    printf 'machine %s login hraftd password %s\n' "$machine" "$token"
  done >"$1/.netrc.new"
  mv -f -- "$1/.netrc.new" "$1/.netrc"
  printf 'proto-default = "https"\ncacert = "%s"\nnetrc-file = "%s"\n' \
    "$(quoted "$CERTS/ca.pem")" "$(quoted "$1/.netrc")" >"$1/.curlrc"
)

# Makes certificates for the nodes 1 to N that have none.
make_certificates() {
  # Names of nodes have no spaces, and are split here.
  # shellcheck disable=SC2046
  sh "$here/certs" "$CERTS" $(up_to "$1" | sed 's/^/node/') >/dev/null
}

# Makes what a secure cluster needs, unless it is there. Nodes that were started without it would not talk to those with.
# The argument: "install" or nothing.
make_secure() {
  if ! is_secure; then
    [ -z "$(known_nodes)" ] || die "the nodes under $DATA are open to everybody: scripts/cluster clean removes them, HRAFTD_DATA names another place"
    if ! { mkdir -p -- "$DATA" 2>/dev/null && [ -w "$DATA" ]; }; then
      die "$DATA cannot be written; HRAFTD_DATA names another directory"
    fi
    require secure "$1"
    make_certificates 1
    # Last, as it tells that all is there.
    (
      umask 077
      od -An -tx1 -N 32 /dev/urandom | tr -dc 0-9a-f >"$SECRET.new"
      say >>"$SECRET.new"
    )
    [ "$(wc -c <"$SECRET.new")" -eq 65 ] || die "/dev/urandom gives no secret"
    mv -- "$SECRET.new" "$SECRET"
  fi
}

# Lets the script's own curl be the admin of a secure cluster.
be_admin() {
  if ! is_secure; then return; fi
  make_curl_home "$ADMIN_CURL" <"$SECRET"
  CURL_HOME=$ADMIN_CURL
  export CURL_HOME
}

# Removes what the above has made, and nothing else that may be in the data directory.
remove_secure() {
  for home in "$ADMIN_CURL" "$APP_CURL"; do
    if [ -f "$home/.netrc" ]; then
      rm -f -- "$home/.netrc" "$home/.curlrc"
      rmdir -- "$home" 2>/dev/null || true
    fi
  done
  for name in ca $(up_to $MAX_NODES | sed 's/^/node/'); do rm -f -- "$CERTS/$name.pem" "$CERTS/$name.key"; done
  rmdir -- "$CERTS" 2>/dev/null || true
  rm -f -- "$SECRET"
}

# --- the nodes: number I has its directory $DATA/nodeI, log $DATA/nodeI.log, pid file $DATA/nodeI.pid

http_address() { say "$HOST:$((HTTP_PORT + $1 - 1))"; }
url() { say "$(scheme)://$(http_address "$1")"; }
raft_address() { say "$HOST:$((RAFT_PORT + $1 - 1))"; }

# 1 to N, one a line.
up_to() (
  i=1
  while [ "$i" -le "$1" ]; do
    say "$i"
    i=$((i + 1))
  done
)

# When a process was started, as the system tells it: with the pid it names one process for good.
process_start() (
  if [ -r /proc/self/stat ]; then
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || exit 1
    # The name of the program may hold anything: what counts comes after it.
    stat=${stat##*) }
    # A zombie has ended.
    [ "${stat%% *}" != Z ] || exit 1
    say "$stat" | cut -d ' ' -f 20
  else
    ps -o lstart= -p "$1"
  fi
)

# The pid of node I if it runs and is the process that we started; fails otherwise.
node_pid() (
  [ -f "$DATA/node$1.pid" ] || exit 1
  { read -r pid && read -r start; } <"$DATA/node$1.pid" || exit 1
  [ "$(process_start "$pid")" = "$start" ] || exit 1
  say "$pid"
)

node_runs() { node_pid "$1" >/dev/null; }
node_is_gone() { ! node_runs "$1"; }

# The nodes that this script has started, as ' 1 3 '.
STARTED=' '

# Starts node I in the background unless it runs. Beside its process the pid file says where in the log this start begins.
start_node() {
  if node_runs "$1"; then return; fi
  if ! { mkdir -p "$DATA" && touch "$DATA/node$1.log"; } 2>/dev/null; then
    die "$DATA cannot be written; HRAFTD_DATA names another directory"
  fi
  launch_node "$1" "$(wc -c <"$DATA/node$1.log")"
  STARTED="$STARTED$1 "
}

launch_node() (
  i=$1
  begins=$2
  # A session of its own: Ctrl-C in the terminal is not meant for the nodes.
  apart='nohup'
  if has setsid; then apart='setsid'; fi
  # Not in the environment, as Java says then what it has found there, at the head of the log.
  set --
  # Options of Java are split at spaces.
  # shellcheck disable=SC2086
  if archive_is_current; then set -- "-XX:SharedArchiveFile=$ARCHIVE" $QUIET_ARCHIVE; fi
  # shellcheck disable=SC2086
  set -- "$@" -XX:+ExitOnOutOfMemoryError ${HRAFTD_JAVA_OPTS:--Xmx512m -Xms16m -XX:MaxNewSize=64m -XX:+UseSerialGC} -jar "$JAR" -id "node$i" \
    -haddr "$(http_address "$i")" -raddr "$(raft_address "$i")"
  if is_secure; then
    set -- "$@" -auth "$SECRET" -cert "$CERTS/node$i.pem" -key "$CERTS/node$i.key" -ca "$CERTS/ca.pem"
    # Nor do others read it in the node's files.
    umask 077
  fi
  $apart java "$@" "$DATA/node$i" >>"$DATA/node$i.log" 2>&1 </dev/null &
  printf '%s\n%s\n%s\n' "$!" "$(process_start "$!")" "$begins" >"$DATA/node$i.pid"
)

# Signals node I if it runs.
signal_node() (
  pid=$(node_pid "$1") || exit 0
  kill "-$2" "$pid"
)

# Stops the nodes in the arguments: SIGTERM, after 15 seconds SIGKILL.
stop_nodes() (
  for i in "$@"; do signal_node "$i" TERM; done
  for i in "$@"; do
    if ! wait_until 15 node_is_gone "$i"; then
      say "node$i did not stop within 15 seconds, killing it"
      signal_node "$i" KILL
      wait_until 5 node_is_gone "$i" || die "node$i does not end"
    fi
    rm -f "$DATA/node$i.pid"
  done
)

# The numbers of the nodes that have a directory or a pid file, in order.
known_nodes() (
  for i in $(up_to $MAX_NODES); do
    if [ -d "$DATA/node$i" ] || [ -f "$DATA/node$i.pid" ]; then say "$i"; fi
  done
)

# The HTTP status of a GET on node I, 000 if it does not answer.
http_status() {
  curl -s -o /dev/null -m 2 -w '%{http_code}' "$(url "$1")$2" || true
}

node_is_ready() { [ "$(http_status "$1" /readyz)" = 200 ]; }

# One top-level text or number of node I's /status.
status_field() {
  curl -s -m 2 "$(url "$1")/status" | grep -oE "\"$2\":(\"[^\"]*\"|[0-9]+)" | head -n 1 | cut -d : -f 2- | tr -d '"' || true
}

# What node I has logged since its present start.
this_log() (
  begin=$(sed -n 3p "$DATA/node$1.pid" 2>/dev/null) || true
  tail -c "+$((${begin:-0} + 1))" "$DATA/node$1.log"
)

# Its own word, for another process may answer on the port.
node_listens_or_ended() { this_log "$1" | grep -q ' listening on ' || node_is_gone "$1"; }

# Waits until node I listens, if it was started; shows the end of its log if it ended instead.
await_listening() {
  case $STARTED in *" $1 "*) ;; *) return ;; esac
  wait_until 30 node_listens_or_ended "$1" || die "node$1 does not listen on $(http_address "$1") after 30 seconds; see $DATA/node$1.log"
  if node_is_gone "$1"; then
    this_log "$1" | tail -n 3 >&2
    rm -f "$DATA/node$1.pid"
    die "node$1 has stopped; its log is $DATA/node$1.log"
  fi
}

# Waits until node I is ready; says why it is not.
await_ready() {
  wait_until 30 node_is_ready "$1" ||
    die "node$1 is not ready after 30 seconds: $(curl -s -m 2 "$(url "$1")/readyz"); see $DATA/node$1.log"
}

# The body of /setup for the nodes 1 to N.
setup_body() (
  addrs=''
  rafts=''
  ids=''
  for i in $(up_to "$1"); do
    [ "$i" -gt 1 ] || continue
    addrs="$addrs,\"$(http_address "$i")\""
    rafts="$rafts,\"$(raft_address "$i")\""
    ids="$ids,\"node$i\""
  done
  printf '{"leaderAddr":"%s","leaderRaftAddr":"%s","leaderId":"node1","clientAddrs":[%s],"clientRaftAddrs":[%s],"clientIds":[%s]}' \
    "$(http_address 1)" "$(raft_address 1)" "${addrs#,}" "${rafts#,}" "${ids#,}"
)

# Lets node I join the cluster of the ready node J.
join_node() (
  say "node$1 joins the cluster ..."
  answer=$(curl -s -m 60 -X POST "$(url "$2")/join?timeout=30s" \
    -d "{\"id\":\"node$1\",\"addr\":\"$(raft_address "$1")\",\"haddr\":\"$(http_address "$1")\"}" -w ' %{http_code}') || true
  case $answer in *' 200') ;; *) die "node$1 could not join: ${answer:-no answer}" ;; esac
)

# Starts the nodes 1 to N and returns when all are ready: set up if all wait for it, else those that wait join the others.
start_cluster() {
  n=$1
  waiting=''
  members=''
  make_archive
  if is_secure; then make_certificates "$n"; fi
  for i in $(up_to "$n"); do start_node "$i"; done
  for i in $(up_to "$n"); do
    await_listening "$i"
    if [ "$(status_field "$i" state)" = waiting ]; then waiting="$waiting $i"; else members="$members $i"; fi
  done
  if [ -z "$members" ]; then
    answer=$(curl -s -m 60 -X POST "$(url 1)/setup?timeout=30s" -d "$(setup_body "$n")") || true
    case $answer in *'"clusterId"'*) ;; *) die "/setup failed: ${answer:-no answer}" ;; esac
    members=$waiting
    waiting=
  fi
  for i in $members; do await_ready "$i"; done
  for i in $waiting; do
    join_node "$i" "${members##* }"
    await_ready "$i"
  done
}
