#!/bin/bash
# The openssh transport against real sshds on 127.47.x.x: each section sets up
# what it needs and says what it proves. Prints "N passed, N failed"; exit 77
# with a sentence when it cannot run here.
# Usage: openssh_transport.sh [SECTION...]
# Takes about 40 s.
set -u
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/../.." || exit 1
# Two runs at once do not meet.
name=openssh_transport net=127.47.$(($$ % 250 + 1))
. tests/e2e/sshd.bash
driver=$PWD/build/${MODE:-release}/drivers/transport_run

sshd_needs
make -s "MODE=${MODE:-release}" "${driver#"$PWD/"}" >/dev/null || exit 1
sshd_setup
export XDG_RUNTIME_DIR=$T/run

kind=openssh
run() { # driver's arguments behind -F
	timeout 120 "$driver" "$kind" -F "$T/ssh_config" "$@" >"$T/log" 2>&1
	local rc=$?
	echo "exit $rc" >>"$T/log"
	return $rc
}
run_behind() {
	timeout 120 "$driver" openssh -F "$T/ssh_config" "$@" >"$T/log" 2>&1 &
	run_pid=$!
}
empty_run() { [ -z "$(ls -A "$T/run")" ]; }
no_ssh() { ! pgrep -f "ssh .*$T/" >/dev/null; }
ends() { ! kill -0 "$1" 2>/dev/null; }

section_basics() {
	fresh
	start_sshd 1
	configure 1
	known 1
	run h1 'echo out; echo err >&2; exit 3' 'exit 255' 'true'
	ok 'exit status' said '^END echo out.* OK 3 $'
	ok 'both streams' said '^OUT 4 out$'
	ok 'stderr is the command alone' said '^ERR 4 err$'
	ok 'a status of 255 is a status' said '^END exit 255 OK 255 $'
	ok 'commands after it' said '^END true OK 0 $'
	ok 'steps in order' test "$(awk '/^STATE/ { print $2 }' "$T/log" |
	    uniq | tr '\n' ' ')" = 'RESOLVING CONNECTING HANDSHAKE AUTH DISCOVERY '
	run -i 'some input' h1 'tr a-z A-Z'
	ok 'stdin arrives, and ends' said '^OUT 10 SOME INPUT$'
	run -p h1 'sleep 1' 'sleep 1' 'sleep 1' 'sleep 1' 'sleep 1'
	ok 'more commands than channels' said '^exit 0$'
	head -c 20000000 /dev/urandom >"$T/big"
	run h1 "cat $T/big" "md5sum <$T/big"
	ok 'all bytes of a long output' said '^END cat .* OK 0 $'
	ok 'none more' said '^OUT 20000000 '
	ok 'no handle is left' not_said '^LEFT'
	ok 'nothing is left in the private directory' empty_run
	ok 'no ssh is left' wait_for 20 no_ssh
	stop_sshd "$sshd_pid"
}

# The master takes one session, so one is left for commands.
section_sessions() {
	fresh
	start_sshd 1 'MaxSessions 2'
	configure 1
	known 1
	run -p h1 'sleep 6' 'sleep 6' 'sleep 6'
	ok 'a session that the host does not open' \
	    test "$(grep -c ' LIMIT -1 $' "$T/log")" -eq 2
	ok 'is no reason for others to end' said '^END sleep 6 OK 0'
	run h1 'exit 255' true
	ok 'one after the other they are' said '^END true OK 0'
	stop_sshd "$sshd_pid"
}

section_hostkeys() {
	fresh
	start_sshd 1
	configure 1
	run h1 true
	ok 'unknown key and nobody there: refused' \
	    said '^STATE FAILED KEYUNKNOWN h1: .*SHA256:'
	print=$(ssh-keygen -lf "$T/etc/host_ed25519.pub" | awk '{ print $2 }')
	ok 'its fingerprint is told' grep -qF "$print" "$T/log"
	run -s x h1 true
	ok 'asked, with type and fingerprint' \
	    grep -qF "ASK hostkey ED25519 $print" "$T/log"
	ok 'a no is a no' said '^STATE FAILED KEYUNKNOWN'
	ok 'and nothing is filed' test ! -s "$T/home/.ssh/known_hosts"
	run -y h1 true
	ok 'a yes goes on' said '^END true OK 0'
	run h1 true
	ok 'and is filed: not asked again' said '^END true OK 0'
	fresh
	configure 1
	known 1 "$T/etc/other_ed25519"
	run -y h1 true
	ok 'changed key: refused, whoever is there' \
	    said '^STATE FAILED KEYCHANGED h1: HOST KEY CHANGED .*known_hosts:1'
	ok 'without a question' not_said '^ASK'
	fresh
	configure 1 'StrictHostKeyChecking no'
	known 1 "$T/etc/other_ed25519"
	run -y h1 true
	ok 'also when the configuration would take it' \
	    said '^STATE FAILED KEYCHANGED'
	fresh
	configure 1 'StrictHostKeyChecking accept-new'
	run h1 true
	ok 'accept-new takes a new one' said '^END true OK 0'
	fresh
	configure 1 'StrictHostKeyChecking yes'
	run -y h1 true
	ok 'yes takes none' said '^STATE FAILED KEYUNKNOWN'
	stop_sshd "$sshd_pid"
}

