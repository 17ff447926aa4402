# lib.sh - sourced by the end-to-end tests: a lab, the real program in a real
# terminal (tmux on a socket of its own), waiting for conditions, counting.
# Not executable: it is no test.

set -u
cd "$(dirname "$0")/../.." || exit 1
TOP=$PWD
PROGRAM=${PROGRAM:-$TOP/build/release/mtadeck}
WORK=$(mktemp -d) || exit 1
MTADECK_LAB=$WORK/lab
export MTADECK_LAB
# Nothing of the person's own, and nothing of an earlier run's or of another
# script's that runs beside: configuration, journal, language, shell, agent.
HOME=$WORK/home
XDG_CONFIG_HOME=$WORK/config
XDG_STATE_HOME=$WORK/state
XDG_RUNTIME_DIR=$WORK/run
LC_ALL=C.UTF-8
SHELL=/bin/sh
export HOME XDG_CONFIG_HOME XDG_STATE_HOME XDG_RUNTIME_DIR LC_ALL SHELL
unset NO_COLOR LANGUAGE LOCPATH LINES COLUMNS TMUX TMUX_PANE TMUX_TMPDIR \
    SSH_AUTH_SOCK DISPLAY MTADECK_DATA
mkdir -m 700 "$HOME" "$XDG_RUNTIME_DIR"
PASS=0 FAIL=0

lab() { tests/lab/lab "$@"; }
# A socket for each screen: a server that is just ending takes no session.
SCREENS=0
tm() { tmux -L "mtadeck-test-$$-$SCREENS" -f /dev/null "$@"; }

