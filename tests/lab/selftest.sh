#!/bin/bash
# Proves what tests/lab/README.md says of the lab. Uses a state and a net of its
# own. Exit 77 where the lab cannot be.
# Takes about 60 s.
set -u
cd "$(dirname "$0")/../.."
export MTADECK_LAB=${MTADECK_LAB:-$PWD/build/lab/selftest}
export MTADECK_LAB_NET=${MTADECK_LAB_NET:-127.147}
export LC_ALL=C.UTF-8
lab=tests/lab/lab
net=$MTADECK_LAB_NET
passed=0 failed=0
tmp=$(mktemp -d)
trap '$lab down; rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM HUP

# check WHAT COMMAND...
check() {
	local what=$1
	shift
	if "$@" >"$tmp/out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $what: $*"
		head -n 5 "$tmp/out"
	fi
}

same() {
	[ "$1" = "$2" ] || {
		echo "got '$1', want '$2'"
		return 1
	}
}

# A machine that builds for many, while another lab runs, has more time.
patience=1
[ -z "${CI-}" ] || patience=3

# soon COMMAND...: until it holds, half a minute at most.
soon() {
	local end=$((SECONDS + 30 * patience))
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

# same_soon WHAT-PRINTS WANTED-PRINTS: two commands, until they say the same. For
# what stands still: a log's last line comes after its message has gone.
same_soon() {
	soon eval "same \"\$($1)\" \"\$($2)\" >\"\$tmp/same\"" || {
		cat "$tmp/same"
		return 1
	}
}

not() {
	! "$@"
}

on() {
	timeout 60 $lab ssh "$@" </dev/null
}

pid_of() {
	cut -d' ' -f1 "$MTADECK_LAB/${1:-}pid"
}

namespaces() {
	local h
	readlink "/proc/$(pid_of)/ns/pid"
	for h in world mta1 mta2 mta3; do
		readlink "/proc/$(pid_of hosts/$h/)/ns/pid"
	done
}

# Processes that ran at $1 (ticks since boot) and whose namespaces are in
# $tmp/ns: what began later may be another lab's, whose namespace has been given
# the number of one that ended.
survivors() {
	local p ns stat
	for p in /proc/[0-9]*; do
		ns=$(readlink "$p/ns/pid" 2>/dev/null) || continue
		grep -qFx "$ns" "$tmp/ns" || continue
		stat=$(cat "$p/stat" 2>/dev/null) || continue
		# The name, in (), may hold anything.
		set -- "$1" ${stat##*) }
		[ "${21}" -gt "$1" ] || echo "$p"
	done
}

ticks() {
	awk -v hz="$(getconf CLK_TCK)" '{ printf "%d\n", $1 * hz }' /proc/uptime
}

mounts() {
	cut -d' ' -f4- /proc/self/mountinfo | sort
}

files() {
	find build/lab -path build/lab/parts -prune -o -print | sort
}

log_count() { # HOST PATTERN
	$lab run "$1" grep -cE "$2" /var/log/mail.log
}

sink_sum() { # COLUMN IP-PATTERN PROVIDER-PATTERN
	$lab count | awk -F'\t' -v c="$1" -v ip="$2" -v p="$3" '
	    NR == 1 { for (i = 1; i <= NF; i++) if ($i == c) k = i; next }
	    $1 ~ ip && $2 ~ p { n += $k } END { print n + 0 }'
}

# Nothing is on its way through the host: all it took in was tried.
idle() {
	local found
	found=$($lab run "$1" find /var/spool/postfix/{maildrop,incoming,active} -type f) &&
	    [ -z "$found" ]
}

# Its log goes into the new file: what rsyslog is told, it does later.
rotated() { # HOST
	$lab rotate "$1"
	soon not $lab run "$1" sh -c 'ls -l "/proc/$(cat /run/rsyslogd.pid)/fd" | grep -q "mail.log.1"'
}

silent() { # HOST-NUMBER: accepts, says nothing for a second
	local line
	exec 7<>"/dev/tcp/$net.$1.1/22022" || return 1
	! read -r -t 1 -u 7 line
	local status=$?
	exec 7>&-
	return $status
}

# --- before ---------------------------------------------------------------

$lab down
mkdir -p build/lab
tests/lab/parts.sh build/lab/parts || exit 1
mounts >"$tmp/mounts"
files >"$tmp/files"
touch "$tmp/stamp"

# --- up -------------------------------------------------------------------

started=$SECONDS
$lab up 2>"$tmp/up"
case $? in
0) ;;
77)
	cat "$tmp/up"
	echo "0 passed, 0 failed, skipped"
	exit 77
	;;
