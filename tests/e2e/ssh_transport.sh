#!/bin/bash
# The libssh2 transport against real sshds on 127.46.x.y: each section sets up
# what it needs and says what it proves. Needs root (sshd wants its own user and
# folder, given to it in a private mount namespace). Prints "N passed, N
# failed"; exit 77 with a sentence when it cannot run here.
# Usage: ssh_transport.sh [SECTION...]
# Takes about 135 s.
set -u
export LC_ALL=C.UTF-8
# runs side by side keep out of each other's way
net=127.46.$(($$ % 250 + 1))
cd "$(dirname "$0")/../.." || exit 1
mode=${MODE:-release}
probe=$PWD/build/$mode/drivers/ssh_probe
parts=${MTADECK_LAB_PARTS:-$PWD/build/lab/parts}
pass=0 fail=0
# libssh2 1.10 leaks a number (72 bytes) at each login with an ECDSA key file
mkdir -p "build/$mode/drivers"
echo 'leak:libssh2_userauth_publickey_fromfile_ex' >"build/$mode/drivers/lsan.supp"
export ASAN_OPTIONS=fast_unwind_on_malloc=0
export LSAN_OPTIONS=suppressions=$PWD/build/$mode/drivers/lsan.supp:print_suppressions=0

skip() {
	echo "ssh_transport: skipped: $1"
	exit 77
}
ok() { # DESCRIPTION, then a command that must succeed
	local what=$1
	shift
	if "$@"; then
		pass=$((pass + 1))
	else
		fail=$((fail + 1))
		echo "FAILED: $what"
		sed 's/^/	/' "$T/log" | tail -15
	fi
}
said() { grep -qE -- "$1" "$T/log"; }
not_said() { ! said "$1"; }
figure() { awk -v name="$1" '$1 == name { print $2 }' "$T/log"; }

[ "$(id -u)" -eq 0 ] || skip "sshd for the test needs root"
unshare -m true 2>/dev/null || skip "mount namespaces are not allowed here"
tests/lab/parts.sh "$parts" >/dev/null 2>&1 ||
    skip "openssh-server could not be fetched"
make -s "MODE=$mode" "build/$mode/drivers/ssh_probe" >/dev/null || exit 1

T=$(mktemp -d /tmp/ssh_transport.XXXXXX) || exit 1
chmod 755 "$T"
pids=
cleanup() {
	for p in $pids; do
		signal CONT "$p"
		signal KILL "$p"
	done
	rm -rf "$T"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# --- what every host shares ------------------------------------------------
mkdir -p "$T/home/.ssh" "$T/etc" "$T/out"
chmod 700 "$T/home/.ssh"
unset SSH_AUTH_SOCK
sed '/^sshd:/d; s|^root:[^:]*:0:0:[^:]*:[^:]*:|root:x:0:0:root:'"$T/home"':|' \
    /etc/passwd >"$T/etc/passwd"
echo 'sshd:x:64513:65534::/run/sshd:/usr/sbin/nologin' >>"$T/etc/passwd"
key() { # FILE TYPE [ssh-keygen options]
	local file=$1 type=$2
	shift 2
	ssh-keygen -q -t "$type" -f "$file" -N '' -C "${file##*/}" "$@"
}
for t in ed25519 ecdsa rsa; do
	key "$T/etc/host_$t" "$t"
	key "$T/etc/other_$t" "$t"
done
key "$T/home/.ssh/id_ed25519" ed25519
cp "$T/home/.ssh/id_ed25519.pub" "$T/etc/authorized"

# start_sshd N [sshd_config lines]: $net.N port 2200+N; pid in $sshd_pid
start_sshd() {
	local n=$1 conf=$T/etc/sshd_$1 keys='ed25519 ecdsa' k
	shift
	: >"$conf"
	[ $# -eq 0 ] || printf '%s\n' "$@" >"$conf"
	grep -q '^HostKey' "$conf" ||
	    for k in $keys; do echo "HostKey $T/etc/host_$k" >>"$conf"; done
	cat >>"$conf" <<-END
		ListenAddress $net.$n:$((2200 + n))
		PidFile none
		UsePAM no
		StrictModes no
		PasswordAuthentication no
		AuthorizedKeysFile $T/etc/authorized
		PermitRootLogin prohibit-password
		LogLevel VERBOSE
		MaxStartups 100
	END
	unshare -m sh -c '
		mount --bind "$1/etc/passwd" /etc/passwd &&
		mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p /run/sshd &&
		LD_LIBRARY_PATH=$2 exec "$3" -D -e -f "$4"' sshd "$T" \
	    "$parts/usr/lib/$(uname -m)-linux-gnu" "$parts/usr/sbin/sshd" "$conf" \
	    2>>"$conf.log" &
	sshd_pid=$!
	disown "$sshd_pid"
	pids="$pids $sshd_pid"
	for _ in $(seq 600); do
		if (exec 3<>"/dev/tcp/$net.$n/$((2200 + n))") 2>/dev/null; then
			return
		fi
		kill -0 "$sshd_pid" 2>/dev/null || break
		sleep 0.05
	done
	skip "sshd does not start here: $(tail -1 "$conf.log")"
}
# An sshd, its sessions (each a process group of its own) and their commands
family() {
	local p
	echo "$1"
	for p in $(pgrep -P "$1"); do
		family "$p"
	done
}
signal() { # SIGNAL PID: to the whole family
	# shellcheck disable=SC2046
	kill "-$1" $(family "$2") 2>/dev/null
}
stop_sshd() {
	signal CONT "$1"
	signal KILL "$1"
	for _ in $(seq 500); do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.02
	done
}
# Does "$@" once the probe has said PATTERN
when_said() { # PATTERN COMMAND...
	local pattern=$1
	shift
	(
		for _ in $(seq 1200); do
			grep -qs -- "$pattern" "$T/out/h1.st.out" "$T/out/h4.st.out" && break
			sleep 0.05
		done
		"$@"
	) &
	when_pid=$!
}
# hN is $net.N; what follows is appended to its block of the configuration
configure() {
	local n=$1
	shift
	{
		echo "Host h$n"
		# the first of a word counts, of IdentityFile all
		[ $# -eq 0 ] || printf '  %s\n' "$@"
		case "$*" in
		*IdentityFile*) ;;
		*) echo "  IdentityFile $T/home/.ssh/id_ed25519" ;;
		esac
		echo "  HostName $net.$n"
		echo "  Port $((2200 + n))"
		echo "  User root"
		echo "  UserKnownHostsFile $T/home/.ssh/known_hosts"
		echo "  GlobalKnownHostsFile none"
		echo "  HashKnownHosts no"
	} >>"$T/ssh_config"
}
fresh() { # a new configuration and an empty known_hosts
	: >"$T/ssh_config"
	rm -f "$T/home/.ssh/known_hosts"
	rm -f "$T"/out/*
}
known() { # N [host key file's TYPE or path]: files it in known_hosts
	local n=$1 k=${2:-ed25519}
	case $k in */*) ;; *) k=$T/etc/host_$k ;; esac
	echo "[$net.$n]:$((2200 + n)) $(cut -d' ' -f1,2 "$k.pub")" \
	    >>"$T/home/.ssh/known_hosts"
}
run() { # probe's arguments
	timeout 150 "$probe" -F "$T/ssh_config" -d "$T/out" "$@" >"$T/log" 2>&1
	local rc=$?
	echo "exit $rc" >>"$T/log"
	# not 0: hung, a handle or (asan) memory was left behind
	ok "the probe ends well: $*" [ "$rc" -eq 0 ]
}