# What libssh2 cannot do.
section_gaps() {
	fresh
	start_sshd 2 "HostKey $T/etc/host_rsa"
	configure 2
	known 2 rsa
	run h2 'echo rsa'
	ok 'a host with an RSA key alone' said '^OUT 4 rsa$'
	stop_sshd "$sshd_pid"

	key "$T/etc/ca" ed25519
	key "$T/home/.ssh/certified" ed25519
	ssh-keygen -q -s "$T/etc/ca" -I test -n root \
	    "$T/home/.ssh/certified.pub"
	start_sshd 3 "TrustedUserCAKeys $T/etc/ca.pub" \
	    'AuthorizedKeysFile none'
	configure 3 "IdentityFile $T/home/.ssh/certified" \
	    "CertificateFile $T/home/.ssh/certified-cert.pub"
	known 3
	run h3 'echo certificate'
	ok 'an ed25519 certificate' said '^OUT 12 certificate$'
	stop_sshd "$sshd_pid"

	key "$T/home/.ssh/rsa" rsa
	cat "$T/home/.ssh/rsa.pub" >>"$T/etc/authorized"
	start_sshd 4
	configure 4 "IdentityFile $T/home/.ssh/rsa"
	known 4
	run h4 'echo user'
	ok 'an RSA user key' said '^OUT 5 user$'

	configure 5 "ProxyCommand bash -c 'exec 3<>/dev/tcp/$net.4/2204; cat <&3 & cat >&3'"
	known 5
	run h5 'echo proxied'
	ok 'a ProxyCommand' said '^OUT 8 proxied$'
	configure 6 'ProxyCommand exit 1'
	known 6
	run h6 true
	ok 'one that fails is told' said '^STATE WAITING CLOSED h6: '
	ok 'no process of it is left' wait_for 20 no_ssh
	stop_sshd "$sshd_pid"
}

section_jump() {
	fresh
	start_sshd 1
	inner=$sshd_pid
	start_sshd 2
	configure 2
	configure 1 'ProxyJump h2'
	run -y h1 'echo through'
	ok 'through a jump host' said '^OUT 8 through$'
	ok 'both keys were asked for' \
	    test "$(grep -c '^ASK hostkey' "$T/log")" -eq 2
	stop_sshd "$sshd_pid"
	run h1 true
	ok 'a jump host that refuses is named' \
	    said "^STATE WAITING CONNREFUSED h1: $net.2 port 2202 refused"
	ok 'no ssh is left' wait_for 20 no_ssh
	stop_sshd "$inner"
}

section_auth() {
	fresh
	start_sshd 1
	key "$T/home/.ssh/stranger" ed25519
	configure 1 "IdentityFile $T/home/.ssh/stranger"
	known 1
	run h1 true
	ok 'a wrong key: who, what was tried, what the host takes' \
	    said "^STATE FAILED AUTH h1: login as root was refused; tried $T/home/.ssh/stranger ED25519; the host takes publickey"
	fresh
	ssh-keygen -q -t ed25519 -N sesame -f "$T/home/.ssh/locked"
	cat "$T/home/.ssh/locked.pub" >>"$T/etc/authorized"
	configure 1 "IdentityFile $T/home/.ssh/locked"
	known 1
	run h1 true
	ok 'a locked key and nobody there: says so' \
	    said "^STATE FAILED AUTH .*locked needs its passphrase"
	run -s sesame h1 'echo open'
	ok 'a passphrase is asked for' said "^ASK passphrase $T/home/.ssh/locked"
	ok 'and used' said '^OUT 5 open$'
	run -s 'wrong $(id) `x`' h1 true
	ok 'a wrong one fails, after three times' \
	    test "$(grep -c '^ASK passphrase' "$T/log")" -eq 3
	ok 'as a refused login' said '^STATE FAILED AUTH'
	run_behind -s sesame -w -r 1 -t 20000 h1 'echo again'
	wait_for 30 said '^OUT 6 again'
	kill -KILL $(sessions "$sshd_pid") 2>/dev/null
	ok 'connects again' wait_for 30 \
	    eval '[ "$(grep -c "^STATE DISCOVERY" "$T/log")" -eq 2 ]'
	ok 'and does not ask again' \
	    test "$(grep -c '^ASK passphrase' "$T/log")" -eq 1
	kill "$run_pid"
	wait "$run_pid" 2>/dev/null
	ok 'a passphrase is never in a file' \
	    eval '! grep -rqs sesame "$T/run"'
	rm -rf "${T:?}/run/"*
	stop_sshd "$sshd_pid"
}

