#!/bin/sh
# What the console asks a person: an unknown host key with its fingerprint, a
# passphrase; and what it does when nobody is there to ask.
# Takes about 7 s.
. "$(dirname "$0")/lib.sh"

lab_up
# The lab's configuration with an empty known_hosts and a locked key.
cp "$WORK/lab/ssh/id_ed25519" "$WORK/key"
chmod 600 "$WORK/key"
ssh-keygen -q -p -P '' -N 'open sesame' -f "$WORK/key" >/dev/null
: >"$WORK/known"
sed -e "s#StrictHostKeyChecking yes#StrictHostKeyChecking ask#" \
	-e "s#UserKnownHostsFile .*#UserKnownHostsFile $WORK/known#" \
	-e "s#IdentityFile .*#IdentityFile $WORK/key#" \
	"$WORK/lab/ssh/config" >"$WORK/config"
CONF=$WORK/config
unset SSH_AUTH_SOCK
print=$(lab run mta1 cat /etc/ssh/ssh_host_ed25519_key.pub |
	ssh-keygen -l -f - | awk '{ print $2 }')

"$PROGRAM" status --json -F "$CONF" mta1 >"$WORK/out" 2>"$WORK/err" </dev/null
is "nobody to ask: exit 3" "$?" 3
has "the unknown key is refused, and named" "$(cat "$WORK/err")" \
	'mta1.*(not known|unknown|not in)'
is "and not remembered" "$(wc -c <"$WORK/known")" 0

screen_start 100 30 mta1
wait_screen 10 'Question' "the console asks"
if until_ok 5 screen_has "$(printf %s "$print" | sed 's/[+]/[+]/g')"; then
	ok "with the host's own fingerprint"
else
	not_ok "with the host's own fingerprint" "$print
$(screen)"
fi
keys n
wait_screen 5 'mta1 failed .*not accepted' "n refuses"
is "n does not remember" "$(wc -c <"$WORK/known")" 0
keys R
wait_screen 10 'Question' "R asks again"
keys y
wait_screen 10 '[Pp]assphrase' "y goes on, to the passphrase"
if [ -s "$WORK/known" ]; then ok "the key is remembered"; else
	not_ok "the key is remembered"
fi
keys -l 'wrong one'
wait_screen 5 '> [*]{9} ' "what is typed shows as stars"
if screen | grep -q 'wrong one'; then
	not_ok "the passphrase is not shown" "$(screen)"
else
	ok "the passphrase is not shown"
fi
keys Enter
# Until it has been tried, the same box may still stand there, and then none:
# what is typed into the next one must wait for it.
asked_anew() { screen_has 'assphrase of' && ! screen_has '> [*]'; }
if until_ok 15 asked_anew; then ok "a wrong one: it is asked for again"; else
	not_ok "a wrong one: it is asked for again" "$(screen)"
fi
keys -l 'open sesame'
wait_screen 5 '> [*]{11} ' "the right one"
keys Enter
wait_screen 20 'hosts 1/1 up' "the right one opens"
keys Q
wait_screen 5 'EXIT=0' "Q quits"
if grep -rqs 'open sesame' "$WORK/stderr" "$XDG_CONFIG_HOME"; then
	not_ok "the passphrase is written nowhere"
else
	ok "the passphrase is written nowhere"
fi

# Several hosts behind one key ask for its passphrase once; new keys are
# answered as they come.
given=0
answer_all() {
	if screen_has 'remember it'; then
		keys y
	elif screen_has 'assphrase of' && [ "$given" -eq 0 ]; then
		# A y for a question that was answered already may stand here.
		keys C-u
		keys -l 'open sesame'
		keys Enter
		given=1
	fi
	screen_has 'hosts 3/3 up'
}
screen_start 100 30 mta1 mta2 mta3
if until_ok 60 answer_all && [ "$given" -eq 1 ]; then
	ok "given once, a passphrase opens every host of its key"
else
	not_ok "given once, a passphrase opens every host of its key" \
		"$(screen)"
fi
keys Q
wait_screen 5 'EXIT=0' "Q quits"
done_testing
