#!/bin/sh
# Lost and refused connections, rotation, a reboot: the console says what is
# so, comes back by itself, and counts no line twice and none less.
# Takes about 45 s.
. "$(dirname "$0")/lib.sh"

steady() { lab traffic start --rate 20 --count "$1" --domain docomo.ne.jp \
	>/dev/null; }
through() {
	timeout 300 tests/lab/lab traffic wait >/dev/null
	lab settle 180 >/dev/null
}

lab_up
screen_start 160 48 mta1 mta2 mta3
wait_screen 20 'hosts 3/3 up' "three hosts up"

steady 200
lab kill-sshd mta2 >/dev/null
keys 1
wait_screen 10 'mta2 .*(waiting|down|lost|closed)' \
	"kill -9 of sshd shows on the host's row"
sleep 2 # traffic goes on behind a dead sshd; nothing to wait for
lab restart-sshd mta2 >/dev/null
wait_screen 60 'hosts 3/3 up' "it comes back by itself"
through
wait_figures 30 "nothing lost, nothing twice after kill -9"

steady 200
lab rotate mta1 >/dev/null
lab rotate mta2 >/dev/null
through
wait_figures 30 "nothing lost, nothing twice across a rotation"

steady 200
lab kill-sshd mta1 >/dev/null
keys 1
wait_screen 20 'mta3 .*(waiting|down|lost|closed|connecting)' \
	"the host behind the jump host goes with it"
lab rotate mta1 >/dev/null
lab restart-sshd mta1 >/dev/null
wait_screen 90 'hosts 3/3 up' "both come back"
through
wait_figures 30 "nothing lost, nothing twice: rotated while disconnected"

lab freeze mta2 >/dev/null
lab kill-sshd mta2 >/dev/null 2>&1
keys 1
wait_screen 60 'mta2 .*(waiting|down|timed out)' "a frozen host is told"
wait_screen 5 'hosts 2/3 up' "and holds up no other"
lab restart-sshd mta2 >/dev/null
lab thaw mta2 >/dev/null
wait_screen 120 'hosts 3/3 up' "it is found again"

lab newkey mta2 >/dev/null
lab kill-sshd mta2 >/dev/null
lab restart-sshd mta2 >/dev/null
wait_screen 90 'hosts 2/3 up' "a changed key is refused"
# By the console itself: what it tries just now is not tried again by R.
wait_screen 90 'mta2 .*failed' "for good"
"$PROGRAM" status --json -F "$CONF" mta2 >"$WORK/status.json" 2>"$WORK/err"
is "status exits 3 on a changed key" "$?" 3
has "the sentence names host and fact" "$(cat "$WORK/err")" \
	'mta2.*KEY CHANGED.*known_hosts line [0-9]'
is "it is not tried again by itself" \
	"$(jq -r '.hosts[0].state' "$WORK/status.json")" failed
lab oldkey mta2 >/dev/null
keys R
wait_screen 60 'hosts 3/3 up' "R tries it again"

lab reboot mta1 >/dev/null
wait_screen 120 'hosts 3/3 up' "a reboot is survived"
steady 100
through
wait_figures 30 "figures hold after the reboot"
keys Q
wait_screen 5 'EXIT=0' "Q quits"
done_testing