section_basics() {
	fresh
	start_sshd 1
	configure 1
	known 1
	run -j 'hello 30000 0 - echo out; echo err >&2; exit 3' \
	    -j 'sig 30000 0 - kill -TERM $$' \
	    -j 'cat 30000 0 /etc/passwd cat' -j 'late 30000 0 - exec >&- 2>&-; sleep 1; exit 7' \
	    -j 'five 30000 0 - true' h1
	ok 'logs in with an ed25519 key file' said '^h1 state discovery OK'
	ok 'exit status, both streams' said '^h1 end hello OK 3 - 4 4$'
	ok 'stdout and stderr are apart' grep -qx err "$T/out/h1.hello.err"
	ok 'a signal is told' said '^h1 end sig OK .* TERM 0 0'
	ok 'stdin arrives' cmp -s /etc/passwd "$T/out/h1.cat.out"
	ok 'a status after the last byte' said '^h1 end late OK 7 '
	ok 'more commands than channels' said '^h1 end five OK 0 '
	fresh
	configure 1 "BindAddress $net.77"
	known 1
	run -j 'from 30000 0 - echo "$SSH_CONNECTION"' h1
	ok 'BindAddress is where it comes from' \
	    grep -q "^$net.77 " "$T/out/h1.from.out"
	fresh
	configure 1 'BindAddress 192.0.2.1'
	known 1
	run -t 4000 -w 8000 -j 'from 30000 0 - true' h1
	ok 'a BindAddress we do not have is named' said 'BindAddress 192.0.2.1'
	stop_sshd "$sshd_pid"
}

same() { cmp -s "$1" "$2"; }

