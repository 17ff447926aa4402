#!/bin/bash
# Connections: `true` on BENCH_HOSTS real sshds (100) of the lab, once through
# the console's own transport, all at once and kept, and once by xargs -P16 and
# the ssh program. CPU seconds are the client's: its own and its children's.
# Each figure is the better of three runs, taken in turns. Also, without a
# wanted figure, a whole `mtadeck status --json` of the same hosts.
# Then the console on them while each one's mail log grows by BENCH_RATE lines a
# second (2,000): its CPU time over all lines, keys timed meanwhile, and its own
# counts afterwards against what was written. There the hosts have one processor
# and the console another, where there are two.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/bench/lab.bash
hosts=${BENCH_HOSTS:-100}
bench_lab connect 127.48 --hosts "$hosts"
names=$(seq -f 'mta%.0f' "$hosts")
TIMEFORMAT='%R %U %S'

peer() {
	xargs -P16 -I{} ssh -F "$conf" -o KexAlgorithms=curve25519-sha256 {} true \
	    <<<"$names" >/dev/null 2>"$dir/err"
}
status() {
	build/release/mtadeck -F "$conf" status --json $names >"$dir/status.json"
}

for _ in 1 2 3; do
	build/release/bench/bench_connect "$conf" $names >>"$dir/ours"
	{ time peer; } 2>>"$dir/peer"
done
{ time status; } 2>"$dir/status" || say "status: $(tail -n 1 "$dir/status.json")"

# least FIELD...: the least sum of these fields over the runs in stdin.
least() {
	awk -v f="$*" 'BEGIN { n = split(f, at, " ") }
	    { t = 0; for (i = 1; i <= n; i++) t += $at[i] }
	    NR == 1 || t < best { best = t } END { print best }'
}
jq -r '"\(.wall_s) \(.own_s) \(.children_s) \(.kb_a_session) \(.answered)"' \
    "$dir/ours" >"$dir/ours.txt"
awk -v oc="$(least 2 3 <"$dir/ours.txt")" -v pc="$(least 2 3 <"$dir/peer")" \
    -v ow="$(least 1 <"$dir/ours.txt")" -v pw="$(least 1 <"$dir/peer")" \
    -v kb="$(least 4 <"$dir/ours.txt")" -v n="$hosts" \
    -v up="$(least 5 <"$dir/ours.txt")" -v st="$(<"$dir/status")" 'BEGIN {
	OFS = "\t"
	split(st, s, " ")
	peer = "xargs -P16 ssh "
	if (up != n) print "connections", up " of " n " answered", "", "", "all", "NOT"
	print "connections, " n " hosts: client CPU", oc " s", peer pc " s", \
	    sprintf("%.3f x", oc / pc), "at most 0.2 x", oc / pc <= 0.2 ? "ok" : "NOT"
	print "connections, wall", ow " s", peer pw " s", \
	    sprintf("%.2f x", ow / pw), "at most 0.8 x", ow / pw <= 0.8 ? "ok" : "NOT"
	print "connections, memory a session", kb " KB", "", "", "at most 100 KB", \
	    kb <= 100 ? "ok" : "NOT"
	print "connections, mtadeck status: CPU", s[2] + s[3] " s", peer pc " s", \
	    sprintf("%.3f x", (s[2] + s[3]) / pc), "", "-"
}'

rate=${BENCH_RATE:-2000} seconds=30
logs=()
for h in $names; do
	logs+=("$dir/lab/hosts/$h/var/log/mail.log")
done
# Lines of the hosts' own egress handles, in the form that light hosts log.
build/release/bench/gen_log 40000 |
    grep -aE '^[A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} ' |
    sed -E 's,postfix/out(5|9)/,postfix/out1/,; s,postfix/out(6|10)/,postfix/out2/,
	s,postfix/out(7|11)/,postfix/out3/,; s,postfix/out(8|12)/,postfix/out4/,' \
	>"$dir/text"
say "$((rate * hosts)) lines a second"
far= near=
if (($(nproc) > 1)); then
	far_on 0
	far='taskset -c 0' near='taskset -c 1'
fi
(
	sleep 15
	exec $far build/release/bench/bench_feed "$rate" "$seconds" "$dir/text" \
	    "${logs[@]}"
) >"$dir/feed" &
bench_pids=$!
$near build/release/bench/bench_pty wait:14 begin wait:3 keys:live:130 wait:8 end:stream \
    type:2 wait:1 "type::export json $dir/egress.json"$'\r' wait:2 -- \
    build/release/mtadeck -F "$conf" $names >"$dir/pty"
wait "$bench_pids" || :
bench_pids=
jq -rn --slurpfile p "$dir/pty" --slurpfile f "$dir/feed" \
    --slurpfile e "$dir/egress.json" '
    ($p | map({(.name): .}) | add) as $m | $f[0] as $w |
    ($e[0].rows | [map(.sent_total), map(.deferred_total), map(.bounced_total)] |
	map(map(. // 0 | tonumber) | add)) as $got |
    [$w.sent, $w.deferred, $w.bounced] as $want |
    ($m.stream.cpu_s / $w.lines * 200000 * 1000 | round / 1000) as $core |
    def row(ok): [.[], (if ok then "ok" else "NOT" end)] | @tsv;
    (["stream, 200,000 lines a second: CPU", "\($core) of a core",
	"\($w.lines) lines, \($w.lines / $w.seconds | round) a second written", "",
	"at most 0.5"] | row($core <= 0.5)),
    (["stream, sent, deferred, bounced", ($got | join(", ")),
	"written " + ($want | join(", ")), "", "equal"] | row($got == $want)),
    (["stream, key to screen, p99 of \($m.live.n)", "\($m.live.p99_ms) ms",
	"", "", "at most 50 ms"] | row($m.live.p99_ms <= 50 and $m.live.missed == 0)),
    (["stream, memory", "\($m.stream.rss_kb / 1024 | round) MB", "", "", "", "-"] | @tsv)'
