#!/bin/bash
# The world's name service: unbound, which everybody asks, and rbldnsd, which
# holds the lists. Runs inside the world, as its root. A list's zone file is its
# contents (rbldnsd(8)); when the list is not well, it has a mode:
#   good      rbldnsd answers
#   refuse    every answer is an error code (127.255.255.254, or CODE)
#   refused   every answer is REFUSED (RFC 1035)
#   timeout   no answer
#   dead      no such name, the test point's neither
#   world     every name is listed
#   servfail  rbldnsd refuses the resolver, so the resolver says SERVFAIL
# What is changed holds when the command returns; nothing of before is left in
# the resolver's cache.
# Usage: dns.sh start | resolver VERB | list VERB...; see the end.
set -eu
dir=/var/lib/rbldns
read -r net </etc/lab/net
ttl=5

die() {
	echo "lab: $*" >&2
	exit 1
}

zones() {
	(cd /etc/lab/lists && printf '%s\n' *)
}

# head_of ZONE WORD: the rest of the line "# WORD: ..." of its file.
head_of() {
	sed -n "s/^# $2: *//p" "/etc/lab/lists/$1"
}

pid_of() {
	cat "/run/$1.pid" 2>/dev/null || die "$1 does not run"
}

resolver() {
	unbound-control -q -c /etc/unbound/unbound.conf "$@" >/dev/null 2>&1 ||
	    die "the resolver does not answer"
}

# --- servers ----------------------------------------------------------------

# An IPv4 list holds IPv6 addresses too, in a file of its own; every list has
# an access list, which refuses nobody as long as it is well.
as_built() { # ZONE
	cp "/etc/lab/lists/$1" "$dir/$1"
	: >"$dir/$1.acl"
	[ "$(head_of "$1" type)" = ip4set ] || return 0
	{
		grep '^:' "$dir/$1" || :
		echo '::ffff:7f00:2'
	} >"$dir/$1.6"
}

start_lists() {
	local z type serve=
	for z in $(zones); do
		as_built "$z"
		type=$(head_of "$z" type)
		serve="$serve $z:$type:$z $z:acl:$z.acl"
		[ "$type" != ip4set ] || serve="$serve $z:ip6trie:$z.6"
	done
	# shellcheck disable=SC2086
	rbldnsd -c 0 -t $ttl -p /run/rbldnsd.pid -b "$net.0.54/53" -r "$dir" \
	    -w / $serve >/dev/null
}

start_resolver() {
	local z
	rm -f /run/unbound.pid
	unbound -c /etc/unbound/unbound.conf
	for z in $(zones); do
		[ "$(mode_of "$z")" = good ] || in_mode "$z"
	done
}

stop_resolver() {
	local pid
	pid=$(pid_of unbound)
	kill -CONT "$pid" 2>/dev/null || return 0
	kill "$pid"
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.02
	done
}

# --- contents ---------------------------------------------------------------

