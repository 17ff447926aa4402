#!/bin/sh
# A host with a second Postfix instance (postmulti(1)): what waits in both is in
# every figure, also of one that is stopped, as far as we may read it; and acts
# on the main one work whatever the other does.
. "$(dirname "$0")/act_lib.sh"

acts_up 2 # mta2 has users who may do all, or nothing
lab limit comcast 0 >/dev/null
OUT=/etc/postfix-out IP=$NET.2.15

# The second instance as its administrator would make it, with a transport that
# no instance shares.
lab run mta2 sh -s "$IP" >"$WORK/make.log" 2>&1 <<'END'
set -e
cd /etc/postfix
cp /usr/share/postfix/main.cf.dist main.cf.proto
cp /usr/share/postfix/master.cf.dist master.cf.proto
postmulti -e init
postmulti -I postfix-out -e create
cp -a /var/spool/postfix/etc /var/spool/postfix-out/
postconf -c /etc/postfix-out -e myhostname=out.mta2.example mydestination= \
	inet_interfaces=loopback-only authorized_submit_users=static:anyone \
	"smtp_bind_address=$1" enable_long_queue_ids=yes \
	minimal_backoff_time=1h maximal_backoff_time=1h multi_instance_enable=yes
# As an address is told by its log name, no instance may share one.
postconf -c /etc/postfix-out -P 'relay/unix/syslog_name=postfix-out/$service_name'
postconf -e multi_instance_enable=yes
postfix -c /etc/postfix-out start
END
is "a second instance" "$?" 0 || cat "$WORK/make.log"
no_retries mta2

# send CONFIG_DIR COUNT: what the provider puts off
send() {
	on mta2 sh -c 'for i in $(seq "$1"); do
		printf "Subject: %s\n\nx\n" "$i" |
			sendmail -C "$0" -f a@mta2.example "u$i@comcast.net"; done' "$@"
}
# What the file system says: QUEUE DIRECTORY...
waiting() {
	on mta2 sh -c 'q=$0; for d; do find "$d/$q" -type f; done | wc -l' "$@"
}
MAIN=/var/spool/postfix SPOOL=/var/spool/postfix-out
put_off() {
	[ "$(waiting deferred "$MAIN") $(waiting deferred "$SPOOL")" = '2 3' ] &&
		[ "$(waiting active "$MAIN" "$SPOOL")" = 0 ]
}
send /etc/postfix 2
send "$OUT" 3
until_ok 40 put_off || not_ok "all is put off" \
	"$(on mta2 postqueue -j; on mta2 postqueue -c "$OUT" -j; on mta2 tail -n 20 /var/log/mail.log)"

# figures [USER@]HOST: deferred as counted, as read, of the second one's address
figures() {
	"$PROGRAM" -F "$CONF" status --json "$1" 2>"$WORK/err" >"$WORK/status"
	"$PROGRAM" -F "$CONF" queue --by egress --json "$1" 2>"$WORK/err" >"$WORK/queue"
	jq -r '.hosts[0] | "\(.queue.deferred) \(.unread)"' "$WORK/status"
	jq -r --arg ip "$IP" '"\(.hosts[0].messages) \(.hosts[0].unread) " +
		"\([.rows[] | select(.key == $ip) | .total] | add)"' "$WORK/queue"
}
all=$(waiting deferred "$MAIN" "$SPOOL")
whole="$all []
$all [] $(waiting deferred "$SPOOL")"
is "both queues are counted and read" "$(figures mta2)" "$whole"
"$PROGRAM" -F "$CONF" egress --json mta2 >"$WORK/egress" 2>"$WORK/err"
is "what waits for the second one's address is known" \
	"$(jq -c --arg ip "$IP" '[.egress[] | select(.ip == $ip) | .queue]' "$WORK/egress")" \
	'[3]'
printf 'queue_limit: 1\nhosts:\n  - name: mta2\n' >"$WORK/far.yaml"
"$PROGRAM" -F "$CONF" -c "$WORK/far.yaml" queue --by domain --json mta2 \
	>"$WORK/far" 2>"$WORK/err"
# One that is named in several ways is one.
on mta2 postconf -e "multi_instance_directories=$OUT/,$OUT /etc/postfix/"
is "none is read twice" "$(figures mta2)" "$whole"
on mta2 postconf -e "multi_instance_directories=$OUT"
is "both are counted over there" \
	"$(jq -c '[.hosts[0].messages, .hosts[0].unread, .rows[0].key, .rows[0].total]' "$WORK/far")" \
	'[5,[],"comcast.net",5]'

on mta2 postfix -c "$OUT" stop
is "root reads the queue of one that is stopped" "$(figures mta2)" "$whole"
is "so does who may by sudo" "$(figures op@mta2)" "$whole"
is "who may not is told whose queue is missing" "$(figures guest@mta2)" \
	'null ["-","postfix-out"]
2 ["postfix-out"] null'

# --- an act: postfix(1) without -c goes over all, and fails for the stopped one
on mta2 postfix reload
is "a reload of all fails while one is stopped" "$?" 1
before=$(files mta2)
act pause "$NET.2.11" --why 'one of several' >/dev/null
is "an act on the main one works while the other is stopped" \
	"$? $(on mta2 postconf -h defer_transports)" '0 out1' || cat "$WORK/err"
deck undo "$(lease_id --host mta2)" >/dev/null
is "and is undone" "$? $(on mta2 postconf -h defer_transports)" '0 '
is "to the byte" "$(files mta2)" "$before"
act pause "$IP" --why x >/dev/null
is "one on the other's address is refused" \
	"$? $(grep -c 'further Postfix instance' "$WORK/err")" '1 1'
on mta2 postfix -c "$OUT" start
# What a reload renews: the queue manager of an instance, by its spool.
qmgr_of() {
	on mta2 sh -c 'pgrep -x -P "$(tr -cd 0-9 <"$0/pid/master.pid")" qmgr' "$1"
}
renewed_main() { [ -n "$(qmgr_of "$MAIN")" ] && [ "$(qmgr_of "$MAIN")" != "$main" ]; }
until_ok 20 qmgr_of "$SPOOL" || not_ok "the other one runs"
"$PROGRAM" sudoers op >"$WORK/sudoers"
on mta2 sh -c 'cat >/etc/sudoers.d/op; visudo -cf /etc/sudoers.d/op' <"$WORK/sudoers" >/dev/null
is "the lines of sudoers are well formed" "$?" 0
main=$(qmgr_of "$MAIN") other=$(qmgr_of "$SPOOL")
act pause "$NET.2.11" --host op@mta2 --why x >/dev/null
is "the lines of sudoers are enough" \
	"$? $(on mta2 postconf -h defer_transports)" '0 out1' || cat "$WORK/err"
until_ok 20 renewed_main || not_ok "the main one has reloaded" "$main"
is "and the other one was not touched" "$(qmgr_of "$SPOOL")" "$other"

done_testing
