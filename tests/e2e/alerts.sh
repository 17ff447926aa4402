#!/bin/sh
# Alerts: silent while all is well; one for each cause, ringing once; seen,
# muted, closed by themselves.
. "$(dirname "$0")/lib.sh"

lab_up
# The lab's own listing would be an alert from the start.
lab list del bl.spamcop.net "$NET.2.13"
lists_config "$WORK/console.yaml" "  addresses: [$NET.77.0/24]"
printf 'alerts:\n  host_down: 3s\n  for: 3s\n  clear: 3s\n' >>"$WORK/console.yaml"
screen_start 160 48 -c "$WORK/console.yaml" mta1 mta2
tm set-option -g monitor-bell on
tm set-option -g bell-action any
: >"$WORK/bells"
tm set-hook -g alert-bell "run-shell 'echo ring >>$WORK/bells'"
rings() { wc -l <"$WORK/bells"; }
rang() { [ "$(rings)" -ge "$1" ]; }
title() { tm display-message -p '#{pane_title}'; }
title_is() { [ "$(title)" = "$1" ]; }
before=$(title)
wait_screen 20 'hosts 2/2 up' "the console is up"
wait_rows 20 alerts 'length == 0' "nothing is wrong: no alert"
until_ok 5 title_is mtadeck && ok "the title names the program" ||
	not_ok "the title names the program" "$(title)"

# --- a host goes down -----------------------------------------------------------

lab kill-sshd mta2
wait_rows 40 alerts 'any(.rule == "host down" and .cause == "mta2")' \
	"a host that is down is an alert"
until_ok 5 rang 1 && ok "it rings" || not_ok "it rings" "$(screen)"
until_ok 5 title_is 'mtadeck 1!! host down: mta2' && ok "the title says it" ||
	not_ok "the title says it" "$(title)"
keys a
wait_rows 10 alerts 'any(.rule == "host down" and .state == "seen")' \
	"it is acknowledged"
until_ok 5 title_is mtadeck && ok "and no longer in the title" ||
	not_ok "and no longer in the title" "$(title)"
palette 'mute 10m'
wait_rows 10 alerts 'any(.rule == "host down" and (.state | test("muted")))' \
	"it is muted"
keys M
wait_rows 10 alerts 'any(.rule == "host down" and .state == "seen")' \
	"and heard again"
lab restart-sshd mta2
wait_rows 60 alerts 'any(.rule == "host down" and .state == "closed")' \
	"it closes by itself"
is "all that rang once" "$(rings)" 1

# --- 137 addresses on one list --------------------------------------------------

lab list range zen.spamhaus.org "$NET.77.1-$NET.77.137"
wait_rows 100 alerts 'any(.rule == "listed" and .cause == "spamhaus-zen")' \
	"a listing is an alert"
until_ok 5 rang 2 && ok "it rings" || not_ok "it rings" "$(screen)"
wait_rows 120 alerts 'any(.cause == "spamhaus-zen" and .members == 137)' \
	"137 addresses on one list"
rows_hold alerts '[.[] | select(.rule == "listed")] | length == 1' &&
	ok "are one alert" || not_ok "are one alert" "$(cat "$WORK/rows.json")"
until_ok 90 rang 3
is "that rings at the first one, and for how many they are" "$(rings)" 3

keys Q
until_ok 10 screen_has 'EXIT=' && ok "the console ends" ||
	not_ok "the console ends" "$(screen)"
is "the title is given back" "$(title)" "$before"

# --- one reading ----------------------------------------------------------------

one() { "$PROGRAM" -F "$CONF" -c "$WORK/console.yaml" alerts --json "$@"; }
out=$(one mta1 mta2)
is "something open is exit status 1" "$?" 1
is "one alert with all members" \
	"$(printf '%s' "$out" | jq -c '[.alerts[] | [.rule, .cause, .members, .state]]')" \
	'[["listing","spamhaus-zen",137,"new"]]'
lab list clear zen.spamhaus.org
until_ok 90 one mta1 mta2
one mta1 mta2 >/dev/null
is "nothing open is exit status 0" "$?" 0
one --timeout 10s mta1 no-such-host >"$WORK/out" 2>/dev/null
rc=$?
has "a host that cannot be read is named" "$(cat "$WORK/out")" \
	'"name":"no-such-host","state":"[a-z]*","read":false'
[ "$rc" -ne 0 ] && ok "and no exit status 0" || not_ok "and no exit status 0" "$rc"
done_testing
