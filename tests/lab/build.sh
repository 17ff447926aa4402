#!/bin/sh
# Writes the files of the lab's hosts below STATE/hosts: each its own /etc, /var,
# /home and /root, and the SSH configuration for whoever comes from outside.
# Starts nothing and touches nothing outside of STATE.
# Usage: build.sh STATE PARTS NET HOSTS [NUMBER OF THE ONE WITH A JOURNAL]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
state=$1 parts=$2 net=$3 hosts=$4 journal=${5:-0}
umask 022
tpl=$state/template
ssh_port=22022

# --- what all hosts share -------------------------------------------------

users() {
	cat >"$tpl/etc/passwd" <<-END
	root:x:0:0:root:/root:/bin/bash
	daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
	bin:x:2:2:bin:/bin:/usr/sbin/nologin
	mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
	www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
	nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
	postfix:x:64511:64511::/var/spool/postfix:/usr/sbin/nologin
	sshd:x:64513:65534::/run/sshd:/usr/sbin/nologin
	unbound:x:64514:64514::/var/lib/unbound:/usr/sbin/nologin
	rbldns:x:64515:64515::/var/lib/rbldns:/usr/sbin/nologin
	END
	cat >"$tpl/etc/group" <<-END
	root:x:0:
	daemon:x:1:
	bin:x:2:
	adm:x:4:
	tty:x:5:
	mail:x:8:
	sudo:x:27:
	www-data:x:33:
	utmp:x:43:
	shadow:x:42:
	nogroup:x:65534:
	postfix:x:64511:
	postdrop:x:64512:
	unbound:x:64514:
	rbldns:x:64515:
	systemd-journal:x:64516:
	END
	sed 's/^\([^:]*\):.*/\1:*:19000:0:99999:7:::/' "$tpl/etc/passwd" \
	    >"$tpl/etc/shadow"
	chmod 600 "$tpl/etc/shadow"
}

# user HOST NAME UID GROUPS: someone who may log in with the lab's key.
user() {
	h=$state/hosts/$1
	echo "$2:x:$3:$3:$2:/home/$2:/bin/bash" >>"$h/etc/passwd"
	echo "$2:*:19000:0:99999:7:::" >>"$h/etc/shadow"
	echo "$2:x:$3:" >>"$h/etc/group"
	for g in $4; do
		sed -i "s/^$g:.*[^:]\$/&,$2/; t; s/^$g:.*:\$/&$2/" \
		    "$h/etc/group"
	done
	mkdir -p "$h/home/$2/.ssh"
	cp "$state/ssh/id_ed25519.pub" "$h/home/$2/.ssh/authorized_keys"
	chown -R "$3:$3" "$h/home/$2"
	chmod -R go= "$h/home/$2"
}

etc() {
	mkdir -p "$tpl/etc/pam.d" "$tpl/etc/postfix" "$tpl/etc/ssh" \
	    "$tpl/etc/sudoers.d" "$tpl/etc/lab"
	for f in alternatives ld.so.conf ld.so.conf.d ld.so.cache \
	    services protocols login.defs profile bash.bashrc \
	    terminfo debian_version os-release security; do
		[ ! -e "/etc/$f" ] || cp -a "/etc/$f" "$tpl/etc/"
	done
	# Every machine's lab logs in the same zone.
	printf 'Etc/UTC\n' >"$tpl/etc/timezone"
	ln -s /usr/share/zoneinfo/Etc/UTC "$tpl/etc/localtime"
	cp -a "$parts/etc/postfix/." "$tpl/etc/postfix/"
	cp "$parts/etc/logrotate.conf" "$tpl/etc/"
	cp "$parts/etc/ssh/moduli" "$tpl/etc/ssh/"
	users
	printf 'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n' \
	    >"$tpl/etc/nsswitch.conf"
	printf 'nameserver %s.0.53\n' "$net" >"$tpl/etc/resolv.conf"
	for s in sudo other; do
		printf '%s required pam_unix.so\n' auth account session \
		    >"$tpl/etc/pam.d/$s"
	done
	cat >"$tpl/etc/sudoers" <<-END
	Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	root ALL=(ALL:ALL) ALL
	@includedir /etc/sudoers.d
	END
	chmod 440 "$tpl/etc/sudoers"
	mkdir -p "$tpl/etc/logrotate.d"
	cat >"$tpl/etc/logrotate.d/rsyslog" <<-END
	/var/log/mail.log
	/var/log/auth.log
	{
	    rotate 4
	    weekly
	    missingok
	    notifempty
	    compress
	    delaycompress
	    sharedscripts
	    postrotate
	        kill -HUP \$(cat /run/rsyslogd.pid)
	    endscript
	}
	END
}

