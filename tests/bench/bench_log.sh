#!/bin/bash
# The log: parse, aggregates, queue-id correlation and what the replies mean, of
# BENCH_LINES generated lines (5,000,000), against wc -l, mawk and pflogsumm, each of one thread. All
# times are CPU seconds (user and system), the best of five where it is short,
# with the file in the page cache: so other work on the machine counts little.
# Counts must equal grep's. The file (150 bytes a line) is removed at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
lines=${BENCH_LINES:-5000000}
bin=build/release/bench
dir=build/bench/log.$$
log=$dir/mail.log
mkdir -p "$dir"
trap 'rm -rf "$dir"' EXIT
TIMEFORMAT='%U %S'
export MTADECK_DATA=$PWD # the catalogues and rules

say() {
	echo "bench_log: $*" >&2
}

# cpu NAME COMMAND...: runs it once; its CPU seconds go to $dir/NAME.s, its
# output to $dir/NAME.out.
cpu() {
	local name=$1
	shift
	{ time "$@" >"$dir/$name.out" 2>"$dir/err"; } 2>>"$dir/$name.s" ||
		{ cat "$dir/err" >&2; exit 1; }
}

# The best of NAME's runs.
best() {
	awk '{ t = $1 + $2; if (NR == 1 || t < best) best = t }
	    END { printf "%.3f\n", best }' "$dir/$1.s"
}

# what, ours, peer's name, peer's seconds, "most" or "least", how many times ("-":
# nothing is wanted)
row() {
	awk -v what="$1" -v ours="$2" -v name="$3" -v peer="$4" -v sense="$5" \
	    -v times="$6" 'BEGIN {
		OFS = "\t"
		if (sense == "most") {
			ratio = ours / (peer > 0 ? peer : 0.001)
			ok = ratio <= times
		} else {
			ratio = peer / (ours > 0 ? ours : 0.001)
			ok = ratio >= times
		}
		print what, ours " s", name " " peer " s", \
		    sprintf("%.1f x", ratio), \
		    times == "-" ? "" : "at " sense " " times " x", \
		    times == "-" ? "-" : ok ? "ok" : "NOT"
	}'
}

free_kb=$(df -Pk "$dir" | awk 'NR == 2 { print $4 }')
if ((free_kb < lines / 5 * 2)); then
	say "$dir has $((free_kb / 1024)) MB free, $((lines / 2560)) are needed"
	exit 1
fi
# In pieces of 4 KB, as rsyslog writes (omfile's buffer). How a file was written
# decides how the kernel keeps it, and what reading it costs wc and us: so the
# same in large pieces, as no log comes to be, is measured too.
say "generating $lines lines"
"$bin/gen_log" "$lines" | dd bs=4k iflag=fullblock of="$log" status=none

# In turns, so that a busy moment of the machine meets all of them.
for _ in 1 2 3 4 5; do
	cpu wc wc -l "$log"
	cpu parse "$bin/bench_log" --parse-only "$log"
	cpu ours "$bin/bench_log" "$log"
done
dd if="$log" bs=1M of="$dir/large.log" status=none
for _ in 1 2 3; do
	cpu large_wc wc -l "$dir/large.log"
	cpu large "$bin/bench_log" "$dir/large.log"
done
rm "$dir/large.log"
wc_s=$(best wc) parse_s=$(best parse) ours_s=$(best ours)
say "mawk"
cpu mawk mawk -f tests/bench/log.awk "$log"
mawk_s=$(best mawk)
say "pflogsumm"
head -n "$((lines / 10))" "$log" >"$dir/tenth.log"
cpu tenth pflogsumm --detail 0 "$dir/tenth.log"
pflogsumm_s=$(awk -v s="$(best tenth)" 'BEGIN { printf "%.1f", s * 10 }')
pflogsumm_name='pflogsumm (a tenth, x 10)'
if awk -v s="$pflogsumm_s" 'BEGIN { exit s > 120 }'; then
	cpu pflogsumm pflogsumm --detail 0 "$log"
	pflogsumm_s=$(best pflogsumm)
	pflogsumm_name=pflogsumm
fi

# One line an egress tag, "postfix/out1 sent deferred bounced", from grep.
say "grep"
for tag in $(seq -f 'out%.0f' 12); do
	LC_ALL=C grep -F " postfix/$tag/smtp[" "$log" >"$dir/one.log" || true
	printf 'postfix/%s' "$tag"
	for status in sent deferred bounced; do
		printf ' %d' "$(LC_ALL=C grep -cF " status=$status (" "$dir/one.log")"
	done
	echo
done | sort >"$dir/grep.txt"
jq -r '.egress[] | "postfix/\(.handle) \(.sent) \(.deferred) \(.bounced)"' \
    "$dir/ours.out" | sort >"$dir/ours.txt"
sed 's,/smtp,,' "$dir/mawk.out" | sort >"$dir/mawk.txt"
same='no' verdict=NOT
if cmp -s "$dir/grep.txt" "$dir/ours.txt" && cmp -s "$dir/grep.txt" "$dir/mawk.txt" &&
    [ "$(jq .lines "$dir/ours.out")" -eq "$lines" ]; then
	same='equal' verdict=ok
else
	diff "$dir/grep.txt" "$dir/ours.txt" >&2 || true
	diff "$dir/grep.txt" "$dir/mawk.txt" >&2 || true
fi

row "log, $lines lines: parse, model, classes" "$ours_s" 'wc -l' "$wc_s" most 10
row "log, the same, written in pieces of 1 MB" "$(best large)" 'wc -l' "$(best large_wc)" most -
row "log, the same" "$ours_s" mawk "$mawk_s" least 3
row "log, the same" "$ours_s" "$pflogsumm_name" "$pflogsumm_s" least 60
printf 'log, counts per egress IP\t%s\tgrep -c\t\tequal\t%s\n' "$same" "$verdict"
jq -r '"log, memory\t\(.rss_kb / 1024 * 10 | round / 10) MB\t\t\tat most 32 MB\t" +
    (if .rss_kb <= 32768 then "ok" else "NOT" end)' "$dir/ours.out"
awk -v s="$parse_s" -v n="$lines" 'BEGIN { OFS = "\t"
    print "log, parser alone", sprintf("%.0f ns a line", s / n * 1e9), "", "", "", "-" }'
