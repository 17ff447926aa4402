# act.sh - what mtadeck changes on a host, and what it keeps there to take it
# back. $1: read NAME.. | run | end ID | extend ID SECONDS | list | state ID.
# Everything is in ~/.mtadeck/acts/ID: the steps as they were planned, what of
# them began and was done, the lease's end. A detached sh, ~/.mtadeck/watch,
# ends leases, whatever becomes of the connection. Steps are shell lines made
# and quoted by the console; nothing here is put together from values.
# One act at a time on a host: the lock is on Postfix's configuration folder,
# so that it holds for every user, not only for those who share a HOME.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
LC_ALL=C
export PATH LC_ALL
umask 077
verb=$1
[ $# -gt 0 ] && shift
have() { command -v "$1" >/dev/null 2>&1; }
# Said by a shell of its own: once nobody listens, writing fails, and a shell
# whose own output failed (dash) takes its next commands for failed too.
say() { (echo "$*") 2>/dev/null || :; }
mark() { (: >"$1") 2>/dev/null; }
fail() {
	say "end failed $*"
	exit 1
}
[ -n "$HOME" ] || fail 'HOME is not set'
D=$HOME/.mtadeck
NL='
'
busy='another act is under way on this host'
# How a line is answered: each of its lines behind "out N ", the last one whole
# too, so that what is said next begins a line.
show() { { head -c 4096; echo; } | tr '\r' '\n' | sed -e '/^$/d' -e "s/^/out $1 /"; }
# A file is its old or its new text, never half of it: the disk may be full.
put() { printf '%s\n' "$2" >"$1.new" && mv "$1.new" "$1"; }
is_id() { case $1 in '' | *[!0-9a-f-]*) return 1 ;; esac; }

# Waits up to $1 seconds for the host's lock, kept until this shell ends.
lock() {
	C=$(postconf -h config_directory 2>/dev/null)
	if [ -n "$C" ] && [ -r "$C" ]; then
		exec 9<"$C"
	else
		true >>"$D/lock" || return 1
		exec 9>>"$D/lock"
	fi
	flock -w "$1" 9
}

