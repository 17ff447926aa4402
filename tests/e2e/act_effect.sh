#!/bin/sh
# What an act has done, against a provider that really throttles: better, no
# change, worse, with figures that the receiver counted too; what to try next,
# and the shortest way there; the forecast of a queue that drains.
# Takes about 250 s.
. "$(dirname "$0")/act_lib.sh"

acts_up 2
printf 'lists:\n  ask: false\n' >>"$CONFIG"

acts() { # words of `act`
	deck act "$@" --for 20m --why 'comcast throttles us' --yes \
		>"$WORK/act.log" ||
		not_ok "act $*" "$(cat "$WORK/act.log" "$WORK/err")"
}
# The effect of the act on an egress IP of mta1, by its last byte.
effect() {
	deck leases --json >"$WORK/leases.json"
	jq -c --arg ip "$NET.1.$1" '[.leases[] | select(.egress == $ip)] |
		last.effect' "$WORK/leases.json" >"$WORK/effect.$1"
}
# A reading is work for the hosts, whose figures are the claim: not five a second.
verdict_is() {
	sleep 1
	effect "$1" && [ "$(jq -r .verdict "$WORK/effect.$1")" = "$2" ]
}
wait_verdict() { # seconds N word what
	if until_ok "$1" verdict_is "$2" "$3"; then ok "$4"; else
		not_ok "$4" "$(cat "$WORK/effect.$2" "$WORK/err")"
	fi
}
holds() { # what N jq-condition
	if jq -e "$3" "$WORK/effect.$2" >/dev/null; then ok "$1"; else
		not_ok "$1" "not: $3
$(jq -c . "$WORK/effect.$2")"
	fi
}
passed() { [ $(($(seconds) - $1)) -ge "$2" ]; } # since seconds

# What is refused is not tried again while this runs, so that the share refused
# is that of the limit; mta2 sends slowly, and drains.
no_retries mta1
lab run mta2 postconf -e default_destination_rate_delay=1s \
	default_destination_concurrency_failed_cohort_limit=10
reload mta2
screen_start 160 48 mta1 mta2
wait_screen 20 'hosts 2/2 up' "the console is up"
lab limit comcast 3 >/dev/null
lab traffic start --rate 0 --count 800 --domain gmail.com --hosts mta2 --nouser 0
lab traffic wait >/dev/null
lab traffic start --rate 24 --domain comcast.net --hosts mta1 --nouser 0

# Enough must be seen before an act. Six a second are tried by each address,
# half of them taken.
until_ok 60 more_than 0 refused "$IP1" comcast
began=$(seconds)
palette throttles
wait_screen 60 "Next: interval $NET\\.1\\.1[1-4] [0-9]+s|Next: interval provider=comcast" \
	"a throttle nobody acts on: what to try"
until_ok 60 passed "$began" 28
until_ok 60 more_than 80 refused "$IP1" comcast || not_ok "comcast throttles" "$(lab count)"
acts interval "$NET.1.11" 2s
verdict_is 11 pending
holds "right after it nothing is known, but when it will be" 11 \
	'.verdict == "pending" and .known_at != null and .next == null'
holds "what was before it is" 11 \
	'.before.refused > 40 and .before.minutes > 0.3 and .before.sent > 40'
acts concurrency "$NET.1.12" 30

# The queue of mta2 meanwhile.
palette queue
keys b
palette 'filter google'
wait_screen 90 'google \(on mta2\)\. [0-9]+ wait, [0-9.]+ fewer a minute: none about [0-9:]+' \
	"a queue that drains: how fast, and until when"

wait_verdict 90 11 better "the interval helps: better"
holds "nothing is refused any more" 11 '.after.refused == 0'
holds "one in two seconds is sent" 11 \
	'.after.sent_per_min > 15 and .after.sent_per_min < 40'
holds "before it no more than comcast counted" 11 \
	".before.refused <= $(refused "$IP1" comcast) and .before.sent <= $(taken "$IP1" comcast)"
has "for people too" "$(deck leases)" \
	'better: refused [0-9.k]+->0 a minute, sent [0-9.k]+->[0-9.]+ '

wait_verdict 150 12 no-change "more at once changes nothing: no change"
holds "as the figures say" 12 \
	'.after.refused_per_min > .before.refused_per_min / 2 and
	 .after.refused_per_min < .before.refused_per_min * 2'
holds "so slow it down, by what comcast takes" 12 \
	".next | test(\"^concurrency $NET.1.12 15\$\")"

# Less is taken from now on: an act that began just then looks worse than what
# was before it, and says so; the one that slowed down is not touched by it.
acts concurrency "$NET.1.14" 30
lab limit comcast 1 >/dev/null
wait_verdict 120 14 worse "after comcast takes less: worse"
# Of what was tried: how much that is, is the machine's doing.
holds "by its figures" 14 \
	'def share: .refused / (.refused + .sent);
	 (.after | share) > (.before | share) * 1.3 and
	 .after.refused_per_min > .before.refused_per_min and
	 .after.sent_per_min < .before.sent_per_min'
effect 11
holds "what was better is" 11 '.verdict == "better"'

# After a pause nothing is tried; others of ours are refused still, so that a
# pause of one does not help.
acts pause "$NET.1.13"
wait_verdict 90 13 stopped "a pause stops: stopped"
next_is() {
	effect 13 && jq -e '(.next | test("^interval provider=comcast [0-9]+s$")) and
		(.then | test("^lift [0-9a-f-]+$"))' "$WORK/effect.13"
}
if until_ok 30 next_is; then ok "and what to do next, in two steps"; else
	not_ok "and what to do next, in two steps" "$(cat "$WORK/effect.13")"
fi
has "for people with the reason" "$(deck leases)" \
	'Next: interval provider=comcast [0-9]+s, then lift .*others of ours too, [23] of 3 egress IPs'

# The same on the screen, with its mark; and the last message of mta2.
palette leases
wait_screen 40 "interval +$NET\\.1\\.11 .*better" "Leases says so"
wait_screen 40 "concurre.* +$NET\\.1\\.14 .*!worse" "and what is worse comes with a mark"
palette egress
wait_screen 10 "$NET\\.1\\.11 .*\\|" "the graph has a mark where it began"
gone() { view_json queue | jq -e 'all(.rows[]; .key != "google")'; }
until_ok 90 gone || not_ok "mta2 drains" "$(cat "$WORK/view.json")"
palette fleet
keys G
wait_screen 60 'None waits since [0-9:]+: the last of [0-9]+ is gone' \
	"the last one was seen to go"
keys Q
wait_screen 5 'EXIT=0' "Q leaves"
done_testing
