#!/bin/sh
# The console as a person uses it, at 80x24: every view, drilling, filter,
# sort, freeze, help, palette, export, resize, colours, leaving cleanly.
# Takes about 30 s.
. "$(dirname "$0")/lib.sh"

lab_up
lab limit google 0.2 >/dev/null
lab traffic start --rate 40 --count 400 >/dev/null
timeout 300 tests/lab/lab traffic wait >/dev/null
lab traffic start --rate 5 --count 2000 >/dev/null

screen_start 80 24 mta1 mta2 mta3
wait_screen 20 'hosts 3/3 up' "hosts come up"
wait_screen 20 "$NET.1.11" "home is Egress"
is "the screen fits 80 columns" \
	"$(screen | awk 'length($0) > 80' | wc -l)" 0
keys 1
wait_screen 5 'mta3' "1: Fleet"
keys Enter
wait_screen 5 'Findings|findings' "a host row opens the host"
keys Escape
wait_screen 5 '\[1 ?Fleet\]' "Esc goes back"
keys 4
wait_screen 5 '4\.7\.28' "4: Deferrals has the provider's reply"
keys Enter
wait_screen 5 'deferred 4[25]1' "a reply opens its log lines"
keys 5
wait_screen 5 'qmgr\[' "5: Log follows"
keys / ; keys -l 'status=deferred'; keys Enter
wait_screen 5 'status=deferred|/status' "the log is filtered"
keys Escape
keys 2
keys /; keys -l '1.12'; keys Enter
wait_screen 5 '1/[0-9]+|/1\.12' "a filter says how many of how many"
filtered() { ! screen_has "$NET.2.11"; }
if until_ok 5 filtered; then ok "filtered rows are gone"; else
	not_ok "filtered rows are gone" "$(screen)"
fi
keys Escape
wait_screen 5 "$NET.2.11" "Esc clears the filter"
keys Z
wait_screen 5 'FROZEN' "Z freezes, and says so"
# Once the picture that says so is whole.
drawn() {
	before=$(screen | sed -n '4,20p')
	sleep 0.3
	[ "$before" = "$(screen | sed -n '4,20p')" ]
}
until_ok 5 drawn
sleep 2 # frozen figures must not move while mail flows
is "frozen figures stand still" "$(screen | sed -n '4,20p')" "$before"
keys Z
keys '?'
wait_screen 5 'Keys' "? shows the keys"
keys Escape
keys :; keys -l 'fleet'; keys Enter
wait_screen 5 '\[1 ?Fleet\]' ": takes a command by name"
keys T
wait_screen 5 '[Tt]heme' "T changes the theme"
keys 3
wait_screen 30 'gmail\.com' "3: Queue"
keys b
wait_screen 5 'provider' "b: by provider"
keys 7
wait_screen 5 'Listings\]' "7: Listings"
keys b; keys b
wait_screen 5 'spamhaus-zen +high +' "b: the lists themselves"
keys 8
wait_screen 5 'Throttles\]' "8: Throttles"
keys b
wait_screen 5 'egress IP +host +.*google' "b: providers side by side"
keys 2
keys i
wait_screen 5 'Egress > Listings of|not known' "i: the lists an egress IP is on"
keys 2
for kind in text csv json; do
	keys :; keys -l "export $kind $WORK/egress.$kind"; keys Enter
	if until_ok 5 grep -q "$NET.1.11" "$WORK/egress.$kind"; then
		ok "export $kind"
	else
		not_ok "export $kind" "$(screen | tail -n 2)"
	fi
done
until_ok 5 whole "$WORK/egress.json"
jq -e '.rows | length > 8' "$WORK/egress.json" >/dev/null &&
	ok "the exported JSON is JSON" || not_ok "the exported JSON is JSON"
