#!/bin/bash
# resolver.sh - a resolver that takes every question and answers none: thirty
# names that hang delay no host whose name or address is known here, each says
# what is wrong with it, and leaving does not wait for them.
# Takes about 15 s.
. "$(dirname "$0")/lib.sh"

lab_up
perl -MIO::Socket::INET -e '
	$s = IO::Socket::INET->new(LocalAddr => "$ARGV[0]:53",
	    Proto => "udp") or die "$!\n";
	$| = 1; print "ready\n"; sleep 3600' "$NET.0.99" >"$WORK/silent" 2>&1 &
silent=$!
disown "$silent"
trap 'kill "$silent" 2>/dev/null; finish' EXIT
until_ok 10 grep -q ready "$WORK/silent" ||
	not_ok 'the silent resolver listens' "$(cat "$WORK/silent")"

# One try of one name lasts two and a half minutes.
printf 'nameserver %s\noptions timeout:30 attempts:5\n' "$NET.0.99" \
	>"$WORK/resolv.conf"
{
	cat /etc/hosts
	echo "$NET.2.1 mta2.known"
} >"$WORK/hosts"
echo 'hosts: files dns' >"$WORK/nsswitch.conf"
sed -n "s/^\[$NET.2.1\]/[mta2.known]/p" "$WORK/lab/ssh/known_hosts" \
	>>"$WORK/lab/ssh/known_hosts"
{
	printf 'Host byname\n    HostName mta2.known\n'
	cat "$CONF"
} >"$WORK/ssh_config"
CONF=$WORK/ssh_config
cat >"$WORK/console.yaml" <<Y
connect_timeout: 5s
lists: {ask: false}
Y
# The program in a world with that resolver.
cat >"$WORK/there" <<S
#!/bin/sh
exec unshare -m sh -c '
	mount --bind $WORK/resolv.conf /etc/resolv.conf &&
	mount --bind $WORK/hosts /etc/hosts &&
	mount --bind $WORK/nsswitch.conf /etc/nsswitch.conf &&
	exec "\$@"' there "$PROGRAM" "\$@"
S
chmod +x "$WORK/there"
PROGRAM=$WORK/there
bad=
for n in $(seq 30); do bad="$bad hung$n.example.net"; done
threads() {
	pid=$(pgrep -f "^[^ ]*mtadeck -F $CONF") &&
		[ "$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 |
			wc -l)" -gt "$1" ]
}

screen_start 160 48 -c "$WORK/console.yaml" "$bad" mta1 byname mta3
wait_screen 30 'hosts 3/33 up' \
	'three good hosts come up behind thirty names that hang'
keys 1
wait_screen 30 'hung[0-9]+.example.net .*gave no answer within 5 s' \
	'a name that hangs says so'
wait_screen 30 'hung30.example.net +x down' 'and so does the last one'
screen_has 'hosts 3/33 up' && ok 'the good ones are up still' ||
	not_ok 'the good ones are up still' "$(screen)"
# thirty threads are in getaddrinfo(3) now, and will be for minutes
if until_ok 10 threads 30; then ok 'look-ups hang'; else
	not_ok 'look-ups hang' "$(pgrep -af "$CONF")"
fi
keys Q
wait_screen 5 'EXIT=0' 'leaving does not wait for them'

lab traffic start --rate 50 --count 100 >/dev/null
timeout 300 tests/lab/lab traffic wait >/dev/null
lab settle 180 >/dev/null
began=$(seconds)
# shellcheck disable=SC2086 # names without blanks
timeout 240 "$PROGRAM" -c "$WORK/console.yaml" -F "$CONF" --timeout 45s \
	egress --json $bad mta1 mta3 >"$WORK/egress.json" 2>"$WORK/err"
is 'one reading: some hosts are missing' "$?" 3
took=$(($(seconds) - began))
is 'it ends in its own time, not the resolver'"'"'s' \
	"$([ "$took" -lt 100 ] && echo yes || echo "$took s")" yes
is 'the good hosts are told whole' \
	"$(jq -r '[.egress[].host] | unique | join(" ")' "$WORK/egress.json")" \
	'mta1 mta3'
is 'each of the thirty says what is wrong' \
	"$(grep -c '^.*hung[0-9]*\.example\.net.*gave no answer within 5 s' \
	"$WORK/err")" 30
done_testing
