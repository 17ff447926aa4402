#!/bin/bash
# Connections: `true` on BENCH_HOSTS real sshds (100) of the lab, once through
# the console's own transport, all at once and kept, and once by xargs -P16 and
# the ssh program. CPU seconds are the client's: its own and its children's.
# Each figure is the better of three runs, taken in turns. Also, without a
# wanted figure, a whole `mtadeck status --json` of the same hosts.
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