tm resize-window -x 120 -y 40
wait_screen 5 'throttled by +since' "a resize is followed"
tm resize-window -x 60 -y 15
wait_screen 5 '80' "too small says what is needed"
tm resize-window -x 80 -y 24
wait_screen 5 "$NET.1.11" "and comes back"
keys C-c
wait_screen 5 'EXIT=0' "^C leaves with status 0"
is "the terminal is as it was" \
	"$(tm display-message -p '#{alternate_on} #{cursor_flag} #{mouse_any_flag}')" \
	"0 1 0"

# Large queues are counted on their hosts; drilling asks them for messages.
printf 'queue_limit: 3\n' >"$WORK/small.yaml"
screen_start 100 30 -c "$WORK/small.yaml" mta1 mta2
wait_screen 20 'hosts 2/2 up' "a console with a small queue limit"
keys 3
wait_screen 60 'gmail\.com' "counted queues show"
keys Enter
wait_screen 20 'user[0-9]+@gmail' "and their messages come when asked"
keys Q
wait_screen 5 'EXIT=0' "Q leaves"

# A recording holds what the console showed.
screen_start 100 30 --record "$WORK/rec" mta1 mta2
wait_screen 20 'hosts 2/2 up' "a console that records"
keys 2
wait_screen 20 "$NET\.1\.11 .* (live|[0-9.]+s) *$" "what both hosts' logs hold"
keys 4
wait_screen 10 '4\.7\.28' "it sees the throttle"
keys Q
wait_screen 5 'EXIT=0' "and ends"
ended=$(date +%s)
# One whose maker is killed: its file ends between two records, or in one.
screen_start 100 30 --record "$WORK/killed" mta1 mta2
wait_screen 20 'hosts 2/2 up' "a console that will be killed"
size=$(stat -c %s "$WORK/killed")
grown() { [ "$(stat -c %s "$WORK/killed")" -gt "$size" ]; }
until_ok 20 grown # by all that the screen shows, and more
pid=$(pgrep -P "$(tm display-message -p '#{pane_pid}')")
kill -9 "$pid"
gone() { ! kill -0 "$pid"; }
until_ok 5 gone
lab down >/dev/null
# Slowly: it is short, and its end must not come before it is looked at.
screen_start 160 30 replay --speed 0.2 "$WORK/rec"
wait_screen 20 ' REPLAY .* hosts 2/2 up' "the recording plays without a lab"
keys 4
wait_screen 10 '4\.7\.28' "and shows the throttle"
keys p
wait_screen 5 'paused|end of the recording' "p pauses"
keys p
plays_to_its_end() { # a minute on, until it is there
	keys .
	screen_has ' END OF THE RECORDING .* hosts 2/2 were up'
}
until_ok 20 plays_to_its_end && ok "it ends, and says so" ||
	not_ok "it ends, and says so" "$(screen)"
keys 2
wait_screen 5 "$NET\.1\.11 .* [0-9]+s *$" "its data has an age"
is "and nothing is live" "$(screen | grep -cE '(^| )live( |$)')" 0
# Of the recording's time: what it shows is older than the recording's end.
since() { echo $(($(date +%s) - $1)); }
five_later() { [ "$(since "$ended")" -ge 5 ]; }
until_ok 10 five_later
shown=$(screen | head -n 1 | grep -oE '[0-9]+:[0-9]+:[0-9]+')
ago=$((($(date +%s) - $(date -d "$shown" +%s) + 86400) % 86400))
if [ "$ago" -ge "$(($(since "$ended") - 1))" ]; then
	ok "its clock stands at its end"
else
	not_ok "its clock stands at its end" "$shown is $ago s ago"
fi
keys Q
wait_screen 5 'EXIT=0' "the replay ends"
screen_start 160 30 replay --speed 50 "$WORK/killed"
wait_screen 20 ' THE RECORDING IS CUT HERE .* hosts 2/2 were up' \
	"one that was cut off says that"
wait_screen 5 'killed: .*(cut off|in the middle)' "and why"
keys Q
wait_screen 5 'EXIT=0' "it ends too"
done_testing