*)
	cat "$tmp/up"
	echo "0 passed, 1 failed"
	exit 1
	;;
esac
check 'up within 10 s' [ $((SECONDS - started)) -lt $((10 * patience)) ]
namespaces >"$tmp/ns"
check 'five namespaces' same "$(sort -u "$tmp/ns" | wc -l)" 5
MTADECK_LAB=$tmp/other $lab up 2>"$tmp/second" && echo 'a second lab on the same net' >>"$tmp/second"
check 'a second lab on the same net: one sentence' same "$(grep -c 'in use' "$tmp/second")/$(wc -l <"$tmp/second")" 1/1

for h in mta1 mta2 mta3; do
	check "ssh $h" same "$(on $h hostname)" $h
	check "$h: one Postfix of its own" same "$(on $h 'ps -eo args' | grep -c sbin/master)" 1
done
check 'mta3 only through mta1' not on -o ProxyJump=none mta3 true
check 'op has sudo' same "$(on op@mta2 sudo -n id -u)" 0
check 'op reads the log' on op@mta2 test -r /var/log/mail.log
check 'guest has no sudo' not on guest@mta2 sudo -n true
check 'guest reads no log' not on guest@mta2 test -r /var/log/mail.log
check 'guest sees the queue' on guest@mta2 /usr/sbin/postqueue -p

# --- names and lists --------------------------------------------------------

check 'an MX has an address' same "$(on mta1 getent hosts mx1.comcast.net | awk '{ print $1 }')" "$net.200.11"
check 'an egress address has a name' same "$(on mta1 getent hosts "$net.1.12" | awk '{ print $2 }')" out2.mta1.example
check 'a name that does not exist' not on mta1 getent hosts gone.example
check 'a list answers' same "$(on mta1 getent ahostsv4 2.0.0.127.zen.spamhaus.org | awk 'NR == 1 { print $1 }')" 127.0.0.2
check 'a list is clean' not on mta1 getent hosts 3.0.0.127.zen.spamhaus.org
check 'a listed egress address' on mta1 getent ahostsv4 "13.2.${net#127.}.127.bl.spamcop.net"

# --- lists that are well, and others ------------------------------------------

# asked NAME [TYPE]: the status, or "silence", and the answers, on one line.
asked() {
	dig +time=4 +tries=1 +noall +comments +answer "@$net.0.53" "$1" "${2:-A}" |
	    awk '/status:/ { sub(/.*status: /, ""); sub(/,.*/, ""); out = $0 }
	        !/^;/ && NF > 4 { sub(/.*IN[\t ]+(A|TXT)[\t ]+/, ""); out = out " " $0 }
	        END { print out ? out : "silence" }'
}

