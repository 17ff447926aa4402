#!/bin/sh
# The first process of one lab host, in its own mount, UTS and PID namespaces:
# builds the host's view of the file system, becomes its root, starts its
# services, then collects orphans until it is killed, and all of them with it.
# File descriptor 3 is where it says that it is up.
# Usage: host.sh NAME STATE PARTS NET
set -eu
name=$1 state=$2 dir=$2/hosts/$1 parts=$3 net=$4
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin
export PATH

# Still the machine's /proc: its idea of our pid and of when we started.
read -r stat </proc/self/stat
pid=${stat%% *}
set -- ${stat##*) }
echo "$pid ${20}" >"$dir/pid.new"
mv "$dir/pid.new" "$dir/pid"

hostname "$name"
mount -t tmpfs -o mode=755,size=1m lab "$dir/mnt"
cd "$dir/mnt"
mkdir usr etc var home root run tmp proc sys dev old
for d in bin sbin lib lib32 lib64 libx32; do
	[ ! -L "/$d" ] || cp -P "/$d" .
done
mount -t overlay -o "ro,lowerdir=$parts/usr:/usr" lab usr
for d in etc home root; do
	mount --bind "$dir/$d" $d
done
if [ -e "$state/var-mb" ]; then
	read -r mb <"$state/var-mb"
	mount -t tmpfs -o "mode=755,size=${mb}m" lab var
	cp -a "$dir/var/." var/
else
	mount --bind "$dir/var" var
fi
mount -t tmpfs -o mode=755,size=64m lab run
mount -t tmpfs -o mode=1777,size=64m lab tmp
mount -t proc proc proc
mount --bind /sys sys
mount -t tmpfs -o mode=755,size=1m lab dev
mkdir dev/pts dev/shm
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty dev/
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
chmod 1777 dev/shm
pivot_root . old
cd /
umount -l /old
rmdir /old

world() {
	mkdir -p /run/lab
	/etc/lab/dns.sh start
	/usr/lib/mtadeck-lab/sink -n "$net" -p /etc/lab/personas \
	    -s /run/lab/sink.sock
}

# systemd's journal daemon without systemd. It asks where in the cgroups it is;
# the machine's own are only looked at.
journal() {
	mount -t cgroup2 lab /sys/fs/cgroup
	mount -o remount,bind,ro /sys/fs/cgroup
	mkdir -p /run/systemd/journal
	: >/run/systemd/journal/flushed # /var is there: write to it at once
	/usr/lib/systemd/systemd-journald &
	echo $! >/run/journald.pid
	until [ -S /run/systemd/journal/dev-log ]; do
		kill -0 $!
		sleep 0.02
	done
	ln -s /run/systemd/journal/dev-log /dev/log
	: >/var/spool/postfix/dev/log
	mount --bind /run/systemd/journal/dev-log /var/spool/postfix/dev/log
}

mail() {
	mkdir -p /run/sshd
	# What a host that was cut off left behind.
	rm -f /var/spool/postfix/pid/*.pid
	[ ! -f /etc/rsyslog.conf ] || rsyslogd
	[ ! -f /etc/machine-id ] || journal
	newaliases
	postfix start 2>&1 | sed "s/^/$name: /"
	/usr/sbin/sshd
}

if [ "$name" = world ]; then
	world 3>&-
else
	mail 3>&-
fi
echo "$name" >&3
exec 3>&-
while :; do
	sleep 86400 &
	wait $! || :
done
