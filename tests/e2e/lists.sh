#!/bin/sh
# What lists say, asked of real ones: each verdict on the command line and on
# the screen, listings that come and go while somebody looks, 137 addresses at
# once, replies that name a list, and no key anywhere.
# Takes about 105 s.
. "$(dirname "$0")/lib.sh"

lab_up
KEY=labkey0123456789
XDG_STATE_HOME=$WORK/state # the journal
export XDG_STATE_HOME
ABUSIX=$KEY.combined.mail.abusix.zone

check() { # exit-status-wanted args...
	want=$1
	shift
	timeout 240 "$PROGRAM" check --resolver "$RESOLVER" --allow-private "$@" \
		>"$WORK/out" 2>"$WORK/err"
	is "exit $want: check $*" "$?" "$want"
}
# what subject list jq wanted: of its result in the last check's JSON
result() {
	is "$1" "$(jq -r --arg s "$2" --arg l "$3" ".results[] |
		select(.subject == \$s and .list == \$l) | $4" "$WORK/out")" "$5"
}

# --- asked once ---------------------------------------------------------------

ip=$NET.1.11 other=$NET.1.12
lab list add zen.spamhaus.org "$ip"
lab list add zen.spamhaus.org "$ip" 127.0.0.4 'lab: it sent to a trap'
lab list add zen.spamhaus.org 2001:db8::25 127.0.0.2
lab list add dbl.spamhaus.org shop.example
lab list add multi.surbl.org shop.example 127.0.0.80

check 1 --json --lists spamhaus-zen,spamcop "$ip" "$other" 2001:db8::25
result "listed" "$ip" spamhaus-zen .verdict listed
result "with all its codes" "$ip" spamhaus-zen \
	'.codes | sort | join(" ")' '127.0.0.3 127.0.0.4'
result "and what they mean" "$ip" spamhaus-zen \
	'.meaning | length' 2
has "and why" "$(jq -r '.results[].reason' "$WORK/out")" \
	"query/ip/$ip|it sent to a trap"
result "and where that is from" "$ip" spamhaus-zen .zone zen.spamhaus.org
result "and for how long" "$ip" spamhaus-zen '.ttl <= 5 and .ms >= 0' true
result "an IPv6 address" 2001:db8::25 spamhaus-zen .verdict listed
result "clean on another list" "$ip" spamcop .verdict clean
result "another address is clean" "$other" spamhaus-zen .verdict clean
check 0 --lists spamhaus-zen "$other"
has "clean in words" "$(cat "$WORK/out")" '^Subjects listed: none of 1; lists they are clean on: 1[.]'

check 1 --json shop.example letters.example
result "a domain" shop.example spamhaus-dbl .verdict listed
result "its code" shop.example spamhaus-dbl '.codes[0]' 127.0.1.2
result "codes that are masks" shop.example surbl '.meaning | length' 2
result "another domain is clean" letters.example spamhaus-dbl .verdict clean
result "domains are not asked of lists of addresses" shop.example \
	spamhaus-zen .verdict ''

# Each list that is not well, and none of them red or green.
bad=mailspike,spamhaus-xbl,validity-rpbl,uribl,dronebl,spamrats,sem-black,uceprotect-1
check 3 --json --lists "$bad" "$ip" letters.example
result "one that refuses" "$ip" mailspike .verdict refused
result "one that refuses by a code" "$ip" spamhaus-xbl .verdict refused
result "one that refuses by another" "$ip" validity-rpbl .verdict refused
result "one that refuses by a code of its own" letters.example uribl \
	.verdict refused
result "one that is silent" "$ip" dronebl .verdict unreachable
result "one that fails" "$ip" spamrats .verdict unreachable
result "one that is dead" "$ip" sem-black .verdict dead
result "one that lists the world" "$ip" uceprotect-1 .verdict lists-the-world
check 3 --lists mailspike,spamhaus-xbl "$ip"
has "who refuses us is said what to do about" "$(cat "$WORK/out")" \
	'own resolver|key|resolver of'
