#!/bin/bash
# Lists: the prober over 137 and 10,000 addresses x 60 lists of a local rbldnsd,
# beside udns rblcheck, dnsperf -q 64 and dig, which ask for the same names; each
# figure is the best of five runs (15 of the short ones), taken in turns. Then
# 137 x 60 through a resolver that answers after 20 ms, loses 1 in 100 and has 3
# dead lists (slowdns), beside adnshost and rblcheck; a peer gets BENCH_PEER_S
# seconds (35) and counts as that slow when it needs more. Servers listen on port 53 of two
# loopback addresses: rblcheck and adnshost know no other port.
set -euo pipefail
cd "$(dirname "$0")/../.."
near=127.85.0.1 far=127.85.0.2 limit=${BENCH_PEER_S:-35}
bench=$PWD/build/release/bench
dir=$PWD/build/bench/dnsbl.$$
pids=
say() { echo "bench_dnsbl: $*" >&2; }
row() { (IFS=$'\t'; printf '%s\n' "$*"); }
finish() {
	for pid in $pids; do
		kill "$pid" 2>/dev/null || :
	done
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' INT TERM
mkdir -p "$dir"
chmod 755 "$dir"
if [ "$(id -u)" -ne 0 ]; then
	row "lists" "not measured: port 53 wants root" "" "" "" "-"
	exit 0
fi
tests/lab/parts.sh build/lab/parts >&2

# The lists, the names to ask, the servers.
zones=()
for n in $(seq -w 0 59); do
	printf ':127.0.0.2:Listed\n127.0.0.2\n10.0.0.%d\n' "$((10#$n))" >"$dir/bl$n"
	zones+=("bl$n.bench.example:ip4set:bl$n")
	echo "bl$n.bench.example"
done >"$dir/zones"
addresses() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
	    printf "10.0.%d.%d\n", int(i / 256), i % 256 }'
}
names() {
	awk -F. 'NR == FNR { zone[NR] = $0; n = NR; next }
	    { for (i = 1; i <= n; i++)
		print $4 "." $3 "." $2 "." $1 "." zone[i] }' "$dir/zones" -
}
for n in 137 10000; do
	addresses "$n" >"$dir/addresses.$n"
	names <"$dir/addresses.$n" >"$dir/names.$n"
	sed 's/$/ A/' "$dir/names.$n" >"$dir/dnsperf.$n"
done
# rbldnsd leaves root for nobody, who must find its files.
data=$(mktemp -d /tmp/bench_dnsbl.XXXXXX)
trap 'finish; rm -rf "$data"' EXIT
cp "$dir"/bl* "$data"
chmod -R a+rX "$data"
build/lab/parts/usr/sbin/rbldnsd -n -u nobody -w "$data" -b "$near/53" \
    "${zones[@]}" >"$dir/rbldnsd.log" 2>&1 &
pids="$pids $!"
"$bench/slowdns" "$far" 53 20 100 3 600 &
pids="$pids $!"
up() {
	dig +short +tries=1 +time=1 "@$1" 2.0.0.127.bl59.bench.example |
	    grep -qx 127.0.0.2
}
for server in "$near" "$far"; do
	for _ in $(seq 50); do
		! up "$server" || continue 2
	done
	cat "$dir/rbldnsd.log" >&2
	exit 1
done