watch_text() {
	cat <<'WATCH'
# Written by mtadeck: ends its leases on this host when their time is over.
# sh watch DIR CONFIG loop | list | others | end ID [later] |
# ended ID | extend ID SECONDS | log_at | log_why AT. Who calls "end" or
# "extend" holds the host's lock, and is told why it was not done. What other
# users keep is read, ended and extended by root as those users: nothing of
# theirs ever runs as root.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
LC_ALL=C
export PATH LC_ALL
umask 077
trap '' HUP PIPE INT
cd /
D=$1 C=$2 mode=$3
NL='
'
have() { command -v "$1" >/dev/null 2>&1; }
put() { printf '%s\n' "$2" >"$1.new" && mv "$1.new" "$1"; }
active() {
	case $(cat "$1/state" 2>/dev/null) in
	running | in-force | failed) return 0 ;;
	esac
	return 1
}
# Where Postfix's log is now: "SECONDS BYTES FILE", or "SECONDS".
log_at() {
	for f in "$(postconf -h maillog_file 2>/dev/null)" /var/log/mail.log /var/log/maillog; do
		[ -n "$f" ] && [ -f "$f" ] && [ -r "$f" ] || continue
		echo "$(date +%s) $(stat -c %s "$f") $f"
		return
	done
	date +%s
}
log_since() { # SECONDS [BYTES FILE]
	if [ $# -eq 3 ]; then
		n=$2
		[ "$(stat -c %s "$3")" -ge "$n" ] || n=0
		tail -c "+$((n + 1))" "$3" | head -c 1048576
	elif have journalctl; then
		timeout "$left" journalctl -q --no-pager -n 1000 --since "@$1"
	fi
}
# What postfix(1) and master(8) have given up for since log_at said $1: they say
# it to the log alone where there is no terminal. The log may be a little late; the
# host's lock is held: 6 s are the most.
log_why() {
	i=0 left=5 t0=$(date +%s)
	while [ $i -lt 5 ] && [ $left -gt 0 ]; do
		# shellcheck disable=SC2086 # words of ours and a path of Postfix's
		r=$(log_since $1 2>/dev/null | awk '
		match($0, / [^ ]+\[[0-9]+\]: /) {
			t = substr($0, RSTART + 1, RLENGTH - 1)
			m = substr($0, RSTART + RLENGTH, 500)
			sub(/\[.*/, "", t)
			if (t ~ /^postfix[^\/]*$|\/(postfix-script|master|postmulti)$/ &&
			    m ~ /^(fatal|panic|error): |^the Postfix mail system is not running/)
				print t ": " m
		}' | tail -n 3)
		[ -z "$r" ] || break
		sleep 0.2
		i=$((i + 1)) left=$((5 - $(date +%s) + t0))
	done
	[ -z "$r" ] || printf '%s\n' "$r"
}
# Puts the file back to the byte when nobody has changed it since; only root
# can, others take back the value by its command.
put_back() {
	f=$C/$(cat "$A/$1.file" 2>/dev/null)
	[ "$(id -u)" = 0 ] && [ -s "$A/$1.before" ] && [ -s "$A/$1.after" ] &&
	    cmp -s "$f" "$A/$1.after" &&
	    cp -p "$A/$1.before" "$f.mtadeck" 2>/dev/null && mv "$f.mtadeck" "$f"
}
undo_step() {
	put_back "$1" && return 0
	in=/dev/null
	[ -e "$A/$1.in" ] && in=$A/$1.in
	out=$(timeout 60 sh "$A/$1.undo" 2>&1 <"$in" 8>&-) || return
	unsign "$C/$(cat "$A/$1.file" 2>/dev/null)"
}
# The comments that act.sh's sign() wrote for this act.
unsign() {
	m="# mtadeck: act ${A##*/} set the next line, until it ends"
	[ "$(id -u)" = 0 ] && [ -f "$1" ] && grep -qxF "$m" "$1" || return 0
	cp -p "$1" "$1.mtadeck" && grep -vxF "$m" "$1" >"$1.mtadeck" &&
	    mv "$1.mtadeck" "$1" || rm -f "$1.mtadeck"
}
# Whether what a step set was set again by an act that is in force ($o): its end
# gives back the value that this one's way back knows.
lies_under() {
	[ -e "$A/$1.over" ] || return 1
	while read -r o j; do
		{ active "$D/acts/$o" ||
		    [ "$(cat "$D/acts/$o/state" 2>/dev/null)" = stuck ]; } &&
		    [ -e "$D/acts/$o/$j.begun" ] &&
		    [ ! -e "$D/acts/$o/$j.undone" ] && return 0
	done <"$A/$1.over"
	return 1
}
# Takes back what began, last step first; stops where something is not as it
# was left (the step's line exits with 3), and says what it is instead. What
# fails otherwise (no room, no sudo just now) is tried again later.
# "later": without the reload, which who asks for it will do.
end_act() {
	A=$1 rc=0 did= out= i=$(cat "$1/steps" 2>/dev/null)
	while [ "${i:-0}" -gt 0 ] && [ $rc -eq 0 ]; do
		if [ -e "$A/$i.begun" ] && [ -s "$A/$i.undo" ] &&
		    [ ! -e "$A/$i.undone" ]; then
			if lies_under "$i"; then
				rc=3 out="$(cat "$A/$i.sets") was set again by act $o"
			else
				undo_step "$i"
				rc=$?
			fi
			[ $rc -eq 0 ] && did=1 && true >"$A/$i.undone"
		fi
		i=$((i - 1))
	done
	[ -n "$did" ] && true >"$A/reload"
	case $rc in
	0) [ -e "$A/reload" ] ;;
	3) [ -n "$did" ] ;; # what went back holds, though the rest cannot yet
	*) false ;;
	esac && [ -s "$A/after" ] && [ "${2-}" != later ] && {
		at=$(log_at)
		said=$(timeout 60 sh "$A/after" 2>&1 </dev/null 8>&-) ||
		    { [ $rc -eq 0 ] && rc=1 out="$said${said:+$NL}$(log_why "$at")"; }
	}
	if [ $rc -eq 0 ]; then
		rm -f "$A/conflict"
		put "$A/ended" "$(date +%s)"
		put "$A/state" ended || rc=1
		return $rc
	fi
	put "$A/conflict" "$(printf '%s\n' "$out" | head -c 2048)"
	[ $rc -eq 3 ] && { put "$A/state" stuck || rc=1; }
	return $rc
}
# What could not end because another act had changed it since: once that one
# has ended too, its values are there again, and go back as was asked for.
unstick() {
	more=1
	while [ -n "$more" ]; do
		more=
		for K in "$D"/acts/*/state; do
			[ "$(cat "$K" 2>/dev/null)" = stuck ] &&
			    end_act "${K%/state}" && more=1
		done
	done
}
# What is due ends. Exits with 0: another follows soon; 4: not soon; 5: one
# could not be ended, to be tried again; 1: there is none, and this watch is
# off, which is told (lock 8) before the host's lock goes.
end_due() {
	next= again= now=$(date +%s)
	for S in "$D"/acts/*/until; do
		[ -e "$S" ] && active "${S%/until}" || continue
		u=$(cat "$S")
		[ "${u:-0}" -gt 0 ] || continue
		if [ "$u" -gt "$now" ]; then
			[ -n "$next" ] && [ "$u" -ge "$next" ] || next=$u
			continue
		fi
		end_act "${S%/until}"
		case $? in 0) unstick ;; 3) ;; *) again=1 ;; esac
	done
	[ -n "$again" ] && exit 5
	if [ -z "$next" ]; then
		flock -u 8
		exit 1
	fi
	[ $((next - now)) -lt 10 ] || exit 4
	exit 0
}
# Runs as long as it holds its lock; a number of a process would be another's
# after a reboot.
watch_runs() { [ -e "$D/watch.lock" ] && ! flock -n "$D/watch.lock" true; }
start_watch() {
	watch_runs && return 0
	have flock && have setsid && [ -e "$D/watch" ] || return 1
	setsid sh "$D/watch" "$D" "$C" loop >/dev/null 2>&1 </dev/null 9>&- &
	i=0
	while [ $i -lt 50 ]; do
		watch_runs && return 0
		sleep 0.1
		i=$((i + 1))
	done
	return 1
}
holds() {
	n=$(cat "$A/steps") i=1
	while [ $i -le "${n:-0}" ]; do
		in=/dev/null
		[ -e "$A/$i.in" ] && in=$A/$i.in
		[ -s "$A/$i.verify" ] && [ -e "$A/$i.done" ] &&
		    ! timeout 20 sh "$A/$i.verify" >/dev/null 2>&1 <"$in" && return 1
		i=$((i + 1))
	done
}
# A reboot ends the watch, not the leases: whoever looks starts it again.
list() {
	kept=''
	for S in "$D"/acts/*/until; do
		[ -e "$S" ] && active "${S%/until}" && [ "$(cat "$S")" -gt 0 ] || continue
		start_watch || kept=' unkept'
		break
	done
	for S in "$D"/acts/*/until; do
		[ -e "$S" ] || continue
		A=${S%/until} st=$(cat "${S%/until}/state" 2>/dev/null)
		active "$A" || [ "$st" = stuck ] || continue
		u=$(cat "$S") h=no k=
		holds && h=yes
		[ "${u:-0}" -gt 0 ] && [ "$st" != stuck ] && k=$kept
		echo "lease ${A##*/} $st ${u:-0} $(cat "$A/since") $h$k"
		sed 's/^/meta /' "$A/meta"
		[ -s "$A/conflict" ] && head -n 3 "$A/conflict" | sed 's/^/conflict /'
	done
	watch_runs && echo 'watch runs'
}
# Other users who keep something: "NAME UID GID HOME", for root only.
others() {
	[ "$(id -u)" = 0 ] && have setpriv && have getent || return 0
	timeout 5 getent passwd | head -n 5000 |
	    while IFS=: read -r n x u g x h s; do
		case $n$u$g in *[!A-Za-z0-9_.-]* | -*) continue ;; esac
		case $s in */nologin | */false) continue ;; esac
		case $h in "${D%/.mtadeck}" | [!/]*) continue ;; esac
		[ "${u:-0}" != 0 ] && [ -d "$h/.mtadeck/acts" ] &&
		    [ ! -L "$h/.mtadeck" ] && [ ! -L "$h/.mtadeck/acts" ] &&
		    [ "$(stat -c %u "$h/.mtadeck/acts")" = "$u" ] &&
		    echo "$n $u $g $h"
	done | head -n 32
}
# For so many seconds at most: this text with its arguments, by and in the home
# of the user who is told.
as() {
	s=$1
	shift
	timeout -k 1 "$s" setpriv --reuid "$o_uid" --regid "$o_gid" --init-groups \
	    env -i HOME="$o_home" USER="$o_name" LOGNAME="$o_name" \
	    sh -c "${W:-$(cat "$D/watch")}" watch "$o_home/.mtadeck" "$C" "$@" \
	    </dev/null 8>&- 9>&-
}
list_others() {
	began=$(date +%s)
	others | while read -r o_name o_uid o_gid o_home; do
		[ $(($(date +%s) - began)) -lt 12 ] || break
		as 8 list 2>/dev/null | timeout -k 1 10 head -c 65536 | awk -v n="$o_name" '
			/^lease / { print; print "user " n }
			/^(meta|conflict) / { print }'
	done
}
# Whose the act is: true and nothing set when ours.
whose() {
	[ -e "$D/acts/$1" ] && return 0
	o_home=
	while read -r o_name o_uid o_gid o_home; do
		[ -d "$o_home/.mtadeck/acts/$1" ] && return 1
	done <<OTHERS
$(others)
OTHERS
	return 0
}
end_one() {
	active "$D/acts/$1" || [ "$(cat "$D/acts/$1/state" 2>/dev/null)" = stuck ] ||
	    { echo 'it is not in force' && return 4; }
	# In the midst of another act's step nothing else ends, or is reloaded.
	end_act "$D/acts/$1" "${2-}" && { [ "${2-}" = later ] || unstick; return 0; }
	head -n 20 "$D/acts/$1/conflict"
	[ "$(cat "$D/acts/$1/state")" = stuck ] && return 3
	return 6
}
extend() {
	[ "$(cat "$D/acts/$1/state" 2>/dev/null)" = in-force ] ||
	    { echo 'it is not in force' && return 4; }
	u=0
	[ "$2" -gt 0 ] && u=$(($(date +%s) + $2))
	put "$D/acts/$1/until" "$u" || { echo "no room in $D" && return 6; }
	[ "$u" -eq 0 ] || start_watch || { echo 'its end could not be scheduled' && return 6; }
}
case $mode in
list) list ;;
log_at) log_at ;;
log_why) log_why "$4" ;;
others) list_others ;;
start) start_watch ;;
end | ended | extend)
	whose "$4" || {
		as 240 "$mode" "$4" "$5"
		exit
	}
	case $mode in
	end) end_one "$4" "${5-}" ;;
	ended) [ "$(cat "$D/acts/$4/state" 2>/dev/null)" = ended ] ;;
	extend) extend "$4" "$5" ;;
	esac
	;;
