#!/bin/sh
# Shares of a pool, by what the receiving side counted, and what sudo's lines
# let those do who move mail.
# Takes about 25 s.
. "$(dirname "$0")/act_lib.sh"

acts_up 2

maps() { on mta2 postconf -h "$1"; }

# --- shares, as counted: 3 to 1 of 400, wide bounds (0.75 +- 6 deviations)
before=$(files mta2)
old=$(on mta2 pgrep -x trivial-rewrite)
act shares transport-map "$NET.2.11=3" "$NET.2.12=1" "$NET.2.13=0" "$NET.2.14=0" --why 'warm up' >/dev/null
is "shares" "$? $(maps transport_maps)" \
	"0 inline:{mta2.example=local:}, randmap:{out1:,out1:,out1:,out2:}"
# Who chooses by what was before is gone, a moment after the reload.
chosen_anew() { ! on mta2 pgrep -x trivial-rewrite | grep -qxF "$old"; }
until_ok 20 chosen_anew || not_ok "shares are chosen anew" "$old"
lab traffic start --rate 100 --count 400 --domain icloud.com --hosts mta2 --nouser 0 >/dev/null
lab traffic wait >/dev/null
all_taken() { [ $(($(taken "$NET.2.11") + $(taken "$NET.2.12"))) -eq 400 ]; }
until_ok 30 all_taken || not_ok "all are taken by the two" "$(lab count)"
n=$(taken "$NET.2.11")
if [ "$n" -ge 248 ] && [ "$n" -le 352 ]; then ok "three of four leave by the first"; else
	not_ok "three of four leave by the first" "$n of 400"
fi
is "none by those with no share" "$(taken "$NET.2.13") $(taken "$NET.2.14")" "0 0"
act shares transport-map "$NET.2.11=0" "$NET.2.12=0" --why none >/dev/null
is "nobody left is refused" "$?" 2
act shares transport-map "$NET.2.77=1" --why none >/dev/null
has "and an address nobody carries" "$(cat "$WORK/err")" 'does not carry'
deck undo "$(lease_id)" >/dev/null
is "undo of shares is to the byte" "$? $(files mta2)" "0 $before"

# --- with the lines of sudoers, and without more
"$PROGRAM" sudoers op >"$WORK/sudoers"
on mta2 sh -c 'cat >/etc/sudoers.d/op; visudo -cf /etc/sudoers.d/op' <"$WORK/sudoers" >/dev/null
is "the lines of sudoers are well formed" "$?" 0
cat >"$WORK/try" <<'END'
m=sender_dependent_default_transport_maps
for v in "pipemap:{x}" "tcp:127.0.0.1:9" "hash:/tmp/x" "hash:/etc/postfix/../x" "randmap:{a, b}"; do
	sudo -n -l postconf -e "$m = $v" && echo "allowed: $v"
done
sudo -n -l postconf -e "$m = randmap:{a:,b:}" "daemon_directory = /tmp" && echo allowed
sudo -n -l postconf -e "default_transport = a:b" && echo allowed
sudo -n -l postconf -X transport_maps daemon_directory && echo allowed
true
END
on mta2 setpriv --reuid 1000 --regid 1000 --init-groups sh -s <"$WORK/try" >"$WORK/tried"
is "they allow nothing more" "$(cat "$WORK/tried")" ""
before=$(on mta2 cksum /etc/postfix/main.cf)
deck act evacuate "$NET.2.11" --host op@mta2 --why x --yes >/dev/null
is "with them, an evacuation" "$? $(maps defer_transports) $(maps transport_maps)" \
	"0 out1 inline:{mta2.example=local:}, randmap:{out2:,out3:,out4:}"
deck act return "$NET.2.11" --host op@mta2 --why x --yes >/dev/null
is "and its return" "$? $(on mta2 cksum /etc/postfix/main.cf)" "0 $before"
on mta2 postconf -e 'transport_maps = static:{out1:}'
deck act evacuate "$NET.2.11" to="$NET.2.12" --host op@mta2 --why x --yes >"$WORK/out"
is "what they do not allow is not begun" \
	"$? $(maps defer_transports)$(maps transport_maps)" "1 static:{out1:}"
has "and that is said" "$(cat "$WORK/out")" 'sudo allows no such value'

done_testing
