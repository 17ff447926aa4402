# Real sshds on loopback for the transports' tests; sourced by them. Expects
# $net (three numbers of 127.0.0.0/8: "127.47.1") and $name (for messages).
# Needs root: sshd wants its own user and folder, given to it in a private mount
# namespace. Everything lies in $T and ends with the test.
parts=${MTADECK_LAB_PARTS:-$PWD/build/lab/parts}
pass=0 fail=0 pids=

skip() {
	echo "$name: skipped: $1"
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
		tail -15 "$T/log" | sed 's/^/	/'
	fi
}
said() { grep -qE -- "$1" "$T/log"; }
not_said() { ! said "$1"; }
# wait_for SECONDS COMMAND...: until it succeeds
wait_for() {
	local n=$(($1 * 20))
	shift
	while [ "$n" -gt 0 ]; do
		"$@" && return 0
		n=$((n - 1))
		sleep 0.05
	done
	return 1
}

sshd_needs() {
	[ "$(id -u)" -eq 0 ] || skip "sshd for the test needs root"
	unshare -m true 2>/dev/null ||
	    skip "mount namespaces are not allowed here"
	tests/lab/parts.sh "$parts" >/dev/null 2>&1 ||
	    skip "openssh-server could not be fetched"
}

sshd_cleanup() {
	local p
	for p in $pids; do
		signal CONT "$p"
		signal KILL "$p"
	done
	rm -rf "$T"
}

# An sshd, its sessions (each a process group of its own) and their commands.
family() {
	local p
	echo "$1"
	for p in $(pgrep -P "$1"); do
		family "$p"
	done
}
# All of them but the listener itself.
sessions() {
	family "$1" | tail -n +2
}
signal() { # SIGNAL PID: to the whole family
	# shellcheck disable=SC2046
	kill "-$1" $(family "$2") 2>/dev/null
}
stop_sshd() {
	signal CONT "$1"
	signal KILL "$1"
	wait_for 10 eval "! kill -0 $1 2>/dev/null"
}

key() { # FILE TYPE [ssh-keygen options]
	local file=$1 type=$2
	shift 2
	ssh-keygen -q -t "$type" -f "$file" -N '' -C "${file##*/}" "$@"
}

# What every host shares: keys, users, root's home.
sshd_setup() {
	T=$(mktemp -d "/tmp/$name.XXXXXX") || exit 1
	trap sshd_cleanup EXIT
	trap 'exit 1' INT TERM
	chmod 755 "$T"
	mkdir -p "$T/home/.ssh" "$T/etc" "$T/run" "$T/out"
	chmod 700 "$T/home/.ssh" "$T/run"
	: >"$T/log"
	unset SSH_AUTH_SOCK
	awk -F: -v OFS=: -v home="$T/home" '$1 == "sshd" { next }
	    $1 == "root" { $6 = home; $7 = "/bin/sh" } { print }' /etc/passwd \
	    >"$T/etc/passwd"
	echo 'sshd:x:64513:65534::/run/sshd:/usr/sbin/nologin' \
	    >>"$T/etc/passwd"
	local t
	for t in ed25519 ecdsa rsa; do
		key "$T/etc/host_$t" "$t"
		key "$T/etc/other_$t" "$t"
	done
	key "$T/home/.ssh/id_ed25519" ed25519
	cp "$T/home/.ssh/id_ed25519.pub" "$T/etc/authorized"
}

# start_sshd N [sshd_config lines]: $net.N port 2200+N; pid in $sshd_pid
start_sshd() {
	local n=$1 conf=$T/etc/sshd_$1 k
	shift
	: >"$conf"
	[ $# -eq 0 ] || printf '%s\n' "$@" >"$conf"
	grep -q '^HostKey' "$conf" || for k in ed25519 ecdsa; do
		echo "HostKey $T/etc/host_$k" >>"$conf"
	done
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
	: >"$conf.log"
	# $1 .. in the quotes are the inner shell's
	# shellcheck disable=SC2016
	unshare -m sh -c '
		mount --bind "$1/etc/passwd" /etc/passwd &&
		mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p /run/sshd &&
		LD_LIBRARY_PATH=$2 exec "$3" -D -e -f "$4"' sshd "$T" \
	    "$parts/usr/lib/$(uname -m)-linux-gnu" "$parts/usr/sbin/sshd" \
	    "$conf" 2>>"$conf.log" &
	sshd_pid=$!
	disown "$sshd_pid"
	pids="$pids $sshd_pid"
	wait_for 30 sshd_up "$n" ||
	    skip "sshd does not start here: $(tail -1 "$conf.log")"
}
# Ours, not another one on the same address.
sshd_up() {
	grep -qs "^Server listening on $net.$1 " "$T/etc/sshd_$1.log"
}
# configure N [ssh_config lines]: hN is $net.N
configure() {
	local n=$1
	shift
	{
		echo "Host h$n"
		[ $# -eq 0 ] || printf '  %s\n' "$@"
		echo "  HostName $net.$n"
		echo "  Port $((2200 + n))"
		echo "  User root"
		echo "  UserKnownHostsFile $T/home/.ssh/known_hosts"
		echo "  GlobalKnownHostsFile none"
		echo "  HashKnownHosts no"
		case "$*" in # of IdentityFile all count
		*IdentityFile*) ;;
		*) echo "  IdentityFile $T/home/.ssh/id_ed25519" ;;
		esac
	} >>"$T/ssh_config"
}
fresh() { # a new configuration and an empty known_hosts
	: >"$T/ssh_config"
	rm -f "$T/home/.ssh/known_hosts" "$T"/out/*
}
known() { # N [host key's TYPE or file]: files it in known_hosts
	local n=$1 k=${2:-ed25519}
	case $k in */*) ;; *) k=$T/etc/host_$k ;; esac
	echo "[$net.$n]:$((2200 + n)) $(cut -d' ' -f1,2 "$k.pub")" \
	    >>"$T/home/.ssh/known_hosts"
}
