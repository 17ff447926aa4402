#!/bin/sh
# Acts by keys where a person looks: a throttled pair slowed down from the
# Throttles view, tagged messages held and no others, completion with Tab, a
# paste that presses nothing, the journal searched.
# Takes about 25 s.
. "$(dirname "$0")/act_lib.sh"

lab_up
no_retries mta1
lab limit comcast 2 >/dev/null
lab traffic start --rate 20 --domain comcast.net --hosts mta1 --nouser 0 \
	>/dev/null

screen_start 80 24 --arm mta1
wait_screen 20 'ARMED [0-9:]+ [a-z]+' "armed: who, and how long still"
palette throttles
PAIR_IP=$NET.1.12
palette "filter $PAIR_IP"
wait_screen 60 "^>.*throttled +$PAIR_IP .*comcast" "comcast throttles"
# Enough waits for what follows.
lab traffic stop >/dev/null
lab limit comcast 0.01 >/dev/null

# --- a pair ---
keys W
wait_screen 5 "^:interval provider=comcast egress=$PAIR_IP *\$" \
	"W means the provider over that egress IP"
wait_screen 5 'whole seconds' "and says what a value is"
keys -l '500ms'
keys Enter
wait_screen 5 'whole seconds from 0s' "a value of the wrong kind is refused"
keys W
wait_screen 5 "^:interval " "again"
keys -l '2s for 10m'
keys Enter
wait_screen 5 'why\?' "it asks why"
keys -l 'they ask us to slow down'
keys Enter
wait_screen 30 'y do it' "the plan is shown"
plan=$(screen)
has "named by its pair" "$plan" "interval provider=comcast egress=$PAIR_IP 2s"
has "with what waits for it" "$plan" 'mail +[0-9.k]+ wait for it'
has "with its end" "$plan" '\(10m00s\)'
keys y
wait_screen 60 'Done, and verified' "y does it"
keys Escape
keys L
wait_screen 30 'in force +interval' "Leases shows it"

# --- tagged messages ---
held() { queued mta1 '.queue_name == "hold"'; }
is "nothing is on hold" "$(held)" ""
palette 'by domain'
wait_screen 30 'comcast\.net' "the queue by domain"
palette 'filter comcast'
keys Enter
wait_screen 20 '^>[0-9A-Za-z]{6,} ' "its messages"
# From here on none leaves, so that those tagged are there when they are held.
on mta1 sh -c 'postconf -e "defer_transports = $(postconf -M |
	awk "\$2 == \"unix\" { print \$1 }" | xargs)"'
reload mta1
still() { [ -z "$(queued mta1 '.queue_name == "active" or .queue_name == "incoming"')" ]; }
until_ok 30 still || not_ok "nothing moves" "$(on mta1 postqueue -p | head)"
n=$(queued mta1 '.recipients[0].address | endswith("@comcast.net")' | wc -l)
# A list that was asked for before may still be on its way.
all_of_them() {
	keys R
	until_ok 1 screen_has "^ $n messages of comcast"
}
if until_ok 30 all_of_them; then ok "all $n of them"; else
	not_ok "all $n of them" "$(screen)"
fi
keys Space
keys Space
wait_screen 20 '\*2 tagged' "two are tagged"
keys H
wait_screen 5 'why\?' "H asks why"
screen | sed -n 's/^\*\([0-9A-Za-z]*\) .*/\1/p' | sort >"$WORK/tagged"
is "two rows are marked" "$(wc -l <"$WORK/tagged" | tr -d ' ')" 2
keys -l 'look at these first'
keys Enter
wait_screen 30 'y do it' "the plan"
has "of two messages" "$(screen)" 'mail +2 messages'
keys y
wait_screen 60 'Done, and verified' "they are held"
keys Escape
# Of a message that left meanwhile nothing can be held.
queued mta1 >"$WORK/queued"
held >"$WORK/held"
has "one at least" "$(cat "$WORK/held")" '^[0-9A-Za-z]+$'
is "exactly those that still wait, on the host" "$(cat "$WORK/held")" \
	"$(comm -12 "$WORK/tagged" "$WORK/queued")"
keys U

# --- Tab ---
keys ':'
keys -l "pau"
keys Tab
wait_screen 5 '^:pause *$' "Tab completes a verb"
keys -l "${NET%%.*}"
keys Tab
wait_screen 5 "^:pause $NET\\.1\\.1\$" "what all addresses begin with"
wait_screen 5 "^ $NET\\.1\\.14" "the list shows which there are"
keys -l 2
keys Tab
wait_screen 5 "^:pause $NET\\.1\\.12 *\$" "and the only one whole"
keys Escape

# --- a paste ---
tm set-buffer "Q
P
"
tm paste-buffer -p
wait_screen 5 'pasted text does nothing' "a paste presses no key"
tm set-buffer "b@trap.example
a@trap.example
"
keys ':'
keys -l 'suppress '
tm paste-buffer -p
wait_screen 5 '^:suppress b@trap.example a@trap.example' \
	"its line ends are blanks, and run nothing"
keys Enter
wait_screen 5 'suppress 2 addresses' "two addresses"
keys Escape
printf 'a@trap.example\n# a note\nc@trap.example\nb@trap.example\n' \
	>"$WORK/traps"
palette "suppress $WORK/traps"
wait_screen 5 'suppress 3 addresses' "three out of a file"
keys Escape
palette "suppress $WORK/none"
wait_screen 5 'No such file' "a file that is not there is said"

# --- the journal ---
keys J
wait_screen 10 'about to do' "the journal"
palette 'filter kind=intent first'
wait_screen 10 '^ 1 records; looked through the whole journal' \
	"one record fits, and all were looked at"
keys Enter
wait_screen 10 'postsuper' "with the lines the host got"
for id in $(cat "$WORK/tagged"); do
	wait_screen 5 "$id" "message $id is in it"
done
keys Q
wait_screen 10 'EXIT=0' "Q quits"
done_testing