check 1 --json --lists "spamhaus-zen,$bad" "$ip"
is "one good list is enough to know" \
	"$(jq -r '[.results[] | select(.verdict == "listed").list] | join(",")' \
		"$WORK/out")" spamhaus-zen
lab list mode bl.mailspike.net good
check 0 --json --lists mailspike "$ip"
result "a list that came to is believed" "$ip" mailspike .verdict clean

# 137 of them, as many as the list's own record says.
lab list range psbl.surriel.com "$NET.9.1-$NET.9.137" >/dev/null
seq 1 150 | sed "s/^/$NET.9./" >"$WORK/addresses"
check 1 --json --lists psbl,spamcop $(cat "$WORK/addresses")
is "137 of 150 are listed" "$(jq '[.results[] |
	select(.list == "psbl" and .verdict == "listed")] | length' "$WORK/out")" 137
is "they are those the list has" "$(jq -r '.results[] |
	select(.list == "psbl" and .verdict == "listed").subject' "$WORK/out" |
	sort)" "$(head -n 137 "$WORK/addresses" | sort)"
is "the others are clean" "$(jq '[.results[] | select(.verdict == "clean")] |
	length' "$WORK/out")" 163

# A key is used, and is nowhere.
lists_config "$WORK/keys.yaml" '  keys:' '    - list: abusix-mail' \
	"      key: $KEY"
lab list add "$ABUSIX" "$ip" 127.0.0.3 "see https://a.example/?k=$KEY&ip=$ip"
timeout 120 "$PROGRAM" -c "$WORK/keys.yaml" check --json --lists abusix-mail \
	"$ip" >"$WORK/key.json" 2>"$WORK/key.err"
is "a key opens its list" "$?,$(jq -r '.results[].verdict' "$WORK/key.json")" \
	1,listed
is "and is not said, though the list says it" \
	"$(jq -r '.results[].reason' "$WORK/key.json")" \
	"see https://a.example/?k=<key>&ip=$ip"
MTADECK_KEY_ABUSIX_MAIL=$KEY timeout 120 "$PROGRAM" check --resolver "$RESOLVER" \
	--allow-private --lists abusix-mail "$ip" >"$WORK/key.txt" 2>>"$WORK/key.err"
is "also out of the environment" "$?" 1
lab list mode "$ABUSIX" refused
timeout 120 "$PROGRAM" -c "$WORK/keys.yaml" check --lists abusix-mail "$ip" \
	>"$WORK/key.refused" 2>>"$WORK/key.err"
is "a key that is refused" "$?" 3
lab list mode "$ABUSIX" good
"$PROGRAM" -c "$WORK/keys.yaml" lists --json >"$WORK/key.lists" 2>&1
"$PROGRAM" -c "$WORK/keys.yaml" config check >"$WORK/key.check" 2>&1
no_key() { # what files...
	what=$1
	shift
	if grep -la "$KEY" "$@" >"$WORK/found" 2>/dev/null; then
		not_ok "$what" "$(cat "$WORK/found")"
	else
		ok "$what"
	fi
}
no_key "the key is in none of these" "$WORK"/key.[a-z]*[a-z]

# Nobody to ask: nothing is clean, nothing is listed.
lab resolver stop
check 3 --json --lists spamhaus-zen,spamcop,psbl "$ip" "$other" "$NET.9.7"
is "no resolver, no verdict" "$(jq -c '[.results[].verdict] | unique -
	["unknown", "unreachable"]' "$WORK/out")" '[]'
lab resolver start
timeout 120 "$PROGRAM" check --resolver "$RESOLVER" --json --lists spamhaus-zen \
	"$ip" >"$WORK/out" 2>"$WORK/err"
is "an address that is nobody else's is not asked about" "$?" 3
result "nor said to be clean" "$ip" spamhaus-zen .verdict unknown

# --- watched ------------------------------------------------------------------

