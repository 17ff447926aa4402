# discover.sh - what runs on this host, for mtadeck: sections "== name" of raw
# command output, closed by "== end". Text that others wrote (files, log
# lines) is indented by a blank, so that it can never look like a section.
# Runs as `sh -c`, reads only, changes nothing; POSIX sh and awk. Every sudo is
# one that `sudo -n -l` allows: a refused one would mail root.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
LC_ALL=C
export PATH LC_ALL
unset TZ # a person's; the log is in the host's zone
exec 2>/dev/null
NL='
'
have() { command -v "$1" >/dev/null; }
# r = value of parameter $1 in the postconf output $main.
value() {
	r=
	case "$NL$main$NL" in
	*"$NL$1 = "*) r=${main#"$1 = "}; r=${r#*"$NL$1 = "}; r=${r%%"$NL"*} ;;
	esac
}

# What the login shell's start-up files print may have no line end.
echo
echo '== time'
date '+%s.%N %z'
echo '== host'
uname -n
uid=$(id -u)
user=$(id -un)
echo '== user'
echo "$uid $user"
echo '== kernel'
awk '
FILENAME ~ /nonlocal_bind$/ { print "nonlocal_bind", $1; next }
FILENAME == "/proc/stat" { if ($1 == "btime") print "boot", $2; next }
FILENAME == "/proc/net/fib_trie" {
	if ($1 == "|--") ip = $2
	else if ($0 ~ /host LOCAL/ && !((ip $1) in seen) && n++ < 4096) {
		seen[ip $1] = 1; print "local", ip $1
	}
	next
}
n6++ < 4096 { print "local6", $1 }
' /proc/sys/net/ipv4/ip_nonlocal_bind /proc/stat /proc/net/fib_trie \
    /proc/net/if_inet6

echo '== privilege'
S=
if [ "$uid" = 0 ]; then
	priv=root
else
	priv=none
	if have sudo; then
		# The last rule that names a command decides, as in sudoers(5).
		rights=$(sudo -n -l </dev/null | awk '
		/!authenticate/ { free = 1 }
		/^[ \t]+\(/ {
			runas = $0
			sub(/^[ \t]*\(/, "", runas); sub(/\).*/, "", runas)
			sub(/:.*/, "", runas); gsub(/ /, "", runas)
			if (runas !~ /(^|,)(ALL|root)(,|$)/ || runas ~ /!/) next
			line = $0; sub(/^[^)]*\)[ \t]*/, "", line)
			free_now = free; n = split(line, cmd, /,[ \t]*/)
			for (i = 1; i <= n; i++) {
				c = cmd[i]
				while (match(c, /^[A-Z_]+:[ \t]*/)) {
					tag = substr(c, 1, RLENGTH)
					if (tag ~ /^NOPASSWD/) free_now = 1
					if (tag ~ /^PASSWD/) free_now = 0
					c = substr(c, RLENGTH + 1)
				}
				deny = sub(/^![ \t]*/, "", c)
				if (c == "ALL") {
					split("", ok)
					all = free_now && !deny
					continue
				}
				bare = c !~ /[ \t]/
				sub(/[ \t].*/, "", c); sub(/.*\//, "", c)
				if (deny) ok[c] = 0
				else if (bare) ok[c] = free_now
				else if (!free_now) ok[c] = 0
			}
		}
		function may(c) { return (c in ok) ? ok[c] : all }
		END {
			print may("find") && may("cat") && may("head") \
			    && may("tail") ? "sudo" : "none"
			print may("journalctl") ? "sudo" : "none"
		}')
		priv=${rights%%"$NL"*}
	fi
	[ "$priv" = sudo ] && S='sudo -n '
fi
echo "$priv"
SJ=
case "$rights" in *"$NL"sudo) SJ='sudo -n ' ;; esac

if ! have postconf; then
	echo '== nopostfix'
	for f in /etc/postfix/main.cf /usr/libexec/postfix/master \
	    /usr/lib/postfix/sbin/master; do
		[ -e "$f" ] && echo "files $f"
	done
	for f in exim4 exim smtpctl qmail-send sendmail; do
		have "$f" && echo "mta $f"
	done
	echo '== end'
	exit 0
fi

