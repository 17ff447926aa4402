# logfollow.sh - a log file on stdout, first what is wanted of the past, then
# live, until the file is rotated; then it ends and is run again. stdout is a
# line "== mtadeck-log ==" and then the log's bytes and nothing else (before it
# may be what the login shell's start-up files print); stderr says which they
# are:
#   mark            there is that line
#   file DEV INODE OFFSET KEY LEN  the next LEN bytes ("-": all that follow)
#       are those at OFFSET (of the unpacked text) of that file; KEY is the
#       cksum of its first line, "-" when it has none yet
#   live N          N bytes further on everything is new
#   lost N WHY      N bytes (0: unknown) are missing at this point: truncated,
#       gone (the file that was being read), limit (more than $5)
#   drained DEV INODE SIZE   the end: rotated, and read to its last byte
#   cut DEV INODE OFFSET KEY the end: truncated, and read anew up to OFFSET
#   again           the end: the files changed meanwhile, run it again
#   absent          no such file yet
#   fail WHAT TEXT  the end: it cannot be read
#   tick            still here
# $1 file or journal, $2 path, $3 "sudo" or "direct", $4 seconds of history,
# $5 most bytes of the past, then where to resume: $6 device ("-": nowhere, so
# give history), $7 inode, $8 offset, $9 key, $10 "drained" if all was read.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
LC_ALL=C
# bash before 5.1 keeps here-documents in files: on no disk that may be full.
[ -d /dev/shm ] && [ -w /dev/shm ] && TMPDIR=/dev/shm
export PATH LC_ALL TMPDIR
unset TZ # a person's; the log is in the host's zone
exec 6>&2 2>/dev/null </dev/null
mode=$1 path=$2 history_s=$4 max=$5 dev=$6 ino=$7 off=$8 key=$9 limit=
S=
[ "$3" = sudo ] && S='sudo -n'
shift
drained=$9
NL='
'
say() { printf '%s\n' "$*" >&6; }

echo >&6 # what a start-up file wrote may have had no line end
say mark
echo '== mtadeck-log =='

# Runs $2.. that reads $1, with sudo only where it must be.
reading() {
	if [ -r "$1" ]; then
		shift
		"$@"
	else
		shift
		$S "$@"
	fi
}
packed() {
	case "$1" in
	*.gz | *.xz | *.bz2 | *.zst) return 0 ;;
	esac
	return 1
}
unpack() {
	case "$1" in
	*.gz) reading "$1" cat "$1" | gzip -dc ;;
	*.xz) reading "$1" cat "$1" | xz -dc ;;
	*.bz2) reading "$1" cat "$1" | bzip2 -dc ;;
	*.zst) reading "$1" cat "$1" | zstd -dc ;;
	esac
}
# The text of $1 from byte $2 on.
bytes() {
	if packed "$1"; then
		unpack "$1" | tail -c "+$(($2 + 1))"
	else
		reading "$1" tail -c "+$(($2 + 1))" "$1"
	fi
}
size_of() {
	if packed "$1"; then
		bytes "$1" 0 | wc -c
	else
		stat -L -c %s "$1"
	fi
}
key_of() {
	bytes "$1" 0 | head -c 512 | head -n 1 | cksum | tr ' ' :
}
# The key of $1 with $2 bytes, once its first line is surely whole.
sure_key() {
	k=$(key_of "$1")
	if [ "$2" -gt "${k#*:}" ]; then echo "$k"; else echo -; fi
}
# files: "DEV INODE NAME" of the rotated ones, newest first; older: the names.
# A file that is being packed still counts by its text.
list() {
	files=$(
		set --
		for f in "$path"[.-][0-9]*; do
			p=$f
			packed "$f" && p=${f%.*}
			case "${p#"$path"}" in
			*[!0-9.-]*) continue ;;
			esac
			[ "$p" != "$f" ] && [ -e "$p" ] && continue
			[ -e "$f" ] && set -- "$@" "$f"
		done
		[ $# -gt 0 ] && stat -L -c '%.Y %d %i %n' "$@" | sort -rn |
		    head -n 60 | cut -d ' ' -f 2-
	)
	older=
	while read -r d i f; do
		[ -n "$f" ] && [ "$d $i" != "$current_id" ] &&
		    older="$older$f$NL"
	done <<-END
		$files
	END
	older=${older%"$NL"}
}