# The file that holds a subject.
file_of() { # ZONE SUBJECT
	[ -e "/etc/lab/lists/$1" ] || die "$1: no such list; see list modes"
	case $(head_of "$1" type)/$2 in
	ip4set/*:*) echo "$dir/$1.6" ;;
	*) echo "$dir/$1" ;;
	esac
}

# rbldnsd reads a file again whose time (in whole seconds) is another one, and
# that time is the zone's serial: when it answers with it, it has read it.
read_again() { # ZONE
	local f now last end
	now=$(date +%s)
	last=$(stat -c %Y "$dir/$1" "$dir/$1".* | sort -n | tail -n 1)
	[ "$now" -gt "$last" ] || now=$((last + 1))
	for f in "$dir/$1" "$dir/$1".*; do
		touch -d "@$now" "$f"
	done
	kill -HUP "$(pid_of rbldnsd)"
	end=$((SECONDS + 30))
	until [ "$(dig +short +time=1 +tries=1 "@$net.0.54" "$1" SOA |
	    cut -d' ' -f3)" = "$now" ]; do
		[ "$SECONDS" -lt "$end" ] || die "$1 is not read again"
		sleep 0.01
	done
	resolver flush_zone "$1"
}

add() { # ZONE SUBJECT [CODE] [TEXT]: a further code, if it is listed already
	local f line=$2
	f=$(file_of "$1" "$2")
	[ -z "${3:-}" ] || line="$2 :$3${4:+:$4}"
	# Exclusions win, so the one of this subject has to go.
	awk -v s="!$2" -v l="$line" '$1 != s && $0 != l' "$f" >"$f.new"
	echo "$line" >>"$f.new"
	mv "$f.new" "$f"
}

range() { # ZONE CIDR|FIRST-LAST [CODE] [TEXT]: all of it, whatever was taken off
	sed -i '/^!/d' "$(file_of "$1" "$2")"
	add "$@"
}

del() { # ZONE SUBJECT: excluded too, in case a range holds it
	local f
	f=$(file_of "$1" "$2")
	awk -v s="$2" '$1 != s && $1 != "!" s' "$f" >"$f.new"
	echo "!$2" >>"$f.new"
	mv "$f.new" "$f"
}

# Of all it says, and of all it does not say.
set_ttl() { # ZONE SECONDS
	local f
	[[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || die "$2: no TTL"
	for f in "$dir/$1" "$dir/$1".6; do
		[ ! -e "$f" ] || sed -i -E -e '/^\$TTL /d' -e "1i \$TTL $2" \
		    -e "s/^(\\\$SOA )[0-9]+ (.*) [0-9]+\$/\1$2 \2 $2/" "$f"
	done
}

show() { # ZONE
	echo "mode $(mode_of "$1")"
	sed '/^[#$:]/d; /^ *$/d' "$dir/$1"
	[ ! -e "$dir/$1.6" ] || sed '/^[#:$]/d; /^::ffff:7f00:2$/d' "$dir/$1.6"
}

# --- modes ------------------------------------------------------------------

mode_of() { # ZONE
	cat "/run/lab/mode/$1" 2>/dev/null || head_of "$1" mode
}

everything_is() { # ZONE CODE TEXT
	resolver local_zone "$1" redirect
	resolver local_data "$1. $ttl IN A $2"
	resolver local_data "$1. $ttl IN TXT \"$3\""
}

# Makes it so, out of whatever was before.
in_mode() { # ZONE
	local mode code acl=$dir/$1.acl
	read -r mode code <<<"$(mode_of "$1")"
	resolver local_data_remove "$1"
	case $mode in
	good | servfail) resolver local_zone "$1" transparent ;;
	refuse)
		everything_is "$1" "${code:-127.255.255.254}" \
		    "Error: open resolver; https://check.spamhaus.org/returnc/pub/$net.0.53/"
		;;
	refused) resolver local_zone "$1" always_refuse ;;
	timeout) resolver local_zone "$1" always_deny ;;
	dead) resolver local_zone "$1" always_nxdomain ;;
	world) everything_is "$1" 127.0.0.2 "This list is closed; stop asking it" ;;
	*) die "$mode: no such mode" ;;
	esac
	if [ "$mode" = servfail ]; then
		echo "$net.0.53 :refuse" >"$acl"
	elif [ -s "$acl" ]; then
		: >"$acl"
	else
		resolver flush_zone "$1"
		return 0
	fi
	read_again "$1"
}

set_mode() { # ZONE MODE [CODE]
	file_of "$1" . >/dev/null
	case $2 in
	good | refuse | refused | timeout | dead | world | servfail) ;;
	*) die "$2: no such mode" ;;
	esac
	mkdir -p /run/lab/mode
	echo "$2 ${3:-}" >"/run/lab/mode/$1"
	in_mode "$1"
}

modes() {
	local z
	for z in $(zones); do
		echo "$z	$(mode_of "$z")"
	done
}

# ----------------------------------------------------------------------------

case $1/${2:-} in
start/) start_lists && start_resolver ;;
resolver/start) start_resolver ;;
resolver/stop) stop_resolver ;;
resolver/freeze) kill -STOP "$(pid_of unbound)" ;;
resolver/thaw) kill -CONT "$(pid_of unbound)" ;;
list/add) add "${@:3}" && read_again "$3" ;;
list/del) del "${@:3}" && read_again "$3" ;;
list/range) range "${@:3}" && read_again "$3" ;;
list/ttl) file_of "$3" . >/dev/null && set_ttl "${@:3}" && read_again "$3" ;;
list/clear) file_of "$3" . >/dev/null && as_built "$3" && read_again "$3" ;;
list/show) file_of "$3" . >/dev/null && show "$3" ;;
list/mode) set_mode "${@:3}" ;;
list/modes) modes ;;
*) die "$*: no such control" ;;
esac
