# poll.sh - queue counts and vitals, a block every $1 seconds until nobody
# reads any more. $2: "sudo" when counting needs it; then the instances' queue
# directories, the main one's first, "" unknown.
# Lines are "key value...", a block ends with "end". Costs the host a handful
# of forks a round: what /proc says is read by the shell itself, and counting
# or looking for the busiest process happens no oftener than keeps each at 1 %
# of one core. Keys that could not be read are left out; -1 is unknown.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
LC_ALL=C
export PATH LC_ALL
unset TZ # a person's; the host's zone is told
exec 2>/dev/null </dev/null
period=$1
S=
[ "$2" = sudo ] && S='sudo -n'
shift 2
queue=$1
NL='
'
cpus=$(getconf _NPROCESSORS_ONLN || echo 0)
none='-1 -1 -1 -1 -1'
counts=$none further=
counted=0 count_due=0 top_due=0 topped=0 procs=

# now_cs: hundredths of a second since boot.
now() {
	read -r up _ </proc/uptime || up=0.00
	case "$up" in
	[1-9]*.??) now_cs=${up%.*}${up#*.} ;;
	*) now_cs=0 ;;
	esac
}
# spent: CPU time of finished children, in ticks of a hundredth of a second.
spent() {
	read -r _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ cu cs _ </proc/$$/stat ||
	    cu=0 cs=0
	spent=$((cu + cs))
}
first_line() { # b gets "$1 <first line of $2>"
	read -r l <"$2" && b="$b$1 $l$NL"
}
# Without sudo a directory that may not be listed stays out: find would make
# it look empty. With sudo, one that find did not name stays unknown. An empty
# line ends each of $@.
find_queues() {
	for q; do
		dirs=
		for d in incoming active deferred hold maildrop; do
			if [ -n "$S" ] || { [ -r "$q/$d" ] && [ -x "$q/$d" ]; }; then
				dirs="$dirs $d"
			fi
		done
		case "$q" in
		/*) [ -n "$dirs" ] && (cd "$q" && $S find $dirs) ;;
		esac
		echo
	done
}
# counts: of the first of $@; further: lines of the others.
count() {
	counts=$(find_queues "$@" | awk -F/ '
	function of(q) { return (q in n) ? n[q] : -1 }
	NF == 0 {
		if (ended) printf "further %d ", ended
		print of("incoming"), of("active"), of("deferred"), \
		    of("hold"), of("maildrop")
		ended++
		split("", n)
		next
	}
	NF == 1 { n[$1] += 0; next }
	length($NF) > 4 { n[$1]++ }')
	further=${counts#"${counts%%"$NL"*}"}
	further=${further#"$NL"}${further:+$NL}
	counts=${counts%%"$NL"*}
	[ -n "$counts" ] || counts=$none
}
# The process that used most CPU since the last look. procs: "pid ticks" of
# all of them then; its first line is what was found now.
busiest() {
	procs=$(printf '%s\n' "$procs" | awk '
	BEGIN {
		while ((getline line <"-") > 0) {
			if (n++ == 0) continue
			split(line, v, " ")
			before[v[1]] = v[2]
		}
		for (i = 1; i < ARGC; i++) {
			f = ARGV[i] "/stat"
			line = ""
			if ((getline line <f) > 0) {
				end = 0
				while ((at = index(substr(line, end + 1), ")")))
					end += at
				pid = line + 0
				split(substr(line, end + 2), v, " ")
				ticks[pid] = v[12] + v[13]
				used = ticks[pid] - before[pid]
				if (n > 1 && used > most) {
					most = used
					name = substr(line, 1, end - 1)
					sub(/^[0-9]+ \(/, "", name)
					gsub(/[^!-~]/, "?", name)
					top = pid
				}
			}
			close(f)
		}
		if (most > 0) print top, most, name
		else print ""
		for (p in ticks) print p, ticks[p]
	}' /proc/[0-9]*)
}

echo # ends what the login shell's start-up files may have printed
while :; do
	now
	round_cs=$now_cs
	b="now $(date '+%s.%N %z')$NL"
	b="${b}cpus $cpus$NL"
	first_line load /proc/loadavg
	first_line stat /proc/stat
	first_line psi_cpu /proc/pressure/cpu
	first_line psi_io /proc/pressure/io
	first_line uptime /proc/uptime
	while read -r k v _; do
		case "$k" in
		MemTotal:) b="${b}mem_total $v$NL" ;;
		MemAvailable:) b="${b}mem_avail $v$NL"; break ;;
		esac
	done </proc/meminfo
	b="${b}fs $(stat -f -c '%S %b %a %c %d' "$queue")$NL"

	if [ "$round_cs" -ge "$count_due" ]; then
		spent; was=$spent
		count "$@"
		spent; now
		counted=$now_cs
		count_due=$((round_cs + (spent - was) * 100))
	fi
	b="${b}counts $((now_cs - counted)) $counts$NL$further"
	if [ "$round_cs" -ge "$top_due" ]; then
		spent; was=$spent
		busiest
		spent
		top_due=$((round_cs + (spent - was) * 100))
		b="${b}top $((round_cs - topped)) ${procs%%"$NL"*}$NL"
		topped=$round_cs
	fi
	printf '%send\n' "$b" || exit 0
	sleep "$period" || exit 0
done
