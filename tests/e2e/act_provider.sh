#!/bin/sh
# Acts on the mail of a provider or a domain, judged by what the receiving side
# counted and by the hosts' own files: a pause of all its mail, through a flush
# too; a domain's; a pace over one egress IP that a throttle relents for; what
# is left alone; the same by sudo.
# Takes about 105 s.
. "$(dirname "$0")/act_lib.sh"

acts_up 2

HOST1=$NET.1. # all its addresses
waiting() { on mta1 postqueue -j | jq -c "select((.recipients[0].address // \"\") | endswith(\"@$1\"))" | wc -l; }
waits() { [ "$(waiting "$1")" -gt "$2" ]; }

# Providers are known by what was sent to them.
lab traffic start --rate 30 --hosts mta1 --nouser 0 >/dev/null
# --- what is refused: names that are none, mail that has a way of its own
before=$(files mta1)
for name in '$(touch /tmp/pwned)' "'; touch /tmp/pwned; '" '../main.cf' '-e'; do
	act pause "provider=$name" --host mta1 --why x >/dev/null
	is "a provider nobody saw: $name" "$? $(grep -c 'no domain was seen' "$WORK/err")" "3 1"
done
for name in 'a;touch /tmp/pwned' '$(touch /tmp/pwned)' "a.example'" 'a b'; do
	act pause "domain=$name" --host mta1 --why x >/dev/null
	is "no domain: $name" "$?" 2
done
act pause "domain=[192.0.2.1]" --host mta1 --why x >/dev/null
is "an address is no domain" "$? $(grep -c 'no domain that could be' "$WORK/err")" "3 1"
act pause domain=mta1.example --host mta1 --why x >/dev/null
is "the host's own domain" "$? $(grep -c 'takes it in' "$WORK/err")" "1 1"
on mta1 sh -c 'cd /etc/postfix; cp -p main.cf /tmp/main.cf; postconf -e \
	"transport_maps = inline:{ {.aol.com = out1:}, {yahoo.com = out2:} }" \
	"sender_dependent_default_transport_maps = inline:{ {@a.example = out1:} }"'
act pause domain=mx.aol.com --host mta1 --why x >/dev/null
is "a domain with a rule of its own" "$? $(grep -c 'rule of its own.*out1:' "$WORK/err")" "1 1"
act interval domain=comcast.net 3s --host mta1 --why x >/dev/null
is "the way depends on the sender: no pace" \
	"$? $(grep -c 'by the sender' "$WORK/err")" "1 1"
deck act pause domain=comcast.net --host mta1 --why x --dry-run --json >"$WORK/out"
is "but a pause of all" "$? $(jq -c '.plan | .domains, (.steps | map(.command | contains("transport_maps = regexp")) | any)' "$WORK/out" | xargs)" \
	'0 [comcast.net] true'
on mta1 mv /tmp/main.cf /etc/postfix/main.cf
is "nothing was done" "$(files mta1)" "$before"

# --- a provider pauses: none of its mail leaves, by no IP, in spite of a flush
until_ok 30 more_than 4 taken "$HOST1" comcast && until_ok 30 more_than 4 taken "$HOST1" google ||
	not_ok "mail leaves at first" "$(lab count)"
old=$(qmgr mta1) by=$(sends mta1)
act pause provider=comcast --host mta1 --why 'hot $(touch /tmp/pwned)' >"$WORK/out"
is "pause of a provider is done and verified" "$?" 0
renewed mta1 "$old" "$by"
has "it says what it covers" "$(cat "$WORK/out")" 'concerns the [0-9]+ domains that were seen'
until_ok 20 waits comcast.net 1 || not_ok "its mail waits" "$(on mta1 postqueue -j | tail -n 2)"
at=$(taken "$HOST1" comcast) others=$(taken "$HOST1" google) queue=$(waiting comcast.net)
on mta1 postqueue -f
until_ok 30 more_than $((others + 15)) taken "$HOST1" google || not_ok "others go on" "$(lab count)"
is "no mail to it by any IP, others go on" "$(taken "$HOST1" comcast)" "$at"
until_ok 20 waits comcast.net "$queue" && ok "its mail is taken in" ||
	not_ok "its mail is taken in" "$queue"
