# act.sh - what mtadeck changes on a host, and what it keeps there to take it
# back. $1: read NAME.. | run | end ID | extend ID SECONDS | list | state ID.
# Everything is in ~/.mtadeck/acts/ID: the steps as they were planned, what of
# them began and was done, the lease's end. A detached sh, ~/.mtadeck/watch,
# ends leases, whatever becomes of the connection. Steps are shell lines made
# and quoted by the console; nothing here is put together from values.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
LC_ALL=C
export PATH LC_ALL
umask 077
D=${HOME:?}/.mtadeck
verb=$1
[ $# -gt 0 ] && shift
have() { command -v "$1" >/dev/null 2>&1; }
fail() {
	echo "end failed $*"
	exit 1
}
# How a line is answered: each of its lines behind "out N ".
show() { head -c 4096 | tr '\r' '\n' | sed "s/^/out $1 /"; }

write_watch() {
	cat >"$D/watch.new" <<'WATCH'
# Written by mtadeck: ends its leases on this host when their time is over.
# sh watch DIR loop | end ID
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
LC_ALL=C
export PATH LC_ALL
umask 077
trap '' HUP PIPE
D=$1 mode=$2
active() {
	case $(cat "$1/state" 2>/dev/null) in
	running | in-force | failed) return 0 ;;
	esac
	return 1
}
# Takes back what began, last step first; stops where something is not as it
# was left, and says what it is instead.
end_act() {
	A=$1 rc=0 i=$(cat "$1/steps" 2>/dev/null)
	while [ "${i:-0}" -gt 0 ] && [ $rc -eq 0 ]; do
		if [ -e "$A/$i.begun" ] && [ -s "$A/$i.undo" ] &&
		    [ ! -e "$A/$i.undone" ]; then
			out=$(timeout 60 sh "$A/$i.undo" 2>&1 </dev/null)
			rc=$?
			[ $rc -eq 0 ] && : >"$A/$i.undone"
		fi
		i=$((i - 1))
	done
	if [ $rc -eq 0 ] && [ -s "$A/after" ]; then
		out=$(timeout 60 sh "$A/after" 2>&1 </dev/null)
		rc=$?
	fi
	if [ $rc -eq 0 ]; then
		date +%s >"$A/ended"
		echo ended >"$A/state"
	else
		printf '%s\n' "$out" | head -c 2048 >"$A/conflict"
		echo stuck >"$A/state"
	fi
	return $rc
}
end_due() {
	next=
	for S in "$D"/acts/*/until; do
		A=${S%/until}
		[ -e "$S" ] && active "$A" || continue
		u=$(cat "$S")
		[ "$u" -gt 0 ] || continue
		if [ "$u" -le "$(date +%s)" ]; then
			end_act "$A"
		elif [ -z "$next" ] || [ "$u" -lt "$next" ]; then
			next=$u
		fi
	done
}
case $mode in
end)
	(
		flock -w 20 9 || exit 5
		active "$D/acts/$3" || [ "$(cat "$D/acts/$3/state")" = stuck ] ||
		    exit 4
		end_act "$D/acts/$3"
	) 9>"$D/lock"
	exit $?
	;;
loop)
	echo $$ >"$D/watch.pid"
	while :; do
		(
			flock -w 60 9 || exit 0
			end_due
			[ -n "$next" ] && exit 0
			rm -f "$D/watch.pid"
			exit 1
		) 9>"$D/lock" || exit 0
		sleep 1
	done
	;;
esac
WATCH
	mv "$D/watch.new" "$D/watch"
}

watch_runs() { [ -s "$D/watch.pid" ] && kill -0 "$(cat "$D/watch.pid")" 2>/dev/null; }

# A lease whose end nobody keeps is none: it must run before the first step.
start_watch() {
	watch_runs && return 0
	setsid sh "$D/watch" "$D" loop >/dev/null 2>&1 </dev/null 9>&- &
	i=0
	while [ $i -lt 50 ]; do
		watch_runs && return 0
		sleep 0.1
		i=$((i + 1))
	done
	return 1
}

read_state() {
	echo "time $(date +%s)"
	for w in flock setsid timeout postconf; do
		have "$w" || echo "missing $w"
	done
	# Asked, not tried: a refused sudo would mail root.
	may=yes
	[ "$(id -u)" = 0 ] || for w in postconf postfix postsuper; do
		sudo -n -l "$(command -v $w)" >/dev/null 2>&1 </dev/null || may=
	done
	[ -n "$may" ] && echo 'sudo may'
	for n in "$@"; do
		case $n in
		main:*)
			p=${n#main:}
			k=default
			[ -n "$(postconf -n "$p" 2>/dev/null)" ] && k=set
			echo "main $p $k $(postconf -h "$p" 2>/dev/null)"
			;;
		process:*)
			p=${n#process:}
			echo "process $p $(postconf -hF "$p/unix/process_limit" 2>/dev/null)"
			;;
		esac
	done
}

list() {
	watch_runs && echo 'watch runs'
	for S in "$D"/acts/*/until; do
		[ -e "$S" ] || continue
		A=${S%/until}
		st=$(cat "$A/state" 2>/dev/null)
		case $st in
		running | in-force | failed | stuck) ;;
		*) continue ;;
		esac
		holds=yes
		n=$(cat "$A/steps")
		i=1
		while [ $i -le "$n" ]; do
			[ -s "$A/$i.verify" ] && [ -e "$A/$i.done" ] &&
			    ! timeout 20 sh "$A/$i.verify" >/dev/null 2>&1 </dev/null && holds=no
			i=$((i + 1))
		done
		echo "lease ${A##*/} $st $(cat "$S") $(cat "$A/since") $holds"
		sed 's/^/meta /' "$A/meta"
		[ -s "$A/conflict" ] && head -n 3 "$A/conflict" | sed 's/^/conflict /'
	done
}

