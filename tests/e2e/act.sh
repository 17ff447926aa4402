#!/bin/sh
# Acts on real hosts, judged by what the receiving side counted and by the
# hosts' own files: pause and its end with nobody there, undo to the byte, two
# consoles at once, others' changes, kill -9, messages by filter, privilege.
# Takes about 115 s.
. "$(dirname "$0")/act_lib.sh"

acts_up 2

defers() { on "$1" postconf -h defer_transports; }
defers_none() { [ -z "$(defers "$1")" ]; }
# The end of what is in force for a reason is now, and no console says so.
time_passes() {
	on mta1 sh -c 'n=0; for m in $(grep -lx "why $1" /root/.mtadeck/acts/*/meta); do
		date +%s >"${m%/meta}/until" && n=1; done; [ $n = 1 ]' sh "$1" ||
		not_ok "the time of \"$1\" passes"
}
queued_is() { [ "$(queued mta1 "$1" | wc -l)" -eq "$2" ]; }

# --- what is refused before anything is asked
before=$(files mta1)
act pause "$IP1" --host mta1 >/dev/null
is "an act without a reason is refused" "$? $(grep -c 'why?' "$WORK/err")" "2 1"
act interval "$IP1" '3s; touch /tmp/pwned' --why x >/dev/null
is "a value is of its kind" "$?" 2
act interval "$IP1" 500ms --why x >/dev/null
is "parts of a second, which Postfix reads as minutes, are refused" "$?" 2
act pause 192.0.2.77 --why x >/dev/null
is "an address nobody carries is refused" "$?" 3
act pause "$IP1" --for 400d --why x >/dev/null
is "nor for longer than clocks show" "$? $(grep -c 366d "$WORK/err")" "2 1"
act hold domain=comcast.net --for 5m --why x >/dev/null
is "--for where nothing ends is refused" "$? $(grep -c 'takes no --for' "$WORK/err")" "2 1"
deck act pause "$IP1" --why x --dry-run --json >"$WORK/plan.json"
is "--dry-run shows the plan" \
	"$(jq -r '.plan.steps[0].command' "$WORK/plan.json")" \
	"postconf -e 'defer_transports = out1'"
deck act pause "$IP1" --why x >/dev/null </dev/null
has "nobody there to confirm: nothing is done" "$(cat "$WORK/err")" 'nothing was done'
on mta1 sh -c 'cp -p /etc/postfix/master.cf /root/master.cf &&
	echo "out1 unix - - y - 7 smtp" >>/etc/postfix/master.cf'
act processes "$IP1" 3 --host mta1 --why x >/dev/null
is "a transport that master.cf lists twice is left alone" \
	"$? $(grep -c 'master.cf lists out1 more than once' "$WORK/err")" "1 1"
on mta1 mv /root/master.cf /etc/postfix/master.cf
is "and the files are as they were" "$(files mta1)" "$before"

# --- pause: no mail leaves by that IP, intake goes on, it ends by itself
lab limit google - >/dev/null
lab traffic start --rate 20 --domain gmail.com --hosts mta1 --nouser 0 >/dev/null
until_ok 30 more_than 5 taken "$IP1" || not_ok "mail leaves by $IP1 at first"
old=$(qmgr mta1)
act pause "$IP1" --for 10m --why 'hot $(touch /tmp/pwned) "`x`"' >"$WORK/out"
is "pause is done and verified" "$?" 0
over mta1 out1 "$old"
at=$(taken "$IP1") others=$(taken "$IP2")
lab kill-sshd mta1 >/dev/null # the console is gone, and no way back in
until_ok 20 more_than $((others + 15)) taken "$IP2"
now=$(taken "$IP1")
is "still paused" "$(defers mta1)" out1
is "no mail leaves by the paused IP" "$now" "$at"
if [ "$(taken "$IP2")" -gt $((others + 15)) ]; then
	ok "others go on, intake too"
else
	not_ok "others go on, intake too" "$(lab count)"
fi
says_why() { on mta1 postqueue -j | grep -q 'deferred transport'; }
until_ok 20 says_why && ok "what waits is taken in, and says why" ||
	not_ok "what waits is taken in, and says why" "$(on mta1 postqueue -p | tail -n 20)"
# Nobody had to hurry so far: its time passes at once, by the host's own note.
time_passes 'hot .*'
if until_ok 120 defers_none mta1; then ok "it ends by itself"; else
	not_ok "it ends by itself" "$(defers mta1)"
fi
if until_ok 10 files_are mta1 "$before"; then
	ok "the files are the same to the byte"
else
	is "the files are the same to the byte" "$(files mta1)" "$before"
fi
on mta1 postqueue -f
if until_ok 40 more_than "$at" taken "$IP1"; then ok "mail leaves again"; else
	not_ok "mail leaves again" "$(lab count)"
