#!/bin/sh
# Alerts: silent while all is well; one for each cause, ringing once; seen,
# muted, over by themselves; in the title; and as a document.
# Takes about 40 s.
. "$(dirname "$0")/lib.sh"

lab_up
# The lab's own listing would be an alert from the start.
lab list del bl.spamcop.net "$NET.2.13"
lists_config "$WORK/console.yaml"
# What a shift waits minutes for takes seconds here.
printf 'alerts:\n  host_down: 2s\n  for: 2s\n  clear: 2s\n' >>"$WORK/console.yaml"
screen_start 160 48 -c "$WORK/console.yaml" mta1 mta2
tm set-option -g monitor-bell on
tm set-option -g bell-action any
: >"$WORK/bells"
tm set-hook -g alert-bell "run-shell 'echo ring >>$WORK/bells'"
rings() { wc -l <"$WORK/bells"; }
rang() { [ "$(rings)" -ge "$1" ]; }
wait_rings() { # times what
	until_ok 10 rang "$1"
	is "$2" "$(rings)" "$1"
}
titled() { tm display-message -p '#{pane_title}' | grep -Eq -- "$1"; }
wait_title() { # pattern what
	if until_ok 10 titled "$1"; then ok "$2"; else
		not_ok "$2" "$(tm display-message -p '#{pane_title}')"
	fi
}
wait_screen 20 'hosts 2/2 up' "the console is up"
wait_screen 20 'listed 0' "and has asked the lists"
n=$("$PROGRAM" lists --json | jq '[.lists[] |
	select(.state == "watched" and .kind == "ip" and .ipv4)] | length')
wait_screen 10 "clean [0-9]+/$n " "counted by those that can be asked: no key"
wait_rows 5 alerts 'length == 0' "nothing is wrong: no alert"
is "nor a bell" "$(rings)" 0

# --- a host goes down, and comes back ------------------------------------------------

lab kill-sshd mta2
wait_rows 40 alerts '[.[] | select(.cause == "mta2" and .state == "new")] |
	length == 1 and (.[0].rule == "host down")' "a host that is down is an alert"
wait_rings 1 "it rings once"
wait_title '1!' "the title counts it"
palette alerts
keys a
wait_rows 10 alerts 'any(.cause == "mta2" and .state == "seen")' "seen"
wait_screen 5 'alerts 0' "what is seen is not counted any more"
lab restart-sshd mta2
keys R
wait_rows 60 alerts 'any(.cause == "mta2" and .state == "closed")' \
	"back again, it closes by itself"
is "without another bell" "$(rings)" 1

# --- one cause, however many ----------------------------------------------------------

# Two egress IPs on one provider's list, then a third: one alert that grows.
lab block microsoft-consumer "$NET.1.12"
lab block microsoft-consumer "$NET.1.13"
lab limit microsoft-consumer - # too fast is nobody
lab traffic start --rate 20 --hosts mta1 --domain hotmail.com --nouser 0
ms='.cause == "private-microsoft-consumer"'
wait_rows 30 alerts "[.[] | select($ms)] | length == 1 and .[0].members == 2
	and .[0].state == \"new\"" "two addresses on one list are one alert"
wait_rows 30 alerts 'any(.rule == "bounces" and .state == "new")' \
	"so many bounces are another"
# One that is just beginning is heard a moment later.
calm() {
	heard=$(rings)
	sleep 5
	[ "$(rings)" -eq "$heard" ]
}
until_ok 30 calm
[ "$heard" -ge 2 ] && [ "$heard" -le 4 ] && ok "each is heard ($heard)" ||
	not_ok "each is heard" "$heard"
palette alerts
keys / ; keys -l 'microsoft-consumer'; keys Enter
keys m
wait_rows 10 alerts "any($ms and (.state | test(\"muted\")))" "muted"
lab block microsoft-consumer "$NET.1.11"
wait_rows 30 alerts "any($ms and .members == 3)" "it grows"
was=$heard
until_ok 30 calm
heard=$was
is "and is not heard" "$(rings)" "$heard"
keys M
wait_rows 10 alerts "any($ms and (.state | test(\"muted\") | not))" \
	"not muted any more"
lab traffic stop >/dev/null

"$PROGRAM" -c "$WORK/console.yaml" -F "$CONF" alerts --json mta1 mta2 \
	>"$WORK/alerts.json" 2>"$WORK/err"
is "the command says so too, and exits 1" "$?" 1
is "with the same cause" "$(jq -r "[.alerts[] | select($ms)] |
	\"\\(length) \\(.[0].members) \\(.[0].rule)\"" "$WORK/alerts.json")" \
	"1 3 listing"
keys Q
wait_screen 5 'EXIT=0' "Q leaves"
done_testing