section_bulk() {
	local i
	fresh
	head -c 52428800 /dev/urandom >"$T/big"
	start_sshd 1
	configure 1
	known 1
	run -k 5000 -j "a 100000 0 - cat $T/big" -j "b 100000 0 - cat $T/big" \
	    -j "c 100000 0 - cat $T/big >&2" -j "d 100000 0 - cat $T/big" h1
	ok '50 MB on each of four channels: all end' \
	    [ "$(grep -cE 'end . OK 0 - (52428800 0|0 52428800)' "$T/log")" -eq 4 ]
	for i in a.out b.out c.err d.out; do
		ok "50 MB byte for byte: $i" same "$T/big" "$T/out/h1.$i"
	done
	stop_sshd "$sshd_pid"
	start_sshd 1 'RekeyLimit 1M'
	# libssh2 1.10 forgets the old host key's 51 bytes at each re-exchange
	local ASAN_OPTIONS=detect_leaks=0
	head -c 10485760 "$T/big" >"$T/ten"
	mv "$T/ten" "$T/big"
	run -j "a 100000 0 - cat $T/big" -j "b 100000 0 $T/big cat" h1
	ok 'new keys every megabyte: out' same "$T/big" "$T/out/h1.a.out"
	ok 'new keys every megabyte: in and out' same "$T/big" "$T/out/h1.b.out"
	head -c 1048576 "$T/big" >"$T/mega"
	run -j "in 30000 0 $T/mega cat" -j "sum 30000 0 $T/mega md5sum" \
	    -j "deaf 30000 0 $T/mega sleep 1; echo woke" h1
	ok '1 MB of stdin comes back' same "$T/mega" "$T/out/h1.in.out"
	ok '1 MB of stdin, all of it' \
	    [ "$(cut -c1-32 "$T/out/h1.sum.out")" = "$(md5sum <"$T/mega" | cut -c1-32)" ]
	ok 'a command that does not read its stdin' said 'end deaf OK 0 - 5 0'
	stop_sshd "$sshd_pid"
	rm -f "$T/big" "$T"/out/*
}

section_limits() {
	local hosts='' one
	fresh
	start_sshd 1 'MaxSessions 2'
	configure 1
	known 1
	run -j 'a 30000 0 - sleep 0.5; echo a' -j 'b 30000 0 - sleep 0.5; echo b' \
	    -j 'c 30000 0 - echo c' -j 'd 30000 0 - echo d' h1
	ok 'MaxSessions 2: four commands all run' \
	    [ "$(grep -cE 'end . OK 0 - 2 0' "$T/log")" -eq 4 ]
	run -w 8000 -j 'a 0 0 - echo a; exec sleep 60' -j 'b 0 0 - exec sleep 60' \
	    -j 'c 0 0 - echo c' h1
	ok 'MaxSessions 2 held by streams: the third is told' \
	    said 'end c LIMIT -1'
	stop_sshd "$sshd_pid"
	start_sshd 1
	run -j 'never 700 0 - exec sleep 60' -j 'quiet 30000 3000 - echo x; exec sleep 60' \
	    -j 'drop 30000 0 - yes' -j 'fine 30000 0 - sleep 2; echo done' h1
	ok 'a command that never ends is timed out' said 'end never TIMEOUT -1 - 0 0'
	ok 'silence is timed out' said 'end quiet TIMEOUT -1 - 2 0'
	ok 'a flood can be dropped' said '^h1 dropped drop'
	ok 'others are not touched' said 'end fine OK 0 - 5 0'
	for n in $(seq 30); do
		hosts="$hosts root@$net.1:2201"
	done
	{
		echo "UserKnownHostsFile $T/home/.ssh/known_hosts"
		echo "IdentityFile $T/home/.ssh/id_ed25519"
	} >"$T/ssh_config"
	# shellcheck disable=SC2086
	run -t 20000 -j 'hi 30000 0 - echo hi' $hosts
	ok '30 sessions at once' [ "$(grep -c 'end hi OK 0 - 3 0' "$T/log")" -eq 30 ]
	run -t 20000 -i -w 6000 -j 'hi 30000 0 - echo hi' root@$net.1:2201
	one=$(figure heap_kb)
	# shellcheck disable=SC2086
	run -t 20000 -i -w 6000 -j 'hi 30000 0 - echo hi' $hosts
	# kilobytes a session, all that is allocated for it
	ok "at most 100 KB a session: $(((($(figure heap_kb)) - one) / 29))" \
	    [ $((($(figure heap_kb) - one) / 29)) -le 100 ]
	stop_sshd "$sshd_pid"
}

section_frozen() {
	local one two
	fresh
	start_sshd 1
	one=$sshd_pid
	start_sshd 2
	two=$sshd_pid
	configure 1
	configure 2
	known 1
	known 2
	signal STOP "$one"
	run -t 7000 -j 'hi 30000 0 - sleep 12; echo hi' h1 h2
	ok 'a frozen sshd times out' \
	    said '^h1 state waiting TIMEOUT h1: port 2201 accepted .* said nothing for 7 s'
	ok 'and holds nobody up' said '^h2 end hi OK 0 - 3 0'
	ok 'the other one goes on after the time-out' eval \
	    '[ "$(grep -n "^h1 state waiting" "$T/log" | cut -d: -f1)" -lt \
	       "$(grep -n "^h2 end hi" "$T/log" | cut -d: -f1)" ]'
	signal CONT "$one"
	when_said go signal STOP "$one"
	run -t 15000 -k 1000 -j 'st 0 0 - echo go; exec sleep 50' h1
	ok 'a session that freezes is lost' \
	    said '^h1 state waiting TIMEOUT .*no sign of life'
	ok 'its commands end' said '^h1 end st CLOSED -1'
	signal CONT "$one"
	rm -f "$T"/out/*
	when_said go signal KILL "$one"
	run -j 'st 0 0 - echo go; exec sleep 50' h1
	ok 'kill -9 of sshd is seen' said '^h1 state waiting CLOSED h1: connection lost'
	ok 'its commands end' said '^h1 end st CLOSED -1'
	stop_sshd "$one"
	start_sshd 1
	one=$sshd_pid
	rm -f "$T"/out/*
	when_said go signal KILL "$one"
	run -r 1 -j 'st 0 0 - echo go; exec sleep 50' h1
	ok 'the same transport can be started again' \
	    said "^h1 state waiting CONNREFUSED .*$net.1 port 2201 refused"
	stop_sshd "$one"
	stop_sshd "$two"
}

section_hostkey() {
	local kh=$T/home/.ssh/known_hosts fp
	fresh
	start_sshd 1
	configure 1
	configure 9 'HostKeyAlias shared' "HostName $net.1" 'Port 2201'
	fp=$(ssh-keygen -lf "$T/etc/host_ed25519.pub" | cut -d' ' -f2)
	fp=${fp//+/[+]}
	run h1
	ok 'unknown key, nobody there' \
	    said "^h1 state failed KEYUNKNOWN h1: host key unknown: ED25519 $fp"
	run -a no h1
	ok 'unknown key is asked for as OpenSSH prints it' \
	    said "^h1 ask hostkey h1 ED25519 $fp\$"
	ok 'unknown key refused' said 'state failed KEYUNKNOWN h1: .*not accepted'
	ok 'nothing was written' [ ! -s "$kh" ]
	run -a yes h1
	ok 'unknown key accepted' said 'state discovery OK'
	ok 'and written as ssh finds it' eval \
	    'ssh-keygen -F "[$net.1]:2201" -f "$kh" >/dev/null'
	run h1
	ok 'known from then on' said 'state discovery OK'
	ssh-keygen -H -f "$kh" >/dev/null 2>&1
	run h1
	ok 'hashed known_hosts' eval 'grep -q "^|1|" "$kh" && said "state discovery OK"'
	rm -f "$kh" "$kh.old"
	sed 's/HashKnownHosts no/HashKnownHosts yes/' "$T/ssh_config" >"$T/hash"
	timeout 60 "$probe" -F "$T/hash" -a yes h1 >"$T/log" 2>&1
	ok 'HashKnownHosts is kept to' eval \
	    'grep -q "^|1|" "$kh" && ssh-keygen -F "[$net.1]:2201" -f "$kh" >/dev/null'
	run h1
	ok 'and our own hash is found again' said 'state discovery OK'
	rm -f "$kh"
	known 1 "$T/etc/other_ed25519"
	run -a yes h1
	ok 'a changed key is refused, naming the line' \
	    said "^h1 state failed KEYCHANGED h1: HOST KEY CHANGED: .*known_hosts line 1"
	ok 'and nobody is asked' not_said ' ask '
	echo "* $(cut -d' ' -f1,2 "$T/etc/other_ed25519.pub")" >"$kh"
	run -a yes h1
	ok 'changed: by a pattern' said 'state failed KEYCHANGED'
	rm -f "$kh"
	known 1 ecdsa
	run h1
	ok 'only the ECDSA key is known: it is asked for' said 'state discovery OK'
	rm -f "$kh"
	known 1 rsa
	run -a yes h1
	ok 'a known type the host has not: refused' said 'state failed KEYCHANGED'
	rm -f "$kh"
	known 1
	echo "@revoked * $(cut -d' ' -f1,2 "$T/etc/host_ed25519.pub")" >>"$kh"
	run -a yes h1
	ok 'a revoked key is refused, naming the line' \
	    said 'state failed KEYCHANGED .*REVOKED.*known_hosts line 2'
	echo "$net.1 $(cut -d' ' -f1,2 "$T/etc/host_ed25519.pub")" >"$kh"
	run h1
	ok 'filed without its port' said 'state discovery OK'
	echo "shared $(cut -d' ' -f1,2 "$T/etc/host_ed25519.pub")" >"$kh"
	run h9
	ok 'HostKeyAlias' said 'state discovery OK'
	echo "@cert-authority * $(cut -d' ' -f1,2 "$T/etc/other_ed25519.pub")" >"$kh"
	run -a yes h1
	ok 'known by a certificate authority only' said 'state failed UNSUPPORTED h1: .*certified'
	rm -f "$kh"
	configure 8 "HostName $net.1" 'Port 2201' 'StrictHostKeyChecking yes'
	configure 7 "HostName $net.1" 'Port 2201' 'StrictHostKeyChecking accept-new'
	run -a yes h8
	ok 'StrictHostKeyChecking yes does not ask' eval \
	    'said "state failed KEYUNKNOWN" && not_said " ask "'
	run h7
	ok 'StrictHostKeyChecking accept-new' eval \
	    'said "state discovery OK" && [ -s "$kh" ]'
	stop_sshd "$sshd_pid"
	start_sshd 1 "HostKey $T/etc/host_rsa"
	rm -f "$kh"
	run -a yes h1
	ok 'RSA-only host key' said 'state failed UNSUPPORTED h1: it has only an RSA host key'
	stop_sshd "$sshd_pid"
	start_sshd 1 "HostKey $T/etc/host_rsa" "HostKey $T/etc/host_ed25519"
	known 1 rsa
	run -a yes h1
	ok 'only the RSA key is known' said 'state failed UNSUPPORTED h1: known_hosts holds only its RSA key'
	stop_sshd "$sshd_pid"
}

section_keys() {
	local d=$T/home/.ssh sock=$T/agent agent_pid i
	fresh
	start_sshd 1
	known 1
	key "$d/locked" ed25519
	ssh-keygen -q -p -f "$d/locked" -P '' -N 'open sesame' >/dev/null
	key "$d/stranger" ed25519
	key "$d/ecdsa" ecdsa -b 384
	key "$d/pem" ecdsa -m PEM
	ssh-keygen -q -p -m PEM -f "$d/pem" -P '' -N 'pem phrase' >/dev/null
	key "$d/rsa" rsa
	key "$d/in_agent" ed25519
	cat "$d"/{locked,ecdsa,pem,rsa,in_agent}.pub >>"$T/etc/authorized"
	configure 1 "IdentityFile $d/locked"
	run h1
	ok 'an encrypted key, nobody there' said 'state failed AUTH .*locked \(needs a passphrase'
	run -a yes -p 'open sesame' h1
	ok 'an encrypted key with its passphrase' eval \
	    'said "ask passphrase h1 $d/locked" && said "state discovery OK"'
	rm "$d/locked.pub"
	run -a yes -p 'open sesame' h1
	ok 'and without its .pub' said 'state discovery OK'
	run -a yes -p 'wrong' h1
	ok 'a wrong passphrase is asked for three times' eval \
	    '[ "$(grep -c " ask passphrase" "$T/log")" -eq 3 ] && said "state failed AUTH .*wrong passphrase"'
	fresh
	known 1
	configure 1 "IdentityFile $d/stranger"
	run -a yes h1
	ok 'a key the host does not know: what was tried is said' \
	    said 'state failed AUTH h1: login as root failed. Tried: .*stranger \(not accepted\); no agent .*The host takes: publickey'
	ssh-keygen -q -p -f "$d/stranger" -P '' -N 'x' >/dev/null
	run -a yes -p x h1
	ok 'no passphrase is asked for a key the host will not take' \
	    eval 'not_said " ask pass" && said "state failed AUTH"'
	for i in ecdsa pem; do
		fresh
		known 1
		configure 1 "IdentityFile $d/$i"
		run -a yes -p 'pem phrase' h1
		ok "logs in with $i" said 'state discovery OK'
	done
	fresh
	known 1
	configure 1 "IdentityFile $d/rsa"
	run h1
	ok 'RSA user key only' said 'state failed UNSUPPORTED h1: libssh2 cannot log in as root .*rsa \(RSA'
	fresh
	known 1
	configure 1 'ProxyCommand /bin/false'
	run h1
	ok 'ProxyCommand' said 'state failed UNSUPPORTED h1: .*ProxyCommand'
	section_certs
	section_agent
	stop_sshd "$sshd_pid"
}

section_certs() {
	local d=$T/home/.ssh
	key "$T/etc/ca" ed25519
	key "$d/c25519" ed25519
	key "$d/cecdsa" ecdsa
	ssh-keygen -q -s "$T/etc/ca" -I test -n root "$d/c25519.pub" "$d/cecdsa.pub" 2>/dev/null
	echo "cert-authority $(cat "$T/etc/ca.pub")" >>"$T/etc/authorized"
	fresh
	known 1
	configure 1 "IdentityFile $d/c25519"
	run h1
	ok 'ed25519 certificate' said 'state failed UNSUPPORTED h1: .*c25519-cert.pub \(certificate'
	fresh
	known 1
	configure 1 "IdentityFile $d/cecdsa"
	run h1
	ok 'ecdsa certificate' said 'state discovery OK'
}

section_agent() {
	local d=$T/home/.ssh sock=$T/agent
	ssh-agent -D -a "$sock" >/dev/null 2>&1 &
	agent_pid=$!
	disown "$agent_pid"
	pids="$pids $agent_pid"
	for _ in $(seq 600); do
		[ -S "$sock" ] && break
		sleep 0.05
	done
	SSH_AUTH_SOCK=$sock ssh-add -q "$d/in_agent"
	SSH_AUTH_SOCK=$sock ssh-add -q "$d/rsa"
	fresh
	known 1
	configure 1 "IdentityFile $d/none" "IdentityAgent $sock"
	run h1
	ok 'logs in with the agent' said 'state discovery OK'
	fresh
	known 1
	configure 1 "IdentityFile $d/ecdsa" "IdentityAgent $sock" 'IdentitiesOnly yes'
	run h1
	ok 'IdentitiesOnly' said 'state discovery OK'
	fresh
	known 1
	configure 1 "IdentityFile $d/none" "IdentityAgent $sock" 'IdentitiesOnly yes'
	run h1
	ok 'IdentitiesOnly leaves the agent alone' said 'state failed AUTH .*nothing, no key file'
	SSH_AUTH_SOCK=$sock ssh-add -q -d "$d/in_agent"
	fresh
	known 1
	configure 1 "IdentityFile $d/none" "IdentityAgent $sock"
	run h1
	ok 'an agent with an RSA key only' said 'state failed UNSUPPORTED h1: .*rsa \(RSA'
	kill -STOP "$agent_pid"
	fresh
	known 1
	configure 1 "IdentityFile $d/ecdsa" "IdentityAgent $sock"
	run -t 4000 h1
	ok 'a frozen agent is passed over' said 'state discovery OK'
	kill -KILL "$agent_pid"
	fresh
	known 1
	configure 1 "IdentityFile $d/none" "IdentityAgent $sock"
	run -t 4000 h1
	ok 'a dead agent is named' said 'state failed AUTH .*the agent does not answer'
}

section_jump() {
	local one two three
	fresh
	start_sshd 1
	one=$sshd_pid
	start_sshd 2
	two=$sshd_pid
	start_sshd 3
	three=$sshd_pid
	head -c 8388608 /dev/urandom >"$T/big"
	configure 1
	configure 2
	configure 3 'ProxyJump h1'
	configure 4 'ProxyJump h1,h2' "HostName $net.3" 'Port 2203'
	configure 5 'ProxyJump h4' "HostName $net.3" 'Port 2203'
	configure 6 'ProxyJump h6'
	known 1
	known 2
	known 3
	run -j 'who 30000 0 - echo $SSH_CONNECTION' h3
	ok 'one jump host' eval 'said "state discovery OK" && grep -q "^127" "$T/out/h3.who.out"'
	run -k 3000 -j "a 30000 0 - cat $T/big" -j "b 30000 0 $T/big cat" \
	    -j "c 30000 0 - cat $T/big" -j 'd 30000 0 - sleep 8; echo d' h4
	ok 'two jump hosts: all end' [ "$(grep -c 'end . OK 0' "$T/log")" -eq 4 ]
	ok 'two jump hosts: 8 MB out' same "$T/big" "$T/out/h4.a.out"
	ok 'two jump hosts: 8 MB in and out' same "$T/big" "$T/out/h4.b.out"
	run -j 'd 30000 0 - echo d' h5
	ok 'a jump host with jump hosts of its own' said 'end d OK 0'
	run h6
	ok 'jump hosts in a circle' said 'state failed LIMIT .*circle'
	run -i -w 8000 -j 'one 30000 0 - true' h3 h4
	ok 'idle sessions behind jump hosts do not spin' eval \
	    'said "end one OK" && [ "$(figure cpu_ms)" -lt 1000 ]'
	when_said go signal KILL "$two"
	run -j 'st 0 0 - echo go; exec sleep 50' h4
	ok 'a dead jump host in the middle' said 'state waiting CLOSED'
	run h4
	ok 'a jump host that is down' \
	    said "state waiting UNREACH h2 .jump host for h4.: its jump host h1 cannot connect to $net.2"
	: >"$T/home/.ssh/known_hosts"
	known 3
	run -a yes -j 'd 30000 0 - echo d' h3
	ok "the jump host's key is asked for by its name" eval \
	    'said "^h3 ask hostkey h1 ED25519" && said "end d OK 0"'
	stop_sshd "$one"
	stop_sshd "$two"
	stop_sshd "$three"
	rm -f "$T/big" "$T"/out/*
}

# A question nobody answers, until the host hangs up: its jump host goes on
# talking, and is listened to.
section_away() {
	local one
	fresh
	start_sshd 1 'ClientAliveInterval 1' 'ClientAliveCountMax 4'
	one=$sshd_pid
	start_sshd 2 'LoginGraceTime 5'
	configure 1
	configure 2 'ProxyJump h1'
	known 1
	run -a never -w 12000 -j 'a 0 0 - cat' h2
	ok 'a person is asked' said '^h2 ask hostkey h2 '
	ok 'the jump host stays' not_said ' state waiting '
	ok "and waiting takes no time: $(figure cpu_ms) ms" \
	    [ "$(figure cpu_ms)" -le 1000 ]
	stop_sshd "$one"
	stop_sshd "$sshd_pid"
}

logins() { # of sshd N, since it started
	grep -c '^Accepted publickey' "$T/etc/sshd_$1.log"
}
seen() { # N times in the log: PATTERN
	[ "$(grep -cE -- "$2" "$T/log")" -eq "$1" ]
}

# Hosts behind one jump host share its session.
section_shared() {
	local one two three hosts='' n now
	fresh
	start_sshd 1 'RekeyLimit 1M' 'MaxSessions 2' 'MaxStartups 2:100:2'
	one=$sshd_pid
	start_sshd 2
	two=$sshd_pid
	start_sshd 3
	three=$sshd_pid
	head -c 2097152 /dev/urandom >"$T/big"
	configure 1
	known 1
	known 2
	known 3
	for n in $(seq 20 39); do
		configure "$n" 'ProxyJump h1' "HostName $net.$((2 + n % 2))" \
		    "Port $((2202 + n % 2))"
		hosts="$hosts h$n"
	done
	now=$(logins 1)
	# libssh2 1.10 forgets the old host key's 51 bytes at each re-exchange
	# shellcheck disable=SC2086
	ASAN_OPTIONS=detect_leaks=0 run -t 60000 -k 20000 \
	    -j "a 90000 0 - cat $T/big" -j "b 90000 0 $T/big cat" \
	    -j 'c 90000 0 - echo c' $hosts
	ok 'twenty hosts behind one jump host: all run' seen 60 ' end . OK 0 '
	for n in $(seq 20 39); do
		ok "h$n: byte for byte, while new keys are exchanged" eval \
		    'same "$T/big" "$T/out/h$n.a.out" && same "$T/big" "$T/out/h$n.b.out"'
	done
	# a machine that stands still for a second may see a tunnel hang
	ok 'with one connection to it, two at most' [ $(($(logins 1) - now)) -le 2 ]
	echo "twenty hosts, connections to the jump host: $(($(logins 1) - now))"
	rm -f "$T/big" "$T"/out/*
	for n in 40 41 42 43; do
		configure "$n" 'ProxyJump h1,h2' "HostName $net.3" 'Port 2203'
	done
	configure 2
	now=$(($(logins 1) + $(logins 2)))
	run -t 20000 -j 'st 9000 0 - echo go' h40 h41 h42 h43 h20
	ok 'a way over two jump hosts is shared as well' \
	    [ $(($(logins 1) + $(logins 2) - now)) -le 4 ]
	ok 'by all who go it' seen 5 ' end st OK 0 - 3 0'
	section_shared_breaks
	section_shared_slow
	section_shared_asks
	stop_sshd "$one"
	stop_sshd "$two"
	stop_sshd "$three"
}

# kill -9 of the jump host's side of the connection, not of its listener
kill_sessions() {
	# shellcheck disable=SC2046
	kill -KILL $(family "$1" | tail -n +2) 2>/dev/null
}

section_shared_breaks() {
	local now
	now=$(logins 1)
	rm -f "$T"/out/*
	(
		for _ in $(seq 2400); do
			[ "$(cat "$T"/out/h[23]?.st.out | grep -c go)" -ge 20 ] && break
			sleep 0.05
		done 2>/dev/null
		: >"$T/out/again"
		kill_sessions "$one"
	) &
	# What runs first ends with its connection and not before.
	# shellcheck disable=SC2086
	run -t 30000 -r 1 \
	    -j "st 60000 0 - echo go; [ -e $T/out/again ] || exec sleep 100" $hosts
	ok 'the jump host is lost: each host says so' \
	    seen 20 '^h([23][0-9]) state waiting CLOSED h1 .jump host for h\1.: connection lost'
	ok 'each command ends, and once a connection' \
	    seen 20 ' end st CLOSED -1'
	ok 'all come back' seen 20 ' end st OK 0 - 3 0'
	ok 'with one connection more, or two' [ $(($(logins 1) - now)) -le 4 ]
	stop_sshd "$two"
	# shellcheck disable=SC2086
	run -t 30000 -j 'st 30000 0 - echo go' $hosts
	ok 'ten that refuse are told of' \
	    seen 10 "state waiting UNREACH h[0-9]+: its jump host h1 cannot connect to $net.2"
	ok 'and the other ten run' seen 10 ' end st OK 0 - 3 0'
	start_sshd 2
	two=$sshd_pid
}

# One behind it that does not answer, one that nobody reads from.
section_shared_slow() {
	signal STOP "$two"
	# shellcheck disable=SC2086
	run -t 9000 -j 'st 30000 0 - echo go' $hosts
	ok 'ten frozen hosts time out' seen 10 \
	    'state waiting TIMEOUT h[0-9]+: port 2202 accepted .* said nothing for 9 s'
	ok 'and hold up none of the other ten' seen 10 ' end st OK 0 - 3 0'
	ok 'which are up before' eval \
	    '[ "$(grep -n " end st OK" "$T/log" | tail -1 | cut -d: -f1)" -lt \
	       "$(grep -n " state waiting" "$T/log" | head -1 | cut -d: -f1)" ]'
	signal CONT "$two"
	# one address that swallows connections: the tunnel to it never opens
	perl -MIO::Socket::INET -e '
		$s = IO::Socket::INET->new(LocalAddr => $ARGV[0], Listen => 1)
		    or die;
		push @c, IO::Socket::INET->new(PeerAddr => $ARGV[0],
		    Timeout => 1) for 1 .. 4;
		open F, ">", $ARGV[1]; close F; sleep 60' \
	    "$net.8:2208" "$T/out/full" &
	local full=$!
	disown "$full"
	pids="$pids $full"
	for _ in $(seq 600); do
		[ -e "$T/out/full" ] && break
		sleep 0.05
	done
	configure 8 'ProxyJump h1'
	# shellcheck disable=SC2086
	run -t 9000 -r 1 -j 'st 30000 0 - echo go' h8 $hosts
	ok 'a tunnel that never opens is told of, twice' \
	    seen 2 'h8 state waiting TIMEOUT h8: its jump host h1 could not connect'
	ok 'and holds up nobody' seen 20 ' end st OK 0 - 3 0'
	ok 'who are up before it is told of' eval \
	    '[ "$(grep -n " end st OK" "$T/log" | tail -1 | cut -d: -f1)" -lt \
	       "$(grep -n "^h8 state waiting" "$T/log" | head -1 | cut -d: -f1)" ]'
	kill "$full"
}

# A person is asked once for the jump host, whoever waits behind it.
section_shared_asks() {
	local d=$T/home/.ssh
	key "$d/bastion" ed25519
	cat "$d/bastion.pub" >>"$T/etc/authorized"
	ssh-keygen -q -p -a 60 -f "$d/bastion" -P '' -N 'open sesame' >/dev/null
	sed -i "/\[$net.1\]/d" "$d/known_hosts"
	sed -i "1,/IdentityFile/s|IdentityFile .*|IdentityFile $d/bastion|" \
	    "$T/ssh_config"
	# shellcheck disable=SC2086
	run -a yes -p 'open sesame' -t 30000 -j 'st 30000 0 - echo go' $hosts
	ok 'the host key of the jump host is asked for once' seen 1 ' ask hostkey '
	ok 'its passphrase too' seen 1 ' ask passphrase h1 '
	ok 'and all twenty run' seen 20 ' end st OK 0 - 3 0'
}

# A TCP server that says $2 to everybody and then runs the perl in $3.
toy() {
	perl -MIO::Socket::INET -e '
		$s = IO::Socket::INET->new(LocalAddr => $ARGV[0], Listen => 5,
		    ReuseAddr => 1) or die;
		$| = 1; print "ready\n";
		while ($c = $s->accept) { print $c $ARGV[1]; $c->flush;
			eval $ARGV[2]; push @keep, $c }' "$@" >"$T/toy" &
	toy_pid=$!
	disown "$toy_pid"
	pids="$pids $toy_pid"
	for _ in $(seq 600); do
		grep -q ready "$T/toy" && break
		sleep 0.05
	done
}

section_network() {
	fresh
	configure 1
	configure 2 'ConnectTimeout 3' "HostName $net.1"
	run h1
	ok refused said "state waiting CONNREFUSED h1: $net.1 port 2201 refused"
	run root@no-such-host.invalid
	ok 'name not found' said 'state (failed|waiting) NAME no-such-host.invalid: the name'
	run 'root@-oProxyCommand=x'
	ok 'no host at all' said 'state failed NAME'
	run 'a b'
	ok 'nonsense' said 'state failed NAME'
	toy $net.1:2201 $'220 mx ESMTP \033[31m\n' 'close $c'
	run h1
	ok 'another protocol' said 'state waiting (CLOSED|PROTO) h1: '
	kill "$toy_pid"
	toy $net.1:2202 'SSH-2.0-toy
' 'sleep 0'
	run -t 9000 h2
	ok 'a key exchange that stands still; ConnectTimeout' \
	    said 'state waiting TIMEOUT h2: the key exchange stood still for 3 s'
	kill "$toy_pid"
	echo 'Match exec "sleep 60"' >>"$T/ssh_config"
	run -t 700 h3
	ok 'ssh -G that hangs' said 'state waiting TIMEOUT h3: ssh -G gave no answer'
	echo 'Nonsense yes' >"$T/ssh_config"
	run h1
	ok 'ssh -G that complains' said 'state failed PARSE h1: ssh -G refuses .*[Nn]onsense'
	PATH=/nowhere run_bare h1
	ok 'no ssh program' said 'state failed NOCOMMAND h1: .*openssh-client'
}
run_bare() {
	/usr/bin/timeout 60 "$probe" -F "$T/ssh_config" "$@" >"$T/log" 2>&1
}

# Stopped at any moment, nothing is left (asan sees memory, the loop handles).
section_stop() {
	local one w d=$T/home/.ssh
	fresh
	start_sshd 1
	one=$sshd_pid
	start_sshd 2
	key "$d/slow" ed25519
	cat "$d/slow.pub" >>"$T/etc/authorized"
	ssh-keygen -q -p -a 60 -f "$d/slow" -P '' -N slow >/dev/null
	configure 1
	configure 2 'ProxyJump h1' "IdentityFile $d/slow"
	configure 3 'ProxyJump h1' "IdentityFile $d/slow" "HostName $net.2" \
	    'Port 2202'
	known 1
	known 2
	for w in 1 4 8 12 16 20 25 30 40 50 70 100 150 200 300 500 800; do
		run -w "$w" -a yes -p slow -j 'a 0 0 - cat' -j 'b 0 0 - yes' h2 h3 h1
	done
	run -a yes -p slow -j 'a 30000 0 - echo a' h2
	ok 'a slow passphrase behind a jump host' said 'end a OK 0 - 2 0'
	stop_sshd "$one"
	stop_sshd "$sshd_pid"
}

sections=${*:-basics bulk limits frozen hostkey keys jump away shared network stop}
for s in $sections; do
	"section_$s"
done
echo "$pass passed, $fail failed"
[ "$fail" -eq 0 ]
