#!/bin/sh
# Acts on people's mail: a sender isolated and readmitted, a set of recipients
# suppressed and lifted, acts ended by id; judged by the hosts' queues and files
# and by what the receiving side counted. Names that would be more than names.
# Takes about 65 s.
. "$(dirname "$0")/act_lib.sh"

acts_up 2
MTA1=$NET.1.1 MTA2=$NET.2.1

held() { queued "$1" '.queue_name == "hold"' | xargs; }
held_is() { [ "$(held "$1")" = "$2" ]; }
words() { printf '%s\n' "$@" | sort | xargs; }
# Asked for again and again: a reload may just swallow it.
taken_is() {
	[ "$(taken "$NET.")" -eq "$1" ] && return
	on mta1 postqueue -f
	sleep 1
	false
}
stop() {
	on "$1" postconf -e 'defer_transports = out1 out2 out3 out4'
	reload "$1"
}
go() {
	on "$1" postconf -X defer_transports
	reload "$1"
}

# One message by SMTP: mail ADDR FROM TO.. -> the queue id, or the answers that
# refused it. Lines are what they are: nothing quotes.
cat >"$WORK/smtp" <<'SMTP'
exec 3<>"/dev/tcp/$1/25" || exit 1
from=$2
shift 2
hear() { IFS= read -r -t 60 l <&3; l=${l%$'\r'}; }
say() { printf '%s\r\n' "$1" >&3; hear; }
hear
say 'HELO client.example'
say "MAIL FROM:<$from>"
for to; do
	say "RCPT TO:<$to>"
	[[ $l == 250* ]] || echo "$to: $l"
done
say DATA
[[ $l == 354* ]] || exit
printf 'Subject: x\r\n\r\nx\r\n' >&3
say .
echo "${l##* }"
say QUIT
SMTP
mail() { bash "$WORK/smtp" "$@"; }

# --- refused before anything is asked
act isolate '<>' --why x >/dev/null
is "nobody's own address is no sender" "$?" 2
act isolate '"a\"b"@x.example' --why x >/dev/null
is "nor is what a table could not hold" "$?" 2
printf 'a@x.example\n\nb@x.example error:x\n' >"$WORK/set"
act suppress --file "$WORK/set" --why x >/dev/null
is "a set with a line that is none is refused" \
	"$? $(grep -c 'line 3' "$WORK/err")" "2 1"
act readmit bad@x.example --why x >/dev/null
is "readmit of whom nobody isolated" "$? $(grep -c 'is not isolated' "$WORK/err")" "1 1"
act resume provider=google --why x >/dev/null
is "resume of a provider that is not paused" "$? $(grep -c 'is not paused' "$WORK/err")" "1 1"
act lift 6b000000-000000 --why x >/dev/null
is "lift of what is not there" "$? $(grep -c 'no act .* in force' "$WORK/err")" "1 1"

# --- isolate: one sender, new and queued
no_retries mta1
no_retries mta2
on mta1 sh -c 'printf "smtpd_sender_restrictions   =\n# others have\n  permit_mynetworks,\n    reject_unknown_sender_domain\n" >>/etc/postfix/main.cf'
plain=$(files mta1)
stop mta1
stop mta2
before=$(files mta1)
earlier=$(mail "$MTA1" bad@x.example u1@gmail.com)
on mta1 postsuper -h "$earlier"
b1=$(mail "$MTA1" bad@x.example u2@gmail.com)
b2=$(mail "$MTA1" BAD@X.example u3@gmail.com u4@gmail.com)
g1=$(mail "$MTA1" good@x.example u5@gmail.com)
# Whose address, as JSON spells it, looks like another's; and other odd ones.
g2=$(mail "$MTA1" '"x\", \"sender\": \"bad@x.example\", \"y"@h.example' u6@gmail.com)
g3=$(mail "$MTA1" '"$(touch /tmp/pwned)"@x.example' u7@gmail.com)
g4=$(mail "$MTA1" "bad+x@x.example" u8@gmail.com)
g5=$(mail "$MTA1" "notbad@x.example" u9@gmail.com)
wait_idle mta1
act isolate bad@x.example --host mta1 --why spam --json >"$WORK/isolate.json"
is "isolate counts two and is verified" "$? $(jq -r '.result | select(. != null)
	| "\(.messages) \(.verified)"' "$WORK/isolate.json")" "0 2 true"
