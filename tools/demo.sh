#!/bin/bash
# The lab with traffic, a provider that throttles, lists that name some of the
# egress addresses and providers that reject for it, and PROGRAM on it. Leaving
# the program, Ctrl-C, TERM or a closed terminal take the lab down. Without a
# terminal: waits until the first minute of traffic is in, prints the egress
# table and leaves with 0.
# Usage: demo.sh PROGRAM
set -eu
program=$(realpath "${1:?usage: demo.sh PROGRAM}")
cd "$(dirname "$0")/.."
rate=20
export MTADECK_LAB=$PWD/build/lab/demo
# What is seen and done here is no part of anybody's own journal.
export XDG_STATE_HOME=$PWD/build/lab/demo-state
lab=tests/lab/lab
hosts='mta1 mta2 mta3'
child=

leave() {
	local status=$?
	trap - EXIT
	trap '' INT TERM HUP
	[ -z "$child" ] || { kill "$child" && wait "$child"; } 2>/dev/null || :
	[ ! -e "$MTADECK_LAB" ] || $lab down
	exit "$status"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

$lab up
config=$($lab env | sed -n 's/^LAB_SSH_CONFIG=//p')
# Each egress address sends Yahoo about this much, so some of it is too much.
$lab limit yahoo 0.15
net=$($lab env | sed -n 's/^LAB_NET=//p')
# A public list, asked by Microsoft 365 and Yahoo; and one of Outlook.com's own.
$lab list add zen.spamhaus.org "$net.1.12"
$lab block microsoft-consumer "$net.2.11"
if [ -t 1 ]; then
	$lab traffic start --rate "$rate"
	# In the background, so that a signal ends us while it runs.
	"$program" --resolver "$($lab resolver)" --allow-private -F "$config" \
	    $hosts <&0 &
	child=$!
	wait "$child" || exit $?
	child=
else
	$lab traffic start --rate "$rate" --count "$((rate * 60))"
	$lab traffic wait >&2 &
	wait $!
	"$program" egress -F "$config" $hosts &
	child=$!
	# 1 tells that something is throttled, as it should be here.
	wait "$child" || [ $? -eq 1 ]
	child=
fi
