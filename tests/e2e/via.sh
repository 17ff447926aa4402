#!/bin/bash
# via.sh - lists asked by a mail host's own resolver: the same verdicts as from
# here, keys on no command line, and nothing clean when the host cannot ask.
# Takes about 50 s.
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
KEY=labkey0123456789
XDG_STATE_HOME=$WORK/state # the journal
export XDG_STATE_HOME
lab list add $KEY.combined.mail.abusix.zone "$net.2.11" 127.0.0.3 "key $KEY" \
    >/dev/null
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
is 'which it says in its reason, and we do not' \
    "$(printf '%s' "$out" | jq -r '.listings[] |
	select(.list == "abusix-mail") | "\(.subject) \(.reason)"')" \
    "$net.2.11 key <key>"
printf '%s' "$out" >"$WORK/document"

# The console: its journal, what it exports, its recording, which is played.
screen_start 160 48 -c "$WORK/via.yaml" --record "$WORK/console.rec"
palette listings
wait_rows 60 listings "any(.subject == \"$net.2.11\" and .reason == \"key <key>\")" \
    'the console has the reason without the key'
cp "$WORK/rows.json" "$WORK/exported.json"
screen >"$WORK/screen"
keys Q
wait_screen 10 'EXIT=0' 'and ends'
screen_start 160 48 replay --speed 20 "$WORK/console.rec"
palette listings
wait_rows 60 listings "any(.subject == \"$net.2.11\" and .reason == \"key <key>\")" \
    'so has its recording'
keys Q
wait_screen 10 'EXIT=0' 'which ends too'
left=$(find "$WORK" -path "$WORK/lab" -prune -o -type f ! -name '*.yaml' -print)
is 'a key is on no command line, in no document, journal, recording' \
    "$(grep -la "$KEY" $left)" ''
for f in ps document state/mtadeck/journal.db console.rec rec exported.json; do
	has "looked at: $f" "$left" "/$f\$"
done
sed 's/via: mta1/via: mta9/' "$WORK/via.yaml" >"$WORK/none.yaml"
err=$("$PROGRAM" -c "$WORK/none.yaml" listings 2>&1)
has 'a host that is not watched cannot ask' "$err" 'mta9 is none of the hosts'
# --- check ----------------------------------------------------------------------

# A resolver that holds another truth than the host's: to it nothing is listed
# but the test point.
lab run world sh -c "mkdir -p /var/lib/other && cd /var/lib/other &&
    printf '127.0.0.2\n' >zen && chmod -R a+rX . &&
    rbldnsd -c 0 -b $net.0.55/5355 -r /var/lib/other zen.spamhaus.org:ip4set:zen" \
    >/dev/null
other=$net.0.55:5355
lab list add zen.spamhaus.org "$net.1.12" 127.0.0.4 'seen by the host' >/dev/null
check() { # exit-status-wanted args...
	want=$1
	shift
	timeout 120 "$PROGRAM" -c "$WORK/check.yaml" check "$@" \
		>"$WORK/out" 2>"$WORK/err"
	is "exit $want: check $*" "$?" "$want"
}
sed "s/resolver: .*/resolver: $other/" "$WORK/via.yaml" >"$WORK/check.yaml"
check 0 --json --resolver "$other" --lists spamhaus-zen "$net.1.12"
is 'from here it is clean' "$(jq -r '.results[].verdict' "$WORK/out")" clean
check 1 --json --lists spamhaus-zen,abusix-mail,psbl "$net.1.12" "$net.1.13"
is 'the host of the configuration is asked: listed, with code and reason' \
    "$(jq -r --arg s "$net.1.12" '.results[] | select(.subject == $s) |
	select(.list == "spamhaus-zen") |
	"\(.verdict) \(.codes[0]) \(.reason) \(.ttl <= 5)"' "$WORK/out")" \
    'listed 127.0.0.4 seen by the host true'
is 'and all else is answered' \
    "$(jq -r '[.results[] | select(.verdict == "clean")] | length' "$WORK/out")" 5
is 'as it is here' "$(jq -r 'keys | join(" ")' "$WORK/out")" \
    "$(jq -r 'keys | join(" ")' <<<"$("$PROGRAM" check --json --allow-private \
	--resolver "$RESOLVER" --lists psbl "$net.1.13")")"
is 'and nothing is said beside it' "$(cat "$WORK/err")" ''
sed '/^  via:/d' "$WORK/check.yaml" >"$WORK/plain.yaml"
check 1 --via mta2 -c "$WORK/plain.yaml" --lists spamhaus-zen "$net.1.12"
has 'a host named on the command line' "$(sed -n 2p "$WORK/out")" \
    "^$net.1.12 +spamhaus-zen "
check 3 --via mta9 --lists spamhaus-zen "$net.1.12"
has 'one that is not there: the sentence' "$(cat "$WORK/err")" 'mta9'
is 'and no document' "$(cat "$WORK/out")" ''
check 2 --via '-oProxyCommand=x' --lists spamhaus-zen "$net.1.12"
check 2 --via mta1 --resolver "$RESOLVER" --lists spamhaus-zen "$net.1.12"
lab freeze mta2
check 3 --via mta2 --timeout 3s --lists spamhaus-zen "$net.1.12"
has 'one that says nothing is given up in time' "$(cat "$WORK/err")" \
    'mta2: .*--timeout'
lab thaw mta2
# On a terminal: a line that moves, and is gone in the end. The list that never
# answers makes that take some seconds.
terminal_start "$PROGRAM -c $WORK/check.yaml check --via mta1 \
	--lists spamhaus-zen,psbl,dronebl $net.1.0/28 >$WORK/out"
wait_shown 60 '^[0-9]+/48 asked, [0-9]+ listed, [0-9]+ s' 'progress is shown'
wait_screen 60 '^EXIT=1' 'and leaves nothing of itself'
is 'nothing else is on the screen' "$(screen | grep -c .)" 1
has 'both are listed, the list that is silent is not believed' \
    "$(tail -n 1 "$WORK/out")" \
    '^Subjects listed: 2 of 16; listings: 2; lists asked: 3, not to be believed: 1[.]'
# Without dig nothing is known: neither clean nor listed.
lab run mta1 sh -c 'mkdir -p /run/nodig && touch /run/nodig/dig &&
    mount --bind /run/nodig/dig "$(command -v dig)"'
out=$("$PROGRAM" -c "$WORK/via.yaml" --timeout 20s listings --json)
is 'a host without dig: not found out' "$?" 3
is 'and nothing is said to be listed by DNS' \
    "$(printf '%s' "$out" | jq '[.listings[] | select(.dns == "listed")] | length')" 0
check 3 --lists spamhaus-zen "$net.1.12"
has 'by check neither' "$(tail -n 1 "$WORK/out")" '^Nothing could be found out'
done_testing