fi
lab restart-sshd mta1 >/dev/null
lab traffic stop >/dev/null

# --- a pause anew, of what somebody took a half out of: it is in force until its
# own end, and no mail leaves by the other half meanwhile
on mta1 sh -c 'cp -p /etc/postfix/master.cf /tmp/master.cf
	postconf -M out1/unix | sed "s/^out1 /out1b /" >>/etc/postfix/master.cf'
reload mta1
before=$(files mta1)
act pause "$IP1" --for 10m --why half >/dev/null
is "a pause of both its transports" "$? $(defers mta1)" "0 out1 out1b"
on mta1 postconf -e defer_transports=out1
reload mta1
act pause "$IP1" --for 10m --why whole >"$WORK/out"
is "half of it undone by hand, it is paused anew" "$? $(defers mta1)" "0 out1 out1b"
has "which takes the first one's place" "$(cat "$WORK/out")" 'takes the place of'
is "and is the only lease" "$(deck leases --json | jq -r '.leases[] | "\(.why) \(.state)"')" \
	'whole in-force'
time_passes half
sleep 12 # who ends acts looks every five seconds; that nothing ends is to be seen
is "the first one's time is over, and it stands" "$(defers mta1) $(deck leases --json |
	jq -r '.leases[].state')" "out1 out1b in-force"
deck undo "$(lease_id)" >/dev/null
is "its own end leaves nothing, to the byte" "$(files mta1)" "$before"
on mta1 mv /tmp/master.cf /etc/postfix/master.cf
reload mta1

# --- undo is to the byte, also of a parameter that was written oddly
on mta1 sh -c 'printf "defer_transports   =  nosuch,\n    other\n# ours\n" >>/etc/postfix/main.cf; sed -i "s/^out2 .*unix .*/out2   unix -  -  y  -    7 smtp/" /etc/postfix/master.cf'
reload mta1
before=$(files mta1)
act pause "$IP1" --for 10m --why odd >/dev/null
is "a pause beside others' names" "$? $(defers mta1 | tr -s ' ')" "0 nosuch, other out1"
is "the file says whose line it is" "$(on mta1 grep -A1 '^# mtadeck: act ' /etc/postfix/main.cf |
	sed "s/act [0-9a-f-]* /act ID /")" "# mtadeck: act ID set the next line, until it ends
defer_transports = nosuch, other out1"
deck undo "$(lease_id)" --why back >/dev/null
is "undo puts main.cf back to the byte" "$? $(files mta1)" "0 $before"
on mta1 sed -i 's/^out2 .*/& -o smtp_bind_address='"$IP2"' -o syslog_name=postfix\/$service_name/' /etc/postfix/master.cf
reload mta1
before=$(files mta1)
act processes "$IP2" 3 --why few >/dev/null
is "processes" "$? $(on mta1 postconf -hF out2/unix/process_limit)" "0 3"
act interval "$IP2" 2s --why slow >/dev/null
is "interval" "$? $(on mta1 postconf -h out2_destination_rate_delay \
	out2_destination_concurrency_failed_cohort_limit | xargs)" "0 2s 10"
for id in $(deck leases --json | jq -r '.leases[].id' | sort -r); do
	deck undo "$id" >/dev/null
done
is "undo of both puts master.cf and main.cf back to the byte" "$(files mta1)" "$before"
on mta1 postconf -X defer_transports
reload mta1

# --- two consoles at once: neither's change is lost
deck act pause "$IP1" --why a --yes >/dev/null &
one=$!
timeout 240 "$PROGRAM" act pause "$IP2" --why b --yes -F "$CONF" >/dev/null 2>&1 &
wait $one
rc1=$?
wait $!
rc2=$?
want=$( [ $rc1 -eq 0 ] && echo out1; [ $rc2 -eq 0 ] && echo out2)
is "two at once: what was done is there" \
	"$(defers mta1 | tr -s ' ' '\n' | sort | xargs)" "$(echo "$want" | xargs)"
[ -n "$want" ] && ok "and one of them was" || not_ok "and one of them was"
[ $rc1 -eq 0 ] || act pause "$IP1" --why again >/dev/null
[ $rc2 -eq 0 ] || act pause "$IP2" --why again >/dev/null
is "then both are paused" "$(defers mta1 | tr -s ' ' '\n' | sort | xargs)" "out1 out2"
# The first ends while the second is in force: the second's stays.
first=$(deck leases --json | jq -r --arg ip "$IP1" '.leases[] | select(.egress == $ip).id' | head -n 1)
deck undo "$first" >/dev/null
is "the end of one leaves the other" "$? $(defers mta1)" "0 out2"
deck extend "$(lease_id)" 1h >/dev/null
is "extend" "$?" 0
deck undo "$(lease_id)" >/dev/null
is "and then none is left" "$? $(defers mta1)" "0 "

