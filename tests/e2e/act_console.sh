#!/bin/sh
# Acts from the console as a person does them: read-only until armed, a pause
# with preview and confirm, what the receivers counted afterwards, the lease,
# its end, the journal.
# Takes about 90 s.
. "$(dirname "$0")/act_lib.sh"

lab_up
IP=$NET.1.12
lab traffic start --rate 20 --hosts mta1 >/dev/null

# What left by the address, as the receivers counted.
left() { taken "$IP"; }
deferred() { lab run mta1 postconf -h defer_transports; }

screen_start 80 24 mta1
wait_screen 20 'hosts 1/1 up' "the console is up"
wait_screen 20 "$IP" "the egress IP is seen"
until_ok 20 more_than 0 left
before=$(deferred)

# --- read-only ---
keys P
wait_screen 5 'pause: read-only' "a key that acts is refused, with the remedy"
palette "pause $IP"
wait_screen 5 'pause: read-only' "so is the palette"
palette "arm 20h"
wait_screen 5 'up to 12h' "nobody is armed for a day"

# --- armed ---
palette "arm 10m a drill"
wait_screen 5 'ARMED [0-9:]+ [a-z]+' "armed: who, and how long still"
palette "pause $IP 3s"
wait_screen 5 'one word too many' "a word too many is refused"
palette "interval $IP 500ms"
wait_screen 5 'whole seconds' "a value of the wrong kind is refused at once"
palette "pause 192.0.2.99"
wait_screen 5 'why\?' "a reason is asked for"
keys -l 'no such address'
keys Enter
wait_screen 10 'no host .*carries' "an address nobody has is refused"
keys Escape

palette "filter $IP"
keys P
wait_screen 5 'why\?' "P asks for the reason"
keys Enter
wait_screen 2 'why\?' "an empty one is none"
keys -l 'provider asked us to stop'
keys Enter
wait_screen 20 'y do it' "the plan is shown"
plan=$(screen)
has "with the host" "$plan" 'hosts +mta1'
has "with the exact line" "$plan" "postconf -e 'defer_transports = "
has "with its end" "$plan" 'by itself at [0-9:]+ \(30m00s\)'
has "with the way back" "$plan" 'undo: '
has "with the reason" "$plan" 'provider asked us to stop'
keys Enter
keys Enter
wait_screen 2 'y do it' "Enter alone does nothing"
is "nothing has changed on the host" "$(deferred)" "$before"
keys Escape
wait_screen 5 'nothing was done' "Esc does nothing"
is "and still nothing has changed" "$(deferred)" "$before"

keys P
wait_screen 5 'why\?' "again"
keys -l 'provider asked us to stop'
keys Enter
wait_screen 20 'y do it' "the plan again"
old=$(qmgr mta1)
keys y
wait_screen 30 'Done, and verified' "y does it"
keys Escape
wait_screen 20 ' stop$' "the row says it is stopped"

# What was being sent when it began may still arrive; then nothing does.
over mta1 out2 "$old"
settled() { a=$(left); sleep 3; [ "$a" -eq "$(left)" ]; }
if until_ok 30 settled; then ok "nothing leaves by it"; else
	not_ok "nothing leaves by it" "$(left)"
fi
at_pause=$(left)

# --- the lease ---
keys L
wait_screen 20 "in force +pause +$IP" "Leases shows it"
wait_screen 5 'left (until )?who' "with its countdown"
keys X
keys Enter
wait_screen 5 'why\?' "X asks why"
keys -l 'they asked for more'
keys Enter
wait_screen 5 'it ends by itself 30m00s from now' "and says what happens then"
keys y
wait_screen 20 'Done, and verified' "it is extended"
keys Escape
is "all that time nothing left" "$(left)" "$at_pause"
# Somebody flushes behind our back: mail that leaves through a pause shows.
leaks() { lab run mta1 postqueue -f && screen_has '!!leak +pause'; }
if until_ok 60 leaks; then ok "a flush behind our back is a leak"; else
	not_ok "a flush behind our back is a leak" "$(screen)"
fi
palette alerts
wait_screen 30 'mail leaks' "and an alert"
palette 'filter leaks'
keys Enter
wait_screen 10 '!!leak +pause' "that leads to the act"
keys E
wait_screen 5 'why\?' "E asks why"
keys -l 'they are fine again'
keys Enter
wait_screen 5 'restores what was before' "and says what happens then"
keys y
wait_screen 30 'Done, and verified' "it is ended"
keys Escape
wait_screen 20 'No act is in force' "no lease is left"
is "the host is as it was" "$(deferred)" "$before"
at_pause=$(left)
if until_ok 30 more_than "$at_pause" left; then ok "mail leaves again"; else
	not_ok "mail leaves again" "$(left)"
fi

# --- the journal ---
keys J
wait_screen 10 "pause $IP: provider" "the journal has the pause"
wait_screen 5 'about to do' "before"
wait_screen 5 ' done ' "and after"
palette "filter kind=intent"
plans_alone() { screen_has 'about to do' && ! screen_has ' (done|connected) '; }
if until_ok 10 plans_alone; then ok "the plans alone"; else
	not_ok "the plans alone" "$(screen)"
fi
keys G
keys Enter
wait_screen 5 'postconf -e' "a record shows the lines the host got"
palette disarm
wait_screen 5 'disarmed' "disarmed by hand"
untitled() { ! screen | head -n 1 | grep -q ARMED; }
if until_ok 5 untitled; then ok "the title says so too"; else
	not_ok "the title says so too" "$(screen | head -n 1)"
fi
keys Q
wait_screen 5 'EXIT=0' "Q quits"
"$PROGRAM" journal >"$WORK/journal" 2>"$WORK/journal.err"
is "the journal is whole" "$?" 0
has "armed is in it" "$(cat "$WORK/journal")" 'armed for 10m00s: a drill'
has "the link is in it" "$(cat "$WORK/journal")" 'mta1: connected'

# --- what a killed console left open is settled by the next one ---
reloads_wait mta1
"$PROGRAM" act interval "$IP" 2s --why crash --for 10m --yes -F "$CONF" \
    --host mta1 >/dev/null 2>&1 &
pid=$!
# Not sooner: an intent that had not reached the host is settled at once.
until_ok 20 reload_waits mta1 || not_ok "the act runs there" \
	"$("$PROGRAM" journal | tail -n 2)"
kill -9 $pid
wait $pid 2>/dev/null
screen_start 80 24 mta1
wait_screen 20 'hosts 1/1 up' "the next console is up"
wait_screen 30 'outcome is not known: 1' "while it runs there, that is said"
settled() { "$PROGRAM" journal | grep -q 'outcome as the hosts tell'; }
if settled; then not_ok "and nothing is told of it"; else
	ok "and nothing is told of it"
fi
reloads_go mta1
if until_ok 60 settled; then ok "it settles what was open"; else
	not_ok "it settles what was open" "$("$PROGRAM" journal | tail -n 4)"
fi
keys Q

# --- no journal, no act ---
mkdir -p "$WORK/broken/mtadeck/journal.db"
XDG_STATE_HOME=$WORK/broken
export XDG_STATE_HOME
screen_start 80 24 --arm mta1
wait_screen 20 'hosts 1/1 up' "without a journal everything is shown"
palette "pause $IP"
wait_screen 5 'without a journal nothing is done' "and nothing is done"
keys Q
done_testing