# Seconds since 1970 of a line's time, -1 if it has none: RFC 3339, or the
# classic form, which is this host's local time without a year.
WHEN='
function days(y, m, d) {
	y += 0; m += 0
	if (m < 3) { y--; m += 12 }
	return 365 * y + int(y / 4) - int(y / 100) + int(y / 400) \
	    + int((153 * (m - 3) + 2) / 5) + d - 719469
}
function clock(s) {
	return substr(s, 1, 2) * 3600 + substr(s, 4, 2) * 60 + substr(s, 7, 2)
}
function when(l,    t, z, m) {
	if (l ~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]/) {
		t = days(substr(l, 1, 4), substr(l, 6, 2), substr(l, 9, 2)) \
		    * 86400 + clock(substr(l, 12, 8))
		z = substr(l, 20, 24); sub(/ .*/, "", z); sub(/^[.][0-9]*/, "", z)
		if (z ~ /^[-+][0-9][0-9]:?[0-9][0-9]$/) {
			m = substr(z, 2, 2) * 3600 + substr(z, length(z) - 1) * 60
			return substr(z, 1, 1) == "-" ? t + m : t - m
		}
		return z == "Z" ? t : t - zone
	}
	if (l ~ /^[A-Z][a-z][a-z] [ 0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9] /) {
		m = index("JanFebMarAprMayJunJulAugSepOctNovDec", substr(l, 1, 3))
		if (m % 3 != 1) return -1
		m = (m + 2) / 3
		z = clock(substr(l, 8, 8)) - zone
		t = days(year, m, substr(l, 5, 2)) * 86400 + z
		if (t > now + 86400)
			t = days(year - 1, m, substr(l, 5, 2)) * 86400 + z
		return t
	}
	return -1
}'
when() { awk -v now="$now" -v zone="$zone" -v year="$year" "$@"; }
# Time of the first line of $1 that begins after byte $2.
time_at() {
	bytes "$1" "$2" | head -c 16384 | when -v skip="$2" "$WHEN"'
	skip > 0 && NR == 1 { next }
	{ t = when($0); if (t >= 0) { print t; exit } }'
}
# Prints the offset of the first line not older than $since in the text that
# begins at byte $1 (mid-line unless 0); of its end, if all are older.
scan() {
	when -v at="$1" -v since="$since" "$WHEN"'
	{ from = at; at += length($0) + 1 }
	NR == 1 && from > 0 { next }
	{ t = when($0); if (t >= since) { hit = 1; exit } }
	END { printf "%d\n", (hit ? from : at) }'
}
# r: offset in $1 (of $2 bytes) of the first line after byte $3 that is not
# older than $since; probes a plain file here and there, never reads it whole.
locate() {
	lo=$3 hi=$2
	if packed "$1"; then
		r=$(bytes "$1" "$lo" | scan "$lo")
		return
	fi
	while [ $((hi - lo)) -gt 262144 ]; do
		mid=$(((lo + hi) / 2))
		t=$(time_at "$1" "$mid")
		if [ "${t:--1}" -ge "$since" ]; then hi=$mid; else lo=$mid; fi
	done
	r=$(bytes "$1" "$lo" | head -c $((hi - lo + 16384)) | scan "$lo")
}

