#!/bin/bash
# The queue: BENCH_MESSAGES lines (1,000,000) of `postqueue -j` output against
# cJSON per line and jq. Lines alone: the tokenizer and cJSON take the same
# members of the same lines. Reading: all dimensions with the shapes of
# replies, against jq counting queues and domains alone. Also the far side's
# awk and what it ships. CPU seconds (user and system), the file in the page
# cache. Counts must be equal. The file (400 bytes a line) is removed.
set -euo pipefail
cd "$(dirname "$0")/../.."
messages=${BENCH_MESSAGES:-1000000}
bin=build/release/bench/bench_queue
dir=build/bench/queue.$$
list=$dir/list.ndjson
mkdir -p "$dir"
trap 'rm -rf "$dir"' EXIT
TIMEFORMAT='%U %S'

say() {
	echo "bench_queue: $*" >&2
}

# CPU seconds of a command, the best of $1 runs; its output is in $dir/out.
cpu() {
	local runs=$1 i
	shift
	for ((i = 0; i < runs; i++)); do
		{ time "$@" >"$dir/out" 2>"$dir/err"; } 2>&1
	done | awk '{ t = $1 + $2; if (NR == 1 || t < best) best = t }
	    END { printf "%.3f\n", best }'
}

# what, ours, peer's name, peer's seconds, how many times faster at least
row() {
	awk -v what="$1" -v ours="$2" -v name="$3" -v peer="$4" -v times="$5" '
	BEGIN {
		OFS = "\t"
		ratio = peer / (ours > 0 ? ours : 0.001)
		print what, ours " s", name " " peer " s", \
		    sprintf("%.1f x", ratio), "at least " times " x", \
		    ratio >= times ? "ok" : "NOT"
	}'
}

free_kb=$(df -Pk "$dir" | awk 'NR == 2 { print $4 }')
if ((free_kb < messages / 2)); then
	say "$dir has $((free_kb / 1024)) MB free, $((messages / 2048)) are needed"
	exit 1
fi
say "generating $messages messages"
"$bin" gen "$messages" >"$list"

lines_s=$(cpu 3 "$bin" parse "$list")
cjson_lines_s=$(cpu 3 "$bin" parse-cjson "$list")
ours_s=$(cpu 3 "$bin" ours "$list")
cp "$dir/out" "$dir/ours.txt"
rss_kb=$(cat "$dir/err")
head -n "$((messages / 10))" "$list" >"$dir/tenth.ndjson"
"$bin" ours "$dir/tenth.ndjson" >/dev/null 2>"$dir/err"
tenth_rss_kb=$(cat "$dir/err")
rm "$dir/tenth.ndjson"
cjson_s=$(cpu 1 "$bin" cjson "$list")
cp "$dir/out" "$dir/cjson.txt"
say "jq"
jq_counts() {
	jq -r '[.queue_name, .message_size,
	    ([.recipients[].address | split("@") | last] | unique[])] | @tsv' "$1" |
	    mawk -F '\t' '{ m++; b += $2; q[$1]++; for (i = 3; i <= NF; i++) d[$i]++ }
	    END {
		printf "messages\t%d\nbytes\t%.0f\n", m, b
		for (k in q) printf "queue\t%s\t%d\n", k, q[k]
		for (k in d) printf "domain\t%s\t%d\n", k, d[k]
	    }'
}
jq_s=$(cpu 1 jq_counts "$list")
sort "$dir/out" >"$dir/jq.txt"
say "the far side's awk"
mkdir "$dir/bin"
printf '#!/bin/sh\ncat "%s"\n' "$PWD/$list" >"$dir/bin/postqueue"
chmod +x "$dir/bin/postqueue"
cat remote/scripts/queue_list.sh remote/scripts/queue_agg.sh >"$dir/agg.sh"
awk_s=$(PATH=$PWD/$dir/bin:$PATH cpu 1 sh "$dir/agg.sh" direct 2000 1 /etc/postfix)
cp "$dir/out" "$dir/rows.txt"
"$bin" rows "$dir/rows.txt" >"$dir/agg.txt" 2>"$dir/err"

same=no verdict=NOT
sort "$dir/ours.txt" >"$dir/ours.sorted"
if cmp -s "$dir/ours.txt" "$dir/cjson.txt" && cmp -s "$dir/ours.sorted" "$dir/jq.txt" &&
    [ "$(head -n 4 "$dir/agg.txt")" = "$(head -n 4 "$dir/ours.txt")" ] &&
    [ "$(head -n 1 "$dir/ours.txt")" = "messages	$messages" ]; then
	same=equal verdict=ok
else
	diff "$dir/ours.sorted" "$dir/jq.txt" >&2 || true
	diff "$dir/ours.txt" "$dir/cjson.txt" >&2 || true
fi

row "queue, $messages messages: lines" "$lines_s" 'cJSON per line' "$cjson_lines_s" 3
row "queue, whole reading" "$ours_s" 'jq, queues and domains' "$jq_s" 8
awk -v o="$ours_s" -v c="$cjson_s" 'BEGIN { OFS = "\t"
    print "queue, the same", o " s", "cJSON per line " c " s", sprintf("%.1f x", c / o), "", "-" }'
printf 'queue, counts\t%s\tcJSON, jq, awk\t\tequal\t%s\n' "$same" "$verdict"
awk -v n="$rss_kb" -v t="$tenth_rss_kb" 'BEGIN { OFS = "\t"
    print "queue, memory", sprintf("%.1f MB", n / 1024), \
	sprintf("a tenth of it %.1f MB", t / 1024), "", "at most 60 MB", n <= 61440 ? "ok" : "NOT" }'
awk -v s="$awk_s" -v n="$messages" -v b="$(wc -c <"$dir/rows.txt")" 'BEGIN { OFS = "\t"
    print "queue, counted on the far side", sprintf("%.0f us a message", s / n * 1e6), "", "", "", "-"
    print "queue, shipped then", sprintf("%.0f KB", b / 1024), "", "", "at most 500 KB", b <= 512000 ? "ok" : "NOT" }'
