#!/bin/sh
# Refuses functions that have no bound or reach a shell, unfinished work, and
# files that clang-format would change.
set -eu
cd "$(dirname "$0")/.."
files=$(ls core/*.[ch] remote/*.[ch] probes/*.[ch] store/*.[ch] tui/*.[ch] app/*.[ch] 2>/dev/null || true)
tests=$(ls tests/unit/*/*.[ch] tests/fuzz/*.c tests/bench/*.c 2>/dev/null || true)
bad=0
if grep -nE '(^|[^_a-z])(system|sprintf|vsprintf|strtok|atoi|atol|strcpy|strcat|strncpy|sscanf|popen|gets)[(]' $files; then
	echo "lint: a banned function" >&2
	bad=1
fi
if grep -nwE 'TODO|FIXME|XXX' $files; then
	echo "lint: unfinished work" >&2
	bad=1
fi
if ! clang-format --dry-run -Werror $files $tests; then
	echo "lint: make format" >&2
	bad=1
fi
exit $bad
