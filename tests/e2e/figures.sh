#!/bin/sh
# What the console and the documents show equals what the receiving side
# counted: sent, deferred, bounced, per egress IP, exactly.
# Takes about 35 s.
. "$(dirname "$0")/lib.sh"

lab_up
screen_start 200 60 mta1 mta2 mta3
wait_screen 20 'hosts 3/3 up' "three hosts up, one of them behind a jump host"
# What waits stands still while it is looked at.
for h in mta1 mta2 mta3; do no_retries "$h"; done
lab limit google 1 >/dev/null
lab traffic start --rate 60 --count 600 --domain gmail.com >/dev/null
timeout 300 tests/lab/lab traffic wait >/dev/null ||
	not_ok "traffic ends in time"
lab traffic start --rate 60 --count 300 --domain docomo.ne.jp --nouser 20 \
	>/dev/null
timeout 300 tests/lab/lab traffic wait >/dev/null

for h in mta1 mta2 mta3; do wait_idle "$h"; done
queue_agrees() {
	"$PROGRAM" queue --by provider --json -F "$CONF" mta1 mta2 mta3 \
		>"$WORK/queue.json"
	rows=$(jq '[.rows[].total] | add' "$WORK/queue.json")
	disk=$(for h in mta1 mta2 mta3; do
		lab run "$h" find /var/spool/postfix/deferred -type f
	done | wc -l)
	[ "$rows" -gt 0 ] && [ "$rows" = "$disk" ]
}
if until_ok 60 queue_agrees; then
	ok "the queue's rows add up to what waits on disk"
else
	not_ok "the queue's rows add up to what waits on disk" "$rows, $disk"
fi
keys 3
wait_screen 30 'gmail\.com +[0-9]' "Queue shows the domain that waits"
keys Enter
wait_screen 5 '@gmail\.com' "a queue row opens its messages"
keys Enter
wait_screen 20 '[Ss]ender' "a message shows its envelope"
keys 4
wait_screen 5 'google' "Deferrals names the provider"
wait_screen 5 '4\.7\.28' "Deferrals shows its words"

# Let everything through, so that the receivers' count stands still.
lab limit google - >/dev/null
for h in mta1 mta2 mta3; do
	retries "$h"
	lab run "$h" postqueue -f
done
lab settle 300 >/dev/null || not_ok "the queues drain" \
	"$(for h in mta1 mta2 mta3; do lab run "$h" postqueue -p | tail -n 6; done)"
wait_figures 30 "the screen's figures are the receivers', per egress IP"
deferred=$(awk '{ n += $3 } END { print n + 0 }' "$WORK/want")
bounced=$(awk '{ n += $4 } END { print n + 0 }' "$WORK/want")
if [ "$deferred" -gt 20 ] && [ "$bounced" -gt 20 ]; then
	ok "receivers really deferred and bounced ($deferred, $bounced)"
else
	not_ok "receivers really deferred and bounced" "$(lab count)"
fi
"$PROGRAM" egress --json -F "$CONF" mta1 mta2 mta3 >"$WORK/egress.json"
is "egress exits 0" "$?" 0
is "the document's figures, read from history, are the receivers'" \
	"$(document_figures <"$WORK/egress.json")" "$(cat "$WORK/want")"
"$PROGRAM" deferrals --json -F "$CONF" mta1 mta2 mta3 >"$WORK/deferrals.json"
is "replies add up to what receivers refused" \
	"$(jq '[.rows[].count] | add' "$WORK/deferrals.json")" \
	"$((deferred + bounced))"
has "the throttling provider is named" \
	"$(jq -r '.rows[].provider' "$WORK/deferrals.json")" '^google$'
keys Q
wait_screen 5 'EXIT=0' "Q quits with status 0"
done_testing
