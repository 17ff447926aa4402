#!/bin/sh
# remote/scripts/act.sh by itself, in a HOME of the test's own, with steps that
# edit a file of the test's: what is kept, taken back and refused, whatever is
# cut or killed on the way. In each shell that may be a host's /bin/sh.
# Takes about 55 s.
set -u
cd "$(dirname "$0")/../.." || exit 1
ACT=$PWD/remote/scripts/act.sh
WORK=$(mktemp -d) || exit 1
PASS=0 FAIL=0
watch_pids() { pgrep -f "^sh $WORK/home[0-9]*/.mtadeck/watch " || :; }
finish() {
	for p in $(watch_pids); do kill "$p" 2>/dev/null; done
	rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 1' INT TERM

ok() { PASS=$((PASS + 1)); echo "ok $SHELL_NAME: $1"; }
not_ok() {
	FAIL=$((FAIL + 1))
	echo "not ok $SHELL_NAME: $1"
	[ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/    /'
}
is() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got: $2
want: $3"; fi; }
has() { if printf '%s\n' "$2" | grep -Eq -- "$3"; then ok "$1"; else not_ok "$1" "no /$3/ in:
$2"; fi; }
# Half a minute more than a quick machine needs.
until_ok() {
	end=$(($(seconds) + $1 + 30))
	shift
	while ! "$@" >/dev/null 2>&1; do
		[ "$(seconds)" -lt "$end" ] || return 1
		sleep 0.1
	done
}
seconds() { cut -d. -f1 /proc/uptime; }

HOMES=0
fresh() {
	HOMES=$((HOMES + 1))
	HOME=$WORK/home$HOMES
	F=$HOME/file
	export HOME
	mkdir "$HOME"
	: >"$F"
}
act() { $SH "$ACT" "$@"; }
# Runs the plan in $WORK/p behind our back; its first process is in $HOME/pid
# before anything of the plan runs.
act_behind() {
	sh -c 'echo $$ >"$HOME/pid" && exec "$@"' sh $SH "$ACT" run \
		<"$WORK/p" >"$WORK/out" 2>&1 &
}
# A plan whose step N adds the line N to the file; what more of step K's do.
plan() { # ID LEASE STEPS [K BEFORE AFTER]
	echo "id $1"
	[ "$2" = - ] || echo "lease $2"
	echo 'meta verb pause'
	echo "meta why it's \$(touch $WORK/pwned)"
	i=1
	while [ $i -le "$3" ]; do
		pre='' post=''
		[ "${4:-0}" -ne $i ] || pre=$5 post=$6
		echo "step $i 20"
		[ $i -lt "$3" ] || echo "after echo after >>$F.log"
		echo "check ! grep -qx $i $F"
		echo "do $pre echo $i >>$F $post"
		echo "undo v=\$(grep -x 'x*$i' $F); case \$v in '') ;; $i) grep -vx $i $F >$F.n; mv $F.n $F; echo undo $i >>$F.log ;; *) echo is now: \$v; exit 3 ;; esac"
		echo "verify grep -qx $i $F"
		i=$((i + 1))
	done
	echo end
}
content() { xargs <"$F"; }
state() { cat "$HOME/.mtadeck/acts/$1/state"; }
state_is() { [ "$(state "$1")" = "$2" ]; }

one_shell() {
	fresh
	plan a1 - 3 >"$WORK/p"
	out=$(act run <"$WORK/p")
	is "a plan runs" "$(content) $(echo "$out" | tail -n 1)" "1 2 3 end done"
	is "once only" "$(act run <"$WORK/p" | tail -n 1)" \
		"end failed this plan has run already, or was given up"
	is "it is done" "$(act state a1 | tail -n 1)" "end done done"
	is "and no lease" "$(act list | grep -c '^lease')" 0

	fresh
	size=$(plan a2 60 2 | wc -c)
	for at in 1 40 $((size / 3)) $((size / 2)) $((size - 5)) $((size - 1)); do
		plan a2 60 2 | head -c $at >"$WORK/p"
		act run <"$WORK/p" >"$WORK/out"
		has "cut at byte $at: nothing is done" "$(cat "$WORK/out")" 'did not arrive whole'
		is "and nothing is kept" "$(content)$(ls -A "$HOME/.mtadeck/acts")" ""
	done
	for bad in '../x' 'a b' 'A1' ''; do
		plan "$bad" - 1 >"$WORK/p"
		has "id \"$bad\" is refused" "$(act run <"$WORK/p")" 'end failed'
	done
	is "nothing was done by them" "$(content)" ""

	plan a3 - 3 2 false\; : >"$WORK/p"
	sed -i 's/^do false; echo 2/do false #/' "$WORK/p"
	out=$(act run <"$WORK/p")
	has "what fails stops the rest" "$out" '^step 2 failed do 1'
	is "and says so" "$(content) $(echo "$out" | tail -n 1)" "1 end failed step"
	is "state tells which" "$(act state a3 | grep -c '^step 1 done\|^step 2 unknown\|^step 3 skipped')" 3
	echo 1 >"$F"
	plan a4 - 1 >"$WORK/p"
	has "what was changed meanwhile is not touched" "$(act run <"$WORK/p")" '^step 1 failed check'
	is "nothing began" "$(state a4)" refused

	fresh
	plan b1 600 2 >"$WORK/p"
	act run <"$WORK/p" >/dev/null
	has "a lease is listed" "$(act list)" '^lease b1 in-force [0-9]+ [0-9]+ yes$'
	has "with what was said of it" "$(act list)" "^meta why it's "
	is "its end may come sooner" "$(act extend b1 2)" "end done"
	if until_ok 12 state_is b1 ended; then ok "it ends by itself"; else not_ok "it ends by itself" "$(act list)"; fi
	is "last step first, then the reload, once" "$(content)$(xargs <"$F.log")" "undo 2 undo 1 after"
	none() { [ -z "$(watch_pids)" ]; }
	if until_ok 8 none; then ok "and nobody watches any more"; else not_ok "and nobody watches any more"; fi

	fresh
	plan b2 600 1 >"$WORK/p"
	act run <"$WORK/p" >/dev/null
	kill -9 $(watch_pids)
	until_ok 5 none
	has "a watch that died is started again by who looks" "$(act list)" '^watch runs'
	is "extend" "$(act extend b2 0)" "end done"
	is "until lifted" "$(cat "$HOME/.mtadeck/acts/b2/until")" 0
	is "end" "$(act end b2) $(content)" "end done "
	is "twice is once" "$(act end b2)" "end failed it is not in force"
	is "no such lease" "$(act end ffff)" "end failed it is not in force"
	is "no extending of what ended" "$(act extend b2 5)" "end failed it is not in force"

	# One that is replaced ends without its reload, which its successor does.
	fresh
	plan b5 600 1 | act run >/dev/null
	over=$({ echo id b6; echo lease 600; echo step 1 20
		echo "do sh $HOME/.mtadeck/watch $HOME/.mtadeck '' end b5 later && echo over >>$F"
		echo "undo echo back >>$F"; echo "after echo after >>$F.log"; echo end; } | act run)
	is "an act that is replaced is taken back first" "$(state b5) $(content) $(echo "$over" | tail -n 1)" \
		"ended over end done"
	is "and nothing is reloaded for it" "$(xargs <"$F.log")" "undo 1"
	act end b6 >/dev/null
	is "its successor ends as any" "$(content) $(xargs <"$F.log")" "over back undo 1 after"

	fresh
	plan b3 600 2 >"$WORK/p"
	act run <"$WORK/p" >/dev/null
	sed -i 's/^1$/xx1/' "$F"
	act extend b3 1 >/dev/null
	if until_ok 12 state_is b3 stuck; then ok "another's change: stuck"; else not_ok "another's change: stuck" "$(act list)"; fi
	is "theirs stays, ours behind it is gone" "$(content)" xx1
	has "what is there is told" "$(act list)" '^conflict is now: xx1'
	has "also to who ends it" "$(act end b3)" '^out 0 is now: xx1'
	echo 1 >"$F"
	is "put right, it ends" "$(act end b3) $(content)" "end done "

	# One act over another's value: whichever ends first, nothing stays.
	fresh
	over() { # ID SECONDS WAS NOW
		printf 'id %s\nlease %s\nmeta verb interval\nstep 1 20\n' "$1" "$2"
		echo "do echo $4 >$F"
		echo "undo v=\$(cat $F); case \$v in $3) ;; $4) echo $3 >$F ;; *) echo \$v; exit 3 ;; esac"
		echo end
	}
	echo 0 >"$F"
	over e1 600 0 3 | act run >/dev/null
	over e2 600 3 5 | act run >/dev/null
	over e3 600 5 7 | act run >/dev/null
	has "what another act changed since does not end yet" "$(act end e1; act end e2)" 'changed meanwhile'
	is "both wait" "$(state e1) $(state e2)" 'stuck stuck'
	act extend e3 1 >/dev/null
	if until_ok 12 state_is e3 ended && until_ok 5 state_is e1 ended; then ok "the last one's end ends them"; else not_ok "the last one's end ends them" "$(act list)"; fi
	is "and the first value is back" "$(content) $(state e2)" '0 ended'

	# The old value is there by another act: its end brings back the other
	# value, so what knows no other waits.
	fresh
	set_over() { over "$@" | sed 's/^do /sets x\n&/'; }
	echo 0 >"$F"
	set_over f1 600 0 3 | act run >/dev/null
	set_over f2 600 3 0 | act run >/dev/null
	has "the old value by another act is no end" "$(act end f1)" '^out 0 x was set again by act f2$'
	is "it waits" "$(state f1) $(content)" 'stuck 0'
	act end f2 >/dev/null
	is "and ends with it" "$(state f2) $(state f1) $(content)" 'ended ended 0'
	set_over f3 600 0 3 | act run >/dev/null
	set_over f4 600 3 0 | act run >/dev/null
	act end f4 >/dev/null
	is "the later first: nothing waits" "$(act end f3) $(content)" 'end done 0'

	# One that is stuck does not end in the midst of another's step.
	fresh
	echo 0 >"$F"
	{ over d1 600 0 3 | sed '$d'; echo "after echo after >>$F.log"; echo end; } | act run >/dev/null
	over d2 600 3 5 | act run >/dev/null
	over d3 600 5 7 | act run >/dev/null
	act end d1 >/dev/null
	echo 3 >"$F"
	{ echo id d4; echo lease 600; echo step 1 20
		echo "do sh $HOME/.mtadeck/watch $HOME/.mtadeck '' end d2 later; cat $F $F.log >$F.seen 2>/dev/null"
		echo "undo :"; echo end; } | act run >/dev/null
	is "while another act runs a stuck one waits" "$(state d2) $(state d1) $(xargs <"$F.seen")" 'ended stuck 3'
	act end d4 >/dev/null
	is "and ends with its end" "$(state d1) $(content) $(xargs <"$F.log")" 'ended 0 after'

	# What fails for another reason is tried again.
	fresh
	plan b4 600 1 | sed "s|^undo |undo [ -e $WORK/well ] \|\| exit 1; |" >"$WORK/p"
	act run <"$WORK/p" >/dev/null
	has "a way back that fails" "$(act end b4)" 'could not be taken back'
	is "is still in force" "$(state b4)" in-force
	: >"$WORK/well"
	is "and ends when it can" "$(act end b4) $(content)" "end done "
	rm "$WORK/well"

	# Why Postfix would not read its files it says to its log alone.
	fresh
	cat >"$HOME/postconf" <<'END'
#!/bin/sh
[ "$2" != maillog_file ] || echo "$HOME/maillog"
END
	cat >"$HOME/postfix" <<'END'
#!/bin/sh
[ ! -e "$HOME/well" ] || exit 0
cat >>"$HOME/maillog" <<'LOG'
Nov 22 15:15:34 mta1 postfix/smtpd[875]: fatal: not this
Nov 22 15:15:34 mta1 postfix[876]: fatal: junk: "$(id) [1]: x"
LOG
exit 1
END
	chmod 755 "$HOME/postconf" "$HOME/postfix"
	echo 'Nov 22 15:15:33 mta1 postfix[870]: fatal: earlier' >"$HOME/maillog"
	sed "s|^PATH=|&$HOME:|" "$ACT" >"$HOME/act.sh"
	reloads() { # ID
		printf 'id %s\nlease 600\nstep 1 20\n' "$1"
		printf '%s\n' 'do postfix check && postfix reload' 'undo :' 'after postfix reload' end
	}
	out=$(reloads 4a1 | $SH "$HOME/act.sh" run)
	is "what the log says of a reload that failed" "$(echo "$out" | grep '^out')" \
		'out 1 postfix: fatal: junk: "$(id) [1]: x"'
	has "which it still is" "$out" '^step 1 failed do 1 '
	: >"$HOME/well"
	reloads 4a2 | $SH "$HOME/act.sh" run >/dev/null
	rm "$HOME/well"
	is "and of one at an act's end" "$($SH "$HOME/act.sh" end 4a2 | xargs -0)" \
		'out 0 postfix: fatal: junk: "$(id) [1]: x"
end failed it could not be taken back'
	: >"$HOME/well"
	is "tried again" "$($SH "$HOME/act.sh" end 4a2 | tail -n 1)" 'end done'

	# Output that is long, or ends without a newline, hides nothing.
	fresh
	{ echo id c1; echo step 1 20; echo 'do head -c 9000 /dev/zero | tr "\0" x'; echo end; } >"$WORK/p"
	is "long output" "$(act run <"$WORK/p" | grep -c '^step 1 done\|^end done')" 2

	# Nobody listens any more: it goes on to its end.
	fresh
	plan c2 - 3 1 'sleep 0.3;' '' >"$WORK/p"
	act run <"$WORK/p" | :
	until_ok 10 state_is c2 'done'
	is "unheard, it is done all the same" "$(state c2) $(content)" "done 1 2 3"

	# kill -9 in each step, before and after its effect: a known state, and
	# the way back brings all back.
	for k in 1 2 3; do
		for side in check before after verify; do
			fresh
			die="kill -9 \$(cat $HOME/pid); sleep 0.3"
			word=unknown
			case $side in
			before)
				plan d1 600 3 $k "$die;" '' >"$WORK/p"
				sed -i "s/; echo $k >>.*/; exit 1/" "$WORK/p"
				;;
			after) plan d1 600 3 $k '' "; $die" >"$WORK/p" ;;
			check) # between two steps
				plan d1 600 3 | sed "/^step $k /,/^do/s|^check |check $die; |" >"$WORK/p"
				word=skipped
				;;
			verify)
				plan d1 600 3 | sed "/^step $k /,/^verify/s|^verify |verify $die; |" >"$WORK/p"
				word=done
				;;
			esac
			act_behind
			wait $! 2>/dev/null
			tells() { act state d1 | grep -q '^end done running'; }
			until_ok 5 tells || not_ok "killed $side $k" "$(act state d1)"
			has "killed at $k ($side): it is told" "$(act state d1)" "^step $k $word"
			is "and what stands" "$(content)" "$({ seq 1 $((k - 1)); case $side in after | verify) echo $k ;; esac; } | xargs)"
			is "and taken back" "$(act end d1 | tail -n 1) $(content)" "end done "
		done
	done

	# What takes long keeps nobody out: meanwhile the lease is in force, may
	# be moved and ended, and its end is not undone by the step's.
	fresh
	plan aa1 600 2 >"$WORK/p"
	sed -i "s|^step 2 20|&\nunlocked|; s|^do  echo 2 .*|do : >$HOME/on; while [ ! -e $HOME/go ]; do sleep 0.1; done|; s|^verify grep -qx 2 .*|verify true|" "$WORK/p"
	act run <"$WORK/p" >"$WORK/out" 2>&1 &
	until_ok 10 test -e "$HOME/on"
	is "during a long step it is in force" "$(state aa1)" in-force
	is "others act meanwhile" "$(act extend aa1 900)" "end done"
	is "it ends meanwhile" "$(act end aa1) $(content)" "end done "
	: >"$HOME/go"
	wait $!
	is "and stays ended" "$(state aa1) $(tail -n 1 "$WORK/out")" "ended end done"
	fresh
	plan aa3 - 2 >"$WORK/p"
	rm -f "$HOME/on" "$HOME/go"
	sed -i "s|^step 2 20|&\nunlocked|; s|^do  echo 2 .*|do : >$HOME/on; while [ ! -e $HOME/go ]; do sleep 0.1; done|; s|^verify grep -qx 2 .*|verify true|" "$WORK/p"
	act run <"$WORK/p" >"$WORK/out" 2>&1 &
	until_ok 10 test -e "$HOME/on"
	is "what still runs is not told as cut off" "$(act state aa3 | tail -n 1)" \
		"end failed another act is under way on this host"
	: >"$HOME/go"
	wait $!
	is "nor what has ended" "$(act state aa3 | tail -n 1)" "end done done"
	fresh
	plan aa2 600 2 >"$WORK/p"
	sed -i "s|^step 2 20|&\nunlocked|; s|^do  echo 2 .*|do echo stopped; exit 3|" "$WORK/p"
	has "a long step that stops says so" "$(act run <"$WORK/p")" '^step 2 failed do 3'
	is "what was done before is in force" "$(state aa2) $(content)" "in-force 1"
	is "and ends" "$(act end aa2) $(content)" "end done "

	# The transports a table's source names.
	fresh
	printf '# out9:\n@a\tout1:x\n"b c"@x out1:\nkey\n  out2\n\tmore\n  # out3:\n\nd  error:5.1.1 no out4: here' >"$HOME/t"
	printf '#!/bin/sh\n[ "$1" != -hx ] || echo "randmap:{hash:x}, hash:%s/t,texthash:%s/none"\n' "$HOME" "$HOME" >"$HOME/postconf"
	chmod 755 "$HOME/postconf"
	out=$(sed "s|^PATH=|&$HOME:|" "$ACT" >"$HOME/act.sh" && $SH "$HOME/act.sh" read tables:transport_maps)
	is "a table's transports are counted" "$(echo "$out" | grep '^names' | sort | xargs)" \
		"names error 1 names out1 2 names out2 1"
	has "of a file as it is" "$out" "^table hash:$HOME/t $(cksum <"$HOME/t" | tr ' ' ':') fresh"
	is "one that is not there is none" "$(echo "$out" | grep -c '^table')" 1
	touch -d '1 hour ago' "$HOME/t.db"
	has "edited since it was made" "$($SH "$HOME/act.sh" read tables:transport_maps)" '^table .* stale$'

	# What postconf would not write as it stands there.
	fresh
	printf 'a = 1\nb =\n  2,\n  3\n' >"$HOME/main.cf"
	cat >"$HOME/postconf" <<'END'
