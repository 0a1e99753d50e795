# shellcheck shell=bash
# Shared by the scripts beside it: what must be installed, the build, and the nodes of a local cluster.
# Sourced, never run. A node is only ever signalled if its pid file still names the process that we started.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
JAR=${HRAFTD_JAR:-$ROOT/target/hraftd.jar}
DATA=${HRAFTD_DATA:-$ROOT/data}
HTTP_PORT=${HRAFTD_HTTP_PORT:-11000}
RAFT_PORT=${HRAFTD_RAFT_PORT:-12000}
HOST=127.0.0.1
MAX_NODES=9

say() { printf '%s\n' "$*"; }

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Polls a condition ten times a second until it holds; fails after so many seconds.
wait_until() {
  local seconds=$1
  shift
  local end=$((SECONDS + seconds))
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# --- what must be installed

# The major version of `java` or `javac`, 0 if there is none.
java_major() {
  local text
  text=$("$1" -version 2>&1) || {
    say 0
    return
  }
  sed -nE 's/.*(version "|javac )(1\.)?([0-9]+).*/\3/p' <<<"$text" | head -n 1
}

# The name of a package with a JDK of at least 17 on this release of Debian or Ubuntu.
jdk_package() {
  local version
  for version in 17 21 25; do
    if apt-cache show "openjdk-$version-jdk-headless" >/dev/null 2>&1; then
      say "openjdk-$version-jdk-headless"
      return
    fi
  done
  # No package lists yet: Debian 13 has 21 and no 17, all others that have one of them have 17.
  if grep -qs '^VERSION_ID="13"' /etc/os-release; then
    say openjdk-21-jdk-headless
  else
    say openjdk-17-jdk-headless
  fi
}

# The packages that are missing for: build (JDK, Maven, curl), run (Java, curl) or chaos (what breaks networks and disks).
missing_packages() {
  local purpose=$1 java=java major pair PATH=$PATH:/usr/sbin:/sbin
  if [[ $purpose == chaos ]]; then
    for pair in ip:iproute2 tc:iproute2 iptables:iptables nsenter:util-linux mount:mount mkfs.ext4:e2fsprogs perl:perl-base; do
      command -v "${pair%%:*}" >/dev/null || say "${pair##*:}"
    done | sort -u
    return
  fi
  [[ $purpose == run ]] || java=javac
  major=$(java_major "$java")
  if ((${major:-0} < 17)); then jdk_package; fi
  if [[ $purpose == build ]] && ! command -v mvn >/dev/null; then say maven; fi
  if ! command -v curl >/dev/null; then say curl; fi
}

# Makes sure that what a purpose needs is there: installs it if the second argument is "install", else says how.
require() {
  local purpose=$1 install=$2 sudo=()
  local -a packages
  mapfile -t packages < <(missing_packages "$purpose")
  ((${#packages[@]})) || return 0
  ((EUID == 0)) || sudo=(sudo)
  if ! command -v apt-get >/dev/null; then
    die "needs a JDK 17 or newer, Maven 3.6.3 or newer and curl; please install what is missing: ${packages[*]}"
  fi
  if [[ $install != install ]]; then
    {
      say "${0##*/}: missing: ${packages[*]}"
      say "  ${sudo[*]:+sudo }apt-get update && ${sudo[*]:+sudo }apt-get install -y --no-install-recommends ${packages[*]}"
      say "or let this script do it:"
      say "  scripts/${0##*/} --install"
    } >&2
    exit 1
  fi
  command -v "${sudo[0]:-apt-get}" >/dev/null || die "to install packages, run as root"
  say "installing ${packages[*]} ..."
  local log
  log=$(mktemp)
  if ! "${sudo[@]}" apt-get update >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    die "apt-get update failed"
  fi
  # With the package lists there may be another name for the JDK.
  mapfile -t packages < <(missing_packages "$purpose")
  if ! "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${packages[@]}" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    die "apt-get install failed"
  fi
  rm -f "$log"
  mapfile -t packages < <(missing_packages "$purpose")
  ((${#packages[@]} == 0)) || die "still missing after the installation: ${packages[*]}"
}

# --- the jar

jar_is_current() {
  [[ -f $JAR ]] || return 1
  [[ -z $(find "$ROOT/pom.xml" "$ROOT/src/main" -newer "$JAR" -print -quit) ]]
}

# Builds the jar unless it is newer than every source, or HRAFTD_JAR names one. The argument: "install" or nothing.
build_jar() {
  if [[ -n ${HRAFTD_JAR:-} ]]; then
    [[ -f $JAR ]] || die "HRAFTD_JAR: $JAR does not exist"
    require run "$1"
    return
  fi
  if jar_is_current; then
    require run "$1"
    return
  fi
  require build "$1"
  mkdir -p "$ROOT/target"
  local log=$ROOT/target/build.log
  say "building target/hraftd.jar (a few minutes the first time, while Maven fetches what it needs) ..."
  if ! mvn -B -f "$ROOT/pom.xml" -Dmaven.test.skip=true -Dspotless.check.skip=true package >"$log" 2>&1; then
    grep -E '^\[ERROR\]' "$log" | head -n 20 >&2 || tail -n 20 "$log" >&2
    die "the build failed; the full log is target/build.log"
  fi
}

# --- class data sharing: a node starts in two thirds of the time if Java finds its classes laid out

# Made for one jar and one Java; Java goes without it if it is of others, and shall not complain then.
ARCHIVE=${JAR%.jar}.jsa
QUIET_ARCHIVE=(-Xlog:cds=off -Xlog:cds+dynamic=off)

archive_is_current() { [[ $ARCHIVE -nt $JAR ]]; }

# The options with which Java uses the archive, if it is there; as the variable JDK_JAVA_OPTIONS has them.
archive_options() {
  if archive_is_current; then say "\"-XX:SharedArchiveFile=$ARCHIVE\" ${QUIET_ARCHIVE[*]}"; fi
}

# Starts a node in memory on ports of its own, uses it a little, and lets Java write its classes at the end.
# Nothing depends on it: what goes wrong is left for the next start.
make_archive() {
  local log pid address
  ! archive_is_current && [[ -w $(dirname -- "$JAR") ]] || return 0
  log=$(mktemp)
  java -XX:ArchiveClassesAtExit="$ARCHIVE.new" "${QUIET_ARCHIVE[@]}" -jar "$JAR" -id archive -haddr "$HOST:0" -raddr "$HOST:0" -bootstrap -inmem >"$log" 2>&1 </dev/null &
  pid=$!
  if wait_until 30 grep -qs ' listening on ' "$log"; then
    address=$(sed -nE 's/.* listening on ([^,]+),.*/\1/p' "$log")
    wait_until 10 curl -sf -m 2 -o /dev/null "$address/readyz" || true
    curl -s -m 5 -o /dev/null -X POST "$address/key" -d '{"key":"value"}' || true
    curl -s -m 5 -o /dev/null "$address/key/key" || true
    curl -s -m 5 -o /dev/null -X POST "$address/shutdown?self" || kill "$pid"
  else
    kill "$pid" 2>/dev/null || true
  fi
  if wait "$pid" && [[ -s $ARCHIVE.new ]]; then
    mv -f -- "$ARCHIVE.new" "$ARCHIVE"
  fi
  rm -f -- "$log" "$ARCHIVE.new"
}

# --- the nodes: number I has its directory $DATA/nodeI, log $DATA/nodeI.log, pid file $DATA/nodeI.pid

http_address() { say "$HOST:$((HTTP_PORT + $1 - 1))"; }
raft_address() { say "$HOST:$((RAFT_PORT + $1 - 1))"; }

# When a process was started, as the system tells it: with the pid it names one process for good.
process_start() {
  local stat
  if [[ -r /proc/self/stat ]]; then
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    stat=${stat##*) }
    # A zombie has ended.
    [[ ${stat%% *} != Z ]] || return 1
    cut -d ' ' -f 20 <<<"$stat"
  else
    ps -o lstart= -p "$1"
  fi
}

# The pid of node I if it runs and is the process that we started; fails otherwise.
node_pid() {
  local pid start
  { read -r pid && read -r start; } 2>/dev/null <"$DATA/node$1.pid" || return 1
  [[ $(process_start "$pid") == "$start" ]] || return 1
  say "$pid"
}

node_runs() { node_pid "$1" >/dev/null; }
node_is_gone() { ! node_runs "$1"; }

# Where in its log the present start of each node begins that this script started.
LOG_START=()

# Starts node I in the background unless it runs.
start_node() {
  local i=$1 pid options=()
  ! node_runs "$i" || return 0
  read -ra options <<<"${HRAFTD_JAVA_OPTS:-}"
  mkdir -p "$DATA"
  touch "$DATA/node$i.log"
  LOG_START[i]=$(wc -c <"$DATA/node$i.log")
  # A session of its own: Ctrl-C in the terminal is not meant for the nodes.
  JDK_JAVA_OPTIONS="$(archive_options) ${JDK_JAVA_OPTIONS:-}" \
    "$(command -v setsid || say nohup)" java -XX:+ExitOnOutOfMemoryError "${options[@]}" -jar "$JAR" -id "node$i" -haddr "$(http_address "$i")" -raddr "$(raft_address "$i")" \
    "$DATA/node$i" >>"$DATA/node$i.log" 2>&1 </dev/null &
  pid=$!
  printf '%s\n%s\n' "$pid" "$(process_start "$pid")" >"$DATA/node$i.pid"
}

# Signals node I if it runs.
signal_node() {
  local pid
  pid=$(node_pid "$1") || return 0
  kill "-$2" "$pid"
}

# Stops the nodes in the arguments: SIGTERM, after 15 seconds SIGKILL.
stop_nodes() {
  local i
  for i in "$@"; do signal_node "$i" TERM; done
  for i in "$@"; do
    if ! wait_until 15 node_is_gone "$i"; then
      say "node$i did not stop within 15 seconds, killing it"
      signal_node "$i" KILL
      wait_until 5 node_is_gone "$i" || die "node$i does not end"
    fi
    rm -f "$DATA/node$i.pid"
  done
}

# The numbers of the nodes that have a directory or a pid file, in order.
known_nodes() {
  local i
  for ((i = 1; i <= MAX_NODES; i++)); do
    if [[ -d $DATA/node$i || -f $DATA/node$i.pid ]]; then say "$i"; fi
  done
}

# The HTTP status of a GET on node I, 000 if it does not answer.
http_status() {
  curl -s -o /dev/null -m 2 -w '%{http_code}' "http://$(http_address "$1")$2" || true
}

node_is_ready() { [[ $(http_status "$1" /readyz) == 200 ]]; }

# One top-level text or number of node I's /status.
status_field() {
  curl -s -m 2 "http://$(http_address "$1")/status" | grep -oE "\"$2\":(\"[^\"]*\"|[0-9]+)" | head -n 1 | cut -d : -f 2- | tr -d '"' || true
}

# What node I has logged since this script started it.
this_log() { tail -c "+$((LOG_START[$1] + 1))" "$DATA/node$1.log"; }

# Its own word, for another process may answer on the port.
node_listens_or_ended() { [[ $(this_log "$1") == *' listening on '* ]] || node_is_gone "$1"; }

# Waits until node I listens; shows the end of its log if it ended instead.
await_listening() {
  local i=$1
  [[ -n ${LOG_START[i]:-} ]] || return 0
  wait_until 30 node_listens_or_ended "$i" || die "node$i does not listen on $(http_address "$i") after 30 seconds; see $DATA/node$i.log"
  if node_is_gone "$i"; then
    this_log "$i" | tail -n 3 >&2
    rm -f "$DATA/node$i.pid"
    die "node$i has stopped; its log is $DATA/node$i.log"
  fi
}

# The body of /setup for the nodes 1 to N.
setup_body() {
  local n=$1 i addrs='' rafts='' ids=''
  for ((i = 2; i <= n; i++)); do
    addrs+=",\"$(http_address "$i")\""
    rafts+=",\"$(raft_address "$i")\""
    ids+=",\"node$i\""
  done
  printf '{"leaderAddr":"%s","leaderRaftAddr":"%s","leaderId":"node1","clientAddrs":[%s],"clientRaftAddrs":[%s],"clientIds":[%s]}' \
    "$(http_address 1)" "$(raft_address 1)" "${addrs#,}" "${rafts#,}" "${ids#,}"
}

# Starts the nodes 1 to N, sets them up if they wait for it, and returns when all are ready.
start_cluster() {
  local n=$1 i waiting=0 answer
  make_archive
  for ((i = 1; i <= n; i++)); do start_node "$i"; done
  for ((i = 1; i <= n; i++)); do
    await_listening "$i"
    if [[ $(status_field "$i" state) == waiting ]]; then waiting=$((waiting + 1)); fi
  done
  if ((waiting == n)); then
    answer=$(curl -s -m 60 -X POST "http://$(http_address 1)/setup?timeout=30s" -d "$(setup_body "$n")") || true
    [[ $answer == *'"clusterId"'* ]] || die "/setup failed: ${answer:-no answer}"
  elif ((waiting > 0)); then
    say "some nodes under $DATA belong to a cluster and $waiting are new: POST /join adds those (see docs/api.md)"
    return
  fi
  for ((i = 1; i <= n; i++)); do
    wait_until 30 node_is_ready "$i" || die "node$i is not ready after 30 seconds: $(curl -s -m 2 "http://$(http_address "$i")/readyz"); see $DATA/node$i.log"
  done
}
