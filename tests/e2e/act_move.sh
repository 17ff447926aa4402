#!/bin/sh
# Evacuation of an egress IP, by what the receiving side counted and by the
# host's own files, a table among them: nothing leaves by it, what waited leaves
# by others, it returns to the byte, but not over others' changes.
# Takes about 45 s.
. "$(dirname "$0")/act_lib.sh"

acts_up 1
MAPS=sender_dependent_default_transport_maps

maps() { on "$1" postconf -h "$2"; }
# The messages that were last tried by a transport, and put off.
put_off_by() { on mta1 sed -n "s/.*postfix\/$1\/smtp.*: \([0-9A-Za-z]*\): to=.*status=deferred.*/\1/p" /var/log/mail.log | sort -u; }
left_of() { queued mta1 | grep -Fxf "$1"; }
none_left() { ! left_of "$1"; }

# --- evacuation: leak-free, what waits leaves by others, back to the byte
# Nothing is tried again by itself within this test.
on mta1 sh -c 'cat >/etc/postfix/by_sender; chmod 640 /etc/postfix/by_sender; chgrp mail /etc/postfix/by_sender; postmap hash:/etc/postfix/by_sender
	postconf -e minimal_backoff_time=1h maximal_backoff_time=1h "'$MAPS' = hash:/etc/postfix/by_sender, randmap:{out1:,out2:,out3:,out4:}"' <<'END'
# who sends by what; out1: is the best
@b.example   out1:
@shop.example	out1:
  # odd
"a b"@d.example out1:[192.0.2.7]:26
@e.example
    out1:

@out1	error:5.1.1 not by out1: any more
END
reload mta1
before=$(files mta1 by_sender)
lab limit comcast 0 >/dev/null
# Enough that each address was refused by comcast, whatever chance picks: of 96
# messages three in eight go by the table to out1, the others to any of four.
lab traffic start --rate 40 --count 96 --domain comcast.net --hosts mta1 --nouser 0 >/dev/null
lab traffic wait >/dev/null
some_wait() {
	[ "$(put_off_by 'out[1-4]' | wc -l)" -eq 96 ] &&
		[ "$(on mta1 postqueue -j | grep -c '"queue_name": "deferred"')" -eq 96 ] &&
		[ "$(put_off_by out1 | wc -l)" -ge 3 ]
}
# The log, too, tells of all: it comes later than what it tells.
until_ok 30 some_wait || not_ok "mail waits for $IP1" "$(put_off_by 'out[1-4]' | wc -l)
$(lab count; on mta1 postqueue -p | tail -n 3)"
put_off_by out1 >"$WORK/waits"
lab limit comcast - >/dev/null
lab limit google - >/dev/null # what comes late comes at once; nobody minds
lab traffic start --rate 20 --domain gmail.com --hosts mta1 --nouser 0 >/dev/null
until_ok 30 more_than 5 taken "$IP1" || not_ok "mail leaves by $IP1 at first"

deck act evacuate "$IP1" to="$NET.1.99" --why x --dry-run >/dev/null
has "who takes over is an egress IP of the host" "$(cat "$WORK/err")" "does not carry $NET.1.99"
deck act evacuate "$IP1" --why x --dry-run --json >"$WORK/plan.json"
is "the plan counts what waits" "$(jq .plan.messages "$WORK/plan.json")" "$(wc -l <"$WORK/waits")"
has "and says how much moves to whom, and how they are" "$(jq -r .plan.warning "$WORK/plan.json")" \
	"$(wc -l <"$WORK/waits") waiting messages and about [1-9][0-9]* a minute move to $IP2 \([a-z]+: comcast\), " || {
	# The figure is of the log, by the host's clock.
	date -u +%T.%N
	on mta1 sh -c 'date -u +%T.%N; sed -n "1p;\$p" /var/log/mail.log; postqueue -p | tail -n 1'
	lab count
}
is "nothing is done by that" "$(files mta1 by_sender)" "$before"
old=$(qmgr mta1)
act evacuate "$IP1" --for 10m --why 'hot $(touch /tmp/pwned)' >"$WORK/out"
is "evacuation is done and verified" "$?" 0
is "its transport is paused, and chosen no more" \
	"$(maps mta1 defer_transports) $(maps mta1 $MAPS)" \
	"out1 hash:/etc/postfix/by_sender, randmap:{out2:,out3:,out4:}"
is "entries of the file lead to others by turns" "$(on mta1 sed 1d /etc/postfix/by_sender)" \
	'# who sends by what; out1: is the best
