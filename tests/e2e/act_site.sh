#!/bin/sh
# The site's own actions, from the configuration: values that are commands to a
# shell stay words, a check that fails and a verify that fails, the way back,
# a lease's end, which hosts, and what runs in a console that only reads.
# Takes about 13 s.
. "$(dirname "$0")/act_lib.sh"

acts_up 2
cat >"$CONFIG" <<'END'
hosts:
  - name: mta1
  - name: mta2
actions:
  - name: rules-back
    help: go back to a version of the filter's rules
    hosts: [mta1]
    params:
      - {name: version, kind: word}
      - {name: keep, kind: number, min: 1, max: 10, default: 3}
    check: '[ -e /var/filter/rules ]'
    command: >-
      cp -p /var/filter/rules /var/filter/was &&
      printf '%s %s\n' {version} {keep} >/var/filter/rules; cat /var/filter/rules
    verify: '[ "$(cut -d " " -f 1 /var/filter/rules)" = {version} ]'
    undo: mv /var/filter/was /var/filter/rules
    lease: 10m
  - name: slow-intake
    params:
      - {name: wait, kind: seconds, min: 1, max: 3600}
      - {name: how, kind: choice, choices: [gently, hard], default: gently}
      - {name: client, kind: ip, default: 192.0.2.1}
      - {name: domain, kind: domain, default: example.com}
      - {name: file, kind: path, default: /var/filter/slow}
    command: echo {wait} {how} {client} {domain} >{file}
    verify: grep -q '^[0-9]* gently' {file}
    undo: rm {file}
    lease: no
  - name: rules-show
    help: the rules there are
    safe: yes
    command: cat /var/filter/rules
  - name: wipe
    irreversible: yes
    command: echo wiped >/var/filter/rules
END

site() { deck act site "$@" --why test --yes; }
rules() { on mta1 cat /var/filter/rules; }
rules_are() { [ "$(rules)" = "$1" ]; }
is_refused() { # what pattern words...
	what=$1 pattern=$2
	shift 2
	site "$@" >"$WORK/out"
	has "$what" "$? $(tr '\n' ' ' <"$WORK/err")" "^[123] .*$pattern"
}

is "the configuration is well" "$("$PROGRAM" config check | grep -c well)" 1
on mta1 sh -c 'mkdir /var/filter; echo old >/var/filter/rules'
on mta2 mkdir /var/filter

# --- what is refused before anything is asked of a host
is_refused "a name the configuration has not" 'no action nosuch; it has: rules-back' nosuch
is_refused "a parameter that is missing" 'version= is missing: it takes a word' rules-back
is_refused "one it has not" 'none of its parameters: version=word \[keep=1..10\]' rules-back version=1 x=1
is_refused "one that is given twice" 'version is given twice' rules-back version=1 version=2
is_refused "a number out of its range" 'keep=11: it takes a whole number \(1..10\)' rules-back version=1 keep=11
is_refused "a word for a number" 'keep=a: it takes a whole number' rules-back version=1 keep=a
is_refused "an option for a word" 'version=-rf: it takes a word' rules-back version=-rf
is_refused "a newline" 'a value is one word' rules-back "version=a
b"
is_refused "half seconds" 'wait=1500ms: it takes whole seconds' slow-intake wait=1500ms --host mta1
is_refused "no such choice" 'how=x: it takes one of its choices \(gently\|hard\)' slow-intake wait=5 how=x --host mta1
is_refused "no address" 'client=1.2.3: it takes an IP address' slow-intake wait=5 client=1.2.3 --host mta1
is_refused "no domain" 'domain=a;b: it takes a domain name' slow-intake wait=5 'domain=a;b' --host mta1
is_refused "no path" 'file=../x: it takes an absolute path' slow-intake wait=5 file=../x --host mta1
is_refused "never on all hosts because nobody said" 'on which host\?' slow-intake wait=5
is_refused "not on a host its row does not name" 'does not allow it on mta2' rules-back version=1 --host mta2
is_refused "no end without a way back" 'no way back' rules-show --host mta1 --for 5m
is "nothing has changed" "$(rules)" old

# --- values that are commands to a shell stay words
hostile='$(touch${IFS}/tmp/pwned);"`id`'"'x'"
deck act site rules-back "version=$hostile" --why test --dry-run --json >"$WORK/plan"
has "the plan shows the line the shell gets" "$(jq -r '.plan.steps[0].command' "$WORK/plan")" \
	"printf '%s %s.n' '\\$\\(touch"
site rules-back "version=$hostile" keep=7 >"$WORK/out"
is "it is done and verified" "$? $(rules)" "0 $hostile 7"
has "what it says is shown" "$(cat "$WORK/out")" 'done .*rules-back'
has "with its output" "$(cat "$WORK/out")" '^    .*touch'
has "it is in force" "$(deck leases --json | jq -c '.leases[] | [.verb, .value]')" '^\["site","version='
deck undo "$(lease_id)" >/dev/null
is "undo takes it back" "$? $(rules)" "0 old"
for h in mta1 mta2; do on $h test -e /tmp/pwned && not_ok "$h: a value reached a shell"; done
is "seconds are told as seconds" "$(site slow-intake wait=2m --host mta2 >/dev/null
	on mta2 cat /var/filter/slow)" "120 gently 192.0.2.1 example.com"
