#!/bin/sh
# Runs unit test programs, three at a time: some wait more than they work. Prints
# a line for each that fails with its output, and a closing count of test cases.
# Exit 1 if anything failed. UNDER: a command to run each under, with its options;
# SECONDS_EACH: how long one may take.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

one() { # program folder-of-its-own
	# shellcheck disable=SC2086 # a command and its options
	if CMOCKA_MESSAGE_OUTPUT=TAP timeout "${SECONDS_EACH:-120}" \
	    ${UNDER:-} "$1" >"$2/out" 2>&1; then rc=0; else rc=$?; fi
	p=$(grep -c '^ok ' "$2/out")
	f=$(grep -c '^not ok ' "$2/out")
	if [ "$rc" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
	echo "$p $f" >"$2/sum"
	if [ "$rc" -ne 0 ]; then
		{
			echo "FAIL $1 (exit $rc)"
			tail -40 "$2/out"
		} >"$2/said"
		cat "$2/said"
	fi
}

# Takes programs that nobody has taken, until none is left.
worker() {
	n=0
	for t in "$@"; do
		n=$((n + 1))
		mkdir "$work/$n" 2>/dev/null || continue
		one "$t" "$work/$n"
	done
}

worker "$@" &
worker "$@" &
worker "$@"
wait
# One that left no sum, whatever stopped it, has failed.
cat "$work"/*/sum | awk -v programs=$# '{ p += $1; f += $2 } END {
	f += programs - NR
	printf "units: %d passed, %d failed\n", p, f
	exit f > 0 }'