finish() {
	# All there were: a script may have counted anew.
	for SCREENS in 0 1 2 3 4 5 6 7 8 9 10 11 12; do
		tm kill-server 2>/dev/null
	done
	lab down >/dev/null 2>&1
	rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 1' INT TERM

# Brings the lab up or ends the test as skipped, saying why.
lab_up() {
	lab up "$@" >"$WORK/up.log" 2>&1
	rc=$?
	if [ "$rc" -eq 77 ]; then
		tail -n 1 "$WORK/up.log"
		exit 77
	elif [ "$rc" -ne 0 ]; then
		cat "$WORK/up.log"
		echo "0 passed, 1 failed"
		exit 1
	fi
	CONF=$WORK/lab/ssh/config
	NET=$(lab env | sed -n 's/^LAB_NET=//p')
	RESOLVER=$(lab resolver)
}

# Its Postfix works by its configuration as it is now: the queue manager of
# before goes on for a while after `postfix reload` has returned.
reload() { # HOST
	local old
	old=$(lab run "$1" pgrep -x qmgr)
	lab run "$1" postfix reload 2>/dev/null
	until_ok 20 another_qmgr "$1" "$old" || not_ok "$1 reloads"
}
another_qmgr() {
	local now
	now=$(lab run "$1" pgrep -x qmgr) &&
		! printf '%s\n' "$now" | grep -qxF "$2"
}
# What is put off is not tried again by itself, so that queues and counts stand
# still once all was tried.
no_retries() { # HOST
	lab run "$1" postconf -e minimal_backoff_time=1h maximal_backoff_time=1h
	reload "$1"
}
# As the lab was built.
retries() { # HOST
	lab run "$1" postconf -e minimal_backoff_time=20s maximal_backoff_time=60s
	reload "$1"
}
# Nothing is on its way through the host: all it took in was tried. Asked in the
# order in which mail passes, so that none slips by.
idle() { # HOST
	local found
	found=$(lab run "$1" find /var/spool/postfix/maildrop \
		/var/spool/postfix/incoming /var/spool/postfix/active -type f) &&
		[ -z "$found" ]
}
wait_idle() { # HOST
	until_ok 60 idle "$1" || not_ok "nothing is on its way through $1" \
		"$(lab run "$1" postqueue -p | tail -n 20)"
}

ok() {
	PASS=$((PASS + 1))
	echo "ok $1"
}
not_ok() { # what, and what was there instead
	FAIL=$((FAIL + 1))
	echo "not ok $1"
	[ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/    /'
	# What the last command that keeps it had to say, if that was a complaint.
	tail -n 3 "$WORK/err" 2>/dev/null | cut -c-400 | sed 's/^/    err: /'
	return 1 # so that who knows more may say it: is .. || ..
}
is() { # what got wanted
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got: $2
want: $3"; fi
}
has() { # what text pattern (grep -E)
	if printf '%s\n' "$2" | grep -Eq -- "$3"; then ok "$1"; else
		not_ok "$1" "no /$3/ in:
$2"
	fi
}
done_testing() {
	echo "$PASS passed, $FAIL failed"
	[ "$FAIL" -eq 0 ]
	exit
}

# until_ok SECONDS COMMAND...: runs it every 0.2 s until it succeeds. The seconds
# are those of a quick machine that has nothing else to do; any other gets more of
# them, unless they are a claim.
PATIENCE=4
[ -z "${CI-}" ] || PATIENCE=8
until_ok() {
	# Its own: what is waited for may wait for something itself.
	local end
	end=$(($(seconds) + $1 * PATIENCE))
	shift
	while ! "$@" >/dev/null 2>&1; do
		[ "$(seconds)" -lt "$end" ] || return 1
		sleep 0.2
	done
}
# Since the machine started: somebody may set its clock.
seconds() { cut -d. -f1 /proc/uptime; }

# claim wait_screen ..: the seconds are what is to be proved.
claim() {
	local PATIENCE
	PATIENCE=1
	"$@"
}

# The console in a terminal of COLS x ROWS: screen_start 80 24 ARGS...
screen_start() {
	size_x=$1 size_y=$2
	shift 2
	tm kill-server 2>/dev/null
	SCREENS=$((SCREENS + 1))
	tm new-session -d -x "$size_x" -y "$size_y" \
	    "$PROGRAM -F $CONF $* 2>$WORK/stderr; echo EXIT=\$?; sleep 600"
}
# A command of the shell in a terminal of 80 x 24 all of whose output is kept, so
# that what stood there for a moment only can be looked for: wait_shown.
terminal_start() {
	SCREENS=$((SCREENS + 1))
	rm -f "$WORK/go"
	: >"$WORK/terminal"
	tm new-session -d -x 80 -y 24 "until [ -e $WORK/go ]; do sleep 0.1; done
		$*; echo EXIT=\$?; sleep 600"
	tm pipe-pane "exec cat >>$WORK/terminal"
	: >"$WORK/go"
}
shown() {
	tr '\r' '\n' <"$WORK/terminal" |
		LC_ALL=C sed 's/\x1b\[[0-9;?]*[A-Za-z]//g' | grep -Eq -- "$1"
}
wait_shown() { # seconds pattern what
	if until_ok "$1" shown "$2"; then ok "$3"; else
		not_ok "$3" "no /$2/ ever in:
$(tr '\r' '\n' <"$WORK/terminal" | cat -v | uniq | tail -n 20)"
	fi
}
screen() { tm capture-pane -p; }
keys() { tm send-keys "$@"; }
screen_has() { screen | grep -Eq -- "$1"; }
# wait_screen SECONDS PATTERN what
wait_screen() {
	if until_ok "$1" screen_has "$2"; then ok "$3"; else
		not_ok "$3" "no /$2/ within $1 s on:
$(screen)"
	fi
}

# A console configuration that asks the lab's resolver: LINES are further keys of
# its lists section, indented by two.
lists_config() { # file lines...
	out=$1
	shift
	printf 'lists:\n  resolver: %s\n  allow_private: true\n' \
		"$RESOLVER" >"$out"
	[ $# -eq 0 ] || printf '%s\n' "$@" >>"$out"
}

# wait_line NUMBER SECONDS PATTERN what: on that line, since the same words may
# still be on another one, of the screen before.
line_has() { screen | sed -n "${1}p" | grep -Eq -- "$2"; }
wait_line() {
	if until_ok "$2" line_has "$1" "$3"; then ok "$4"; else
		not_ok "$4" "no /$3/ on line $1 within $2 s of:
$(screen)"
	fi
}
# The screen into a file, once it stands still but for its clock: a picture may
# be caught half drawn.
still() { # file
	until_ok 10 stands "$1"
}
stands() {
	screen >"$1"
	sleep 0.3
	screen | tail -n +2 >"$1.again"
	tail -n +2 "$1" | cmp -s - "$1.again"
}

# Types a command of the palette: palette listings
palette() {
	keys ':'
	keys -l "$*"
	keys Enter
}

# view_json VIEW: what the view of the console that runs holds, as JSON.
view_json() {
	rm -f "$WORK/view.json"
	palette "$1"
	palette "export json $WORK/view.json"
	until_ok 5 whole "$WORK/view.json" && cat "$WORK/view.json"
}
# Written to its end: there is a moment in which only a part of it is.
whole() { [ -s "$1" ] && jq -e . "$1"; }
# rows_hold VIEW JQ-CONDITION: true of the array of its rows.
rows_hold() {
	view_json "$1" >"$WORK/rows.json" &&
		jq -e ".rows | $2" "$WORK/rows.json" >/dev/null
}
# wait_rows SECONDS VIEW JQ-CONDITION what
wait_rows() {
	if until_ok "$1" rows_hold "$2" "$3"; then ok "$4"; else
		not_ok "$4" "not within $1 s: $3
$(jq -c '.rows[]' "$WORK/rows.json" 2>&1 | head -n 12)
$(screen | tail -n 3)"
	fi
}

# What the receivers counted, per egress IP: "KEY SENT DEFERRED BOUNCED"; hosts
# whose log does not tell their addresses apart (mta3) as one row "host:3".
receivers() {
	lab count | awk -F '\t' 'NR > 1 {
		split($1, o, "."); key = o[3] == 3 ? "host:3" : $1
		sent[key] += $3; deferred[key] += $4; bounced[key] += $5
	} END {
		for (k in sent)
			if (sent[k] + deferred[k] + bounced[k] > 0)
				print k, sent[k], deferred[k], bounced[k]
	}' | sort
}

# The same out of `mtadeck egress --json` on stdin. Mail that reached no
# receiver (no such domain) is in the console's deferred and bounced only: the
# tests that compare send to domains that exist.
document_figures() {
	jq -r '.egress[] | select(.total.sent != null) |
		select(.total.sent + .total.deferred + .total.bounced > 0) |
		[(if .ip != null and .attributable then .ip
		  else "host:" + (.host[3:]) end),
		.total.sent, .total.deferred, .total.bounced] | join(" ")' |
		sort
}

# The same from the console that runs: its Egress view, exported.
screen_figures() {
	rm -f "$WORK/screen.json"
	keys 2
	keys ':'
	keys -l "export json $WORK/screen.json"
	keys Enter
	until_ok 5 whole "$WORK/screen.json" || return 1
	jq -r '.rows[] | select((.sent_total | type) == "number") |
		select(.sent_total + .deferred_total + .bounced_total > 0) |
		[(if .ip == "not attributable" then "host:" + (.host[3:])
		  else .ip end), .sent_total, .deferred_total,
		.bounced_total] | join(" ")' "$WORK/screen.json" | sort
}

# The console shows what the receivers counted, within SECONDS; they may
# still be busy, so both are read until they agree.
figures_agree() {
	receivers >"$WORK/want"
	screen_figures >"$WORK/got" && [ -s "$WORK/want" ] &&
		cmp -s "$WORK/want" "$WORK/got"
}
wait_figures() { # seconds what
	if until_ok "$1" figures_agree; then ok "$2"; else
		not_ok "$2" "$(diff "$WORK/want" "$WORK/got"; logged; screen | head -n 12)"
	fi
}
# What the hosts' own logs tell, by transport: which side is wrong?
logged() {
	for h in mta1 mta2 mta3; do
		lab run "$h" sh -c 'for f in /var/log/mail.log*; do echo "$0 $f $(
			zcat -f "$f" | sed -En "s#.* postfix/(.*smtp)\[.*status=([a-z]+).*#\1 \2#p" |
			sort | uniq -c | xargs)"; done' "$h" 2>/dev/null
	done
}
