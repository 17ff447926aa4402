#!/bin/sh
# Every test there is: make check, then each end-to-end script of tests/ in
# turn. A script prints "N passed, N failed" as its last such line, and exits
# 77 with a sentence when this machine cannot run it (no namespaces, say).
# Ends with the sum, "N passed, N failed, N skipped".
set -u
cd "$(dirname "$0")/.."
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
pass=0 fail=0 skip=0

take() { # label exit-status
	line=$(grep -Eo '[0-9]+ passed, [0-9]+ failed' "$out" | tail -n 1)
	p=${line%% *}
	f=${line#* passed, }
	f=${f%% *}
	if [ "$2" -eq 77 ]; then
		echo "SKIP $1: $(tail -n 1 "$out")"
		skip=$((skip + 1))
		return
	fi
	if [ -z "$line" ]; then p=0 f=0; fi
	if [ "$2" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
	if [ "$2" -eq 0 ] && [ "$((p + f))" -eq 0 ]; then f=1; fi
	pass=$((pass + p)) fail=$((fail + f))
	if [ "$f" -eq 0 ]; then
		echo "ok   $1: $p passed"
	else
		echo "FAIL $1: $p passed, $f failed"
		grep -v '^  CC\|^  TEST\|^ok ' "$out" | tail -n 60
	fi
}

run() { # label command...
	label=$1
	shift
	start=$(date +%s)
	"$@" >"$out" 2>&1 </dev/null
	rc=$?
	take "$label ($(($(date +%s) - start)) s)" "$rc"
}

run "make check" make -j2 check
for t in tests/lab/selftest.sh tests/e2e/*.sh; do
	[ -x "$t" ] || continue
	run "$t" timeout 900 "$t"
done
echo "$pass passed, $fail failed, $skip skipped"
[ "$fail" -eq 0 ]
