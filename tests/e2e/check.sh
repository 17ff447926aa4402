#!/bin/sh
# `check` and `lists` as commands: what they take, what they say on a terminal
# and into a pipe, and what a list wrote that nobody should see raw. What each
# verdict is like is in lists.sh.
# Takes about 13 s.
. "$(dirname "$0")/lib.sh"

lab_up --hosts 1

check() { # exit-status-wanted args...
	want=$1
	shift
	timeout 240 "$PROGRAM" check --resolver "$RESOLVER" --allow-private "$@" \
		>"$WORK/out" 2>"$WORK/err"
	is "exit $want: check $*" "$?" "$want"
}

# --- what it takes --------------------------------------------------------------

lab list clear psbl.surriel.com >/dev/null
lab list range psbl.surriel.com "$NET.9.1-$NET.9.137" >/dev/null
check 1 --json --lists psbl "$NET.9.0/24"
is "a block is each of its addresses" \
	"$(jq -r '[.subjects, .subjects_listed, (.results | length)] | join(" ")' \
		"$WORK/out")" "256 137 256"
is "the document is one line" "$(wc -l <"$WORK/out")" 1
{
	echo "# who we are"
	echo "  $NET.9.7  "
	echo
	echo Shop.Example.
	printf '%s' "$NET.9.200"
} >"$WORK/subjects"
timeout 240 "$PROGRAM" check --resolver "$RESOLVER" --allow-private --json \
	--lists psbl,spamhaus-dbl - <"$WORK/subjects" >"$WORK/out"
is "lines of stdin" "$?,$(jq -r '[.results[].subject] | unique | join(" ")' \
	"$WORK/out")" "1,$NET.9.200 $NET.9.7 shop.example"
check 2
check 2 nonsense
has "what is no subject is named" "$(cat "$WORK/err")" '"nonsense" is neither'
check 2 10.0.0.0/23
check 2 --lists nosuchlist "$NET.9.7"
has "where lists are named is said" "$(cat "$WORK/err")" 'nosuchlist.*mtadeck lists'
check 2 --lists sorbs "$NET.9.7"
check 2 --lists abusix-mail "$NET.9.7"
has "a list that wants a key says so" "$(cat "$WORK/err")" 'key'
check 2 --resolver here "$NET.9.7"

# --- what it says ---------------------------------------------------------------

check 1 --lists psbl,spamcop "$NET.9.7" "$NET.9.200"
has "what is listed comes first" "$(sed -n 2p "$WORK/out")" \
	"^$NET.9.7 +psbl +medium "
has "and a sentence last" "$(tail -n 1 "$WORK/out")" \
	'^Subjects listed: 1 of 2; listings: 1; lists asked: 2, '
is "no progress into a file" "$(wc -c <"$WORK/err")" 0
lab list add bl.spamcop.net "$NET.9.201" 127.0.0.2 \
	"$(printf 'evil\033[2J \302\233x \342\200\256rtl')"
check 1 --lists spamcop "$NET.9.201"
nothing_raw() { # what file
	if LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae' \
		"$2"; then
		not_ok "$1" "$(cat -v "$2")"
	else
		ok "$1"
	fi
}
nothing_raw "nothing of a list's words is raw" "$WORK/out"
check 1 --json --lists spamcop "$NET.9.201"
nothing_raw "nor in JSON" "$WORK/out"
check 3 --lists dronebl "$NET.9.7"
has "nothing found out is said to be that" "$(tail -n 1 "$WORK/out")" \
	'^Nothing could be found out'

# 137 addresses on a terminal: a line that moves, and is gone in the end.
lab list del bl.spamcop.net "$NET.9.201"
terminal_start "$PROGRAM check --resolver $RESOLVER --allow-private \
	--lists psbl,spamcop,dronebl $NET.9.0/24 >$WORK/out"
wait_shown 10 '^[0-9]+/768 asked, 137 listed, [0-9]+ s' "progress is shown"
wait_screen 20 '^EXIT=1' "and leaves nothing of itself"
is "nothing else is on the screen" "$(screen | grep -c .)" 1
has "137 of them" "$(tail -n 1 "$WORK/out")" '^Subjects listed: 137 of 256; '

# --- more than one resolver -------------------------------------------------------

# As resolv.conf names them: nobody listens on the first, the second refuses all,
# the third is well. What a list will not or cannot say stays so.
lab run world sh -c "mkdir -p /var/lib/other && cd /var/lib/other &&
	echo 127.0.0.2 >none && chmod -R a+rX . &&
	rbldnsd -b $NET.0.55/53 -r /var/lib/other none.example:ip4set:none" >/dev/null
