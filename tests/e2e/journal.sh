#!/bin/sh
# A host whose Postfix logs to the systemd journal and to no file: it is found,
# its history read, followed, resumed; figures are the receivers', through
# rotation, a lost connection, and what was vacuumed is said to be missing.
. "$(dirname "$0")/lib.sh"

lab_up --hosts 2 --journal 2

mail() { # count
	lab traffic start --rate 40 --count "$1" --hosts mta2 \
		--domain docomo.ne.jp --nouser 20 >/dev/null
}
through() {
	timeout 300 tests/lab/lab traffic wait >/dev/null
	lab settle 180 >/dev/null
}
archived() { lab run mta2 sh -c 'find /var/log/journal -name "system@*"' | wc -l; }
more_archived() { [ "$(archived)" -gt "$before" ]; }
rotate() { # by the signal, as logrotate's users do it
	before=$(archived)
	lab run mta2 sh -c 'kill -USR2 "$(cat /run/journald.pid)"'
	until_ok 20 more_archived || not_ok "the journal rotates"
}
document() { # command user@host
	"$PROGRAM" -F "$CONF" "$1" --json "$2" >"$WORK/out" 2>"$WORK/err"
}
document_agrees() { # user@host
	receivers >"$WORK/want"
	document egress "$1" && document_figures <"$WORK/out" >"$WORK/got" &&
		[ -s "$WORK/want" ] && cmp -s "$WORK/want" "$WORK/got"
}

# Who may not read the journal is told so before there is anything to read.
document host guest@mta2
is "no right to the journal is a finding with its remedy" \
	"$(jq -r '.host.findings[] | select(.id == "no-log-access").remedy' \
		"$WORK/out")" 'usermod -aG systemd-journal guest'

mail 150
through
rotate
mail 100
through
screen_start 160 48 mta2
wait_screen 30 'hosts 1/1 up' "the console on a host without a log file"
wait_figures 30 "history comes out of the journal, of a rotated one too"
keys 6
wait_screen 5 'log +journal' "it is said to log to the journal"
wait_screen 5 'systemd journal only' "and what that costs"

mail 300
rotate
lab run mta2 journalctl -q --rotate
through
wait_figures 30 "nothing lost, nothing twice while it rotates"

mail 300
lab kill-sshd mta2 >/dev/null
keys 1
wait_screen 20 'mta2 .*(waiting|down|lost|closed)' "the connection is lost"
rotate
sleep 2 # mail goes on meanwhile; nothing to wait for
lab restart-sshd mta2 >/dev/null
wait_screen 90 'hosts 1/1 up' "it comes back"
through
wait_figures 30 "resumed exactly, across a rotation"
is "no line is said to be missing" "$(screen | grep -c 'lines lost')" 0

for user in root op; do
	if until_ok 30 document_agrees "$user@mta2"; then
		ok "figures out of the history, as $user"
	else
		not_ok "figures out of the history, as $user" \
			"$(diff "$WORK/want" "$WORK/got"; cat "$WORK/err")"
	fi
done
lab run mta2 usermod -aG systemd-journal guest
if until_ok 30 document_agrees guest@mta2; then
	ok "the remedy is one: guest's figures are the receivers' too"
else
	not_ok "the remedy is one" "$(diff "$WORK/want" "$WORK/got"; cat "$WORK/err")"
fi

keys Q
wait_screen 5 'EXIT=0' "Q quits"
done_testing
