#!/bin/sh
# Runs unit test programs; prints a line for each that fails with its output,
# and a closing count of test cases. Exit 1 if anything failed. UNDER: a command
# to run each under, with its options; SECONDS_EACH: how long one may take.
set -u
pass=0 fail=0
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
for t in "$@"; do
	# shellcheck disable=SC2086 # a command and its options
	if CMOCKA_MESSAGE_OUTPUT=TAP timeout "${SECONDS_EACH:-120}" \
	    ${UNDER:-} "$t" >"$out" 2>&1; then rc=0; else rc=$?; fi
	p=$(grep -c '^ok ' "$out")
	f=$(grep -c '^not ok ' "$out")
	if [ "$rc" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
	pass=$((pass + p)) fail=$((fail + f))
	if [ "$rc" -ne 0 ]; then
		echo "FAIL $t (exit $rc)"
		tail -40 "$out"
	fi
done
echo "units: $pass passed, $fail failed"
[ "$fail" -eq 0 ]
