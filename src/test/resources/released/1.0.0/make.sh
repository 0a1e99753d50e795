#!/usr/bin/env bash
# Makes the files beside this one anew with the real hraftd 1.0.0: make.sh <jar>, which `scripts/upgrade-test --jar d3cea08` builds.
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")"
url=127.0.0.1:21811
rm -rf node node.tmp backup.jsonl keys.json
java -Dhraftd.snapshotBytes=2048 -Dhraftd.segmentBytes=4096 -Dhraftd.keepEntries=5 -jar "$1" -id node1 -haddr "$url" -raddr 127.0.0.1:21812 -bootstrap node.tmp &
node=$!
until curl -sf -o /dev/null "$url/readyz"; do sleep 0.1; done
ask() { curl -sf -o /dev/null "$@"; }
ask -X POST "$url/key" -d '{"color":"blue","empty":"","käse/ä b":"grün"}'
head -c 300 /dev/zero | tr '\0' x | ask -X PUT --data-binary @- "$url/key/long"
printf '\377\376\000\001' | ask -X PUT --data-binary @- "$url/key/bytes"
ask -X PUT --data-binary later "$url/key/expires?ttl=24000h"
for i in $(seq 40); do ask -X PUT --data-binary "v$i" -H "Idempotency-Key: order-$i" "$url/key/n/$i"; done
ask -X DELETE "$url/key?prefix=n/1"
ask -X POST "$url/txn" -d '{"if":[{"key":"color","value":"blue"}],"then":[{"put":{"key":"color","value":"red"}},{"delete":"n/2"},{"get":"long"}]}'
# Until a snapshot is there; what follows is in the log alone.
until curl -s "$url/status" | grep -q '"snapshotIndex":[1-9]'; do sleep 0.1; done
curl -sf "$url/backup" | ask -X POST --data-binary @- "$url/restore"
for i in $(seq 41 50); do ask -X PUT --data-binary "v$i" -H "Idempotency-Key: order-$i" "$url/key/n/$i"; done
ask -X DELETE "$url/key/n/50"
ask -X POST "$url/key" -H 'Idempotency-Key: pairs' -d '{"a":"1","b":"2"}'
curl -sf "$url/backup" -o backup.jsonl
curl -sf "$url/key?limit=1000" -o keys.json
curl -sf -X POST "$url/shutdown?self" -o /dev/null
wait "$node"
mkdir node node/raft
cp node.tmp/{cluster.json,format,incarnation} node
cp node.tmp/raft/{term,log-*,snapshot-*} node/raft
rm -rf node.tmp