has "leases name it" "$(deck leases --json | jq -r '.leases[] | "\(.verb) \(.state)"')" 'pause in-force'
act interval provider=comcast 3s --host mta1 --why x >/dev/null
is "no second rule over it" "$? $(grep -c 'another act has a rule' "$WORK/err")" "1 1"
deck undo "$(lease_id)" --why back >/dev/null
is "undo puts all back to the byte, the table is gone" "$? $(files mta1)" "0 $before"
on mta1 postqueue -f
until_ok 30 more_than "$at" taken "$HOST1" comcast && ok "its mail leaves again" ||
	not_ok "its mail leaves again" "$(lab count)"

# --- a domain, until its time is over
act pause domain=gmail.com --host mta1 --for 3s --why hot >/dev/null
is "pause of a domain" "$?" 0
if until_ok 40 files_are mta1 "$before"; then ok "ends by itself, to the byte"; else
	not_ok "ends by itself, to the byte" "$(files mta1)"
fi
lab traffic stop >/dev/null

# --- one provider over one egress IP: the throttle relents for that one
on mta1 sh -c 'postsuper -d ALL; postconf -e out1_destination_concurrency_limit=7'
no_retries mta1
before=$(files mta1)
lab limit comcast 2 >/dev/null
lab traffic start --rate 24 --domain comcast.net --hosts mta1 --nouser 0 >/dev/null
until_ok 30 more_than 3 refused "$IP1" comcast || not_ok "comcast throttles $IP1" "$(lab count)"
old=$(qmgr mta1)
act interval provider=comcast "egress=$IP1" 2s --host mta1 --why throttled >/dev/null
is "interval of a provider over one IP" "$?" 0
clone=$(on mta1 sh -c 'postconf -M | sed -n "s/^\(mtadeck-[^ ]*\) .*/\1/p"')
is "its double keeps what the transport has, and has the pace" \
	"$(on mta1 postconf -h "${clone}_destination_concurrency_limit" \
		"${clone}_transport_rate_delay" out1_transport_rate_delay | xargs)" \
	'7 2s $default_transport_rate_delay'
# What the provider counts in its seconds was sent before the reload.
over mta1 out1 "$old"
sent=$(taken "$IP1" comcast)
until_ok 30 more_than $((sent + 1)) taken "$IP1" comcast
at=$(refused "$IP1" comcast) sent=$(taken "$IP1" comcast) others=$(refused "$IP2" comcast)
until_ok 40 more_than $((others + 10)) refused "$IP2" comcast
is "it is refused no more, others are" "$(refused "$IP1" comcast)" "$at"
until_ok 20 more_than "$sent" taken "$IP1" comcast && ok "and it still sends" ||
	not_ok "and it still sends" "$(lab count)"
