#!/bin/sh
# Alerts: silent while all is well; one for each cause, ringing once; seen,
# muted, closed by themselves.
. "$(dirname "$0")/lib.sh"

lab_up
# The lab's own listing would be an alert from the start.
lab list del bl.spamcop.net "$NET.2.13"
lists_config "$WORK/console.yaml"
printf 'alerts:\n  host_down: 3s\n  for: 3s\n  clear: 3s\n' >>"$WORK/console.yaml"
screen_start 160 48 -c "$WORK/console.yaml" mta1 mta2
tm set-option -g monitor-bell on
tm set-option -g bell-action any
: >"$WORK/bells"
tm set-hook -g alert-bell "run-shell 'echo ring >>$WORK/bells'"
rings() { wc -l <"$WORK/bells"; }
rang() { [ "$(rings)" -ge "$1" ]; }
wait_screen 20 'hosts 2/2 up' "the console is up"
wait_rows 20 alerts 'length == 0' "nothing is wrong: no alert"

# --- a host goes down -----------------------------------------------------------

lab kill-sshd mta2
wait_rows 40 alerts 'any(.rule == "host-down" and (.subject | test("mta2")))' \
	"a host that is down is an alert"
until_ok 5 rang 1 && ok "it rings" || not_ok "it rings" "$(screen)"
