#!/bin/sh
# What the console and the documents show equals what the receiving side
# counted: sent, deferred, bounced, per egress IP, exactly.
. "$(dirname "$0")/lib.sh"

lab_up

# What the receivers counted, per egress IP; hosts whose log does not tell
# their addresses apart (mta3) as one row "host:N".
receivers() {
	lab count | awk -F '\t' 'NR > 1 {
		split($1, o, "."); key = o[3] == 3 ? "host:3" : $1
		sent[key] += $3; deferred[key] += $4; bounced[key] += $5
	} END {
		for (k in sent) print k, sent[k], deferred[k], bounced[k]
	}' | sort
}
# The same out of the document.
console() {
	jq -r '.egress[] | select(.total.sent + .total.deferred +
		.total.bounced > 0) |
		[(if .attributable then .ip else "host:" + (.host[3:]) end),
		.total.sent, .total.deferred, .total.bounced] | join(" ")' |
		sort
}
in_flight() {
	for h in mta1 mta2 mta3; do
		lab ssh "$h" 'find /var/spool/postfix/maildrop \
			/var/spool/postfix/incoming \
			/var/spool/postfix/active -type f'
	done | wc -l
}
settled() { [ "$(in_flight)" -eq 0 ]; }

# The console opens first and follows live; the documents read the history.
screen_start 200 60 mta1 mta2 mta3
wait_screen 20 '3/3' "three hosts up, one of them behind a jump host"
lab limit google 1 >/dev/null
lab traffic start --rate 60 --count 600 >"$WORK/traffic" 2>&1
timeout 90 tests/lab/lab traffic wait >/dev/null 2>&1 ||
	not_ok "traffic ends" "$(cat "$WORK/traffic")"
until_ok 60 settled || not_ok "queues settle" "$(in_flight) in flight"
until_ok 10 sh -c "[ \"\$(tests/lab/lab count | cksum)\" = \
	\"\$(sleep 1; tests/lab/lab count | cksum)\" ]"

receivers >"$WORK/want"
"$PROGRAM" egress --json -F "$CONF" mta1 mta2 mta3 >"$WORK/egress.json"
is "egress exits 0" "$?" 0
console <"$WORK/egress.json" >"$WORK/got"
is "every figure of every egress IP is the receivers'" \
    "$(cat "$WORK/got")" "$(cat "$WORK/want")"
deferred=$(awk '{ n += $3 } END { print n + 0 }' "$WORK/want")
if [ "$deferred" -gt 0 ]; then ok "receivers really deferred ($deferred)"; else
	not_ok "receivers really deferred" "$(lab count)"
fi

"$PROGRAM" deferrals --json -F "$CONF" mta1 mta2 mta3 >"$WORK/deferrals.json"
is "replies add up to what receivers refused" \
    "$(jq '[.rows[].count] | add' "$WORK/deferrals.json")" \
    "$(awk '{ n += $3 + $4 } END { print n + 0 }' "$WORK/want")"
has "the throttling provider is named" \
    "$(jq -r '.rows[].provider' "$WORK/deferrals.json")" '^google$'

"$PROGRAM" queue --by provider --json -F "$CONF" mta1 mta2 mta3 \
    >"$WORK/queue.json"
is "the queue's rows add up to what waits" \
    "$(jq '[.rows[].total] | add' "$WORK/queue.json")" \
    "$(for h in mta1 mta2 mta3; do lab ssh "$h" \
	'find /var/spool/postfix/deferred -type f'; done | wc -l)"

# The screen shows the same: every attributable IP's sent count in total.
keys 2
for ip in $(awk '!/host/ { print $1 }' "$WORK/want" | head -n 3); do
	wait_screen 5 "$ip" "the Egress view has $ip"
done
done_testing