lab list clear psbl.surriel.com
lab list clear zen.spamhaus.org
lab list clear "$ABUSIX"
lab list mode bl.mailspike.net refused
# What may be kept for an hour is asked for all the same once a cycle: all that
# comes and goes below is seen in a minute.
lab list ttl zen.spamhaus.org 3600
lab list ttl b.barracudacentral.org 3600
check 0 --json --lists spamhaus-zen,barracuda "$other"
result "an answer to be kept for an hour" "$other" spamhaus-zen '.ttl > 3500' true
result "and another one" "$other" barracuda '.ttl > 3500' true
lists_config "$WORK/console.yaml" \
	"  use: [spamhaus-zen, barracuda, spamcop, psbl, spamhaus-dbl," \
	"    mailspike, spamhaus-xbl, dronebl, spamrats, sem-black," \
	"    uceprotect-1, abusix-mail]" \
	"  addresses: [$NET.9.0/24]" '  keys:' '    - list: abusix-mail' \
	"      key: $KEY"
printf 'alerts:\n  host_down: 5s\n  clear: 5s\n' >>"$WORK/console.yaml"
screen_start 160 48 -c "$WORK/console.yaml" --record "$WORK/key.rec" mta1 mta2
wait_screen 20 'hosts 2/2 up' "a console that watches lists"
palette listings
wait_screen 60 "$NET\\.2\\.13 .*spamcop .*listed" "what is listed already"
wait_screen 30 'refuses us' "a list that refuses is said to"
wait_rows 30 listings '[.[] | select(.subject | test("^[(]")) |
	"\(.list) \(.state | ltrimstr("?"))"] | sort == ["dronebl unreachable",
	"mailspike refuses us", "sem-black dead list", "spamhaus-xbl refuses us",
	"spamrats unreachable", "uceprotect-1 lists all"]' \
	"each list that is not well is told apart"
wait_rows 5 listings "[.[] | select(.subject | test(\"^[0-9]\")) |
	\"\(.subject) \(.list)\"] == [\"$NET.2.13 spamcop\"]" \
	"and lists nobody, nor clears anybody"

# All at once: an address that sends nothing, one that does, 137 in a row, and
# two providers' own lists.
# Left, since $1, of a cycle of a minute and the time to answer and to draw, which
# is the machine's.
slack=3
[ -z "${CI-}" ] || slack=9
left() { echo $((60 + slack - ($(seconds) - $1))); }
lab list add zen.spamhaus.org "$NET.2.12"
added=$(seconds)
lab list range b.barracudacentral.org "$NET.9.1-$NET.9.137"
ranged=$(seconds)
lab list add zen.spamhaus.org "$NET.1.11"
lab list add "$ABUSIX" "$NET.2.14" 127.0.0.3 "key $KEY"
lab block microsoft-consumer "$NET.1.12"
lab block harbor "$NET.1.13" # says psbl, which says no
lab traffic start --rate 10 --hosts mta1 --domain hotmail.com --nouser 0
wait_screen 20 "$NET\\.1\\.12 .*private-microsoft-consumer .*in replies" \
	"a list of a provider's own, out of its replies"