var() {
	mkdir -p "$tpl/var/lib/postfix" "$tpl/var/lib/logrotate" \
	    "$tpl/var/lib/unbound" "$tpl/var/lib/rbldns" "$tpl/var/log" \
	    "$tpl/var/cache" "$tpl/var/mail" "$tpl/var/tmp" \
	    "$tpl/var/spool/rsyslog" "$tpl/home" "$tpl/root/.ssh"
	chmod 1777 "$tpl/var/tmp"
	ln -s /run "$tpl/var/run"
	: >"$tpl/var/log/mail.log"
	chgrp 4 "$tpl/var/log/mail.log"
	chmod 640 "$tpl/var/log/mail.log"
	chown 64511:64511 "$tpl/var/lib/postfix"
	q=$tpl/var/spool/postfix
	mkdir -p "$q/pid" "$q/dev" "$q/etc" "$q/lib"
	for d in incoming active bounce defer deferred flush saved corrupt \
	    hold trace private public maildrop; do
		mkdir "$q/$d"
		chown 64511:0 "$q/$d"
		chmod 700 "$q/$d"
	done
	chgrp 64512 "$q/public" "$q/maildrop"
	chmod 2710 "$q/public"
	chmod 1730 "$q/maildrop"
	for f in services resolv.conf nsswitch.conf; do
		cp -L "$tpl/etc/$f" "$q/etc/"
	done
	cp "$state/ssh/id_ed25519.pub" "$tpl/root/.ssh/authorized_keys"
	chmod -R go= "$tpl/root"
}

# --- one mail host --------------------------------------------------------

postfix_cf() { # HOST NUMBER
	p=$state/hosts/$1/etc/postfix
	ids=yes
	[ "$2" -ne 3 ] || ids=no
	# Two of the ways a pool is chosen: by sender, and by recipient.
	pool='randmap:{out1:,out2:,out3:,out4:}'
	if [ "$2" -eq 2 ]; then
		pool="transport_maps = inline:{$1.example=local:}, $pool"
	else
		pool="sender_dependent_default_transport_maps = $pool"
	fi
	cp "$parts/usr/share/postfix/dynamicmaps.cf" "$p/"
	sed -i '/^[a-z]/d' "$p/dynamicmaps.cf"
	cat "$parts/usr/share/postfix/main.cf.debian" - >"$p/main.cf" <<-END
	myhostname = $1.example
	myorigin = \$myhostname
	mydestination = \$myhostname, localhost
	mynetworks = 127.0.0.0/8
	# Addresses of 127.0.0.0/8 are nobody's interface: smtpd names its own.
	inet_interfaces = loopback-only
	inet_protocols = ipv4
	alias_maps = hash:/etc/aliases
	alias_database = hash:/etc/aliases
	smtpd_relay_restrictions = permit_mynetworks defer_unauth_destination
	$pool
	enable_long_queue_ids = $ids
	# A lab does not wait five minutes for the next attempt.
	queue_run_delay = 10s
	minimal_backoff_time = 20s
	maximal_backoff_time = 60s
	END
	sed "/^#/d; s/^smtp  *inet/$net.$2.1:smtp inet/" \
	    "$parts/usr/share/postfix/master.cf.dist" >"$p/master.cf"
	for t in 1 2 3 4; do
		echo "out$t      unix  -       -       y       -       -       smtp"
		echo "  -o smtp_bind_address=$net.$2.1$t"
		[ "$2" -eq 3 ] ||
		    echo "  -o syslog_name=postfix/\$service_name"
	done >>"$p/master.cf"
	echo 'postmaster: root' >"$state/hosts/$1/etc/aliases"
}

