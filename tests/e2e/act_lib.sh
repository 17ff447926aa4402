# act_lib.sh - sourced, in place of lib.sh, by the end-to-end tests of acts: a
# journal of the test's own, the program asked from a shell, and what is judged
# by: the receivers' counts, the hosts' files and queues. Not executable: it is
# no test.
. "$(dirname "$0")/lib.sh"

mkdir -p "$XDG_CONFIG_HOME/mtadeck"
CONFIG=$XDG_CONFIG_HOME/mtadeck/config.yaml

# A lab of that many hosts, and a configuration that names them: acts_up 2
acts_up() {
	lab_up --hosts "$1"
	echo hosts: >"$CONFIG"
	seq "$1" | sed 's/^/  - name: mta/' >>"$CONFIG"
	IP1=$NET.1.11 IP2=$NET.1.12
}

deck() { timeout 240 "$PROGRAM" "$@" -F "$CONF" 2>"$WORK/err"; }
act() { deck act "$@" --yes; }
lease_id() { deck leases --json "$@" | jq -r '.leases[-1].id'; }

on() { lab run "$@" 2>/dev/null; } # HOST COMMAND...
# The files of Postfix as they are, to the byte, and what mtadeck left beside
# them: files HOST [FURTHER-FILES...]
files() {
	host=$1
	shift
	on "$host" sh -c 'cd /etc/postfix; cksum main.cf master.cf "$@"
		stat -c "%a %u %g %n" main.cf master.cf "$@"
		ls | grep mtadeck' sh "$@"
}
files_are() { [ "$(files "$1")" = "$2" ]; }
no_session() { ! on "$1" pgrep -f "smtp -n $2 "; } # HOST TRANSPORT
# What a host sent by a transport before an act: it is over once the queue manager
# of then is gone, which goes on for a while after a reload, and with it what
# sends for it. over HOST TRANSPORT QMGR-OF-THEN
qmgr() { on "$1" pgrep -x qmgr; }
over() {
	[ -n "$3" ] || not_ok "$1 had a queue manager"
	until_ok 20 another_qmgr "$1" "$3" &&
		until_ok 40 no_session "$1" "$2" ||
		not_ok "$1 sends by $2 no more" "before: $3
$(on "$1" ps -eo pid,etime,args | grep -E 'qmgr|smtp -n')"
}
# The same where it goes on: all that sends is new. sends HOST [TRANSPORT] before
# the act, and renewed HOST QMGR-OF-THEN SENDS-OF-THEN [TRANSPORT].
sends() { on "$1" pgrep -f "smtp -n ${2-}"; }
new_sends() { ! sends "$1" "${3-}" | grep -qxF "$2"; }
renewed() {
	[ -n "$2" ] || not_ok "$1 had a queue manager"
	until_ok 20 another_qmgr "$1" "$2" &&
		until_ok 40 new_sends "$1" "$3" "${4-}" ||
		not_ok "all that $1 sends by is new" "before: $2, $(echo $3)
$(on "$1" ps -eo pid,etime,args | grep -E 'qmgr|smtp -n')"
}
# A host's reload waits, so that an act has its intent in the journal and no
# result: reloads_wait HOST, reload_waits HOST once one does, and reloads_go HOST.
reloads_wait() {
	on "$1" sh -c 'cp -p /usr/sbin/postfix /root/postfix
		rm -f /root/go /root/held
		cat >/root/waits
		chmod 755 /root/waits; mount --bind /root/waits /usr/sbin/postfix' <<'END'
#!/bin/sh
case "$*" in *reload*)
	: >/root/held
	until [ -e /root/go ]; do sleep 0.1; done ;;
esac
exec /root/postfix "$@"
END
}
reload_waits() { on "$1" test -e /root/held; }
reloads_go() { on "$1" sh -c 'touch /root/go; umount -l /usr/sbin/postfix'; }
# Ids of what waits there: queued HOST [JQ-CONDITION]
queued() { on "$1" postqueue -j | jq -r "select(${2-true}) | .queue_id" | sort; }

# What the receivers took, and what they refused for a while: of one egress IP,
# or of all it begins when it ends in a dot; of one provider, or of all.
figure() { # COLUMN IP [PROVIDER]
	lab count | awk -F '\t' -v c="$1" -v ip="$2" -v p="${3-}" '
		($1 == ip || ip ~ /[.]$/ && index($1, ip) == 1) &&
		(p == "" || $2 == p) { n += $c } END { print n + 0 }'
}
taken() { figure 3 "$@"; }
refused() { figure 4 "$@"; }
more_than() { # N COMMAND..
	floor=$1
	shift
	[ "$("$@")" -gt "$floor" ]
}
