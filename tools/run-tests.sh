#!/bin/sh
# Every test there is: make check, then each end-to-end script of tests/, three at
# a time, each with a net of its own: they wait more than they work. A script
# prints "N passed, N failed" as its last such line, and exits 77 with a
# sentence when this machine cannot run it (no namespaces, say); a line of its head
# tells how long it takes. Ends with the sum, "N passed, N failed, N skipped".
set -u
export LC_ALL=C.UTF-8 # whatever language the person's is
cd "$(dirname "$0")/.."
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fetch='' workers=''

# What was started in the background heeds no Ctrl-C: it is told. timeout(1) passes
# it on to all of its script, which then takes its lab down.
stop() { # exit-status
	trap '' INT TERM
	scripts=$(for w in $workers; do pgrep -P "$w"; done)
	# shellcheck disable=SC2086 # numbers
	kill $fetch $workers $scripts 2>/dev/null
	exit "$1"
}
trap 'stop 130' INT
trap 'stop 143' TERM

# What one script printed, as one line and, when it failed, its end.
take() { # label exit-status output
	line=$(grep -Eo '[0-9]+ passed, [0-9]+ failed' "$3" | tail -n 1)
	p=${line%% *}
	f=${line#* passed, }
	f=${f%% *}
	if [ "$2" -eq 77 ]; then
		echo "SKIP $1: $(tail -n 1 "$3")"
		echo '0 0 1' >"$3.sum"
		return
	fi
	if [ -z "$line" ]; then p=0 f=0; fi
	if [ "$2" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
	if [ "$2" -eq 0 ] && [ "$((p + f))" -eq 0 ]; then f=1; fi
	echo "$p $f 0" >"$3.sum"
	if [ "$f" -eq 0 ]; then
		echo "ok   $1: $p passed"
	else
		echo "FAIL $1: $p passed, $f failed"
		grep -v '^  CC\|^  TEST\|^ok ' "$3" | tail -n 60
	fi
}

run() { # output label command...
	out=$work/$1 label=$2
	shift 2
	start=$(date +%s)
	"$@" >"$out" 2>&1 </dev/null
	rc=$?
	take "$label ($(($(date +%s) - start)) s)" "$rc" "$out" >"$out.said"
	cat "$out.said"
}

# Takes scripts that nobody has taken, until none is left.
worker() { # net scripts...
	MTADECK_LAB_NET=$1
	export MTADECK_LAB_NET
	shift
	for t in "$@"; do
		name=$(echo "$t" | tr / .)
		mkdir "$work/$name.taken" 2>/dev/null || continue
		run "$name" "$t" timeout -k 60 1800 "$t"
	done
}

# What the lab's hosts run is fetched meanwhile. What that could not do, the first
# script that needs it says.
timeout -k 60 900 tests/lab/lab parts </dev/null >/dev/null 2>&1 &
fetch=$!
run check "make check" make -j2 check
# What scripts would make at once.
for d in tests/e2e/drivers/*.c; do
	d=${d##*/}
	echo "build/${MODE:-release}/drivers/${d%.c}"
done | xargs make -s -j2 >/dev/null
# The longest first, by what their heads tell; one that tells nothing is long.
about() { sed -n 's/^# Takes about \([0-9]*\) s\.$/\1/p' "$1" | head -n 1; }
scripts=$(find tests/lab/selftest.sh tests/e2e -name '*.sh' -perm -u+x |
    while read -r t; do
	seconds=$(about "$t")
	echo "${seconds:-100} $t"
    done | sort -rn | cut -d' ' -f2)
# 127.46 to 127.48 are others'.
for net in 127.43 127.44 127.45; do
	# shellcheck disable=SC2086 # names without blanks
	worker $net $scripts &
	workers="$workers $!"
done
wait
sum=$(cat "$work"/*.sum | awk '{ p += $1; f += $2; s += $3 }
	END { printf "%d passed, %d failed, %d skipped", p, f, s }')
echo "$sum"
case $sum in *' 0 failed,'*) exit 0 ;; *) exit 1 ;; esac
