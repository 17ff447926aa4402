#!/bin/sh
# A host whose Postfix logs to the systemd journal and to no file: it is found,
# its history read, followed, resumed; figures are the receivers', through
# rotation, a lost connection, and what was vacuumed is said to be missing.
# Takes about 35 s.
. "$(dirname "$0")/lib.sh"

# What is the machine's, by name.
machine() {
	ls -d /etc/machine-id /dev/log /run/systemd/journal/* /run/log/* \
		/var/log/journal/* 2>&1
	grep -c cgroup /proc/mounts
}
machine >"$WORK/machine"
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
document egress guest@mta2
is "and its figures are no figures" "$?" 3
has "with a sentence" "$(cat "$WORK/err")" \
	'guest@mta2: no permission to read the journal'

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
keys 6
wait_screen 5 "Vitals" "its host"
is "no line is said to be missing" "$(screen | grep -c "lines lost")" 0

wait_document() { # user@host what
	if until_ok 30 document_agrees "$1"; then ok "$2"; else
		not_ok "$2" "$(diff "$WORK/want" "$WORK/got"; cat "$WORK/err")"
	fi
}
wait_document root@mta2 "figures out of the history, as root"
wait_document op@mta2 "as one who may do all by sudo"
lab run mta2 sh -c 'umask 337; cat >/etc/sudoers.d/guest' <<-END
	guest ALL=(root) NOPASSWD: /usr/bin/journalctl
END
wait_document guest@mta2 "as one who may read the journal by sudo"
lab run mta2 rm /etc/sudoers.d/guest
lab run mta2 usermod -aG systemd-journal guest
wait_document guest@mta2 "as one of the group that the finding names"

# The far side alone: what is too much is left out from the old end, and said;
# what is older than asked for never comes.
far_side() { # name history-seconds most-bytes
	lab run mta2 sh -c "$(cat remote/scripts/logfollow.sh)" mtadeck-log \
		journal - direct "$2" "$3" - - - - - \
		>"$WORK/$1.bytes" 2>"$WORK/$1.talk" &
	until_ok 30 grep -q '^live ' "$WORK/$1.talk" ||
		not_ok "$1: it comes to what is live" "$(cat "$WORK/$1.talk")"
}
far_side most 3600 16000
has "a history of more than may be read is said to be cut" \
	"$(cat "$WORK/most.talk")" '^lost 0 limit$'
live=$(sed -n 's/^live //p' "$WORK/most.talk")
# Lines are of no one length, and a second is the smallest part.
if [ "$live" -gt 0 ] && [ "$live" -lt 100000 ]; then
	ok "and is"
else
	not_ok "and is" "$live bytes"
fi
asked=$(lab run mta2 date +%FT%T)
far_side none 0 16000
lab run mta2 logger -p mail.info -t mtadeck the-line-of-now
until_ok 30 grep -q the-line-of-now "$WORK/none.bytes" ||
	not_ok "what is new comes" "$(cat "$WORK/none.talk")"
# What is just said by others is no older line.
is "lines older than what is asked for do not come" \
	"$(awk -v asked="$asked" '/^[0-9]/ && $1 < asked' "$WORK/none.bytes")" ""

lab kill-sshd mta2 >/dev/null
keys 1
wait_screen 20 'mta2 .*(waiting|down|lost|closed)' "the connection is lost again"
rotate
lab run mta2 journalctl -q --vacuum-files=1
mail 50
through
lab restart-sshd mta2 >/dev/null
wait_screen 90 'hosts 1/1 up' "and back"
wait_figures 30 "what was written meanwhile is read"
keys 6
wait_screen 10 'lines lost from' "where it went on is gone: that is said"

keys Q
wait_screen 5 'EXIT=0' "Q quits"
lab down >/dev/null 2>&1
is "the machine's own journal is as it was" "$(machine)" \
	"$(cat "$WORK/machine")"
done_testing