has "what is not covered is said" "$(jq -r '.plan.warning // empty' "$WORK/isolate.json")" \
	'mail given to sendmail'
is "what it had queued is held" "$(held mta1)" "$(words $earlier $b1 $b2)"
b3=$(mail "$MTA1" Bad@x.example u1@gmail.com)
g6=$(mail "$MTA1" good@x.example u1@gmail.com)
until_ok 10 held_is mta1 "$(words $earlier $b1 $b2 $b3)"
is "new mail of it too, whatever its letters" "$(held mta1)" "$(words $earlier $b1 $b2 $b3)"
act isolate Bad@x.example --host mta1 --why again >/dev/null
is "twice is once" "$? $(grep -c 'isolated already' "$WORK/err")" "1 1"
has "the lease says who" "$(deck leases)" 'isolate +bad@x.example .*in force'
# Held by somebody for another reason, of another sender: none of ours.
g7=$(mail "$MTA1" good@x.example u1@gmail.com)
on mta1 postsuper -h "$g7"
go mta1
if until_ok 40 taken_is 6; then ok "others' mail flows"; else
	not_ok "others' mail flows" "$(lab count; on mta1 postqueue -p)"
fi
is "its does not" "$(held mta1)" "$(words $earlier $b1 $b2 $b3 $g7)"

# --- readmit: exactly those
stop mta1 # main.cf is as the isolation left it
b4=$(mail "$MTA1" bad@x.example u1@gmail.com)
until_ok 10 held_is mta1 "$(words $earlier $b1 $b2 $b3 $b4 $g7)"
act readmit BAD@x.example --host mta1 --why sorry >/dev/null
is "readmit releases what it held, no other" "$? $(held mta1)" "0 $(words $earlier $g7)"
is "main.cf is the same to the byte, and no table is left" "$(files mta1)" "$before"
b5=$(mail "$MTA1" bad@x.example u1@gmail.com)
until_ok 10 [ -n "$b5" ]
is "new mail is not held any more" "$(held mta1)" "$(words $earlier $g7)"
go mta1
# b1, b2 for two, b3, b4, b5
if until_ok 40 taken_is 12; then ok "and all of it arrives, once"; else
	not_ok "and all of it arrives, once" "$(lab count; on mta1 postqueue -p)"
fi
on mta1 postsuper -d ALL hold

# --- suppress a set, and lift it
stop mta1
q1=$(mail "$MTA1" good@x.example trap1@gmail.com)
q2=$(mail "$MTA1" good@x.example trap1@gmail.com u2@gmail.com)
q3=$(mail "$MTA1" good@x.example u3@gmail.com)
printf '# traps\r\nTrap1@gmail.com\r\ntrap2@comcast.net\r\n`touch${IFS}/tmp/pwned`@gmail.com\r\n' >"$WORK/set"
act suppress --host mta1 --file - --why traps --json <"$WORK/set" >"$WORK/suppress.json"
is "suppress of a set from stdin is verified" "$? $(jq -r '.result | select(. != null)
	| "\(.targets[0]) \(.verified)"' "$WORK/suppress.json")" "0 3 addresses true"
has "that senders are told is said" "$(jq -r '.plan.warning // empty' "$WORK/suppress.json")" 'bounces'
has "the record has which" "$(deck journal --json)" '"trap2@comcast.net"'
answers=$(mail "$MTA1" good@x.example trap1@gmail.com TRAP2@comcast.net trap3@comcast.net '`touch${IFS}/tmp/pwned`@gmail.com')
is "RCPT of these is refused" "$(echo "$answers" | grep -c ': 550 5.7.1')" 3
has "others are taken" "$answers" '^[0-9A-Za-z]+$'
go mta1
if until_ok 40 taken_is 15; then ok "and delivered, queued ones too"; else
	not_ok "and delivered, queued ones too" "$(lab count; on mta1 postqueue -p)"