TIMEFORMAT=%R
# took FILE SECONDS COMMAND...: adds its wall time, or SECONDS if it needs more.
took() {
	local to=$1 most=$2 rc=0
	shift 2
	{ time timeout "$most" "$@" >"$dir/out" 2>"$dir/err" || rc=$?; } \
	    2>>"$to"
	[ "$rc" -ne 124 ] || echo "$most" >>"$to"
}
least() { sort -g "$1" | head -n 1; }
ours() { "$bench/bench_dnsbl" "$1:53" "$2" 60 2>"$dir/said"; }
perf() {
	dnsperf -s "$near" -q 64 -n 1 -d "$dir/dnsperf.$1" |
	    awk '/Run time/ { print $NF }'
}
compare() { # WHAT OURS PEER PEER-NAME MOST
	row "$1" "$2 s" "$4 $3 s" "$(awk -v a="$2" -v b="$3" \
	    'BEGIN { printf "%.2f x", a / b }')" "at most $5 x" \
	    "$(awk -v a="$2" -v b="$3" -v m="$5" \
		'BEGIN { print a <= m * b ? "ok" : "NOT" }')"
}
faster() { # WHAT OURS PEER PEER-NAME LEAST
	row "$1" "$2 s" "$4 $3 s" "$(awk -v a="$2" -v b="$3" \
	    'BEGIN { printf "%.1f x faster", b / a }')" "at least $5 x" \
	    "$(awk -v a="$2" -v b="$3" -v m="$5" \
		'BEGIN { print b >= m * a ? "ok" : "NOT" }')"
}

# dig, a query each.
head -n 50 "$dir/names.137" >"$dir/fifty"
{ time while read -r name; do
	dig +short "@$near" "$name" >/dev/null
done <"$dir/fifty"; } 2>"$dir/dig"
a_dig=$(awk '{ print $1 / 50 }' "$dir/dig")

for n in 137 10000; do
	say "$n addresses"
	runs=5
	[ "$n" -gt 1000 ] || runs=15
	for _ in $(seq "$runs"); do
		ours "$near" "$n" >>"$dir/ours.$n"
		took "$dir/rblcheck.$n" "$limit" xargs -a "$dir/addresses.$n" \
		    rblcheck -n "$near" -S "$dir/zones"
		perf "$n" >>"$dir/perf.$n"
	done
	jq .wall_s "$dir/ours.$n" >"$dir/wall.$n"
	wall=$(least "$dir/wall.$n")
	what="lists, $n addresses x 60"
	compare "$what" "$wall" "$(least "$dir/rblcheck.$n")" rblcheck 1.25
	compare "$what" "$wall" "$(least "$dir/perf.$n")" "dnsperf -q 64" 1.3
	faster "$what" "$wall" "$(awk -v t="$a_dig" -v n="$n" \
	    'BEGIN { print t * n * 60 }')" "dig a query (50 scaled)" 1000
	jq -rs --arg what "$what" --argjson n "$n" '
	    (map(.grown_kb) | max) as $kb | [.[] | .clean + .listed] as $told |
	    [$what + ": memory grown by", "\($kb) KB", "", "", "at most 10 MB",
		(if $kb <= 10240 then "ok" else "NOT" end)],
	    [$what + ": told right", "\($told | min) of \($n * 60)",
		"listed \(map(.listed) | min)", "", "all, 60 listed",
		(if ($told | min) == $n * 60 and all(.[]; .listed == 60)
		    then "ok" else "NOT" end)] | @tsv' "$dir/ours.$n"
done

say "a slow resolver"
for _ in 1 2 3; do
	ours "$far" 137 >>"$dir/slow"
done
took "$dir/adns" "$limit" adnshost --config "nameserver $far" -ta -a -f \
    <"$dir/names.137"
took "$dir/rblcheck.slow" "$limit" xargs -a "$dir/addresses.137" \
    rblcheck -n "$far" -S "$dir/zones"
wall=$(jq -s 'map(.wall_s) | max' "$dir/slow")
what="lists, 137 x 60, 20 ms, 1 % lost, 3 dead"
row "$what" "$wall s" "" "" "at most 4 s" \
    "$(awk -v a="$wall" 'BEGIN { print a <= 4 ? "ok" : "NOT" }')"
faster "$what" "$wall" "$(least "$dir/adns")" adnshost 5
faster "$what" "$wall" "$(least "$dir/rblcheck.slow")" "rblcheck (at least)" 5
# 57 lists live, each lists one address; all that is lost is not clean.
jq -rs --arg what "$what" '
    [$what + ": clean", "\(map(.clean) | max)", "", "",
	"7752, and 57 listed, 411 unreachable",
	(if all(.[]; .clean == 7752 and .listed == 57 and .unreachable == 411)
	    then "ok" else "NOT" end)] | @tsv' "$dir/slow"