lab traffic stop >/dev/null
lab traffic start --rate 10 --hosts mta1 --domain harbor.example --nouser 0
wait_rows 20 listings "any(.subject == \"$NET.1.11\" and
	.list == \"spamhaus-zen\" and .refused_by > 0 and .state == \"listed\" and
	(.dns | test(\"listed\")))" "a reply that names a list is held against DNS"
wait_rows 20 listings "any(.subject == \"$NET.1.13\" and .list == \"psbl\" and
	.state == \"old copy\" and (.dns | test(\"clean\")))" \
	"also when DNS says no"
lab traffic stop >/dev/null
wait_idle mta1
turned_away() { # what receivers refused for being listed
	lab count | awk -F '\t' 'NR > 1 { n += $12 + $13 } END { print n }'
}
refusals_agree() {
	want=$(turned_away)
	got=$(view_json listings | jq '[.rows[].refused_by | numbers] | add')
	[ "$want" -gt 5 ] && [ "$want" = "$got" ]
}
if until_ok 15 refusals_agree; then
	ok "refusals of who is listed are those receivers counted ($want)"
else
	not_ok "refusals of who is listed are those receivers counted" \
		"got $got, want $want"
fi
# Drawn, before the time that is left is looked at: it may be none.
listings() { palette listings; until_ok 10 screen_has 'Listings\]'; }
listings
claim wait_screen "$(left "$added")" "$NET\\.2\\.12 .*spamhaus-zen .*listed" \
	"a listing is on the screen within a minute"
claim wait_screen "$(left "$ranged")" "$NET\\.9\\.0/24 +137/256 barracuda" \
	"137 addresses within a minute, in one row"
wait_rows 10 alerts '[.[] | select(.cause == "barracuda")] |
	length == 1 and .[0].members == 137 and .[0].state == "new"' \
	"137 addresses are one alert"
wait_rows 80 listings "any(.subject == \"$NET.2.14\" and
	.list == \"abusix-mail\" and .reason == \"key <key>\")" \
	"a list that says its key is not repeated"
palette egress
wait_screen 10 "$NET\\.1\\.11 .*spamhaus-zen" "Egress has the worst list"
keys R
wait_screen 5 'asking lists again' "a refresh says that lists are asked too"

# Burn-down, and one that comes back.
lab list del zen.spamhaus.org "$NET.2.12"
deleted=$(seconds)
lab list del b.barracudacentral.org "$NET.9.38-$NET.9.137"

# Meanwhile: nothing of the console's has the key, nor what it runs.
# (Not of the whole machine: another script that runs beside has the same key.)
family() {
	echo "$1"
	for p in $(pgrep -P "$1"); do family "$p"; done
}
{
	family "$(tm display-message -p '#{pane_pid}')" | xargs -n 1 ps -o args= -p
	lab run mta1 ps -eo args
	lab run mta2 ps -eo args
} >"$WORK/key.ps"
has "what runs was looked at" "$(cat "$WORK/key.ps")" 'mtadeck -F .*mta1 mta2'
view_json egress >"$WORK/key.egress"
view_json listings >"$WORK/key.listings"
keys b
keys b
view_json listings >"$WORK/key.by-list"
screen >"$WORK/key.screen"
keys b
"$PROGRAM" -c "$WORK/console.yaml" -F "$CONF" listings --json mta1 \
	>"$WORK/key.document" 2>&1
is "the command finds what the screen shows, and exits 1" "$?" 1
has "addresses and all" "$(jq -r '.listings[] |
	"\(.subject) \(.list) \(.dns) \(.proof)"' "$WORK/key.document")" \
	"^$NET\\.9\\.37 barracuda listed dns\$"

listings
claim wait_screen "$(left "$deleted")" "$NET\\.2\\.12 .*spamhaus-zen .*ended" \
	"a delisting is seen within a minute"
claim wait_screen 60 "$NET\\.9\\.0/24 +37/256 barracuda" \
	"100 are off it within a cycle"
wait_rows 15 alerts '[.[] | select(.cause == "barracuda")] |
	length == 1 and .[0].members == 37 and .[0].peak == 137' \
	"still one alert, and how many it were"
lab list add zen.spamhaus.org "$NET.2.12" 127.0.0.2
palette listings
keys R
wait_screen 30 "$NET\\.2\\.12 .*spamhaus-zen .*relisted" \
	"what comes back says so"

# Nobody to ask: what was listed stays so, in doubt; nobody else gets red or
# clean.
held() { view_json listings | jq -r '.rows[] | select(.subject | test("^[0-9s]")) |
	"\(.subject) \(.members) \(.list)"' | sort; }
held >"$WORK/held"
lab resolver stop
keys R
wait_screen 60 'listed[?]' "without a resolver, what is listed is in doubt"
wait_screen 10 'resolver .* does not answer' "and it is said why"
wait_rows 20 listings '[.[] | select(.dns | test("listed"))] |
	all(.dns | test("^0 listed"))' "all of it"
is "and is what it was" "$(held)" "$(cat "$WORK/held")"
wait_rows 60 alerts '[.[] | select(.rule == "no resolver")] |
	length == 1 and .[0].state == "new" and .[0].members > 4' \
	"one alert says that nobody can be asked"
lab resolver start
palette listings
keys R
wait_screen 30 "$NET\\.2\\.13 .*spamcop .*[^?] +[0-9][0-9]:" \
	"with one it is sure again"
wait_rows 60 alerts 'any(.rule == "no resolver" and .state == "closed")' \
	"and the alert is over"
since() { view_json listings | jq -r ".rows[] |
	select(.subject == \"$NET.1.11\" and .list == \"spamhaus-zen\").since"; }
before=$(since)
has "it is listed since some time" "$before" '[0-9]'
keys Q
wait_screen 5 'EXIT=0' "Q leaves"

# Asked by a mail host, of its own resolver.
printf 'lists:\n  via: mta2\n  allow_private: true\n  use: [%s]\n' \
	'spamhaus-zen, spamhaus-dbl, mailspike' >"$WORK/via.yaml"
screen_start 160 48 -c "$WORK/via.yaml" mta1 mta2
wait_screen 20 'hosts 2/2 up' "a console whose host asks"
palette listings
wait_screen 30 "$NET\\.1\\.11 .*spamhaus-zen .*listed" "it gets listings"
is "listed since when the console before it saw it" "$(since)" "$before"
wait_screen 30 'shop\.example .*spamhaus-dbl .*listed' "of domains too"
wait_screen 30 'mailspike .*refuses us' "and who refuses"
keys Q
wait_screen 5 'EXIT=0' "Q leaves"

# A machine that is carried about: its resolvers are others by and by.
printf 'lists:\n  allow_private: true\n  use: [spamhaus-zen, psbl]\n' \
	>"$WORK/system.yaml"
printf 'alerts:\n  host_down: 5s\n' >>"$WORK/system.yaml"
echo "nameserver $NET.0.99" >"$WORK/resolv.conf"
cat >"$WORK/there" <<S
#!/bin/sh
exec unshare -m sh -c '
	mount --bind $WORK/resolv.conf /etc/resolv.conf && exec "\$@"
' there "$PROGRAM" "\$@"
S
chmod +x "$WORK/there"
itself=$PROGRAM
PROGRAM=$WORK/there
screen_start 160 48 -c "$WORK/system.yaml" mta1
PROGRAM=$itself
wait_screen 20 'hosts 1/1 up' "a console where nobody can be asked"
wait_rows 60 alerts 'any(.rule == "no resolver" and .state == "new")' \
	"says so"
echo "nameserver $NET.0.53" >"$WORK/resolv.conf"
palette listings
wait_screen 90 "$NET\\.1\\.11 .*spamhaus-zen .*listed" \
	"and asks whom the system names since"
keys Q
wait_screen 5 'EXIT=0' "Q leaves"

# What was recorded is there again without anybody to ask.
lab down
screen_start 160 48 replay --speed 10 "$WORK/key.rec"
wait_screen 10 'mtadeck ' "the replay begins"
palette listings
wait_screen 30 ' 37/256 barracuda' "a replay has the listings"
# They were 137 for some seconds of the recording, which passes in one.
wait_rows 30 alerts 'any(.cause == "barracuda" and .members == 37 and .peak == 137)' \
	"as they went"
wait_rows 30 listings "any(.subject == \"$NET.2.12\" and .times == 2)" \
	"and came again"
keys Q
wait_screen 5 'EXIT=0' "Q leaves the replay"

# All that was left behind, but what was told the key: journal, recording,
# exports, screens, documents, errors.
left=$(find "$WORK" -path "$WORK/lab" -prune -o -type f ! -name '*.yaml' -print)
no_key "the key is in none of all this" $left
has "which has the journal" "$left" 'state/mtadeck/journal.db'
[ -s "$WORK/key.rec" ] && ok "and there is a recording" ||
	not_ok "and there is a recording"
done_testing
