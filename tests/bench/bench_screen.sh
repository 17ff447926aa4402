#!/bin/bash
# The screen, 200x60, in a terminal of the bench's own: the time to a complete
# Egress screen against a cold `ssh mta1 true`; live with traffic; a hundred
# idle hosts; a frozen clock, which must write nothing; and a terminal that
# takes nothing while the console must go on. CPU is the console's own.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/bench/lab.bash
hosts=${BENCH_HOSTS:-100}
bench_lab screen 127.88 --hosts "$hosts"
program=$PWD/build/release/mtadeck
pty=build/release/bench/bench_pty
socket=
tm() { tmux -L "mtadeck-bench-$$-$socket" -f /dev/null "$@"; }

now_ms() { echo $(($(date +%s%N) / 1000000)); }
# Milliseconds until the Egress screen has all three hosts: the 8 addresses whose
# deliveries their logs tell apart, and the third host's row.
first_screen() { # RUN
	local began screen n
	socket=$1
	tm new-session -d -x 200 -y 60 'sleep 100'
	began=$(now_ms)
	tm respawn-pane -k "'$program' -F '$conf' mta1 mta2 mta3"
	for ((n = 0; n < 1000; n++)); do
		screen=$(tm capture-pane -p)
		if grep -q 'hosts 3/3 up' <<<"$screen" &&
		    [ "$(grep -coE '127\.88\.[123]\.1[1-4] ' <<<"$screen")" -ge 8 ] &&
		    ! grep -q 'connecting\|history' <<<"$screen"; then
			echo $(($(now_ms) - began))
			break
		fi
		sleep 0.01
	done
	[ "$n" -lt 1000 ] || echo 99999
	tm kill-server
}
cold() {
	local began
	began=$(now_ms)
	ssh -F "$conf" mta1 true
	echo $(($(now_ms) - began))
}
say "first screen"
first=$({ first_screen 1; first_screen 2; first_screen 3; } | sort -n | head -n 1)
ssh_ms=$({ cold; cold; cold; cold; cold; } | sort -n | head -n 1)
awk -v o="$first" -v p="$ssh_ms" 'BEGIN { OFS = "\t"
    print "screen, first complete Egress, 3 hosts", o " ms", "ssh mta1 true " p " ms", \
	sprintf("%.1f x", o / p), "at most 3 x", o <= 3 * p ? "ok" : "NOT" }'

# one NAME LIMIT-PERCENT: a row of a window's CPU.
cpu_row() {
	jq -r --arg what "$2" --argjson most "$3" 'select(.name == "'"$1"'") |
	    (.cpu_s / .seconds * 1000 | round / 10) as $pct |
	    [$what, "\($pct) % of a core", "\(.bytes / .seconds | round) bytes a second",
		"", "at most \($most) %", (if $pct <= $most then "ok" else "NOT" end)] | @tsv' \
	    "$dir/pty"
}

say "live"
lab traffic start --rate 60 >/dev/null
"$pty" wait:10 begin wait:20 end:live -- "$program" -F "$conf" mta1 mta2 mta3 >"$dir/pty"
cpu_row live "screen, live, 3 hosts" 3

say "a stalled terminal"
log=$dir/lab/hosts/mta4/var/log/mail.log
build/release/bench/gen_log 20000 |
    grep -aE '^[A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} ' >"$dir/text"
(
	sleep 12
	exec build/release/bench/bench_feed 1000 5 "$dir/text" "$log"
) >"$dir/feed" &
bench_pids=$!
"$pty" wait:8 stall:12 type:2 stall:1 "type::export json $dir/stalled.json"$'\r' stall:2 \
    wait:1 -- "$program" -F "$conf" mta1 mta2 mta3 mta4 >/dev/null
wait "$bench_pids" || :
bench_pids=
lab traffic stop >/dev/null
got=$(jq '[.rows[] | select(.host == "mta4") | .sent_total // 0 | tonumber] | add' \
    "$dir/stalled.json" || echo none)
want=$(jq .sent "$dir/feed")
printf 'screen, a stalled terminal\t%s\t%s\t\tequal\t%s\n' "counts $got" \
    "written meanwhile $want" "$([ "$got" = "$want" ] && echo ok || echo NOT)"

say "nothing changed"
timeout -s INT 12 "$pty" wait:6 -- "$program" --record "$dir/rec" -F "$conf" mta1 >/dev/null 2>&1 || :
"$pty" wait:3 type:p wait:1.5 begin wait:5 end:still -- "$program" replay "$dir/rec" \
    >"$dir/pty" || :
jq -r 'select(.name == "still") | ["screen, nothing changed (a recording that is paused)",
    "\(.bytes) bytes", "", "", "0", (if .bytes == 0 then "ok" else "NOT" end)] | @tsv' "$dir/pty"

say "$hosts idle hosts"
"$pty" wait:30 begin wait:30 end:idle -- "$program" -F "$conf" \
    $(seq -f 'mta%.0f' "$hosts") >"$dir/pty"
cpu_row idle "screen, $hosts idle hosts" 1
jq -r --arg what "screen, $hosts idle hosts: memory" 'select(.name == "idle") |
    [$what, "\(.rss_kb / 1024 * 10 | round / 10) MB", "", "", "at most 60 MB",
	(if .rss_kb <= 61440 then "ok" else "NOT" end)] | @tsv' "$dir/pty"