# --- somebody else's change
act interval "$IP1" 5s --why slow >/dev/null
id=$(lease_id)
on mta1 postconf -e out1_destination_rate_delay=9s
has "leases show that it is no longer so" "$(deck leases)" 'no longer so'
deck undo "$id" >/dev/null
is "undo refuses over somebody else's value" "$?" 1
has "and says what is there now" "$(cat "$WORK/err")" 'is now: 9s|changed meanwhile'
is "which stays" "$(on mta1 postconf -h out1_destination_rate_delay)" 9s
has "leases name what is there" "$(deck leases)" 'is now: 9s'
on mta1 postconf -e out1_destination_rate_delay=5s
deck undo "$id" >/dev/null
is "put right, undo takes it back" \
	"$? $(on mta1 sh -c 'postconf -n | grep -c out1_')" "0 0"

# --- kill -9 of the console on the way
reloads_wait mta1
"$PROGRAM" act pause "$IP1" --why crash --for 10m --yes -F "$CONF" >/dev/null 2>&1 &
pid=$!
intent() { "$PROGRAM" journal | tail -n 1 | grep -q 'intent.*crash'; }
until_ok 20 intent
kill -9 $pid
wait $pid 2>/dev/null
has "killed: the journal has the intent and no result" \
	"$("$PROGRAM" journal | tail -n 1)" 'intent .*crash'
reloads_go mta1
old() { deck leases >/dev/null && grep -q 'outcome as the hosts tell' "$WORK/err"; }
if until_ok 40 old; then ok "the next start settles it by reading the host"; else
	not_ok "the next start settles it by reading the host" "$(cat "$WORK/err")"
fi
has "and keeps that" "$("$PROGRAM" journal | tail -n 1)" 'result .*(in force|nothing was done|cut off)'
id=$(lease_id)
[ "$id" = null ] || deck undo "$id" >/dev/null
is "nothing is left of it, nor of the acts before, in whatever order they ended" \
	"$(defers mta1)$(on mta1 grep 'mtadeck: act' /etc/postfix/main.cf /etc/postfix/master.cf)" ""

# --- messages: exactly those that were counted
no_retries mta1
on mta1 postconf -e 'defer_transports = out1 out2 out3 out4'
reload mta1
lab traffic start --rate 20 --count 12 --domain comcast.net --hosts mta1 --nouser 0 >/dev/null
lab traffic wait >/dev/null
lab traffic start --rate 20 --count 9 --domain gmail.com --hosts mta1 --nouser 0 >/dev/null
lab traffic wait >/dev/null
ours='.recipients[0].address | endswith("@comcast.net")'
until_ok 30 queued_is "($ours) and .queue_name == \"deferred\"" 12
gmail='.recipients[0].address | endswith("@gmail.com")'
until_ok 30 queued_is "($gmail) and .queue_name == \"deferred\"" 9
wait_idle mta1
ids=$(queued mta1 "$ours") rest=$(queued mta1 "$gmail")
act hold domain=comcast.net --host mta1 --why stop --json >"$WORK/hold.json"
is "hold counts twelve and is verified" "$? $(jq -r '.result | select(. != null)
	| "\(.messages) \(.verified)"' "$WORK/hold.json")" "0 12 true"
is "and holds these" "$(queued mta1 '.queue_name == "hold"')" "$ids"
act hold 'sender=$(touch /tmp/pwned)@x' --host mta1 --why x >/dev/null
is "a filter that matches nothing does nothing" "$?" 1
act release domain=comcast.net --host mta1 --why go >/dev/null
is "release" "$? $(queued mta1 '.queue_name == "hold"' | wc -l)" "0 0"
act retry domain=gmail.com --host mta1 --why now >/dev/null
is "no retry through a pause" "$? $(grep -c 'send through it' "$WORK/err")" "1 1"
deck act delete domain=comcast.net --host mta1 --why spam >/dev/null </dev/null
is "delete needs a word" "$? $(queued mta1 "$ours" | wc -l)" "1 12"
act delete domain=comcast.net --host mta1 --why spam >/dev/null
is "delete takes them" "$? $(queued mta1 "$ours" | wc -l)" "0 0"
is "and no other" "$(queued mta1 "$gmail")" "$rest"
on mta1 postconf -X defer_transports
reload mta1
lab reset >/dev/null
act retry domain=gmail.com --host mta1 --why now >/dev/null
is "retry" "$?" 0
gone() { [ -z "$(queued mta1 "$gmail")" ]; }
until_ok 30 gone
is "and the receiver gets nine" "$(lab count | awk -F '\t' '$2 == "google" { n += $3 } END { print n + 0 }')" 9

