#!/bin/sh
# Fetches what the lab's hosts run and unpacks it into DIR/usr, to be laid over
# the machine's /usr inside a host's mount namespace only: nothing is installed,
# no service starts, no user is made. Builds sink and source into it too.
# The result is kept: a second run costs nothing. Needs root (setgid programs).
# Usage: parts.sh DIR
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:?usage: parts.sh DIR}
# systemd's journal daemon and its library must be of one version.
want='postfix openssh-server rsyslog unbound rbldnsd logrotate systemd libsystemd-shared'
# The hosts' own group of this number; see the group file in build.sh.
postdrop_gid=64512

# Everything of the list, and of what it depends on only what is missing here.
names() {
	printf '%s\n' $want
	apt-get -s -q install --no-install-recommends $want |
	    awk '$1 == "Inst" && $3 !~ /^\[/ { print $2 }
	         $1 == "Inst" && $2 == "openssh-sftp-server" { print $2 }'
}

# Into a folder without those of an older index.
fetch() {
	rm -f ./*.deb
	list=$(names | sort -u)
	apt-get -q -o APT::Sandbox::User=root -o Acquire::Retries=3 \
	    download $list >&2
}

# Another apt may hold the lists for a while: the machine's own, at its hour.
update() {
	for _ in 1 2 3 4 5 6; do
		apt-get -q -o Acquire::Retries=3 update >&2 && return
		sleep 10
	done
	return 1
}

unpack() {
	rm -rf "$dir"
	mkdir -p "$dir/deb" "$dir/tree"
	cd "$dir/deb"
	fetch || {
		update
		fetch
	}
	for deb in ./*.deb; do
		dpkg-deb -x "$deb" "$dir/tree"
	done
	cd "$dir"
	mv tree/usr usr
	mv tree/etc etc
	# Old-style top-level folders of a package belong under /usr.
	for d in lib sbin bin; do
		[ ! -d "tree/$d" ] || cp -a "tree/$d" usr/
	done
	rm -rf tree deb
	chgrp "$postdrop_gid" usr/sbin/postdrop usr/sbin/postqueue
	chmod 2555 usr/sbin/postdrop usr/sbin/postqueue
	chmod -R go-w "$dir"
	echo "$want" >"$dir/complete"
}

compile() {
	out=$dir/usr/lib/mtadeck-lab
	mkdir -p "$out"
	for p in sink source; do
		newer=$(find "$here" -name "$p*.[ch]" -newer "$out/$p" \
		    2>/dev/null) || newer=none-yet
		[ -n "$newer" ] || continue
		${CC:-cc} -std=c17 -O2 -g -Wall -Wextra -Wpedantic -Wconversion \
		    -Wshadow -Werror -D_GNU_SOURCE -o "$out/$p.new" \
		    "$here/$p"*.c
		mv "$out/$p.new" "$out/$p"
	done
}

# Two labs may start at once: until the lock is held, the folder itself may be
# taken away and made anew by the other, so nothing here enters it.
dir=$(realpath -m "$dir")
mkdir -p "${dir%/*}"
exec 9>"$dir.lock"
flock 9
[ "$(cat "$dir/complete" 2>/dev/null)" = "$want" ] || unpack
compile
