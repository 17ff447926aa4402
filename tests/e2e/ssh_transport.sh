#!/bin/bash
# The libssh2 transport against real sshds on 127.46.0.x: each section sets up
# what it needs and says what it proves. Needs root (sshd wants its own user and
# folder, given to it in a private mount namespace). Prints "N passed, N
# failed"; exit 77 with a sentence when it cannot run here.
# Usage: ssh_transport.sh [SECTION...]
set -u
cd "$(dirname "$0")/../.." || exit 1
mode=${MODE:-release}
probe=$PWD/build/$mode/drivers/ssh_probe
parts=${MTADECK_LAB_PARTS:-$PWD/build/lab/parts}
pass=0 fail=0

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
		kill -CONT -- "-$p" 2>/dev/null
		kill -KILL -- "-$p" 2>/dev/null
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

# start_sshd N [sshd_config lines]: 127.46.0.N port 2200+N; pid in $sshd_pid
start_sshd() {
	local n=$1 conf=$T/etc/sshd_$1 keys='ed25519 ecdsa' k
	shift
	: >"$conf"
	[ $# -eq 0 ] || printf '%s\n' "$@" >"$conf"
	grep -q '^HostKey' "$conf" ||
	    for k in $keys; do echo "HostKey $T/etc/host_$k" >>"$conf"; done
	cat >>"$conf" <<-END
		ListenAddress 127.46.0.$n:$((2200 + n))
		PidFile none
		UsePAM no
		StrictModes no
		PasswordAuthentication no
		AuthorizedKeysFile $T/etc/authorized
		PermitRootLogin prohibit-password
		LogLevel VERBOSE
		MaxStartups 100
	END
	setsid unshare -m sh -c '
		mount --bind "$1/etc/passwd" /etc/passwd &&
		mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p /run/sshd &&
		LD_LIBRARY_PATH=$2 exec "$3" -D -e -f "$4"' sshd "$T" \
	    "$parts/usr/lib/$(uname -m)-linux-gnu" "$parts/usr/sbin/sshd" "$conf" \
	    2>>"$conf.log" &
	sshd_pid=$!
	pids="$pids $sshd_pid"
	for _ in $(seq 100); do
		if (exec 3<>"/dev/tcp/127.46.0.$n/$((2200 + n))") 2>/dev/null; then
			return
		fi
		kill -0 "$sshd_pid" 2>/dev/null || break
		sleep 0.05
	done
	skip "sshd does not start here: $(tail -1 "$conf.log")"
}
stop_sshd() {
	kill -KILL -- "-$1" 2>/dev/null
	wait "$1" 2>/dev/null
}
# hN is 127.46.0.N; what follows is appended to its block of the configuration
configure() {
	local n=$1
	shift
	{
		echo "Host h$n"
		echo "  HostName 127.46.0.$n"
		echo "  Port $((2200 + n))"
		echo "  User root"
		echo "  UserKnownHostsFile $T/home/.ssh/known_hosts"
		echo "  GlobalKnownHostsFile none"
		echo "  HashKnownHosts no"
		[ $# -eq 0 ] || printf '  %s\n' "$@"
		# the first of a word counts, of IdentityFile all
		case "$*" in
		*IdentityFile*) ;;
		*) echo "  IdentityFile $T/home/.ssh/id_ed25519" ;;
		esac
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
	echo "[127.46.0.$n]:$((2200 + n)) $(cut -d' ' -f1,2 "$k.pub")" \
	    >>"$T/home/.ssh/known_hosts"
}
run() { # probe's arguments
	timeout 60 "$probe" -F "$T/ssh_config" -d "$T/out" "$@" >"$T/log" 2>&1
	local rc=$?
	echo "exit $rc" >>"$T/log"
	return $rc
}

section_basics() {
	fresh
	start_sshd 1
	configure 1
	known 1
	run -j 'hello 5000 0 - echo out; echo err >&2; exit 3' \
	    -j 'sig 5000 0 - kill -TERM $$' \
	    -j 'cat 5000 0 /etc/passwd cat' -j 'late 9000 0 - exec >&- 2>&-; sleep 1; exit 7' \
	    -j 'five 5000 0 - true' h1
	ok 'logs in with an ed25519 key file' said '^h1 state discovery OK'
	ok 'exit status, both streams' said '^h1 end hello OK 3 - 4 4$'
	ok 'stdout and stderr are apart' grep -qx err "$T/out/h1.hello.err"
	ok 'a signal is told' said '^h1 end sig OK .* TERM 0 0'
	ok 'stdin arrives' cmp -s /etc/passwd "$T/out/h1.cat.out"
	ok 'a status after the last byte' said '^h1 end late OK 7 '
	ok 'more commands than channels' said '^h1 end five OK 0 '
	ok 'the loop is empty afterwards' said '^exit 0$'
	stop_sshd "$sshd_pid"
}

sections=${*:-basics}
for s in $sections; do
	"section_$s"
done
echo "$pass passed, $fail failed"
[ "$fail" -eq 0 ]