loop)
	exec 8>>"$D/watch.lock"
	flock -w 5 8 || exit 0
	if [ -z "$C" ] || [ ! -r "$C" ]; then C=$D/lock; fi
	while :; do
		(
			exec 9<"$C"
			flock -w 60 9 || exit 0
			end_due
		)
		case $? in
		0) sleep 1 8>&- ;;
		4) sleep 5 8>&- ;;
		5) sleep 20 8>&- ;;
		*) exit 0 ;;
		esac
	done
	;;
esac
WATCH
}

write_watch() {
	watch_text 2>/dev/null | cmp -s - "$D/watch" 2>/dev/null && return 0
	watch_text >"$D/watch.$$" && mv "$D/watch.$$" "$D/watch"
}
# The same, by the text itself: who only looks need not write it down.
watch() { (W=$(watch_text) && export W && exec sh -c "$W" watch "$D" "$C" "$@"); }

# Asked, not tried: a refused sudo would mail root. What is asked for is what
# would run, so that lines which allow no more are enough.
may_sudo() {
	while [ $# -gt 0 ]; do
		# shellcheck disable=SC2086 # words of ours
		sudo -n -l $1 >/dev/null 2>&1 </dev/null || return 1
		shift
	done
}

# The transports that the source of a table names, and how often (transport(5),
# postmap(1)); "stale": it is newer than what was made of it.
table() {
	f=${1#*:} how=fresh
	[ -f "$f" ] && [ -r "$f" ] && [ "$(wc -c <"$f")" -le 4194304 ] || return 0
	for db in "$f.db" "$f.lmdb" "$f.cdb" "$f.pag"; do
		[ -e "$db" ] && [ "$f" -nt "$db" ] && how=stale
	done
	printf 'table %s %s %s\n' "$1" "$(cksum <"$f" | tr ' ' ':')" $how
	awk '
	/^[ \t]*(#|$)/ || (/^[ \t]/ && !w) { next }
	{
		match($0, /^([ \t]+|("[^"]*")?[^ \t]*[ \t]*)/)
		v = substr($0, RLENGTH + 1); w = v == ""
		sub(/[: \t].*/, "", v)
		if (v != "" && ((v in c) || n++ < 256)) c[v]++
	}
	END {
		for (v in c) print "names", v, c[v]
		if (n > 256) print "names", "*", n
	}' "$f"
}

# The files among the tables of a parameter.
tables() {
	postconf -hx "$1" 2>/dev/null | awk '{
		while (match($0, /((texthash|hash|btree|lmdb|dbm|cdb):\/|regexp:\/[^ \t,{}]*\/mtadeck-)[^ \t,{}]*/)) {
			if (n++ < 8) print substr($0, RSTART, RLENGTH)
			$0 = substr($0, RSTART + RLENGTH)
		}
	}' | while IFS= read -r t; do table "$t"; done
}

# What a list of maps ($1) says of keys ($2, one a line): "KEY<tab>VALUE".
ask_maps() {
	case $1 in *[!\ ,]*) ;; *) return 0 ;; esac
	r=$(printf '%s\n' "$2" | timeout 20 postmap -q - "unionmap:{$1}" 2>&1)
	case $NL$r in *"${NL}postmap: "*) return 1 ;; esac
	printf '%s\n' "$r"
}

# The words of parameters, one a line; those of a file for its name.
words_of() {
	for p in "$@"; do postconf -hx "$p" 2>/dev/null; done | awk '{
		w = ""
		deep = 0
		for (i = 1; i <= length($0); i++) {
			c = substr($0, i, 1)
			if (c == "{") deep++
			if (c == "}") deep--
			if (deep || c !~ /[ ,\t]/) { w = w c; continue }
			if (w != "") print w
			w = ""
		}
		if (w != "") print w
	}' | while IFS= read -r w; do
		case $w in
		/*) sed -e '/^#/d' "$w" 2>/dev/null ;;
		*) printf '%s\n' "$w" ;;
		esac
	done
}

# Of the domains on stdin, those that have a way of their own already: "route
# DOMAIN WHAT" by a rule of transport_maps, "local DOMAIN" for the host's own
# and those it passes on; "routes ok" once all could be asked. A randmap in
# transport_maps is how a pool is picked, no rule for a domain.
routes() {
	k=$(cat)
	t=$(postconf -hx transport_maps 2>/dev/null | sed 's/randmap:{[^}]*}//g')
	keys=$(printf '%s\n' "$k" | awk '{
		print "mtadeck@" $0
		for (d = $0; d != ""; d = i ? substr(d, i + 1) : "") {
			print (d == $0 ? d : "." d)
			i = index(d, ".")
		}
	}
	END { print "*" }' | sort -u)
	f=$(ask_maps "$t" "$keys") || {
		echo 'routes failed transport_maps'
		return
	}
	printf '%s\n' "$f" '==' "$k" | awk -F '\t' '
	$0 == "==" { at = 1; next }
	!at { if (NF > 1) v[$1] = $2; next }
	{
		if (("mtadeck@" $0) in v) { print "route " $0, v["mtadeck@" $0]; next }
		for (d = $0; d != ""; d = i ? substr(d, i + 1) : "") {
			n = (d == $0 ? d : "." d)
			if (n in v) { print "route " $0, v[n]; next }
			i = index(d, ".")
		}
		if ("*" in v) print "route " $0, v["*"]
	}'
	own=$(words_of mydestination virtual_alias_domains virtual_mailbox_domains)
	pass=$(words_of relay_domains)
	f=$(ask_maps "$(printf '%s\n' "$own" "$pass" | grep : | paste -sd' ')" "$keys") || {
		echo 'routes failed mydestination, relay_domains, virtual_.._domains'
		return
	}
	# Those passed on count with all below them.
	{
		printf '%s\n' "$own" | sed 's/^/=\t/'
		printf '%s\n' "$f" | awk -F '\t' 'NF > 1 { print "=\t" $1 }'
		printf '%s\n' "$pass" | sed 's/^/.\t/'
		printf '%s\n' "$k"
	} | awk -F '\t' '
	$1 == "=" { is[$2] = 1; next }
	$1 == "." { sub(/^\./, "", $2); below[$2] = 1; next }
	{
		own = $0 in is
		for (d = $0; d != "" && !own; d = i ? substr(d, i + 1) : "") {
			own = d in below
			i = index(d, ".")
		}
		if (own) print "local " $0
	}'
	echo 'routes ok'
}

# Services that acts in force made, which may be newer than what the console
# knows of this host; not those that are parked, which send nothing.
clones() {
	postconf -M 2>/dev/null | awk '$1 ~ /^mtadeck-/ && $8 == "smtp" {
		ip = ip6 = tag = "-"
		if (/ soft_bounce=yes /) next
		for (i = 9; i <= NF; i++) {
			v = $i
			sub(/^[^=]*=/, "", v)
			if (v == "") v = "-"
			if ($i ~ /^smtp_bind_address=/) ip = v
			if ($i ~ /^smtp_bind_address6=/) ip6 = v
			if ($i ~ /^syslog_name=/) tag = v
		}
		print "clone", $1, ip, ip6, tag
	}'
}

may_line() { [ "$(id -u)" = 0 ] || sudo -n -l "$@" >/dev/null 2>&1 </dev/null; }

read_state() {
	clones
	echo "time $(date +%s)"
	C=$(postconf -h config_directory 2>/dev/null)
	for w in flock setsid timeout postconf; do
		have "$w" || echo "missing $w"
	done
	# Without -c it would go on to further instances.
	c=
	[ -z "$(postconf -h multi_instance_directories 2>/dev/null)" ] || c="-c $C "
	if [ "$(id -u)" = 0 ] || may_sudo "postfix ${c}check" "postfix ${c}reload" \
	    "postfix ${c}status" 'postsuper -h -' 'postconf -X defer_transports'; then
		echo 'sudo may'
	fi
	for n in "$@"; do
		case $n in
		main:*)
			p=${n#main:}
			k=default
			v=$(postconf -n "$p" 2>/dev/null)
			[ -z "$v" ] || k='set'
			# Who cannot put back the file gets it as postconf writes it.
			[ -z "$v" ] || [ ! -r "$C/main.cf" ] ||
			    grep -qxF -e "$v" "$C/main.cf" || k=odd
			printf '%s\n' "main $p $k $(postconf -h "$p" 2>/dev/null)"
			;;
		override:*) # services whose master.cf entry sets it
			p=${n#override:}
			v=$(postconf -P "*/*/$p" 2>/dev/null | sed 's|/[^/]* = .*||' | paste -sd' ')
			[ -z "$v" ] || echo "main $n set $v"
			;;
		process:*)
			p=${n#process:}
			echo "process $p $(postconf -hF "$p/unix/process_limit" 2>/dev/null)"
			;;
		tables:*) tables "${n#tables:}" ;;
		master:*)
			p=${n#master:}
			printf '%s\n' "master $(postconf -M "$p/unix" 2>/dev/null)"
			# Its own parameters that are set.
			postconf -n 2>/dev/null | awk -v "p=${p}_" 'index($0, p) == 1 {
				sub(/ = ?/, " set ")
				print "main " $0
			}'
			;;
		sudo:*)
			# That it may be put back says that it may be changed.
			p=${n#sudo:}
			v=$(postconf -h "$p" 2>/dev/null)
			C=$(postconf -h config_directory 2>/dev/null)
			may_line postconf -e "$p = $v" && may_line postconf -X "$p" &&
			    may_line tee "$C/mtadeck-0-0" && may_line rm -f "$C/mtadeck-0-0" &&
			    may_line postconf -MX mtadeck-0-0-1/unix && echo "may $p"
			;;
		routes) routes ;;
		esac
	done
}