is "lease: no lasts until it is lifted" "$(deck leases --json | jq -r '.leases[-1].expires')" null
deck undo "$(lease_id)" >/dev/null
is "and is lifted" "$? $(on mta2 ls /var/filter)" "0 "

# --- a check that fails, a verify that fails
on mta1 mv /var/filter/rules /var/filter/away
site rules-back version=9 >"$WORK/out"
is "a check that fails: nothing is done" "$? $(on mta1 ls /var/filter)" "1 away"
on mta1 mv /var/filter/away /var/filter/rules
site slow-intake wait=5 how=hard --host mta1 >"$WORK/out"
is "a verify that fails is said" "$? $(grep -c '^mta1: failed' "$WORK/out")" "1 1"
id=$(sed -n 's/.*mtadeck undo \([0-9a-f-]*\) .*/\1/p' "$WORK/err")
is "what was done is still there" "$(on mta1 cat /var/filter/slow | cut -d ' ' -f 2)" hard
deck undo "$id" >/dev/null
is "its undo takes it back" "$? $(on mta1 ls /var/filter)" "0 rules"
site rules-back version=$(printf 'x%.0s' $(seq 300)) >/dev/null
is "a value beyond all measure is refused" "$? $(rules)" "2 old"

# --- it ends by itself, with the console gone
site rules-back version=5 --for 3s >/dev/null
is "for a time" "$?" 0
if until_ok 30 rules_are old; then ok "it ends by itself"; else
	not_ok "it ends by itself" "$(rules)"
fi
echo | deck act site wipe --host mta1 --why test >/dev/null
is "what has no way back is not done by a mere Enter" "$? $(rules)" "1 old"

# --- the console
screen_start 100 30 mta1
wait_screen 20 'hosts 1/1 up' "the console is up"
palette "site rules-back version=6"
wait_screen 5 'site: read-only' "one that is not safe is refused in a console that reads"
palette "site rules-show"
wait_screen 5 'why\?' "a safe one is not"
keys -l 'a look'
keys Enter
wait_screen 20 'y do it' "its plan is shown"
has "with the exact line" "$(screen)" 'cat /var/filter/rules'
keys y
wait_screen 20 'Done, and verified' "it runs"
wait_screen 5 '\| old' "and what it says is shown"
keys Escape
palette "arm 5m test"
wait_screen 5 'ARMED' "armed"
palette "site rules-back keep=99 version=1"
wait_screen 5 'keep=99: it takes a whole number' "a wrong value is refused with a sentence"
keys F9
wait_screen 5 'go back to a version' "F9 has the site's actions"
keys Escape
keys :
keys -l 'site rules-back '
wait_screen 5 'site rules-back version=word .keep=1..10.' "the palette has their parameters"
keys Escape
palette "site rules-back version=6 for 5m"
wait_screen 5 'why\?' "armed, it is asked why"
keys -l 'bad rules'
keys Enter
wait_screen 20 'y do it' "the plan"
has "with its way back" "$(screen)" 'undo: mv /var/filter/was'
keys y
wait_screen 20 'Done, and verified' "done"
is "on the host too" "$(rules)" "6 3"
keys Escape
palette "site wipe"
wait_screen 5 'why\?' "one without a way back"
keys -l 'x'
keys Enter
wait_screen 20 "the action's name" "is confirmed by its name"
keys y
keys Enter
wait_screen 2 "the action's name" "not by y"
is "nothing is done" "$(rules)" "6 3"
keys -l wipe
keys BSpace BSpace BSpace BSpace BSpace
keys -l wipe
keys Enter
wait_screen 20 'Done, and verified' "but by its name"
is "it is done" "$(rules)" wiped
keys Escape
keys Q

id=$(deck journal kind=intent version=6 --json | jq -r .subject)
is "an act is found by words, then by its id" \
	"$(deck journal "plan=$id" --json | jq -r .kind | xargs)" "intent result"
is "and by its host" "$(deck journal host=mta1 "plan=$id" | wc -l)/$(deck journal host=mta2 "plan=$id" | wc -l)" 2/0
is "as CSV too" "$(deck journal "plan=$id" --csv | sed -n '1p;2s/.*,"intent",.*/intent/p' | xargs)" \
	"$(printf 'seq,at,kind,who,from,host,subject,text,incident\r intent')"
deck journal kind=intents >/dev/null
is "a kind there is not" "$? $(grep -c 'no kind of record' "$WORK/err")" "2 1"
deck journal >"$WORK/journal"
is "the journal is whole" "$?" 0
has "and has the site's acts" "$(cat "$WORK/journal")" 'site rules-back version=6: bad rules'
done_testing