rsyslog_conf() { # HOST NUMBER
	form=RSYSLOG_TraditionalFileFormat
	[ "$2" -ne 2 ] || form=RSYSLOG_FileFormat
	cat >"$state/hosts/$1/etc/rsyslog.conf" <<-END
	module(load="imuxsock")
	input(type="imuxsock" Socket="/var/spool/postfix/dev/log")
	\$ActionFileDefaultTemplate $form
	\$FileOwner root
	\$FileGroup adm
	\$FileCreateMode 0640
	\$WorkDirectory /var/spool/rsyslog
	auth,authpriv.*  /var/log/auth.log
	mail.*           -/var/log/mail.log
	END
}

# A journal and no log file, as on a Debian without rsyslog. It keeps away from
# what is the machine's: kernel messages and the audit switch.
journald_conf() { # HOST
	root=$state/hosts/$1
	rm "$root/var/log/mail.log"
	tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
	read -r id <"$root/etc/machine-id"
	mkdir -p "$root/etc/systemd" "$root/var/log/journal/$id"
	chgrp -R 64516 "$root/var/log/journal"
	chmod 2755 "$root/var/log/journal" "$root/var/log/journal/$id"
	cat >"$root/etc/systemd/journald.conf" <<-END
	[Journal]
	Storage=persistent
	SystemMaxUse=128M
	RateLimitIntervalSec=0
	ReadKMsg=no
	Audit=
	ForwardToSyslog=no
	ForwardToWall=no
	END
}

sshd_conf() { # HOST NUMBER
	s=$state/hosts/$1/etc/ssh
	ssh-keygen -q -t ed25519 -N '' -C "root@$1" -f "$s/ssh_host_ed25519_key"
	cat >"$s/sshd_config" <<-END
	Port $ssh_port
	ListenAddress $net.$2.1
	HostKey /etc/ssh/ssh_host_ed25519_key
	PermitRootLogin prohibit-password
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	Subsystem sftp /usr/lib/openssh/sftp-server
	END
	name=$net.$2.1
	# Only mta1 knows this name: there is no way but through it.
	[ "$2" -ne 3 ] || name=mta3.internal
	read -r type key _ <"$s/ssh_host_ed25519_key.pub"
	echo "[$name]:$ssh_port $type $key" >>"$state/ssh/known_hosts"
	{
		echo "Host $1"
		echo "    HostName $name"
		[ "$2" -ne 3 ] || echo "    ProxyJump mta1"
	} >>"$state/ssh/config"
}

mail_host() { # NUMBER
	h=mta$1
	cp -a "$tpl" "$state/hosts/$h"
	mkdir "$state/hosts/$h/mnt"
	echo "$h" >"$state/hosts/$h/etc/hostname"
	echo "$h.example" >"$state/hosts/$h/etc/mailname"
	printf '127.0.0.1 localhost\n%s.%s.1 %s.example %s\n' \
	    "$net" "$1" "$h" "$h" >"$state/hosts/$h/etc/hosts"
	if [ "$1" -eq 1 ] && [ "$hosts" -ge 3 ]; then
		echo "$net.3.1 mta3.internal" >>"$state/hosts/$h/etc/hosts"
	fi
	cp "$state/hosts/$h/etc/hosts" "$state/hosts/$h/var/spool/postfix/etc/"
	postfix_cf "$h" "$1"
	if [ "$1" -eq 3 ]; then
		mkdir "$state/hosts/$h/etc/cron.d"
		echo '*/15 * * * * root /usr/sbin/postqueue -f' \
		    >"$state/hosts/$h/etc/cron.d/flush-mail"
	fi
	# From the fourth on, hosts are light: no syslog, an idle Postfix.
	if [ "$1" -eq "$journal" ]; then
		journald_conf "$h"
	elif [ "$1" -le 3 ]; then
		rsyslog_conf "$h" "$1"
	fi
	sshd_conf "$h" "$1"
}

# --- the world: DNS, lists, receiving side --------------------------------