# plan: lines "OFFSET LEN FILE", oldest first; total: their bytes.
plan=
total=0
first() {
	[ "$2" -gt 0 ] || [ "$3" = "$current" ] || return 0
	plan="$1 $2 $3$NL$plan"
	total=$((total + $2))
}
# Everything not older than the history asked for, at most $max bytes.
history() {
	read -r now zone year <<-END
		$(date '+%s %z %Y')
	END
	z=${zone#?}
	hh=${z%??} mm=${z#??}
	z=$((${hh#0} * 3600 + ${mm#0} * 60))
	case "$zone" in -*) zone=-$z ;; *) zone=$z ;; esac
	since=$((now - history_s))
	left=$max
	while IFS= read -r f; do
		[ -n "$f" ] || continue
		packed "$f" && [ "$(stat -L -c %s "$f")" -gt "$left" ] && return
		if [ "$f" = "$current" ]; then size=$current_size
		else size=$(size_of "$f"); fi
		lo=0
		[ "$size" -gt "$left" ] && lo=$((size - left))
		t=$(time_at "$f" "$lo")
		if [ "$lo" -gt 0 ] || [ "${t:-$since}" -lt "$since" ]; then
			locate "$f" "$size" "$lo"
			[ "$r" -gt "$size" ] && r=$size
			first "$r" $((size - r)) "$f"
			return
		fi
		first 0 "$size" "$f"
		left=$((left - size))
		[ "$left" -gt 0 ] || return
	done <<-END
		$current
		$older
	END
}
# The rest of the file that was being read and all that came after it.
resume() {
	found=
	for pass in inode key; do
		while IFS= read -r f; do
			[ -n "$f" ] || continue
			if [ $pass = inode ]; then
				[ "$(stat -L -c '%d %i' "$f")" = "$dev $ino" ] ||
				    continue
				[ "$key" = - ] || [ "$(key_of "$f")" = "$key" ] ||
				    continue
			else
				[ "$(key_of "$f")" = "$key" ] || continue
			fi
			if [ "$f" = "$current" ]; then size=$current_size
			else size=$(size_of "$f"); fi
			[ "$size" -ge "$off" ] && found=$f && break
		done <<-END
			$current
			$older
		END
		[ -n "$found" ] && break
		[ "$key" = - ] && break
	done
	if [ -z "$found" ]; then
		if [ "$drained" = drained ]; then
			[ -n "$current" ] &&
			    first 0 "$current_size" "$current"
		elif [ "$current_id" = "$dev $ino" ]; then
			lost='lost 0 truncated'
			first 0 "$current_size" "$current"
		else
			lost='lost 0 gone'
			history
		fi
		return
	fi
	while IFS= read -r f; do
		[ -n "$f" ] || continue
		if [ "$f" = "$current" ]; then size=$current_size
		else size=$(size_of "$f"); fi
		if [ "$f" = "$found" ]; then
			first "$off" $((size - off)) "$f"
			break
		fi
		first 0 "$size" "$f"
	done <<-END
		$current
		$older
	END
}

# A rotated file: exactly $2 bytes from $1 of $3, or the run ends.
send() {
	id=$(stat -L -c '%d %i' "$3")
	case "$NL$files$NL" in
	*"$NL$id $3$NL"*) ;;
	*) say again; exit 0 ;; # renamed since it was listed
	esac
	say "file $id $1 $(key_of "$3") $2"
	bad=$({ { bytes "$3" "$1" || [ $? -gt 128 ] || echo bad >&5; } |
	    head -c "$2" >&4; } 5>&1)
	[ -z "$bad" ] || { say again; exit 0; }
}

# Ends when the file is rotated, was written to its last byte and its
# successor is there; also when nobody listens or waits any more.
watch() {
	beat=0 quiet=0 last=
	while sleep 1 6>&-; do
		kill -0 $$ || exit 0
		beat=$((beat + 1))
		[ $((beat % 15)) -eq 0 ] && { say tick || exit 0; }
		if [ -n "$own" ]; then
			[ "$path" -ef /proc/self/fd/3 ] && continue
		else
			[ "$(stat -L -c '%d %i' "$path")" = "$current_id" ] &&
			    continue
		fi
		[ -e "$path" ] || continue
		size=
		[ -n "$own" ] && size=$(stat -L -c %s /proc/self/fd/3)
		if [ "$size" = "$last" ]; then quiet=$((quiet + 1))
		else quiet=0; fi
		last=$size
		[ "$quiet" -ge 2 ] && exit 0
	done
}
# How far tail(1) got: it shares its descriptor with us, if it is ours.
reached() {
	if [ -n "$own" ]; then
		read -r _ at </proc/self/fdinfo/3
	else
		at=$(stat -L -c %s "$path")
	fi
}
# Follows the file from byte $1 to its end.
follow() {
	say "file $current_id $1 $(sure_key "$current" "$current_size") -"
	say "live $((current_size - $1))"
	watch >&6 4>&- &
	w=$!
	{
		# tail looks once more after the process it watches has ended.
		if [ -n "$own" ]; then
			tail -c "+$(($1 + 1))" -f -s 0.2 --pid="$w" <&3 2>&1 >&4
		else
			$S tail -c "+$(($1 + 1))" -f -s 0.2 --pid="$w" "$path" \
			    2>&1 >&4
		fi
		echo "status $?"
	} | {
		status= truncated= note=
		while IFS= read -r l; do
			case "$l" in
			*'file truncated'*) truncated=1; kill "$w" ;;
			'status '*) status=${l#status } ;;
			*) note=$l ;;
			esac
		done
		reached
		if [ -n "$truncated" ]; then
			say "cut $current_id $at $(sure_key "$current" "$at")"
		elif [ "$status" = 0 ]; then
			say "drained $current_id $at"
		elif [ "${status:-128}" -lt 128 ]; then
			say "fail read $note"
		fi # else it was killed, and says nothing
	}
	kill "$w"
}