resolvers() { # last octets...
	printf "nameserver $NET.0.%s\n" "$@" >"$WORK/resolv.conf"
}
here() { # exit-status-wanted args...
	want=$1
	shift
	timeout 120 unshare --mount sh -c 'mount --bind "$1" /etc/resolv.conf &&
		shift && exec "$@"' - "$WORK/resolv.conf" \
		"$PROGRAM" check --allow-private "$@" >"$WORK/out" 2>"$WORK/err"
	is "exit $want: by resolv.conf, check $*" "$?" "$want"
}
resolvers 99 55 53
here 1 --json --lists psbl,spamrats,mailspike,dronebl "$NET.9.7" "$NET.9.200"
is "each list is what it is" "$(jq -r '.results[] | "\(.list) \(.verdict)"' \
	"$WORK/out" | sort -u | tr '\n' ',')" \
	"dronebl unreachable,mailspike refused,psbl clean,psbl listed,spamrats unreachable,"
resolvers 53
here 1 --json --lists psbl,spamrats,mailspike "$NET.9.7"
is "also to one resolver alone" "$(jq -r '.results[] | "\(.list) \(.verdict)"' \
	"$WORK/out" | sort -u | tr '\n' ',')" \
	"mailspike refused,psbl listed,spamrats unreachable,"
resolvers 99 98
here 3 --json --lists psbl,spamcop "$NET.9.7"
is "with none of them nothing is known" "$(jq -r '.results[].verdict' \
	"$WORK/out" | sort -u)" unknown

# --- the catalogue --------------------------------------------------------------

"$PROGRAM" lists >"$WORK/out"
is "lists prints a table" "$?,$(head -n 1 "$WORK/out" | awk '{ print $1, $2 }')" \
	"0,LIST KIND"
is "a row for each list" "$(($(wc -l <"$WORK/out") - 1))" \
	"$("$PROGRAM" lists --json | jq '.lists | length')"
"$PROGRAM" lists zen.spamhaus.org spamcop >"$WORK/out"
has "one by its zone" "$(cat "$WORK/out")" '^spamhaus-zen '
has "one by its id" "$(cat "$WORK/out")" '^spamcop '
has "what its codes mean" "$(cat "$WORK/out")" '127\.0\.0\.4 +XBL'
has "how to get off it" "$(cat "$WORK/out")" 'delisting +web'
"$PROGRAM" lists nosuch >"$WORK/out" 2>"$WORK/err"
is "one that is not there" "$?,$(wc -c <"$WORK/out")" 2,0
is "closed lists are never asked" "$("$PROGRAM" lists --json |
	jq '[.lists[] | select(.closed or .state == "closed") | .zone] | unique')" \
	"$(printf '[\n  null\n]')"

# A user's own list, and what it says of one that is there.
printf '{"v":1,"lists":[{"id":"own","name":"Own","kind":"ip","impact":"high",
"zone":"psbl.surriel.com"},{"id":"psbl","zone":"","watch":false},
{"id":"spamcop","impact":"low"}]}' >"$WORK/own.json"
printf 'lists:\n  catalogue: %s\n' "$WORK/own.json" >"$WORK/own.yaml"
timeout 120 "$PROGRAM" -c "$WORK/own.yaml" lists --json own spamcop >"$WORK/out" \
	2>"$WORK/err"
is "a user's catalogue adds and replaces" "$(jq -r \
	'.lists | map(.id + " " + .impact) | join(", ")' "$WORK/out")" \
	"own high, spamcop low"
printf '{"v":1,"lists":[{"id":"spamcop","impcat":"low"}]}' >"$WORK/own.json"
timeout 120 "$PROGRAM" -c "$WORK/own.yaml" lists >"$WORK/out" 2>"$WORK/err"
is "a slip of the pen in it is an error" "$?" 3
has "that names file, list and field" "$(cat "$WORK/err")" \
	'own\.json: .*spamcop.*impcat'
printf '{"v":1,"lists":[\n{"id":"own",,}]}' >"$WORK/own.json"
timeout 120 "$PROGRAM" -c "$WORK/own.yaml" lists >"$WORK/out" 2>"$WORK/err"
is "as is what is no JSON" "$?" 3
has "by file and line" "$(cat "$WORK/err")" 'own\.json: line 2: '
printf '{"v":1,"lists":[{"id":"own","name":"Own","kind":"ip","impact":"high",
"zone":"-"}]}' >"$WORK/own.json"
timeout 120 "$PROGRAM" -c "$WORK/own.yaml" lists >"$WORK/out" 2>"$WORK/err"
is "and a zone that is no name" "$?" 3
has "by list and field" "$(cat "$WORK/err")" 'own\.json: .*"own", "zone"'
done_testing