zone() {
	n=1
	while [ "$n" -le "$hosts" ]; do
		echo "a mta$n.example $net.$n.1"
		for t in 1 2 3 4; do
			echo "a out$t.mta$n.example $net.$n.1$t"
		done
		n=$((n + 1))
	done
	awk '$1 == "mx" { print "a", $3, "'"$net"'." $4 }
	     $1 == "domain" && $3 != "-" { print "mx", $2, $3 }' \
	    "$here/personas"
}

world() {
	w=$state/hosts/world
	cp -a "$tpl" "$w"
	mkdir "$w/mnt"
	echo world >"$w/etc/hostname"
	printf '127.0.0.1 localhost world\n' >"$w/etc/hosts"
	cp "$here/personas" "$w/etc/lab/"
	mkdir -p "$w/etc/unbound" "$w/etc/lab/lists"
	{
		cat <<-END
		server:
		  interface: $net.0.53
		  outgoing-interface: $net.0.53
		  access-control: 127.0.0.0/8 allow
		  do-not-query-localhost: no
		  do-ip6: no
		  chroot: ""
		  directory: "/etc/unbound"
		  pidfile: "/run/unbound.pid"
		  username: "unbound"
		  use-syslog: no
		  logfile: "/var/log/unbound.log"
		  module-config: "iterator"
		  local-zone: "." static
		  local-zone: "127.in-addr.arpa." static
		END
		zone | awk '
		    $1 == "a" {
			print "  local-data: \"" $2 ". 60 IN A " $3 "\""
			print "  local-data-ptr: \"" $3 " 60 " $2 "\""
		    }
		    $1 == "mx" {
			print "  local-data: \"" $2 ". 60 IN MX 10 " $3 ".\""
			print "  local-data: \"" $2 ". 60 IN TXT \\\"v=spf1 ip4:'"$net"'.0.0/16 -all\\\"\""
		    }' | sed "s/\\\\\"\\(v=[^\\\\]*\\)\\\\\"\"/\\\\\"\\1\\\\\"\"/"
		for l in "$here"/lists/*; do
			echo "  local-zone: \"$(basename "$l").\" transparent"
		done
		cat <<-END
		remote-control:
		  control-enable: yes
		  control-interface: "/run/unbound.ctl"
		  control-use-cert: no
		END
		for l in "$here"/lists/*; do
			printf 'stub-zone:\n  name: "%s."\n  stub-addr: %s.0.54\n' \
			    "$(basename "$l")" "$net"
		done
	} >"$w/etc/unbound/unbound.conf"
	echo "$net" >"$w/etc/lab/net"
	cp "$here/dns.sh" "$w/etc/lab/"
	for l in "$here"/lists/*; do
		sed "s/@NET@/$net/" "$l" >"$w/etc/lab/lists/$(basename "$l")"
	done
	chown -R 64515:64515 "$w/var/lib/rbldns"
	chown -R 64514:64514 "$w/var/lib/unbound"
	: >"$w/var/log/unbound.log"
	chown 64514 "$w/var/log/unbound.log"
}

# --------------------------------------------------------------------------

mkdir -p "$tpl" "$state/hosts" "$state/ssh"
ssh-keygen -q -t ed25519 -N '' -C mtadeck-lab -f "$state/ssh/id_ed25519"
: >"$state/ssh/known_hosts"
: >"$state/ssh/config"
etc
var
world
n=1
while [ "$n" -le "$hosts" ]; do
	mail_host "$n"
	n=$((n + 1))
done
if [ "$hosts" -ge 2 ]; then
	user mta2 op 1000 adm
	user mta2 guest 1001 ''
	echo 'op ALL=(ALL) NOPASSWD: ALL' >"$state/hosts/mta2/etc/sudoers.d/op"
	chmod 440 "$state/hosts/mta2/etc/sudoers.d/op"
fi
cat >>"$state/ssh/config" <<END
Host *
    User root
    Port $ssh_port
    IdentityFile $state/ssh/id_ed25519
    IdentitiesOnly yes
    UserKnownHostsFile $state/ssh/known_hosts
    GlobalKnownHostsFile /dev/null
    StrictHostKeyChecking yes
END
rm -rf "$tpl"
