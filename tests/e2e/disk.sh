#!/bin/sh
# A host whose disk fills up: what Postfix really does then is what is said of
# it, and nothing of ours over there needs room.
# Takes about 20 s.
. "$(dirname "$0")/lib.sh"

lab_up --hosts 1 --var-mb 40
NEED=1500000 # 1.5 x message_size_limit below
lab run mta1 postconf -e message_size_limit=1000000
reload mta1

# Leaves so many bytes of /var, to the block.
leave() {
	lab run mta1 sh -c 'rm -f /var/fill
		set -- $(stat -f -c "%a %S" /var) "$0"
		head -c $(($1 * $2 - $3)) /dev/zero >/var/fill' "$1"
}
# What smtpd answers to MAIL: the code.
mail_answer() {
	lab run mta1 bash -c 'exec 3<>"/dev/tcp/$0/25"
		printf "EHLO test.example\r\nMAIL FROM:<a@test.example>\r\nQUIT\r\n" >&3
		tail -n 2 <&3 | head -c 3' "$NET.1.1"
}
findings() {
	"$PROGRAM" -F "$CONF" status --json mta1 2>"$WORK/err" |
		jq -r '.hosts[0].findings[].id' | grep -E 'spool|inodes' | tr '\n' ' '
}
# Room is used and given back by what runs there meanwhile: what is said and
# what is done are asked until they agree.
says() { [ "$(findings)" = "$1" ]; }
answers() { [ "$(mail_answer)" = "$1" ]; }

is "nothing is said of a disk with room" "$(findings)" ""
lab traffic start --rate 20 --count 60 --domain docomo.ne.jp --nouser 20 \
	>/dev/null
timeout 300 tests/lab/lab traffic wait >/dev/null
lab settle 180 >/dev/null
screen_start 160 48 mta1
wait_screen 30 'hosts 1/1 up' "the console"
wait_figures 30 "figures before the disk is full"

leave $((NEED + 200000))
until_ok 20 says "spool-low " && ok "a low disk is a finding" ||
	not_ok "a low disk is a finding" "$(findings)"
is "and Postfix takes mail" "$(mail_answer)" 250
leave $((NEED - 200000))
until_ok 20 says "spool-full " && ok "a disk too full for mail is another" ||
	not_ok "a disk too full for mail is another" "$(findings)"
is "and Postfix takes none" "$(mail_answer)" 452

# Not a byte left, nor in /tmp.
lab fill mta1
lab run mta1 sh -c 'mount -t tmpfs -o size=4k,nr_inodes=2 lab /tmp
	cat /dev/zero >/tmp/fill 2>/dev/null; :'
is "no file can be made in /tmp" \
	"$(lab run mta1 sh -c '(: >/tmp/more) 2>/dev/null && echo one')" ""
# A bash before 5.1, as /bin/sh of an older Red Hat: its here-documents are
# files.
lab run mta1 sh -c 'cat >/run/sh && chmod 755 /run/sh &&
	mount --bind /run/sh "$(readlink -f /bin/sh)"' <<-'END'
	#!/bin/bash
	export BASH_COMPAT=50
	exec -a sh /bin/bash "$@"
END
is "and none for a here-document" \
	"$(lab run mta1 sh -c 'cat <<END
one
END' 2>/dev/null)" ""
receivers >"$WORK/want"
for c in status host queue egress deferrals; do
	"$PROGRAM" -F "$CONF" "$c" --json mta1 >"$WORK/$c.json" 2>"$WORK/err"
	is "$c works on a full disk" "$? $(cat "$WORK/err")" "0 "
done
is "history is read as before" "$(document_figures <"$WORK/egress.json")" \
	"$(cat "$WORK/want")"
has "the remedy is a command" \
	"$(jq -r '.host.findings[] | select(.id == "spool-full").remedy' \
		"$WORK/host.json")" '^df -h /var/spool/postfix; du -xh '
palette alerts
wait_screen 30 'mta1 refuses new mail: ' "the console raises it"
palette host
wait_screen 10 'the disk of /var/spool/postfix has' "and shows it of the host"

lab run mta1 sh -c 'umount /tmp; umount -l "$(readlink -f /bin/sh)"'
lab unfill mta1
until_ok 30 says "" && ok "room again: nothing is said any more" ||
	not_ok "room again: nothing is said any more" "$(findings)"
until_ok 20 answers 250 || not_ok "Postfix takes mail again"
lab traffic start --rate 20 --count 60 --domain docomo.ne.jp >/dev/null
timeout 300 tests/lab/lab traffic wait >/dev/null
lab settle 180 >/dev/null
wait_figures 30 "the log was followed through it all"
keys Q
wait_screen 5 'EXIT=0' "Q quits"
done_testing
