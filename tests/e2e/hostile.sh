#!/bin/sh
# Hosts that send what they should not, and terminals that go away: nothing
# raw gets through, nothing that failed looks well, nothing is left behind.
# Takes about 12 s.
. "$(dirname "$0")/lib.sh"

lab_up
ESC=$(printf '\033')

run() { # exit-status-wanted args...: stdout and stderr in files
	want=$1
	shift
	timeout 120 "$PROGRAM" -F "$CONF" "$@" >"$WORK/out" 2>"$WORK/err"
	is "exit $want: $*" "$?" "$want"
}
nothing_raw() { # what file...
	what=$1
	shift
	if LC_ALL=C grep -qP '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae' "$@"; then
		not_ok "$what" "$(LC_ALL=C cat -v "$@" | head -n 5)"
	else
		ok "$what"
	fi
}
# A program of a host replaced by the script on stdin, until original PROGRAM.
replace() { # host program
	lab run "$1" sh -c "cat >/root/stand-in; chmod 755 /root/stand-in
		mount --bind /root/stand-in $2"
}
original() { lab run "$1" umount -l "$2"; }

# Lines no Postfix would write: escapes, NULs, C1, bidi, invalid UTF-8,
# formulas, a megabyte, impossible times, half a line at the end.
evil_log() {
	now=$(date -u '+%b %e %H:%M:%S')
	n=0
	for evil in '\033[31mRED\033[0m' '\033]0;OWNED\007' '\302\2331m' \
	    '\000nul\000' '\377\300\200\355\240\200' '\342\200\256bidi' \
	    '=cmd|calc' '+1+1' '@SUM(1)' '\033c\016' '$(touch /tmp/x)'; do
		n=$((n + 1))
		printf "$now mta1 postfix/out1/smtp[9]: ABCDEF%02d: to=<u@$evil.example>, relay=mx.$evil[192.0.2.7]:25, delay=1, delays=0/0/0/1, dsn=4.7.0, status=deferred ($evil try later $evil)\n" "$n"
		printf "$now mta1 postfix/smtpd[9]: NOQUEUE: reject: RCPT from $evil[192.0.2.1]: 550 5.7.1 denied; helo=<$evil>\n$evil\n"
	done
	printf 'Feb 30 99:99:99 mta1 postfix/smtp[1]: ABC: status=sent (x)\n'
	head -c 1048576 /dev/zero
	printf "\n$now mta1 postfix/out1/smtp[9]: ABCDEF99: to=<u@end.example>, relay=mx.end.example[192.0.2.7]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (ok)\n"
	printf "$now mta1 postfix/out1/smtp[9]: ABCDEFAA: to=<u@half"
}
evil_log >"$WORK/evil"
lab run mta1 sh -c 'cat >>/var/log/mail.log' <"$WORK/evil"

run 0 deferrals --json mta1
is "every deferral of a hostile log counts" \
	"$(jq '[.rows[].count] | add' "$WORK/out")" 11
nothing_raw "JSON has nothing raw" "$WORK/out"
run 0 egress --json mta1
is "what follows a line too long counts" \
	"$(jq '[.egress[].total.sent | numbers] | add' "$WORK/out")" 1
run 0 host --json mta1
has "lines that could not be read are counted, the last one shown" \
	"$(jq -c '.host.bad_lines | [.count, .why]' "$WORK/out")" \
	'^\[[2-9][0-9]*,"[a-z-]+"\]$'
nothing_raw "their sample has nothing raw" "$WORK/out"
run 0 deferrals --format csv mta1
nothing_raw "CSV has nothing raw" "$WORK/out"
is "no CSV cell is a formula" "$(grep -cE ',"[=+@]' "$WORK/out")" 0
run 0 deferrals mta1
nothing_raw "the table has nothing raw" "$WORK/out"
run 2 status "${ESC}[31mred"
nothing_raw "an error has nothing raw" "$WORK/err"

screen_start 100 30 mta1
wait_screen 20 'hosts 1/1 up' "the console on a hostile host"
keys 4
wait_screen 10 'try later' "shows what it sent"
keys 5
wait_screen 10 'status=' "and its log"
is "the terminal's title is ours" \
	"$(tm display-message -p '#{pane_title}' | grep -c OWNED)" 0

# What fails on a host must not look well.
printf '#!/bin/sh\nkill -9 $$\n' | replace mta1 /usr/sbin/postqueue
run 3 queue --json mta1
has "a killed listing is no empty queue" "$(cat "$WORK/err")" 'mta1: queue listing failed'
original mta1 /usr/sbin/postqueue
printf '#!/bin/sh\nprintf "{\\"queue_name\\": \\"hold\\", \\"arr"\n' |
	replace mta1 /usr/sbin/postqueue
run 0 queue --json mta1
is "a cut listing says so" "$(jq '.hosts[0].cut' "$WORK/out")" true
original mta1 /usr/sbin/postqueue
lab run mta2 sh -c 'mv /var/log/mail.log /var/log/kept; mkfifo /var/log/mail.log'
run 0 status --timeout 45s --json mta2
has "a log that is no file holds nothing up" \
	"$(jq -c '[.hosts[0].findings[].id]' "$WORK/out")" 'no-log-access'
lab run mta2 sh -c 'mv /var/log/kept /var/log/mail.log'

# Output that cannot be written is an error.
"$PROGRAM" -F "$CONF" status mta1 >/dev/full 2>"$WORK/err"
is "a full disk under stdout" "$?" 3
"$PROGRAM" -F "$CONF" status mta1 >&- 2>"$WORK/err"
is "stdout closed" "$?" 3

# A console that is killed leaves nothing on its hosts.
far_side() { lab run mta1 ps -eo args | grep -c 'mtadeck-[a-z]'; }
nothing_left() { [ "$(far_side)" -eq 0 ]; }
something_runs() { [ "$(far_side)" -gt 0 ]; }
until_ok 10 something_runs && ok "its commands run there" ||
	not_ok "its commands run there"
kill -9 "$(pgrep -x mtadeck -P "$(tm display-message -p '#{pane_pid}')")"
until_ok 20 nothing_left && ok "and end when it is killed" ||
	not_ok "and end when it is killed" "$(lab run mta1 ps -eo args)"
done_testing