#!/bin/sh
case $* in
'-h config_directory') echo "$HOME" ;;
'-n a') echo 'a = 1' ;;
'-n b') echo 'b = 2, 3' ;;
'-h a') echo 1 ;;
'-h b') echo '2, 3' ;;
'-h c') echo 4 ;;
esac
END
	chmod 755 "$HOME/postconf"
	sed "s|^PATH=|&$HOME:|" "$ACT" >"$HOME/act.sh"
	is "values are told with how they are written" \
		"$($SH "$HOME/act.sh" read main:a main:b main:c | grep '^main' | xargs)" \
		"main a set 1 main b odd 2, 3 main c default 4"

	# Domains with a way of their own, by what the tables say.
	fresh
	cat >"$HOME/postconf" <<'END'
#!/bin/sh
case $2 in
transport_maps) echo 'hash:/t, pipemap:{texthash:/x/mtadeck-1,randmap:{a:,b:}}, randmap:{a:}' ;;
mydestination) printf 'own.example, %s/list\n' "$HOME" ;;
virtual_mailbox_domains) echo 'inline:{ {a = b}, c=d } other.example' ;;
relay_domains) echo pass.example ;;
esac
END
	cat >"$HOME/postmap" <<'END'
#!/bin/sh
echo "$3" >>"$HOME/asked"
[ ! -e "$HOME/broken" ] || { echo 'postmap: fatal: open /x' >&2; exit 1; }
while read -r k; do
	case $3:$k in
	*/t*:.rule.example) printf '%s\tslow: it'"'"'s \\n\n' "$k" ;;
	*/t*:mtadeck@regexp.example) printf '%s\tout1:\n' "$k" ;;
	*/t*:act.example) printf '%s\tmtadeck-1-1:\n' "$k" ;;
	*inline*:mail.example) printf '%s\tx\n' "$k" ;;
	esac
