#!/bin/bash
# via.sh - lists asked by a mail host's own resolver: the same verdicts as from
# here, keys on no command line, and nothing clean when the host cannot ask.
. "$(dirname "$0")/lib.sh"

lab_up
net=$(lab env | sed -n 's/^LAB_NET=//p')
lab list add zen.spamhaus.org "$net.1.11" 127.0.0.3 'the reason' >/dev/null
cat >"$WORK/via.yaml" <<Y
hosts: [{name: mta1}, {name: mta2}]
ssh_config: $CONF
lists:
  via: mta1
  allow_private: true
  resolver: 127.0.0.1:9
  use: [spamhaus-zen, spamcop, psbl, abusix-mail, sem-black, validity-rpbl,
    dronebl]
  keys: [{list: abusix-mail, key: labkey0123456789}]
Y
# What ps shows on the host while it asks; a list that never answers makes that
# take some seconds.
lab run mta1 sh -c 'while :; do ps -eo args; sleep 0.1; done' \
    >"$WORK/ps" 2>/dev/null &
watch=$!
until_ok 20 test -s "$WORK/ps" || not_ok 'the host is watched'
out=$("$PROGRAM" -c "$WORK/via.yaml" --record "$WORK/rec" --timeout 60s \
    listings --json)
is 'something is listed' "$?" 1
kill "$watch" 2>/dev/null
wait "$watch" 2>/dev/null
has 'the host was watched while it asked' "$(cat "$WORK/ps")" 'mtadeck-dns'
has 'the listing, its code and reason' \
    "$(printf '%s' "$out" | jq -r --arg s "$net.1.11" \
	'.listings[] | select(.subject == $s) | "\(.list) \(.verdict) \(.codes[0]) \(.reason)"')" \
    '^spamhaus-zen listed 127.0.0.3 the reason$'
is 'the list that needs the key was asked with it' \
    "$(printf '%s' "$out" | jq -r '.lists[] | select(.list == "abusix-mail").verdict')" clean
is 'a key is on no command line, in no document, in no recording' \
    "$(printf '%s' "$out" | cat - "$WORK/ps" "$WORK/rec" |
	grep -ac labkey0123456789)" 0
sed 's/via: mta1/via: mta9/' "$WORK/via.yaml" >"$WORK/none.yaml"
err=$("$PROGRAM" -c "$WORK/none.yaml" listings 2>&1)
has 'a host that is not watched cannot ask' "$err" 'mta9 is none of the hosts'
lab list add zen.spamhaus.org "$net.1.12" >/dev/null
sed "s/resolver: .*/resolver: $RESOLVER/" "$WORK/via.yaml" >"$WORK/check.yaml"
err=$("$PROGRAM" -c "$WORK/check.yaml" check --lists spamhaus-zen "$net.1.12" \
    2>&1 >/dev/null)
is 'check asks here' "$?" 1
has 'and says so' "$err" "mta1 is not used by check, which asks $RESOLVER"
err=$("$PROGRAM" -c "$WORK/check.yaml" check --resolver "$RESOLVER" \
    --lists spamhaus-zen "$net.1.12" 2>&1 >/dev/null)
is 'not when told whom to ask' "$err" ''
# Without dig nothing is known: neither clean nor listed.
lab run mta1 sh -c 'mkdir -p /run/nodig && touch /run/nodig/dig &&
    mount --bind /run/nodig/dig "$(command -v dig)"'
out=$("$PROGRAM" -c "$WORK/via.yaml" --timeout 20s listings --json)
is 'a host without dig: not found out' "$?" 3
is 'and nothing is said to be listed by DNS' \
    "$(printf '%s' "$out" | jq '[.listings[] | select(.dns == "listed")] | length')" 0
done_testing
