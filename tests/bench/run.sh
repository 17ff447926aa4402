#!/bin/sh
# Runs every tests/bench/bench_*.sh (or those named: run.sh log screen) and
# prints one table. A script prints its rows on standard output, six fields
# with tabs between them: what, figure, peer, ratio, wanted, ok or NOT (or "-"
# where nothing is wanted); what it does meanwhile goes to standard error.
# Exit 1 when a figure is NOT what is wanted or a script failed.
set -u
cd "$(dirname "$0")/../.." || exit 1
mkdir -p build/bench
rows=build/bench/rows.$$
trap 'rm -f "$rows"' EXIT
: >"$rows"

if [ $# -eq 0 ]; then
	set -- tests/bench/bench_*.sh
else
	for name in "$@"; do
		shift
		set -- "$@" "tests/bench/bench_$name.sh"
	done
fi
for script in "$@"; do
	echo "bench: $script" >&2
	"$script" >>"$rows" ||
		printf '%s\tfailed (exit %s)\t\t\t\tNOT\n' "$script" "$?" >>"$rows"
done

awk -F '\t' '
BEGIN { row[0] = "what\tfigure\tpeer\tratio\twanted\t" }
{ row[NR] = $0; if ($6 == "NOT") bad++ }
END {
	for (r = 0; r <= NR; r++) {
		n = split(row[r], f, "\t")
		for (i = 1; i <= n; i++) {
			gsub(/[\t\001-\037]/, "?", f[i])
			if (length(f[i]) > wide[i]) wide[i] = length(f[i])
		}
	}
	for (r = 0; r <= NR; r++) {
		n = split(row[r], f, "\t")
		line = ""
		for (i = 1; i <= 6; i++) line = line sprintf("%-" wide[i] + 2 "s", f[i])
		sub(/ +$/, "", line)
		print line
	}
	exit bad > 0
}' "$rows"