exec 4>&1
# The journal has no files to stand in: a time resumes it ($6: that of the last
# line had), and who asks drops what was had already. It files lines by the time
# it got them, which is a little later; a second more is for clocks.
journal() { $S journalctl -q --no-pager -o short-iso-precise "$@" SYSLOG_FACILITY=2; }
# t: seconds since 1970 of the $1th line from the end, or of the first one.
nth() {
	nth=$(journal -n "$1" | head -n 1)
	t=$(date -d "${nth%% *}" +%s) || t=0
}
if [ "$mode" = journal ]; then
	if [ "$dev" = - ]; then
		since=$(($(date +%s) - history_s))
	else
		since=$(date -d "$dev" +%s) || {
			say "fail time $dev"
			exit 0
		}
		since=$((since - 1))
	fi
	# A line is about so long. Stepping back costs little, printing does.
	n=$((max / 160 + 1))
	nth "$n"
	if [ "$t" -gt "$since" ]; then
		newest=$nth
		nth $((n + 1))
		[ "$nth" = "$newest" ] || limit=$t
	fi
	[ -z "$limit" ] || {
		say 'lost 0 limit'
		since=$limit
	}
	say 'file 0 0 0 - -'
	# Lines go out by descriptor 4; their bytes and the place where they
	# end come back by 5 (through cat: /dev/fd of a socket cannot be opened).
	had=$(
		{
			{
				journal --show-cursor --since="@$since" 2>&6
				echo "-- status: $?"
			} | awk '
			/^-- cursor: / { c = $3; next }
			/^-- status: / { s = $3; next }
			{ print; n += length($0) + 1 }
			END { printf "%d %d %s\n", s, n, c | "cat >&5" }' >&4
		} 5>&1
	)
	# It fails for having no cursor to show, too.
	if [ "${had%% *}" != 0 ]; then
		why=$($S journalctl --no-pager -n 0 2>&1 >/dev/null)
		failed=$?
		case "$why" in
		*'not seeing messages'* | *permission*)
			say "fail perm journal"
			exit 0
			;;
		esac
		[ "$failed" = 0 ] || {
			say "fail read ${why##*"$NL"}"
			exit 0
		}
	fi
	had=${had#* }
	say "live ${had%% *}"
	cursor=${had#* }
	if [ -n "$cursor" ]; then
		from=--after-cursor=$cursor
	else
		from=--since=@$since
	fi
	exec $S journalctl -q --no-pager -f --no-tail -o short-iso-precise \
	    "$from" SYSLOG_FACILITY=2 2>&6
fi

current= current_id= current_size=0 own=
if [ -e "$path" ]; then
	[ -f "$path" ] || {
		say "fail read it is not a file"
		exit 0
	}
	if [ -z "$S" ] || [ -r "$path" ]; then
		command exec 3<"$path" || {
			say "fail perm $path"
			exit 0
		}
		current=/proc/self/fd/3 own=1
	else
		current=$path
	fi
	if stat=$(stat -L -c '%d %i %s' "$current"); then
		current_size=${stat##* } current_id=${stat% *}
	else
		say again
		exit 0
	fi
fi
list
# Just rotated: its writer may still have it open.
n=0
while newest=${older%%"$NL"*} && [ -n "$newest" ] && [ "$n" -lt 10 ] &&
    ! packed "$newest" &&
    [ $(($(date +%s) - $(stat -c %Y "$newest" || echo 0))) -lt 2 ]; do
	sleep 0.5
	n=$((n + 1))
	list
done
was=$files lost=
if [ "$dev" = - ]; then history; else resume; fi
# Files are renamed one by one: what is missing may be between two names.
[ -z "$lost" ] || sleep 0.5
list
[ "$files" = "$was" ] || {
	say again
	exit 0
}
[ -z "$lost" ] || say "$lost"
[ -z "$current$older" ] && say absent

over=$((total - max))
[ "$over" -gt 0 ] && say "lost $over limit"
while read -r from len f; do
	[ -n "$f" ] || continue
	if [ "$over" -gt 0 ]; then
		skip=$over
		[ "$skip" -gt "$len" ] && skip=$len
		over=$((over - skip)) from=$((from + skip)) len=$((len - skip))
	fi
	if [ "$f" = "$current" ]; then
		follow "$from"
	elif [ "$len" -gt 0 ]; then
		send "$from" "$len" "$f"
	fi
done <<END
$plan
END
if [ -z "$current" ]; then
	say 'live 0'
	n=0
	while ! [ -e "$path" ]; do
		sleep 1
		n=$((n + 1))
		[ $((n % 15)) -ne 0 ] || say tick
	done
	say again
fi