@b.example   out2:
@shop.example	out3:
  # odd
"a b"@d.example out4:[192.0.2.7]:26
@e.example
    out2:

@out1	error:5.1.1 not by out1: any more'
has "marked as ours" "$(on mta1 head -n 1 /etc/postfix/by_sender)" '^# mtadeck [0-9a-f]+-'
is "owner and mode as they were" "$(on mta1 stat -c '%a %G' /etc/postfix/by_sender)" "640 mail"
is "and the table is made again" "$(on mta1 postmap -q @shop.example hash:/etc/postfix/by_sender)" out3:
over mta1 out1 "$old"
at=$(taken "$IP1") others=$(taken "$IP2")
if until_ok 20 none_left "$WORK/waits"; then ok "what waited for it has left"; else
	not_ok "what waited for it has left" "$(left_of "$WORK/waits")"
fi
until_ok 20 more_than $((others + 20)) taken "$IP2"
is "by others: it sends nothing" "$(taken "$IP1")" "$at"
if [ "$(taken "$IP2")" -gt $((others + 20)) ]; then ok "others do, intake goes on"; else
	not_ok "others do, intake goes on" "$(lab count)"
fi
none_waits() { ! on mta1 postqueue -j | grep -q 'deferred transport'; }
if until_ok 10 none_waits; then ok "nothing waits for the pause"; else
	not_ok "nothing waits for the pause" "$(on mta1 postqueue -j)"
fi
has "it is in force" "$(deck leases)" "evacuate +$IP1 .*in force"
deck act evacuate "$IP1" --why again --dry-run >/dev/null
has "a second one is refused" "$(cat "$WORK/err")" 'is evacuated already'
deck extend "$(lease_id)" 1s >/dev/null
as_before() { [ "$(files mta1 by_sender)" = "$before" ]; }
if until_ok 40 as_before; then ok "its end puts all files back to the byte"; else
	not_ok "its end puts all files back to the byte" "$(files mta1 by_sender)"
fi
made_again() { [ "$(on mta1 postmap -q @shop.example hash:/etc/postfix/by_sender)" = out1: ]; }
if until_ok 10 made_again; then ok "with the table"; else not_ok "with the table"; fi
if until_ok 20 more_than "$at" taken "$IP1"; then ok "mail leaves by it again"; else
	not_ok "mail leaves by it again" "$(lab count)"
fi
lab traffic stop >/dev/null

# --- somebody else's change meanwhile
act evacuate "$IP1" to="$NET.1.14" --for 10m --why other >/dev/null
is "to one only, at its weight" "$? $(maps mta1 $MAPS)" \
	"0 hash:/etc/postfix/by_sender, randmap:{out4:,out4:,out2:,out3:}"
was=$(maps mta1 $MAPS)
on mta1 postconf -e "$MAPS = inline:{@x=out3:}, $was"
has "an entry beside ours changes nothing of it" "$(deck leases)" 'in force'
on mta1 sh -c 'echo "@new out3:" >>/etc/postfix/by_sender'
act return "$IP1" --why back >"$WORK/out"
is "return refuses over a file that was changed" "$?" 1
has "says what was changed" "$(cat "$WORK/out" "$WORK/err")" 'by_sender was changed meanwhile'
is "and leaves it" "$(on mta1 tail -n 1 /etc/postfix/by_sender)" '@new out3:'
on mta1 sed -i '$d' /etc/postfix/by_sender
act return "$IP1" --why back >/dev/null
is "put right, it returns, and their entry stays" \
	"$? $(maps mta1 $MAPS)$(maps mta1 defer_transports)" \
	"0 inline:{@x=out3:}, hash:/etc/postfix/by_sender, randmap:{out1:,out2:,out3:,out4:}"
is "the file is as it was to the byte" "$(files mta1 by_sender | grep by_sender)" "$(echo "$before" | grep by_sender)"
act evacuate "$IP1" --for 10m --why other >/dev/null
on mta1 postconf -e "$MAPS = randmap:{out3:}"
act return "$IP1" --why back >"$WORK/out"
is "return refuses over somebody else's value" "$? $(maps mta1 $MAPS)" "1 randmap:{out3:}"
has "says what is there" "$(cat "$WORK/out" "$WORK/err")" 'is now: randmap:.out3:'
on mta1 test -e /tmp/pwned
is "no value reached a shell" "$?" 1
done_testing