list() {
	C=$(postconf -h config_directory 2>/dev/null)
	[ ! -d "$D/acts" ] || write_watch
	watch list
	[ "$(id -u)" != 0 ] || watch others
}

# The program on stdin: "id", "lease SECONDS", "meta ..", "after LINE", then per
# step "step N SECONDS", unlocked, file, sets, check, do, undo, verify, in; last
# "end". A line that could not be kept is as bad as one that never came.
read_program() {
	whole= full=
	while IFS= read -r l; do
		w=${l%% *} r=${l#* }
		case $w in
		id) id=$r ;;
		lease) lease=$r ;;
		unlocked) echo >"$T/$step.unlocked" || full=1 ;;
		meta) printf '%s\n' "$r" >>"$T/meta" || full=1 ;;
		after) printf '%s\n' "$r" >"$T/after" || full=1 ;;
		step) step=${r%% *} && echo "${r#* }" >"$T/$step.seconds" || full=1 ;;
		file | check | do | undo | verify | in | sets)
			printf '%s\n' "$r" >>"$T/$step.$w" || full=1
			;;
		end)
			whole=yes
			break
			;;
		esac
	done
	[ -n "$whole" ]
}

# The file a step edits, as it was, for the way back to the byte (root's).
keep() { # before|after
	[ -s "$A/$i.file" ] && [ "$(id -u)" = 0 ] || return 0
	cp -p "$C/$(cat "$A/$i.file")" "$A/$i.$1" 2>/dev/null || rm -f "$A/$i.$1"
}

