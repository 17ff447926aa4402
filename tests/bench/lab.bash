# lab.bash - sourced by the benches that need real hosts: a lab of their own,
# gone at their end. Where there can be none, it says so in a row, and the bench
# ends as done. Sets dir (a folder, removed), conf (the SSH configuration).

say() {
	echo "$(basename "$0" .sh): $*" >&2
}

# What a bench starts besides the lab; ended first.
bench_pids=
bench_done() {
	local pid
	for pid in $bench_pids; do
		kill "$pid" 2>/dev/null || :
	done
	lab down >/dev/null 2>&1 || :
	rm -rf "$dir"
}

lab() {
	tests/lab/lab --state "$dir/lab" "$@"
}

# bench_lab NAME NET UP-OPTIONS...
bench_lab() {
	local name=$1 net=$2 rc=0
	shift 2
	dir=$PWD/build/bench/$name.$$
	mkdir -p "$dir"
	trap bench_done EXIT
	trap 'exit 1' INT TERM
	XDG_CONFIG_HOME=$dir/config # no configuration of the person's own
	export XDG_CONFIG_HOME
	say "the lab"
	lab up --net "$net" "$@" 2>"$dir/up.log" || rc=$?
	if [ "$rc" -eq 77 ]; then
		printf '%s\t%s\t\t\t\t-\n' "$name" "no lab: $(tail -n 1 "$dir/up.log")"
		exit 0
	elif [ "$rc" -ne 0 ]; then
		cat "$dir/up.log" >&2
		exit 1
	fi
	conf=$dir/lab/ssh/config
}

# far_on CPU: the lab's hosts, and what they start from now on, run on this one
# alone. In the field they are other machines; priorities do not keep them off
# ours, since the scheduler gives each of their sessions its own share.
far_on() {
	local file pid p of=' '
	for file in "$dir"/lab/hosts/*/pid; do
		read -r pid _ <"$file"
		of+="$(readlink "/proc/$pid/ns/pid") "
	done
	for p in /proc/[0-9]*; do
		pid=$(readlink "$p/ns/pid" 2>/dev/null) || continue
		[[ $of != *" $pid "* ]] ||
			taskset -a -c -p "$1" "${p#/proc/}" >/dev/null 2>&1 || :
	done
}
