#!/bin/sh
# The first process of the lab's own PID namespace: everything the lab runs
# descends from it and dies with it, whatever kills it. Starts the world and the
# hosts and then waits. Output and errors of all of them go to STATE/log.
# Usage: init.sh STATE PARTS NET HOSTS
set -eu
here=$(cd "$(dirname "$0")" && pwd)
state=$1 parts=$2 net=$3 hosts=$4

read -r stat </proc/self/stat
pid=${stat%% *}
set -- ${stat##*) }
echo "$pid ${20}" >"$state/pid.new"
mv "$state/pid.new" "$state/pid"

start() {
	while :; do
		unshare --mount --uts --pid --fork --kill-child env -i \
		    "$here/host.sh" "$1" "$state" "$parts" "$net" \
		    3>>"$state/ready" || :
		rm "$state/hosts/$1/reboot" 2>/dev/null && continue
		echo "$1" >>"$state/ended"
		break
	done &
}

start world
n=1
while [ "$n" -le "$hosts" ]; do
	start "mta$n"
	n=$((n + 1))
done
while :; do
	sleep 86400 &
	wait $! || :
done