# The program on stdin: "id", "lease SECONDS", "meta ..", "after LINE", then
# per step "step N SECONDS", check, do, undo, verify, in; last "end".
read_program() {
	whole=
	while IFS= read -r l; do
		w=${l%% *} r=${l#* }
		case $w in
		id) id=$r ;;
		lease) lease=$r ;;
		meta) printf '%s\n' "$r" >>"$T/meta" ;;
		after) printf '%s\n' "$r" >"$T/after" ;;
		step) step=${r%% *} && echo "${r#* }" >"$T/$step.seconds" ;;
		check | do | undo | verify | in) printf '%s\n' "$r" >>"$T/$step.$w" ;;
		end)
			whole=yes
			break
			;;
		esac
	done
	[ -n "$whole" ]
}

run_step() {
	i=$1 s=$(cat "$A/$1.seconds")
	echo "step $i run"
	if [ -s "$A/$i.check" ] && ! timeout 20 sh "$A/$i.check" >"$A/out" 2>&1 </dev/null; then
		show "$i" <"$A/out"
		echo "step $i failed check 1 0"
		return 1
	fi
	: >"$A/$i.begun"
	t=$(date +%s%N)
	in=/dev/null
	[ -e "$A/$i.in" ] && in=$A/$i.in
	timeout "$s" sh "$A/$i.do" >"$A/out" 2>&1 <"$in"
	rc=$?
	ms=$((($(date +%s%N) - t) / 1000000))
	show "$i" <"$A/out"
	if [ $rc -ne 0 ]; then
		echo "step $i failed do $rc $ms"
		return 1
	fi
	: >"$A/$i.done"
	if [ -s "$A/$i.verify" ] && ! timeout 60 sh "$A/$i.verify" >"$A/out" 2>&1 </dev/null; then
		show "$i" <"$A/out"
		echo "step $i failed verify 1 $ms"
		return 1
	fi
	echo "step $i done do 0 $ms"
}