told() {
	deck egress --json --timeout 60s mta1 >"$WORK/egress.json"
	[ "$(jq -r "[.egress[] | select(.ip == \"$IP1\") | .attributable, .handles[]] |
		join(\" \")" "$WORK/egress.json")" = 'true out1' ]
}
until_ok 20 told && ok "what the double sends is told to be of its IP" ||
	not_ok "what the double sends is told to be of its IP" \
		"$(jq -c '.egress[]' "$WORK/egress.json" 2>&1 | head -n 6)"
# A pause of the IP takes the double with it.
act pause "$IP1" --host mta1 --why hot >/dev/null
is "a pause of the IP is of its double too" "$? $(on mta1 postconf -h defer_transports)" "0 out1 $clone"
deck undo "$(lease_id)" >/dev/null
deck undo "$(lease_id)" >/dev/null
is "and all is as it was, to the byte" "$(files mta1)" "$before"
# One that is planned during the pause waits by an act of its own, which the end
# of the pause leaves alone.
act pause "$IP1" --host mta1 --why hot >/dev/null
act interval provider=comcast "egress=$IP1" 2s --host mta1 --why throttled >/dev/null
clone=$(on mta1 sh -c 'postconf -M | sed -n "s/^\(mtadeck-[^ ]*\) .*/\1/p"')
is "a double made during a pause is paused" "$(on mta1 postconf -h defer_transports)" "out1 $clone"
act resume "$IP1" --host mta1 --why cool >"$WORK/out"
is "resume leaves it to its own act" "$? $(on mta1 postconf -h defer_transports)" "0 $clone"
has "and says so" "$(cat "$WORK/out")" "$clone waits until the act ends"
is "which is in force as it was" \
	"$(deck leases --json | jq -r '.leases[] | "\(.verb) \(.state)"')" 'interval in-force'
deck undo "$(lease_id)" >/dev/null
is "and ends as any" "$? $(on mta1 sh -c 'postconf -n defer_transports; postconf -M | grep mtadeck')" "0 "
lab traffic stop >/dev/null

# --- by sudo, where transport_maps holds the pool
"$PROGRAM" sudoers op >"$WORK/sudoers"
no_retries mta2
before=$(on mta2 sh -c 'cd /etc/postfix; cksum main.cf master.cf; ls | grep mtadeck')
deck act interval domain=comcast.net 3s --host guest@mta2 --why x --yes >/dev/null
is "without privilege refused" "$? $(grep -c 'mtadeck sudoers' "$WORK/err")" "1 1"
grep -v 'mtadeck-' "$WORK/sudoers" | on mta2 sh -c 'cat >/etc/sudoers.d/op'
deck act interval domain=comcast.net 3s --host op@mta2 --why x --yes >/dev/null
is "with the lines of before too" "$? $(grep -c 'lines of this mtadeck sudoers' "$WORK/err")" "1 1"
on mta2 sh -c 'cat >/etc/sudoers.d/op; visudo -cf /etc/sudoers.d/op' <"$WORK/sudoers" >/dev/null
is "the lines of sudoers are well formed" "$?" 0
deck act interval domain=comcast.net "egress=$NET.2.12" 3s --host op@mta2 --why x --yes >/dev/null
is "with them, an interval of a domain over one IP" "$? $(on mta2 postconf -h transport_maps |
	sed -n 's/^pipemap:{regexp:[^,]*,\(randmap:{[^}]*}\)}, inline:.*/\1/p' |
	sed 's/mtadeck-[0-9a-f-]*-1:/double/')" '0 randmap:{out1:,double,out3:,out4:}'
deck undo "$(lease_id --host op@mta2)" --host op@mta2 >/dev/null
# What host 2 has sent to comcast, by one address or all; and to it in vain.
by2() { lab count | awk -F '\t' -v a="$NET.2.$1" '$2 == "comcast" && index($1, a) == 1 { s += $3 + $4 } END { print s + 0 }'; }
by2_more() { [ "$(by2 "$1")" -gt "$2" ]; }
parked() { on mta2 postqueue -j | grep -c '"address": "[^"]*@comcast.net", "delay_reason": "deferred transport"'; }
send2() { lab traffic start --rate 40 --count "$1" --domain comcast.net --hosts mta2 --nouser 0 >/dev/null; lab traffic wait >/dev/null; wait_idle mta2; }
deck act pause domain=comcast.net "egress=$NET.2.12" --host op@mta2 --why x --yes >/dev/null
at=$(by2 12) others=$(by2 '')
send2 60
until_ok 20 by2_more '' $((others + 20))
is "paused by one IP where the pool is in transport_maps: it sends none" "$(by2 12)" "$at"
waits2=$(parked)
[ "$waits2" -gt 0 ] && ok "its share waits" || not_ok "its share waits"
deck undo "$(lease_id --host op@mta2)" --host op@mta2 >/dev/null
old=$(qmgr mta2)
deck act pause domain=comcast.net --host op@mta2 --why x --yes >/dev/null
# What was on its way is over; what was refused before comes to wait too.
for t in out1 out2 out3 out4; do over mta2 $t "$old"; done
at=$(by2 '')
send2 20
until_ok 30 more_than $((waits2 + 19)) parked && ok "paused by all: all wait" ||
	not_ok "paused by all: all wait" "$waits2 $(parked)
$(lab count; on mta2 postqueue -p | tail -n 20)"
is "and nothing is sent" "$(by2 '')" "$at"
deck undo "$(lease_id --host op@mta2)" --host op@mta2 >/dev/null
is "and its end" "$? $(on mta2 sh -c 'cd /etc/postfix; cksum main.cf master.cf; ls | grep mtadeck')" \
	"0 $before"
# Its options in master.cf may be what those lines do not know.
on mta2 sh -c 'postconf -P "out2/unix/smtp_tls_CAfile=/x"'
deck act interval domain=comcast.net 3s --host op@mta2 --why x --yes >/dev/null
is "options that sudo does not know need root" "$? $(grep -c 'needs root' "$WORK/err")" "1 1"

for h in mta1 mta2; do on $h test -e /tmp/pwned && not_ok "$h: a value reached a shell"; done
ok "no value reached a shell"
done_testing