zen=zen.spamhaus.org
me=11.1.${net#127.}.127.$zen
for z in $zen b.barracudacentral.org bl.spamcop.net psbl.surriel.com; do
	check "$z: its test point" same "$(asked "2.0.0.127.$z")" 'NOERROR 127.0.0.2'
	check "$z: its other one" same "$(asked "1.0.0.127.$z")" NXDOMAIN
	check "$z: says why" grep -q '"[^"]*http' <(asked "2.0.0.127.$z" TXT)
done
check 'a list of domains' same "$(asked dbltest.com.dbl.spamhaus.org)" 'NOERROR 127.0.1.2'
check '... is clean' same "$(asked letters.example.dbl.spamhaus.org)" NXDOMAIN
check 'a list of IPv6 addresses' same "$(asked "2.0.0.0.0.0.f.7.f.f.f.f.$(printf '0.%.0s' {1..20})$zen" | cut -c-11)" 'NOERROR 127'
check 'one that refuses by code' same "$(asked 2.0.0.127.xbl.spamhaus.org)" 'NOERROR 127.255.255.254'
check 'one that refuses by a code of its own' same "$(asked test.uribl.com.multi.uribl.com)" 'NOERROR 127.0.0.1'
check 'one that refuses' same "$(asked 2.0.0.127.bl.mailspike.net)" REFUSED
check 'one that is silent' same "$(asked 2.0.0.127.dnsbl.dronebl.org)" silence
check 'one that is dead' same "$(asked 2.0.0.127.bl.spameatingmonkey.net)" NXDOMAIN
check 'one that lists the world' same "$(asked 1.0.0.127.dnsbl-1.uceprotect.net)" 'NOERROR 127.0.0.2'
check 'one that cannot be asked' same "$(asked 2.0.0.127.all.spamrats.com)" SERVFAIL
check 'a key' same "$(asked 2.0.0.127.labkey0123456789.combined.mail.abusix.zone)" 'NOERROR 127.0.0.2'
check '... and a wrong one' same "$(asked 2.0.0.127.combined.mail.abusix.zone)" NXDOMAIN

check 'nothing yet' same "$(asked "$me")" NXDOMAIN
$lab list add $zen "$net.1.11"
check 'a listing' same "$(asked "$me")" 'NOERROR 127.0.0.3'
$lab list add $zen "$net.1.11" 127.0.0.4 'lab reason'
check 'two codes' same "$(asked "$me" | tr ' ' '\n' | sort | tr '\n' ' ')" '127.0.0.3 127.0.0.4 NOERROR '
check 'a reason' grep -q '"lab reason"' <(asked "$me" TXT)
check 'shown' grep -q "^$net.1.11 :127.0.0.4:lab reason" <($lab list show $zen)
$lab list del $zen "$net.1.11"
check 'a delisting' same "$(asked "$me")" NXDOMAIN
$lab list range $zen "$net.1.1-$net.1.137"
check '137 addresses' same "$(asked "$me")$(asked "137.${me#11.}")" 'NOERROR 127.0.0.3NOERROR 127.0.0.3'
check '... and no more' same "$(asked "138.${me#11.}")" NXDOMAIN
$lab list del $zen "$net.1.1-$net.1.99"
check '38 are left' same "$(asked "$me")$(asked "137.${me#11.}")" 'NXDOMAINNOERROR 127.0.0.3'
$lab list add $zen 2001:db8::1
check 'an IPv6 address' same "$(asked "1.$(printf '0.%.0s' {1..23})8.b.d.0.1.0.0.2.$zen")" 'NOERROR 127.0.0.3'
for how in 'refuse:NOERROR 127.255.255.254' refused:REFUSED timeout:silence \
    dead:NXDOMAIN 'world:NOERROR 127.0.0.2' servfail:SERVFAIL \
    'good:NOERROR 127.0.0.3'; do
	$lab list mode $zen "${how%%:*}"
	check "from one mode to ${how%%:*}" same "$(asked "137.${me#11.}")" "${how#*:}"
done
ttl() { dig +noall +answer +authority "@$net.0.53" "$1" | awk 'NR == 1 { print $2 }'; }
$lab list ttl $zen 3600
check 'a TTL' [ "$(ttl "137.${me#11.}")" -gt 3500 ]
check '... of what is not listed too' [ "$(ttl "138.${me#11.}")" -gt 3500 ]
$lab list del $zen "$net.1.137"
check '... and a change holds at once' same "$(asked "137.${me#11.}")" NXDOMAIN
$lab list range $zen "$net.1.137-$net.1.137"
check 'no such mode' not $lab list mode $zen sulking
check 'no such list' not $lab list add nowhere.example 127.0.0.2
$lab resolver stop
check 'a resolver stopped' same "$(asked "$me")" silence
$lab resolver start
check '... and started: a mode stays' same "$(asked 2.0.0.127.bl.mailspike.net)" REFUSED
check '... and a listing' same "$(asked "137.${me#11.}")" 'NOERROR 127.0.0.3'
$lab list clear $zen
check 'cleared' same "$(asked "137.${me#11.}")" NXDOMAIN

# --- traffic and counts -----------------------------------------------------

$lab traffic start --rate 100 --count 200 --nouser 5
check '200 messages taken' same "$($lab traffic wait)" 'accepted 200 failed 0'
check 'they settle' $lab settle 300
for h in 1 2; do
	for t in 1 2 3 4; do
		check "mta$h out$t: sent as counted" same_soon \
		    "log_count mta$h 'postfix/out$t/smtp.*status=sent'" \
		    "sink_sum sent '^$net.$h.1$t\$' ."
		check "mta$h out$t: bounced as counted" same_soon \
		    "log_count mta$h 'postfix/out$t/smtp.*status=bounced.*said: 550'" \
		    "sink_sum bounced '^$net.$h.1$t\$' ."
	done
done
check 'mta3: sent as counted' same_soon "log_count mta3 'postfix/smtp.*status=sent'" "sink_sum sent '^$net.3.' ."
check 'all four of mta1 were used' same "$($lab count | awk -F'\t' -v n="^$net.1." '$1 ~ n { print $1 }' | sort -u | wc -l)" 4
check 'some bounced' [ "$(sink_sum bounced . .)" -gt 0 ]
check 'mta1 logs classic time' on mta1 "tail -n 1 /var/log/mail.log | grep -qE '^[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} mta1 postfix/'"
check 'mta2 logs RFC 3339' on mta2 "tail -n 1 /var/log/mail.log | grep -qE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+[+]00:00 mta2 postfix/'"
check 'mta3 names no transport' not on mta3 grep -q 'postfix/out' /var/log/mail.log

# --- throttles, and relents --------------------------------------------------

since() { # COUNT-BEFORE HOST PATTERN
	echo $(($(log_count "$2" "$3") - $1))
}

# throttled PROVIDER DOMAIN STAGE WORDS
throttled() {
	local before
	soon idle mta1
	$lab limit "$1" 0
	$lab reset
	before=$(log_count mta1 "status=deferred \\(host [^ ]* $4")
	$lab traffic start --rate 0 --count 20 --domain "$2" --hosts mta1 --nouser 0
	$lab traffic wait >/dev/null
	# Stopped in the middle of an attempt, Postfix would not log what the
	# receiver has counted; stopped between them, it makes no others.
	check "$1: all were tried" soon idle mta1
	$lab run mta1 postfix stop 2>/dev/null
	check "$1 throttles at $3" [ "$(sink_sum "temp_$3" . "$1")" -gt 0 ]
	check "$1: nothing gets through" same "$(sink_sum sent . "$1")" 0
	check "$1: deferred as counted" same_soon \
	    "since $before mta1 'status=deferred \\(host [^ ]* $4'" "sink_sum deferred . $1"
	$lab limit "$1" -
	$lab run mta1 postfix start 2>/dev/null
	$lab run mta1 postqueue -f
	check "$1 relents" $lab settle 300
	check "$1: all 20 arrived" same "$(sink_sum sent . "$1")" 20
}
throttled comcast comcast.net mail 'said: 451 4.2.0 Throttled'
throttled netease 163.com rcpt 'said: 450 RP:DRC'
throttled google gmail.com data 'said: 421-4.7.28'
throttled yahoo yahoo.com greet 'refused to talk to me: 421 4.7.0 .TSS04'

# Some get through and some do not: at most one a second and address, and one
# that was saved. Four addresses.
$lab limit yahoo-jp 1
$lab reset
started=$(date +%s)
$lab traffic start --rate 40 --count 120 --domain yahoo.co.jp --hosts mta1 --nouser 0
$lab traffic wait >/dev/null
sent=$(sink_sum sent . yahoo-jp)
check 'a rate of 1/s lets some through' [ "$sent" -gt 0 ]
check '... and no more than that' [ "$sent" -le $(((1 + $(date +%s) - started + 1) * 4)) ]
check '... and refuses the rest' [ "$(sink_sum temp_greet . yahoo-jp)" -gt 0 ]
$lab limit yahoo-jp -
$lab run mta1 postqueue -f
check 'it relents too' $lab settle 300
check 'no such provider' not $lab limit nobody 1
check 'no such rate' not $lab limit google many
check 'no such host' not $lab freeze mta9

# --- those who ask the lists, and those who have their own ---------------------

# turned_away PROVIDER DOMAIN COLUMN STATUS WORDS: mail of mta1, as counted; so
# much that each of its four addresses has some.
turned_away() {
	local before
	$lab reset
	before=$(log_count mta1 "status=$4 \\(host [^ ]* $5")
	$lab traffic start --rate 0 --count 64 --domain "$2" --hosts mta1 --nouser 0
	$lab traffic wait >/dev/null
	check "$1: all were tried" soon idle mta1
	check "$1: some are turned away" [ "$(sink_sum "$3" . "$1")" -gt 0 ]
	check "$1: $3 as counted" same_soon \
	    "since $before mta1 'status=$4 \\(host [^ ]* $5'" "sink_sum $3 . $1"
}
$lab list add $zen "$net.1.11"
turned_away harbor harbor.example listed bounced "said: 554 5.7.1 .*\\[$net.1.11\\] blocked using zen"
check 'only who is listed' same "$(sink_sum sent "^$net.1.11\$" harbor)" 0
check 'all the others' [ "$(sink_sum sent . harbor)" -gt 0 ]
$lab list del $zen "$net.1.11"
$lab list add dbl.spamhaus.org shop.example
turned_away harbor harbor.example listed bounced 'said: 554 5.7.1 .*@shop.example\] blocked using dbl'
$lab list clear dbl.spamhaus.org
$lab block microsoft-consumer "$net.1.12"
turned_away microsoft-consumer hotmail.com blocked bounced "said: 550 5.7.1 Unf.*$net.1.12.*S3150"
$lab unblock microsoft-consumer "$net.1.12"
$lab limit docomo - # it says the same to who is too fast
$lab block docomo "$net.1.13"
turned_away docomo docomo.ne.jp blocked deferred 'refused to talk to me: 421 Service'
$lab unblock docomo "$net.1.13"
$lab run mta1 postqueue -f
check 'none is turned away for ever' $lab settle 300
$lab traffic start --rate 0.1 --hosts mta1 --domain gmail.com
$lab traffic rate 40
check 'a sender speeds up' soon eval '[ "$(sink_sum sent . google)" -gt 8 ]'
$lab traffic rate 0.1
$lab traffic stop >/dev/null

# --- accidents ---------------------------------------------------------------

timeout 90 $lab ssh mta2 'sleep 90' </dev/null &
session=$!
check 'a session runs' soon $lab run mta2 pgrep -f '^sleep 90'
killed=$SECONDS
$lab kill-sshd mta2
wait "$session"
check 'a session dies with its sshd' [ $((SECONDS - killed)) -lt 20 ]
check 'nobody listens' not on mta2 true
$lab restart-sshd mta2
check 'sshd is back' on mta2 true

$lab freeze mta2
check 'frozen: accepts and is silent' silent 2
$lab thaw mta2
check 'thawed' on mta2 true

$lab reboot mta2
check 'rebooted: sshd' on mta2 true
check 'rebooted: Postfix' on mta2 postfix status
check 'rebooted: not twice' same "$(on mta2 'ps -eo args' | grep -c sbin/master)" 1

$lab newkey mta2
check 'a changed key is refused' not on mta2 true
check '... and said' grep -q 'IDENTIFICATION HAS CHANGED' <(on mta2 true 2>&1)
$lab oldkey mta2
check 'the old key is back' on mta2 true

for turn in first second; do
	check "rotated for the $turn time" rotated mta1
	check '... on the other too' rotated mta2
	$lab traffic start --rate 0 --count 2 --hosts mta1,mta2 --domain gmail.com --nouser 0
	$lab traffic wait >/dev/null
	check 'settled' $lab settle 180
	for h in mta1 mta2; do
		check "$h: logs on after the $turn rotation" same_soon "log_count $h status=sent" 'echo 1'
	done
done
for h in mta1 mta2; do
	check "$h: a rotated log" on $h test -s /var/log/mail.log.1
	check "$h: a compressed one" on $h gzip -t /var/log/mail.log.2.gz
done
check 'zombies are collected' soon on mta1 'test -z "$(ps -eo stat | grep Z)"'

# --- down --------------------------------------------------------------------

check 'the machine has no /dev/log of ours' [ ! /dev/log -nt "$tmp/stamp" ]
check 'the machine'\''s /etc is as it was' same "$(find /etc -newer "$tmp/stamp")" ''
namespaces >>"$tmp/ns"
up=$(ticks)
$lab down
check 'no process left' same "$(survivors "$up")" ''
check 'no mount left' diff "$tmp/mounts" <(mounts)
check 'no file left' diff "$tmp/files" <(files)
check 'no socket left' same "$(ss -Hltun | grep -cF "$net.")" 0
check 'status says so' not $lab status

$lab up --var-mb 32 2>/dev/null
namespaces >"$tmp/ns"
check 'a disk can be filled' $lab fill mta1
check '... and is full' same "$(on mta1 df --output=pcent /var/log | tail -n 1)" 100%
$lab unfill mta1
check '... and is not' not same "$(on mta1 df --output=pcent /var/log | tail -n 1)" 100%
kill -9 "$(pid_of hosts/mta1/)"
check 'status of a dead host' soon eval '$lab status | grep -q "mta1.*down"'
up=$(ticks)
kill -9 "$(pid_of)"
check 'all end with the first process' soon eval 'same "$(survivors "$up")" ""'
$lab down
check 'down after a crash leaves no file' diff "$tmp/files" <(files)
check 'down twice' $lab down

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