section_unreachable() {
	fresh
	configure 9
	run h9 true
	ok 'refused' said "^STATE WAITING CONNREFUSED h9: $net.9 port 2209 refused"
	run nosuchhost.invalid true
	ok 'name not found' said '^STATE (FAILED|WAITING) NAME nosuchhost.invalid: '
	run -- -oProxyCommand=x true
	ok 'an option is no host' said '^STATE FAILED PARSE'
	echo 'NoSuchOption 1' >>"$T/ssh_config"
	run h9 true
	ok 'a broken configuration: file, line' \
	    said '^STATE FAILED PARSE h9: .*ssh_config: line [0-9]+: Bad'
	ok 'nothing is left' empty_run
}

section_frozen() {
	fresh
	start_sshd 1
	configure 1
	known 1
	kill -STOP "$sshd_pid"
	began=$(date +%s%N)
	run -t 3000 h1 true
	took=$((($(date +%s%N) - began) / 1000000))
	ok 'accepts TCP and says nothing: times out' \
	    said '^STATE WAITING TIMEOUT h1: .*said nothing'
	# of 3 s; ssh by itself would wait for minutes
	ok "in time: $took ms" test "$took" -lt 30000
	kill -CONT "$sshd_pid"

	run_behind -t 20000 -k 1000 h1 'echo begun; exec sleep 60'
	wait_for 30 said '^STATE DISCOVERY'
	wait_for 30 eval 'pgrep -P "$sshd_pid" >/dev/null'
	kill -STOP $(sessions "$sshd_pid") 2>/dev/null
	ok 'a frozen session: keepalives notice' \
	    wait_for 30 said '^STATE WAITING TIMEOUT h1: no answer to keepalives'
	ok 'its command ends first' said '^END echo begun.* TIMEOUT '
	wait "$run_pid"
	kill -KILL $(sessions "$sshd_pid") 2>/dev/null

	sed 's/^/command="exec sleep 60" /' "$T/home/.ssh/id_ed25519.pub" \
	    >"$T/etc/authorized.new"
	cp "$T/etc/authorized" "$T/etc/authorized.old"
	mv "$T/etc/authorized.new" "$T/etc/authorized"
	run -t 6000 h1 true
	ok 'logged in, but nothing answers' \
	    said '^STATE WAITING TIMEOUT h1: .*no shell answered'
	mv "$T/etc/authorized.old" "$T/etc/authorized"
	ok 'no ssh is left' wait_for 20 no_ssh
	ok 'nothing is left' empty_run
	stop_sshd "$sshd_pid"
}

section_lost() {
	fresh
	start_sshd 1
	configure 1
	known 1
	# How long tells it from everybody else's.
	run_behind -w -r 1 -t 20000 h1 "echo begun; exec sleep 60.$$"
	wait_for 30 said '^STATE DISCOVERY'
	wait_for 30 eval 'pgrep -f "^sleep 60[.]$$" >/dev/null'
	kill -KILL $(sessions "$sshd_pid") 2>/dev/null
	ok 'kill -9 of sshd is noticed' \
	    wait_for 30 said '^STATE WAITING CLOSED h1: the connection broke'
	ok 'its command ends first, as closed' \
	    test "$(grep -nE '^(END echo|STATE WAITING)' "$T/log" |
	    cut -d: -f2 | cut -c1-3 | tr '\n' ' ')" = 'END STA '
	ok 'closed, not ended' said '^END echo begun.* CLOSED '
	ok 'and it connects again' wait_for 30 \
	    eval '[ "$(grep -c "^STATE DISCOVERY" "$T/log")" -eq 2 ]'
	# The driver dies without a word: ssh must not stay behind.
	disown "$run_pid"
	pkill -KILL -P "$run_pid"
	ok 'kill -9 of the console ends its ssh' wait_for 30 no_ssh
	rm -rf "${T:?}/run/"*
	stop_sshd "$sshd_pid"
}

# Left alone, the transport finds the way by itself.
section_auto() {
	fresh
	kind=auto
	start_sshd 1
	configure 1
	known 1
	run h1 'echo plain'
	ok 'libssh2 where it can serve' said '^VIA libssh2$'
	ok 'and it serves' said '^OUT 6 plain$'
	stop_sshd "$sshd_pid"
	start_sshd 2 "HostKey $T/etc/host_rsa"
	configure 2
	known 2 rsa
	run h2 'echo rsa' 'echo more'
	ok 'an RSA host key: says why, once' test "$(grep -cE \
	    '^STATE CONNECTING OK h2: .+' "$T/log")" -eq 1
	ok 'and goes on through openssh' said '^VIA openssh$'
	ok 'which serves' said '^OUT 5 more$'
	stop_sshd "$sshd_pid"
	start_sshd 3
	configure 3 "ProxyCommand bash -c 'exec 3<>/dev/tcp/$net.3/2203; cat <&3 & cat >&3'"
	known 3
	run h3 'echo proxied'
	ok 'a ProxyCommand, too' said '^OUT 8 proxied$'
	stop_sshd "$sshd_pid"
	kind=openssh
}

[ $# -gt 0 ] || set -- basics sessions hostkeys gaps jump auth unreachable frozen lost auto
for s in "$@"; do
	"section_$s"
done
echo "$pass passed, $fail failed"
[ "$fail" -eq 0 ]