fi
bounced() { [ "$(on mta1 cat /var/log/mail.log | grep -cE "($q1|$q2): to=<trap1@gmail.com>.*dsn=5.7.1, status=bounced")" -eq 2 ]; }
if until_ok 20 bounced; then ok "queued ones to these bounce"; else
	not_ok "queued ones to these bounce" "$(on mta1 tail -n 30 /var/log/mail.log)"
fi
is "none reached the receivers" "$(taken "$NET.")" 15
id=$(deck leases --json | jq -r '.leases[-1].id')
act lift "$id" --why done >/dev/null
is "lift puts the files back to the byte" "$? $(files mta1)" "0 $plain"
has "and they are taken again" "$(mail "$MTA1" good@x.example trap1@gmail.com)" '^[0-9A-Za-z]+$'
act suppress trap1@gmail.com --host mta1 --for 5m --why short >/dev/null
has "for a time" "$(mail "$MTA1" good@x.example trap1@gmail.com)" '550 5.7.1'
deck extend "$(lease_id)" 1s >/dev/null

# --- by sudo, with the lines that mtadeck prints; hostile names
"$PROGRAM" sudoers op >"$WORK/sudoers"
on mta2 sh -c 'cat >/etc/sudoers.d/op; visudo -cf /etc/sudoers.d/op' <"$WORK/sudoers" >/dev/null
is "the lines of sudoers are well formed" "$?" 0
hostile="it's"'`touch${IFS}/tmp/pwned`@x.example'
stopped=$(on mta2 cksum /etc/postfix/main.cf)
h1=$(mail "$MTA2" "$hostile" u1@gmail.com)
wait_idle mta2
act isolate "$hostile" --host op@mta2 --why 'x $(touch /tmp/pwned)' >/dev/null
is "isolate by sudo, of a name full of a shell's words" "$?" 0
h2=$(mail "$MTA2" "$hostile" u1@gmail.com)
g8=$(mail "$MTA2" good@x.example u1@gmail.com)
until_ok 10 held_is mta2 "$(words $h1 $h2)"
is "it is held, and only it" "$(held mta2)" "$(words $h1 $h2)"
act readmit "$hostile" --host op@mta2 --why y >/dev/null
is "readmit by sudo" "$? $(held mta2)" "0 "

# --- two users of a host: root sees both, and ends as who made it
act interval "$NET.2.11" 4s --host op@mta2 --why theirs >/dev/null
deck leases --host mta2 --json >"$WORK/both"
id=$(jq -r '.leases[] | select(.user == "op").id' "$WORK/both")
has "root sees what another user keeps there" "$(deck leases --host mta2)" 'user op$'
deck extend "$id" 1h --host mta2 >/dev/null
is "extends it" "$?" 0
# What it runs is its user's: a way back that asks who it is.
on mta2 sh -c "echo 'id -un >/tmp/whose' >>/home/op/.mtadeck/acts/$id/1.undo"
on mta2 sh -c 'mkdir -p /home/guest/.mtadeck && ln -s /home/op/.mtadeck/acts /home/guest/.mtadeck/acts; chown -hR guest /home/guest/.mtadeck'
is "and follows no link" "$(deck leases --host mta2 --json | jq '.leases | length')" 1
act lift "$id" --host mta2 --why 'root ends it' >/dev/null
is "and ends it as that user" "$? $(on mta2 cat /tmp/whose)" "0 op"
is "which is no more" "$(deck leases --host mta2)" "no act is in force"

is "and main.cf is as it was" "$(on mta2 cksum /etc/postfix/main.cf)" "$stopped"

back() { [ "$(files mta1)" = "$plain" ]; }
if until_ok 20 back; then ok "what was for a time has ended by itself"; else
	not_ok "what was for a time has ended by itself" "$(files mta1)"
fi

for h in mta1 mta2; do on $h test -e /tmp/pwned && not_ok "$h: a value reached a shell"; done
ok "no value reached a shell"
deck journal >/dev/null
is "the journal's chain is whole" "$?" 0
done_testing