# Whose change it is, as a comment above the first line that is new: root's, and
# of leases only, since it goes with them (unsign() of the watch).
sign() {
	[ "$lease" != - ] && [ -s "$A/$i.before" ] || return 0
	f=$C/$(cat "$A/$i.file")
	cmp -s "$A/$i.before" "$f" && return 0
	cp -p "$f" "$f.mtadeck" && awk \
	    -v m="# mtadeck: act $id set the next line, until it ends" '
	NR == FNR { was[NR] = $0; n = NR; next }
	!said && (FNR > n || $0 != was[FNR]) { print m; said = 1 }
	{ print }' "$A/$i.before" "$f" >"$f.mtadeck" &&
	    mv "$f.mtadeck" "$f" || rm -f "$f.mtadeck"
}

# Acts that have set the same are told, so that their ends wait for this one's.
over_others() {
	[ -s "$A/$i.sets" ] || return 0
	grep -lxFf "$A/$i.sets" "$D"/acts/*/*.sets 2>/dev/null |
	    while IFS= read -r f; do
		[ "${f%/*}" = "$A" ] || echo "$id $i" >>"${f%.sets}.over" || exit 1
	done
}

# What was said of a step that failed, and, when Postfix was to read its files,
# what it said in its log.
show_failed() {
	show "$i" <"$A/out"
	[ -z "$at" ] || watch log_why "$at" | show "$i"
}

run_step() {
	i=$1 s=$(cat "$A/$1.seconds")
	say "step $i run"
	if [ -s "$A/$i.check" ] && ! timeout 20 sh "$A/$i.check" >"$A/out" 2>&1 </dev/null; then
		show "$i" <"$A/out"
		say "step $i failed check 1 0"
		return 1
	fi
	keep before
	if ! over_others || ! mark "$A/$i.begun"; then
		say "step $i failed check 1 0"
		return 1
	fi
	sync "$A/$i.begun" "$A" 2>/dev/null
	t=$(date +%s%N)
	in=/dev/null at=
	[ -e "$A/$i.in" ] && in=$A/$i.in
	case $(cat "$A/$i.do") in *'postfix '*reload*) at=$(watch log_at) ;; esac
	timeout "$s" sh "$A/$i.do" >"$A/out" 2>&1 <"$in"
	rc=$?
	ms=$((($(date +%s%N) - t) / 1000000))
	[ $rc -ne 0 ] || sign 2>/dev/null
	keep after
	if [ $rc -ne 0 ]; then
		show_failed
		say "step $i failed do $rc $ms"
		return 1
	fi
	show "$i" <"$A/out"
	mark "$A/$i.done"
	if [ -s "$A/$i.verify" ] && ! timeout 60 sh "$A/$i.verify" >"$A/out" 2>&1 <"$in"; then
		show_failed
		say "step $i failed verify 1 $ms"
		return 1
	fi
	say "step $i done do 0 $ms"
}

# What takes long and changes no configuration keeps nobody out, and so does
# what follows it: what was done before is in force, and may end meanwhile.
open_to_others() {
	unlocked=1
	[ "$lease" = - ] || put "$A/state" in-force
	exec 9>&-
}

# The state an act comes to, unless somebody has ended it.
come_to() {
	[ -z "$unlocked" ] || lock 60
	case $(cat "$A/state") in running | in-force) put "$A/state" "$1" ;; esac
}

# What ended over a month ago is kept no longer.
prune() {
	find "$D/acts" -mindepth 2 -maxdepth 2 -name state -mtime +30 \
	    -exec grep -lxE 'done|ended|refused|never' {} + 2>/dev/null |
	    while IFS= read -r f; do rm -rf "${f%/state}"; done
	find "$D/acts" -mindepth 1 -maxdepth 1 -name '.in.*' -mtime +1 \
	    -exec rm -rf {} + 2>/dev/null
}

run() {
	trap '' HUP PIPE INT
	for w in flock setsid timeout; do
		have "$w" || fail "this host has no $w"
	done
	mkdir -p "$D/acts" || fail "no room in $D"
	T=$(mktemp -d "$D/acts/.in.XXXXXX") || fail "no room in $D"
	refuse() {
		rm -rf "$T"
		fail "$*"
	}
	id= lease=- step=0 unlocked=
	read_program || refuse 'the plan did not arrive whole; nothing was done'
	[ -z "$full" ] || refuse "no room in $D; nothing was done"
	is_id "$id" || refuse 'no plan'
	A=$D/acts/$id
	lock 20 || refuse "$busy"
	[ -e "$A" ] && refuse 'this plan has run already, or was given up'
	prune
	put "$T/state" running && put "$T/steps" "$step" &&
	    put "$T/since" "$(date +%s)" || refuse "no room in $D; nothing was done"
	case $lease in
	-) ;;
	0) put "$T/until" 0 ;;
	*) put "$T/until" $(($(date +%s) + lease)) ;;
	esac || refuse "no room in $D; nothing was done"
	sync "$T"/* 2>/dev/null
	mv "$T" "$A" || refuse "no room in $D; nothing was done"
	sync "$A" "$D/acts" 2>/dev/null
	if ! write_watch || { [ "$lease" != - ] && [ "$lease" != 0 ] && ! watch start; }; then
		put "$A/state" refused
		fail "the lease's end could not be scheduled; nothing was done"
	fi
	# Held, by its commands too, as long as anything of it runs.
	exec 7<"$A/steps" && flock 7
	n=1
	while [ $n -le "$step" ]; do
		[ ! -e "$A/$n.unlocked" ] || [ -n "$unlocked" ] || open_to_others
		if ! run_step $n; then
			st=refused
			[ -e "$A/1.begun" ] && st=failed
			[ -n "$unlocked" ] && [ "$lease" != - ] && st=in-force
			come_to $st
			say 'end failed step'
			exit 1
		fi
		n=$((n + 1))
	done
	if [ "$lease" = - ]; then come_to 'done'; else come_to in-force; fi
	rm -f "$A/out"
	say 'end done'
}

# "end ID", "extend ID SECONDS", by the host's own watch.
of_lease() {
	lock 20 || fail "$busy"
	[ ! -d "$D/acts" ] || write_watch || fail "no room in $D"
	out=$(watch "$@")
	rc=$?
	case $rc in
	0) say 'end done' ;;
	4) fail "$out" ;;
	*)
		printf '%s\n' "$out" | show 0
		[ $rc -eq 3 ] && fail 'it was changed meanwhile'
		[ "$1" = extend ] && fail "$out"
		fail 'it could not be taken back'
		;;
	esac
}

# What became of a plan. One that never came is given up for good: from here on
# it cannot run, so that "nothing was done" stays true.
state() {
	A=$D/acts/$1
	mkdir -p "$D/acts" || fail "no room in $D"
	lock 1 || fail "$busy"
	# It may run on without the host's lock, or its command without it.
	[ ! -e "$A/steps" ] || flock -n "$A/steps" true || fail "$busy"
	if [ ! -e "$A/state" ]; then
		mkdir -p "$A" && put "$A/steps" 0 && put "$A/state" never ||
		    fail "no room in $D"
	fi
	n=$(cat "$A/steps")
	i=1
	while [ $i -le "${n:-0}" ]; do
		if [ -e "$A/$i.undone" ]; then say "step $i undone do 0 0"
		elif [ -e "$A/$i.done" ]; then say "step $i done do 0 0"
		elif [ -e "$A/$i.begun" ]; then say "step $i unknown do 0 0"
		else say "step $i skipped do 0 0"; fi
		i=$((i + 1))
	done
	say "end done $(cat "$A/state")"
}

case $verb in
read)
	read_state "$@"
	list
	say 'end done'
	;;
list)
	echo "time $(date +%s)"
	list
	say 'end done'
	;;
run) run ;;
end | extend | state)
	is_id "$1" || fail 'no lease'
	if [ "$verb" = state ]; then state "$1"; else of_lease "$verb" "$@"; fi
	;;
*) fail 'what?' ;;
esac