done
END
	echo filed.example >"$HOME/list"
	chmod 755 "$HOME/postconf" "$HOME/postmap"
	sed "s|^PATH=|&$HOME:|" "$ACT" >"$HOME/act.sh"
	cat >"$HOME/domains" <<'END'
a.rule.example
rule.example
regexp.example
act.example
own.example
sub.own.example
filed.example
mail.example
a.b.pass.example
free.example
END
	out=$($SH "$HOME/act.sh" read routes <"$HOME/domains" | grep -E '^(route|local|routes) ')
	is "rules, own domains and those passed on" "$out" 'route a.rule.example slow: it'"'"'s \n
route regexp.example out1:
route act.example mtadeck-1-1:
local own.example
local filed.example
local mail.example
local a.b.pass.example
routes ok'
	is "the pool is no rule" "$(head -n 1 "$HOME/asked")" 'unionmap:{hash:/t, pipemap:{texthash:/x/mtadeck-1,}, }'
	: >"$HOME/broken"
	is "a table that cannot be asked" "$($SH "$HOME/act.sh" read routes <"$HOME/domains" | grep '^rout')" \
		'routes failed transport_maps'

	# Killed while its plan is still coming: nothing is done, nor can be.
	fresh
	mkfifo "$HOME/half"
	$SH "$ACT" run <"$HOME/half" >"$WORK/out" 2>&1 &
	pid=$!
	exec 5>"$HOME/half"
	plan d2 600 2 | head -n 8 >&5
	comes() { ls "$HOME"/.mtadeck/acts/.in.*/1.do; }
	until_ok 5 comes || not_ok "half a plan" "$(ls -R "$HOME/.mtadeck")"
	kill -9 $pid
	wait $pid 2>/dev/null
	exec 5>&-
	is "killed while its plan comes" "$(act state d2) $(content)" "end done never "

	# One that never came is given up for good.
	fresh
	plan e1 - 1 >"$WORK/p"
	is "a plan that never came" "$(act state e1)" "end done never"
	has "cannot come later" "$(act run <"$WORK/p")" 'given up'
	is "nothing was done" "$(content)" ""

	# A journal that is slow, on a clock of its own: the lock is not held long.
	fresh
	sed -n '/^log_since() {/,/^}/p; /^log_why() {/,/^}/p' "$ACT" >"$HOME/why.sh"
	for takes in 0 2 9; do
		echo 100 >"$HOME/clock"
		T=$takes $SH -c '
			have() { :; }
			date() { cat "$HOME/clock"; }
			sleep() { :; }
			timeout() {
				[ "$1" -lt "$T" ] || set -- "$T"
				echo $(($(date) + $1)) >"$HOME/clock"
				echo >>"$HOME/asked"
			}
			. "$HOME/why.sh"
			log_why 7'
		echo $(($(cat "$HOME/clock") - 100))
	done >"$HOME/took"
	is "what failed is looked for in a bounded time" \
		"$(xargs <"$HOME/took") $(wc -l <"$HOME/asked")" "0 5 5 9"

	# No room: nothing is half there.
	# Mounted where nobody else sees it: another test looks at all mounts.
	mkdir -p "$WORK/small"
	if [ "$(id -u)" -eq 0 ] && unshare --mount \
		mount -t tmpfs none "$WORK/small" 2>/dev/null; then
		HOME=$WORK/small F=$WORK/small-file
		: >"$F"
		plan f1 60 2 >"$WORK/p"
		out=$(unshare --mount sh -c '
			mount -t tmpfs -o size=64k,nr_inodes=60 none "$HOME" || exit
			mkdir -p "$HOME/.mtadeck/acts"
			head -c 200000 /dev/zero >"$HOME/fill"
			exec "$@"' sh $SH "$ACT" run <"$WORK/p" 2>/dev/null)
		has "a full disk: nothing is done" "$out" 'end failed'
		is "nothing at all" "$(content)" ""
	fi
	[ -e "$WORK/pwned" ] && not_ok "a value reached a shell"
	for p in $(watch_pids); do kill "$p"; done
}

for SH in dash 'bash --posix' 'busybox sh'; do
	command -v "${SH%% *}" >/dev/null || continue
	SHELL_NAME=${SH%% *}
	$SH -n "$ACT" && ok "syntax" || not_ok "syntax"
	one_shell
done
echo "$PASS passed, $FAIL failed"
[ "$FAIL" -eq 0 ]