# r = directory $1 without slashes at its end.
bare() {
	r=$1
	while [ "$r" != "${r%/}" ] && [ "$r" != / ]; do r=${r%/}; done
}
# One instance: parameters, services, their options, the maps behind pools.
instance() {
	echo "== main $1"
	main=$(postconf -c "$1" -x mail_version config_directory \
	    queue_directory syslog_name multi_instance_name \
	    multi_instance_directories default_transport relay_transport \
	    transport_maps sender_dependent_default_transport_maps \
	    defer_transports smtp_bind_address smtp_bind_address6 \
	    lmtp_bind_address lmtp_bind_address6 smtp_bind_address_enforce \
	    inet_interfaces inet_protocols enable_long_queue_ids \
	    authorized_flush_users maillog_file queue_minfree \
	    message_size_limit)
	printf '%s\n' "$main"
	echo '== master'
	postconf -c "$1" -M
	echo '== options'
	postconf -c "$1" -Px
	{
		value transport_maps
		printf '%s\n' "$r"
		value sender_dependent_default_transport_maps
		printf '%s\n' "$r"
	} | awk '{
		p = NR == 1 ? "transport_maps" : \
		    "sender_dependent_default_transport_maps"
		while (match($0, /(texthash|hash|btree|lmdb|dbm|cdb|regexp|pcre):\/[^ \t,{}]*/)) {
			t = substr($0, RSTART, RLENGTH)
			$0 = substr($0, RSTART + RLENGTH)
			sub(/^[a-z]*:/, "", t)
			if (n++ < 8) print p, t
		}
	}' | while read -r p f; do
		echo "== map $p $f"
		if [ -r "$f" ]; then
			head -c 65536 "$f" | awk '!/^[ \t]*(#|$)/ { print " " $0 }'
		elif [ -n "$S" ]; then
			${S}head -c 65536 "$f" </dev/null |
			    awk '!/^[ \t]*(#|$)/ { print " " $0 }'
		else
			echo unreadable
		fi
	done
}
main_dir=$(postconf -h config_directory)
instance "$main_dir"
bare "$main_dir"
dirs=$r
value maillog_file
log=$r
value multi_instance_directories
n=0
set -f
for d in $(printf '%s\n' "$r" | tr ',' ' '); do
	# Named twice it is still one, with one queue.
	bare "$d"
	d=$r
	case " $dirs " in *" $d "*) continue ;; esac
	dirs="$dirs $d"
	case "$d" in
	/*) n=$((n + 1)); [ "$n" -le 32 ] && instance "$d" ;;
	esac
done
set +f

echo '== log'
# A container's maillog_file may be /dev/stdout: nothing to read there.
[ -z "$log" ] || [ -f "$log" ] || [ ! -e "$log" ] || log=
if [ -z "$log" ]; then
	log=$(awk '$1 ~ /(^|[;,])mail(,[a-z0-9]+)*\.(\*|=?info|debug|notice)/ &&
	    $1 !~ /^#/ && $NF ~ /^-?\// {
		f = $NF; sub(/^-/, "", f); sub(/;.*/, "", f)
		print f; exit
	}' /etc/rsyslog.conf /etc/rsyslog.d/*.conf)
	# Reading what is no file might wait for ever.
	[ -n "$log" ] && ! [ -f "$log" ] && log=
	for f in /var/log/mail.log /var/log/maillog /var/log/mail/mail.log; do
		[ -z "$log" ] && [ -f "$f" ] && log=$f
	done
fi
show() { awk '{ print " " $0 }'; }
case "$log" in
/*)
	echo "path $log"
	if [ -r "$log" ]; then
		echo 'access direct'
		tail -c 4096 "$log" | tail -n 5 | show
	elif [ -n "$S" ] && ${S}tail -c 1 "$log" </dev/null >/dev/null; then
		echo 'access sudo'
		${S}tail -c 4096 "$log" </dev/null | tail -n 5 | show
	elif [ -e "$log" ]; then
		echo 'access none'
	else
		echo 'access missing'
	fi
	;;
*)
	if have journalctl && [ -d /run/systemd/journal ]; then
		echo 'journal yes'
		# Who may not read it is shown nothing; journalctl says so.
		case "$(journalctl -n 0 2>&1 >/dev/null </dev/null)" in
		*'not seeing messages'* | *permission*)
			[ -z "$SJ" ] || echo 'access sudo'
			;;
		*)
			echo 'access direct'
			SJ=
			;;
		esac
		${SJ}journalctl -q -n 5 -o short-iso SYSLOG_FACILITY=2 \
		    </dev/null | show
	fi
	;;
esac

echo '== cron'
# What empties the deferred queue behind a pause's back.
grep -sHE 'postqueue +-f|sendmail +-q|postfix +flush' \
    /etc/crontab /etc/cron.d/* /etc/cron.hourly/* | head -n 20 | show
${S}find /var/spool/cron -type f -size -128k -exec grep -sHE \
    'postqueue +-f|sendmail +-q|postfix +flush' {} + </dev/null |
    head -n 20 | show
echo '== time2'
date '+%s.%N'
echo '== end'
