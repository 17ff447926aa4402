#!/bin/sh
# kill -9 on the way of an act, of the console and of what runs on the host;
# a journal that another holds; two consoles at once. Each is judged by the
# host's files, the journal and the leases: a known state, nothing lost.
# Takes about 45 s.
. "$(dirname "$0")/act_lib.sh"

acts_up 2
# What stops on the host until /var/go is there.
cat >"$CONFIG" <<'END'
hosts:
  - name: mta1
  - name: mta2
actions:
  - name: gate
    command: >-
      echo in >>/var/f;
      until [ -e /var/go ]; do sleep 0.1; done; echo out >>/var/f
    verify: grep -q out /var/f
    undo: rm /var/f
    lease: 20m
  - name: both
    hosts: [mta1, mta2]
    command: >-
      echo in >>/var/f;
      until [ -e /var/go ]; do sleep 0.1; done; echo out >>/var/f
    undo: rm /var/f
    lease: 20m
  - name: quick
    command: echo quick >>/var/q
    undo: rm /var/q
END
DB=$XDG_STATE_HOME/mtadeck/journal.db

journal() { "$PROGRAM" journal; }
last() { journal | tail -n 1; }
# Intents of a reason, and their results.
kept() { journal | awk -v w="$1" 'index($0, w) { print $3 }' | xargs; }
kept_is() { [ "$(kept "$1")" = "$2" ]; }
file() { on "$1" cat /var/f | xargs; }
file_is() { [ "$(file "$1")" = "$2" ]; }
state() { on "$1" sh -c 'for a in /root/.mtadeck/acts/*; do
	grep -q "^why '"$2"'$" "$a/meta" 2>/dev/null && cat "$a/state"; done' | xargs; }
state_is() { [ "$(state "$1" "$2")" = "$3" ]; }
leases() { deck leases --json | jq -r --arg w "$1" '.leases[] | select(.why == $w) | .host' | xargs; }
# Ends all there are, the last one first.
end_all() {
	for id in $(deck leases --json | jq -r '.leases[].id' | sort -ru); do
		deck undo "$id" >/dev/null
	done
}
killed() { kill -9 "$1" 2>/dev/null; wait "$1" 2>/dev/null; }
pane() { pgrep -P "$(tm list-panes -F '#{pane_pid}')" "$(basename "$PROGRAM")"; }
before=$(on mta1 cksum /etc/postfix/main.cf)

# --- the console, after its intent is in the journal: nothing reached the host
screen_start 100 24 act pause "$NET.2.11" --host mta2 --why early
wait_screen 20 'postfix reload' "a plan that waits for its word"
on mta2 sh -c 'kill -STOP $(pgrep sshd)'
keys y Enter
until_ok 10 kept_is early intent || not_ok "the intent is journaled" "$(journal)"
kill -9 "$(pane)"
on mta2 sh -c 'kill -CONT $(pgrep sshd)'

# --- after the run began: the host goes on by itself
"$PROGRAM" act site gate --host mta1 --why began --yes -F "$CONF" >/dev/null 2>&1 &
pid=$!
until_ok 20 file_is mta1 in || not_ok "the run began" "$(file mta1)"
killed $pid
# --- after the run, before its result: the console hears nothing of it
"$PROGRAM" act site gate --host mta2 --why deaf --yes -F "$CONF" >/dev/null 2>&1 &
pid=$!
until_ok 20 file_is mta2 in || not_ok "the other run began" "$(file mta2)"
kill -STOP $pid
on mta2 touch /var/go
if until_ok 20 state_is mta2 deaf in-force; then ok "unheard, it is done all the same"; else
	not_ok "unheard, it is done all the same" "$(state mta2 deaf)"
fi
killed $pid
is "the journal has three intents and no result" \
	"$(kept early) $(kept began) $(kept deaf)" "intent intent intent"
settled() { deck leases >/dev/null; journal | grep -c 'outcome as the hosts tell'; }
two() { [ "$(settled)" -eq 2 ]; }
if until_ok 20 two; then ok "the next start settles two of them"; else
	not_ok "the next start settles two of them" "$(journal)"
fi
has "nothing was done where nothing arrived" "$(journal)" 'tell: mta2: nothing was done'
is "nor on the host" "$(on mta2 postconf -h defer_transports)" ""
has "what was done unheard is in force" "$(journal)" 'tell: mta2: in force'
is "what still runs stays open, and is listed" "$(file mta1) $(leases began)" "in mta1"
on mta1 touch /var/go
three() { [ "$(settled)" -eq 3 ]; }
if until_ok 20 three; then ok "until it is over"; else not_ok "until it is over" "$(journal)"; fi
has "then it is in force" "$(last)" 'tell: mta1: in force'
is "and was done to its end" "$(file mta1)" "in out"
end_all
is "undo takes both back" "$(leases began)$(leases deaf)$(file mta1)$(file mta2)" ""

# --- between two hosts: the second is left alone
on mta1 rm /var/go
on mta2 rm /var/go
"$PROGRAM" act site both --why both --yes -F "$CONF" >/dev/null 2>&1 &
pid=$!
# Whichever said first how it is.
one_runs() { [ "$(file mta1)$(file mta2)" = in ]; }
until_ok 20 one_runs || not_ok "it runs on one" "$(file mta1)/$(file mta2)"
if file_is mta1 in; then first=mta1 second=mta2; else first=mta2 second=mta1; fi
killed $pid
on mta1 touch /var/go
on mta2 touch /var/go
until_ok 20 state_is $first both in-force || not_ok "the first goes on" "$(state $first both)"
four() { [ "$(settled)" -eq 4 ]; }
until_ok 20 four || not_ok "it is settled" "$(journal)"
has "each host tells its part" "$(last)" "tell: $first: in force, $second: nothing was done"
is "as their files do" "$(file $first)/$(file $second)" "in out/"
end_all
is "undo of what was done" "$(file $first)" ""

# --- what runs on the host
on mta1 rm /var/go
deck act site gate --host mta1 --why host --yes >"$WORK/out" &
pid=$!
until_ok 20 file_is mta1 in || not_ok "it runs" "$(file mta1)"
for p in $(on mta1 pgrep -f 'mtadeck-act run'); do on mta1 kill -9 "$p"; done
wait $pid
is "killed on the host: the outcome is not known" "$? $(grep -c '^mta1: unknown' "$WORK/out")" "3 1"
on mta1 touch /var/go
is "the lease is there, and tells so" "$(leases host) $(state mta1 host)" "mta1 running"
# What it had begun goes on without it, and is over before it is taken back.
until_ok 10 file_is mta1 'in out' || not_ok "what was begun ends" "$(file mta1)"
ends() { end_all; file_is mta1 ""; }
if until_ok 20 ends; then ok "its way back is"; else not_ok "its way back is" "$(cat "$WORK/err")"; fi

# --- a journal that another process holds
mkfifo "$WORK/hold"
hold() {
	: >"$WORK/held"
	sqlite3 "$DB" <"$WORK/hold" >"$WORK/held" 2>&1 &
	holder=$!
	exec 5>"$WORK/hold"
	# Once a record that is just being written is: without it, it would
	# say 1 and hold nothing.
	printf '.timeout 20000\n.bail on\nBEGIN IMMEDIATE; SELECT 1;\n' >&5
	until_ok 10 grep -qx 1 "$WORK/held" || not_ok "the journal is held"
}
# Said, not only closed: the terminal's server may hold the pipe too.
let_go() { echo .quit >&5; exec 5>&-; wait "$holder"; }
hold
deck act site quick --host mta1 --why held --yes >/dev/null
is "held: nothing is done, and why is said" \
	"$? $(grep -c 'takes no record, so nothing is done' "$WORK/err") $(on mta1 ls /var/q)" "3 1 "
screen_start 100 24 --arm mta1
# Said for six seconds only, which the host may take to come up.
wait_screen 20 'journal takes no record' "the console says that it is not armed"
wait_screen 20 'hosts 1/1 up' "and goes on showing"
let_go
palette "arm 5m now"
wait_screen 10 'ARMED' "armed once it takes records"
palette "site quick"
wait_screen 5 'why\?' "an act"
keys -l held2
keys Enter
wait_screen 20 'y do it' "its plan"
hold
keys y
wait_screen 10 'takes no record, so nothing is done' "held when it is confirmed: nothing is done"
keys Escape
keys 1
wait_screen 5 'Fleet' "and the console goes on"
is "nothing was done" "$(on mta1 ls /var/q)" ""
let_go
keys Q

# --- held when the result is due: done, said, and settled later
on mta1 rm -f /var/go
deck act site gate --host mta1 --why late --yes >"$WORK/out" &
pid=$!
until_ok 20 file_is mta1 in || not_ok "it runs" "$(file mta1)"
hold
on mta1 touch /var/go
wait $pid
has "done, but its result is not in the journal: said" "$(cat "$WORK/err")" 'result is not in the journal'
let_go
is "the intent is" "$(kept late)" intent
five() { [ "$(settled)" -eq 5 ]; }
if until_ok 20 five; then ok "and is settled by the host"; else not_ok "and is settled by the host" "$(journal)"; fi
end_all

# --- two consoles at once: what was planned before another's change is not done
screen_start 100 24 act pause "$IP1" --host mta1 --why one
wait_screen 20 'postfix reload' "one plans"
deck act pause "$IP2" --why two --host mta1 --yes >/dev/null
is "another acts" "$? $(on mta1 postconf -h defer_transports)" "0 out2"
keys y Enter
wait_screen 20 'EXIT=1' "the plan of the first is stale, and refused"
has "with what is there now" "$(screen)" 'is now'
is "the other's change stays" "$(on mta1 postconf -h defer_transports)" "out2"
deck act pause "$IP1" --why again --host mta1 --yes >/dev/null
is "planned again, both are" "$(on mta1 postconf -h defer_transports | tr ', ' '\n\n' | sort | xargs)" "out1 out2"
end_all
is "and all is as it was, to the byte" "$(on mta1 cksum /etc/postfix/main.cf)" "$before"

is "every intent has its result" "$(journal | awk '$3 == "intent" { n++ } $3 == "result" { n-- } END { print n + 0 }')" 0
journal >/dev/null
is "the journal's chain is whole" "$?" 0
done_testing
