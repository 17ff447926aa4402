#!/bin/sh
# A provider that slows us down: named with its words while it does, per egress
# IP, with the share the provider itself counted; eased and over once the sender
# slows down.
# Takes about 75 s.
. "$(dirname "$0")/lib.sh"

lab_up
# What takes ten quiet minutes at work takes one here: it eases in the first half
# of it, long enough to be seen.
printf 'throttles:\n  clear: 60s\nlists:\n  ask: false\n' >"$WORK/console.yaml"
screen_start 160 48 -c "$WORK/console.yaml" mta1 mta2
wait_screen 20 'hosts 2/2 up' "the console is up"
palette throttles
wait_screen 5 'Throttles\]' "nobody is throttled"

lab limit comcast 3 >/dev/null
no_retries mta1
lab traffic start --rate 30 --domain comcast.net --hosts mta1 --nouser 0
refused() { lab count | awk -F '\t' '$2 == "comcast" { n += $4 } END { exit n == 0 }'; }
until_ok 30 refused || not_ok "comcast refuses" "$(lab count)"
claim wait_screen 60 "throttled +$NET\\.1\\.1[1-4] .*comcast" \
	"a throttle shows within 60 s of its first refusal"
wait_screen 10 '4\.2\.0 Throttled' "with the provider's words"
wait_rows 60 throttles "[.[] | select(.state | test(\"throttled\"))
	| select(.provider == \"comcast\" and (.reply | test(\"RL000010\")))
	| .egress] | sort == [\"$NET.1.11\", \"$NET.1.12\", \"$NET.1.13\",
	\"$NET.1.14\"]" "each egress IP that is refused has its row"
wait_rows 5 throttles 'all(.provider == "comcast" and .host == "mta1")' \
	"and nobody else has one"
palette egress
wait_screen 10 "$NET\\.1\\.11 .*comcast" "Egress names who throttles"

# Nothing is in flight when all was tried, and Postfix has stopped; then figures
# stand still.
lab traffic stop >/dev/null
wait_idle mta1
lab run mta1 postfix stop 2>/dev/null
counted() { # the receivers' deferred of all attempts, in 1/1000, rounded down
	lab count | awk -F '\t' '$2 == "comcast" {
		printf "%s %d\n", $1, int(1000 * $4 / ($3 + $4 + $5)) }' | sort
}
shown() {
	view_json throttles |
		jq -r '.rows[] | "\(.egress) \(.share_pct * 10 | round)"' | sort
}
shares_agree() {
	counted >"$WORK/want"
	shown >"$WORK/got" && [ -s "$WORK/want" ] && cmp -s "$WORK/want" "$WORK/got"
}
if until_ok 15 shares_agree; then ok "shares are those comcast counted"; else
	not_ok "shares are those comcast counted" "$(diff "$WORK/want" "$WORK/got")"
fi
timeout 240 "$PROGRAM" throttles --json -F "$CONF" mta1 mta2 >"$WORK/throttles.json"
is "the command says so too, and exits 1" "$?" 1
is "with the same shares" "$(jq -r '.throttles[] | "\(.egress) \(.share * 1000 | round)"' \
	"$WORK/throttles.json" | sort)" "$(cat "$WORK/want")"
has "with provider and egress IP" \
	"$(jq -r '.throttles[] | "\(.provider) \(.egress // .ip) \(.state)"' \
		"$WORK/throttles.json")" "^comcast $NET\\.1\\.1[1-4] throttled\$"

# The sender slows down, and drops what piled up. A burst, after this machine
# stood still for a moment, is not too fast.
lab limit comcast 6 >/dev/null
lab run mta1 postfix start 2>/dev/null
lab run mta1 postsuper -d ALL deferred 2>/dev/null
lab traffic start --rate 2 --domain comcast.net --hosts mta1 --nouser 0
wait_rows 60 throttles 'any(.state | test("easing"))' "it eases"
wait_rows 60 throttles 'length == 4 and all(.state | test("clear"))' \
	"and is over on all four"
wait_rows 5 throttles 'all(.episodes == 1)' "it was one throttle each"
lab limit comcast 3 >/dev/null
lab traffic rate 40
wait_rows 60 throttles 'any((.state | test("throttled")) and .episodes == 2)' \
	"too fast again, throttled again"
keys Q
wait_screen 5 'EXIT=0' "Q leaves"
done_testing