# --- a provider that throttles relents, also for a transport whose deliveries
# are of one recipient, for which a pace by domain alone is none
on mta1 postconf -e out1_destination_recipient_limit=1
before=$(files mta1)
lab limit comcast 2 >/dev/null
lab traffic start --rate 24 --domain comcast.net --hosts mta1 --nouser 0 >/dev/null
until_ok 30 more_than 3 refused "$IP1" || not_ok "comcast throttles $IP1" "$(lab count)"
old=$(qmgr mta1) by=$(sends mta1 'out1 ')
act interval "$IP1" 2s --why throttled >/dev/null
is "interval against a throttle" "$?" 0
renewed mta1 "$old" "$by" 'out1 '
# What the provider counts in its seconds was sent before the reload.
sent=$(taken "$IP1")
until_ok 20 more_than $((sent + 1)) taken "$IP1"
at=$(refused "$IP1") sent=$(taken "$IP1") others=$(refused "$IP2")
until_ok 40 more_than $((others + 20)) refused "$IP2"
is "it is refused no more, others are" "$(refused "$IP1")" "$at"
until_ok 20 more_than "$sent" taken "$IP1" && ok "and it still sends" || not_ok "and it still sends"
lab traffic stop >/dev/null
first=$(lease_id)
pace() { on mta1 postconf -h out1_destination_rate_delay out1_destination_recipient_limit | xargs; }
is "which it counts by domain for" "$(pace)" "2s 2"
act interval "$IP1" 4s --why slower >/dev/null
is "another over it" "$? $(pace)" "0 4s 3"
second=$(deck leases --json | jq -r --arg id "$first" '.leases[] | select(.id != $id).id')
deck undo "$first" >/dev/null
is "whose end the first one's waits for" "$? $(pace)" "1 4s 3"
deck undo "$second" >/dev/null
is "and all is as it was, to the byte" "$? $(deck leases --json | jq '.leases | length') $(files mta1)" "0 0 $before"

# --- no journal, no act
before=$(files mta1)
(
	ulimit -f 0
	timeout 240 "$PROGRAM" act pause "$IP1" --why full --yes -F "$CONF" 2>&1
	echo "rc $?"
) | cat >"$WORK/full"
has "a journal that takes nothing: nothing is done" "$(cat "$WORK/full")" 'rc 3'
is "and the host is as it was" "$(files mta1)" "$before"

# --- privilege
deck act pause "$NET.2.11" --host guest@mta2 --why x --yes >/dev/null
is "without privilege refused" "$?" 1
has "with the remedy" "$(cat "$WORK/err")" 'mtadeck sudoers'
"$PROGRAM" sudoers op >"$WORK/sudoers"
on mta2 sh -c 'cat >/etc/sudoers.d/op; visudo -cf /etc/sudoers.d/op' <"$WORK/sudoers" >/dev/null
is "the lines of sudoers are well formed" "$?" 0
cat >"$WORK/try" <<'END'
for a in "-e daemon_directory=/tmp" "-M x/unix" "-c /tmp -e defer_transports=a"; do
	sudo -n -l postconf $a && echo "allowed: $a"
done
sudo -n -l postconf -e "defer_transports = a" "daemon_directory = /tmp" && echo allowed
sudo -n -l postsuper -d ALL && echo allowed
sudo -n -l sh && echo allowed
true
END
on mta2 setpriv --reuid 1000 --regid 1000 --init-groups sh -s <"$WORK/try" >"$WORK/tried"
is "they allow nothing more" "$(cat "$WORK/tried")" ""
before=$(on mta2 cksum /etc/postfix/main.cf)
deck act pause "$NET.2.11" --host op@mta2 --why x --yes >/dev/null
is "with them, a pause" "$? $(defers mta2)" "0 out1"
id=$(deck leases --host op@mta2 --json | jq -r '.leases[0].id')
deck undo "$id" --host op@mta2 >/dev/null
is "and its end" "$? $(on mta2 cksum /etc/postfix/main.cf)" "0 $before"
deck act interval "$NET.2.12" 4s --host op@mta2 --why x --for 2s --yes >/dev/null
is "and an interval" "$?" 0
unset_again() { ! on mta2 sh -c 'postconf -n | grep -q out2_'; }
if until_ok 20 unset_again; then ok "that ends by itself"; else
	not_ok "that ends by itself" "$(on mta2 postconf -n)"
fi

for h in mta1 mta2; do on $h test -e /tmp/pwned && not_ok "$h: a value reached a shell"; done
ok "no value reached a shell"
deck journal >/dev/null
is "the journal's chain is whole" "$?" 0
done_testing