run() {
	trap '' HUP PIPE INT
	for w in flock setsid timeout; do
		have "$w" || fail "this host has no $w"
	done
	mkdir -p "$D/acts" || fail "no room in $D"
	T=$(mktemp -d "$D/acts/.in.XXXXXX") || fail "no room in $D"
	id= lease=- step=0
	if ! read_program; then
		rm -rf "$T"
		fail 'the plan did not arrive whole; nothing was done'
	fi
	case $id in
	'' | *[!0-9a-f-]*) rm -rf "$T"; fail 'no plan' ;;
	esac
	A=$D/acts/$id
	exec 9>"$D/lock"
	flock -w 20 9 || { rm -rf "$T"; fail 'another act is under way on this host'; }
	[ -e "$A" ] && { rm -rf "$T"; fail 'this plan has run already'; }
	echo running >"$T/state"
	echo "$step" >"$T/steps"
	date +%s >"$T/since"
	[ "$lease" = - ] || [ "$lease" = 0 ] || echo $(($(date +%s) + lease)) >"$T/until"
	[ "$lease" = 0 ] && echo 0 >"$T/until"
	sync "$T"/* 2>/dev/null
	mv "$T" "$A" || fail "no room in $D"
	write_watch
	if [ "$lease" != - ] && [ "$lease" != 0 ] && ! start_watch; then
		echo refused >"$A/state"
		fail "the lease's end could not be scheduled; nothing was done"
	fi
	i=1
	while [ $i -le "$step" ]; do
		if ! run_step $i; then
			echo failed >"$A/state"
			echo 'end failed step'
			exit 1
		fi
		i=$((i + 1))
	done
	if [ "$lease" = - ]; then echo done >"$A/state"; else echo in-force >"$A/state"; fi
	rm -f "$A/out"
	echo 'end done'
}

case $verb in
read)
	read_state "$@"
	list
	echo 'end done'
	;;
list)
	list
	echo 'end done'
	;;
run) run ;;
end)
	case $1 in '' | *[!0-9a-f-]*) fail 'no lease' ;; esac
	sh "$D/watch" "$D" end "$1"
	case $? in
	0) echo 'end done' ;;
	4) fail 'it is not in force' ;;
	5) fail 'another act is under way on this host' ;;
	*)
		show 0 <"$D/acts/$1/conflict"
		fail 'it was changed meanwhile'
		;;
	esac
	;;
extend)
	case $1 in '' | *[!0-9a-f-]*) fail 'no lease' ;; esac
	A=$D/acts/$1
	exec 9>"$D/lock"
	flock -w 20 9 || fail 'another act is under way on this host'
	[ "$(cat "$A/state" 2>/dev/null)" = in-force ] || fail 'it is not in force'
	u=0
	[ "$2" -gt 0 ] && u=$(($(date +%s) + $2))
	echo "$u" >"$A/until.new" && mv "$A/until.new" "$A/until" || fail 'no room'
	[ "$u" -eq 0 ] || start_watch || fail 'its end could not be scheduled'
	echo 'end done'
	;;
state)
	case $1 in '' | *[!0-9a-f-]*) fail 'no plan' ;; esac
	A=$D/acts/$1
	[ -e "$A/state" ] || fail 'unknown'
	n=$(cat "$A/steps")
	i=1
	while [ $i -le "$n" ]; do
		if [ -e "$A/$i.undone" ]; then echo "step $i undone do 0 0"
		elif [ -e "$A/$i.done" ]; then echo "step $i done do 0 0"
		elif [ -e "$A/$i.begun" ]; then echo "step $i unknown do 0 0"
		else echo "step $i skipped do 0 0"; fi
		i=$((i + 1))
	done
	echo "state $(cat "$A/state")"
	echo 'end done'
	;;
*) fail 'what?' ;;
esac
