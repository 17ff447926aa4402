#!/bin/sh
# The console in Japanese: words, and columns that stay in line although their
# characters are two cells wide. What programs read stays English.
# Takes about 14 s.
. "$(dirname "$0")/lib.sh"

# gettext asks for a language only in a locale that is not C: build one.
mkdir -p build/locale
if ! [ -d build/locale/ja_JP.UTF-8 ]; then
	localedef -i ja_JP -f UTF-8 "build/locale/new.$$" >"$WORK/localedef" 2>&1
	if ! mv "build/locale/new.$$" build/locale/ja_JP.UTF-8; then
		tail -n 1 "$WORK/localedef"
		exit 77
	fi
fi
LOCPATH=$TOP/build/locale LC_ALL=ja_JP.UTF-8
export LOCPATH LC_ALL
unset LANGUAGE

lab_up
lab limit google 0.2 >/dev/null
lab traffic start --rate 40 --count 200 >/dev/null
timeout 300 tests/lab/lab traffic wait >/dev/null

# Text as cells: braille (U+28xx) and lines (U+25xx) are one cell each, what
# else takes three bytes of UTF-8 is two.
cells() {
	LC_ALL=C sed 's/\xE2[\x94\x95\xA0-\xA3]./#/g; s/[\xE0-\xEF]../##/g'
}
ends() { awk '{print length($0)}' | sort -u | paste -sd ' '; }
# Of each line on stdin that has a match: the cells up to it, or with it.
starts_at() { sed -nE "s#($1).*#\\n#; T; s#\\n.*##; p" | cells | ends; }
ends_at() { sed -nE "s#^(.*($1)).*#\\1#; T; p" | cells | ends; }
in_line() { # what got wanted: one number, and the same
	if [ -n "$2" ]; then is "$1" "$2" "$3"; else not_ok "$1" "nothing"; fi
}
line() { screen | sed -n "$1"; }

screen_start 80 24 mta1 mta2 mta3
wait_screen 20 'ホスト 3/3 稼働' "the title bar is Japanese"
keys 1
wait_screen 5 '\[1 全体\]' "so are the tabs"
wait_line 24 5 'Q 終了  \? ヘルプ  : コマンド' "so are the hints"
wait_line 4 5 '^ ホスト +状態 +送/分 遅/分 不/分' "so are the titles"
rows_up() { [ "$(line 5,7p | grep -c '+ 稼働')" -eq 3 ]; }
if until_ok 30 rows_up; then ok "three hosts are up"; else
	not_ok "three hosts are up" "$(screen)"
fi
still "$WORK/fleet"
title() { sed -n 4p "$WORK/$1"; }
in_line "states begin where their title does" \
	"$(sed -n 5,7p "$WORK/fleet" | starts_at '\+ 稼働')" \
	"$(title fleet | starts_at 状態)"
in_line "figures after Japanese words end where their title does" \
	"$(sed -n 5,7p "$WORK/fleet" |
		ends_at '稼働 +[0-9.]+[smh] +[0-9.?]+')" \
	"$(title fleet | ends_at 送/分)"
is "no line is longer than the screen" \
	"$(cells <"$WORK/fleet" | awk 'length($0) > 80' | wc -l)" 0
is "the clock ends where it does in English" \
	"$(line 1p | cells | awk '{print length($0)}')" 79

keys 2
wait_screen 5 '\[2 ?送信元IP\]' "Egress is Japanese"
wait_screen 5 '127\.[0-9]+\.1\.11' "with its rows"
still "$WORK/egress"
in_line "hosts begin where their title does" \
	"$(sed -n 5,16p "$WORK/egress" | starts_at 'mta[123] ')" \
	"$(title egress | starts_at 'ホスト')"
keys 4
wait_line 4 20 '1分.*10分.*種別.*受信事業者' "Deferrals has Japanese titles"
wait_screen 20 '4\.7\.28' "and its reply as it was said"
still "$WORK/deferrals"
in_line "egress IPs begin where their title does" \
	"$(sed -n 5,12p "$WORK/deferrals" |
		starts_at '127\.[0-9]+\.[123]\.1[0-9] ')" \
	"$(title deferrals | starts_at '送信元IP')"
keys 6
tm resize-window -x 100 -y 70
wait_screen 5 '逼迫度' "Host has its vitals"
still "$WORK/host"
in_line "values begin in one column beside Japanese labels" \
	"$(grep -E '^ *(負荷|逼迫度|メモリー|inode) ' "$WORK/host" |
		starts_at '([0-9.]+ |CPU|使用|空き)')" 17
tm resize-window -x 80 -y 24
keys 1
keys '?'
wait_screen 5 'この画面' "the help is Japanese"
# The first picture may still be of the size before.
boxed() {
	[ "$(screen | grep -E '^.{1,2}\|.*\|' | sed 's/|[^|]*$/|/' | cells | ends)" = 78 ]
}
if until_ok 5 boxed; then ok "its box is a box"; else
	not_ok "its box is a box" "$(screen)"
fi
keys Escape

keys :
keys -l qui # there are more commands than lines
wait_screen 5 'コンソールを終了' "the palette is Japanese"
wait_screen 5 '^ quit +コンソールを終了' "an action without words has none"
keys Escape

# What programs read.
ascii() { ! LC_ALL=C grep -q '[^ -~]' "$1"; }
english() { # what file pattern
	if tr -d '\r\t' <"$2" >"$2.plain" && [ -s "$2" ] && ascii "$2.plain"
	then has "$1" "$(cat "$2")" "$3"; else
		not_ok "$1" "$(LC_ALL=C grep '[^ -~]' "$2.plain" | head -n 3)"
	fi
}
for kind in json csv text; do
	keys :; keys -l "export $kind $WORK/fleet.$kind"; keys Enter
	until_ok 5 test -s "$WORK/fleet.$kind" || not_ok "export $kind"
done
wait_screen 5 '書き出した' "the console says so in Japanese"
english "an exported document is English" "$WORK/fleet.json" '"\+ up'
english "exported CSV is English" "$WORK/fleet.csv" '^host,state,sent_min'
has "exported text is for people" "$(cat "$WORK/fleet.text")" '^ホスト +状態'
in_line "and its columns are in line" \
	"$(sed -n '3,5p' "$WORK/fleet.text" | starts_at '\+ 稼働')" \
	"$(sed -n 2p "$WORK/fleet.text" | starts_at 状態)"
keys Q
wait_screen 5 'EXIT=0' "Q leaves"

# A plan's fields stand below each other.
XDG_STATE_HOME=$WORK/state screen_start 80 24 --arm mta1
wait_screen 20 'ホスト 1/1 稼働' "an armed console"
palette "pause $NET.1.12"
wait_screen 5 '理由\?' "it asks why"
keys -l 'AAA'
keys Enter
wait_screen 30 'y 実行' "the plan is shown"
still "$WORK/plan"
for field in 'ホスト +mta1' 'メール +[^ ]' '終了 +[^ ]' '理由 +AAA'; do
	at=$(sed -nE "s#^.*\| (${field% +*} +).*#\\1#p" "$WORK/plan" | cells | ends)
	in_line "its field ${field% +*} begins where all do" "$at" 10
done
keys Escape
keys Q
wait_screen 5 'EXIT=0' "Q leaves it undone"

"$PROGRAM" -F "$CONF" status --json mta1 mta3 >"$WORK/status"
english "the document of status is English" "$WORK/status" 'no-syslog-name'
"$PROGRAM" -F "$CONF" egress --format csv mta1 >"$WORK/csv"
english "the CSV of egress is English" "$WORK/csv" '^"?ip"?,"?host"?,'
"$PROGRAM" -F "$CONF" status mta3 >"$WORK/table"
has "the table of status is Japanese" "$(cat "$WORK/table")" '^mta3.*稼働'
"$PROGRAM" --frob 2>"$WORK/err"
has "so are errors" "$(cat "$WORK/err")" '[-]-frob というオプションはない'
has "and the help" "$("$PROGRAM" --help)" '^オプション:'

# An installed program finds its data and messages beside itself.
make -s install DESTDIR="$WORK/root" PREFIX=/opt/there >"$WORK/install" 2>&1
for f in bin/mtadeck share/man/man1/mtadeck.1 share/mtadeck/themes/dark.yaml \
	share/mtadeck/catalogues/providers.json \
	share/locale/ja/LC_MESSAGES/mtadeck.mo \
	share/bash-completion/completions/mtadeck; do
	if [ -s "$WORK/root/opt/there/$f" ]; then ok "installs $f"; else
		not_ok "installs $f" "$(cat "$WORK/install")"
	fi
done
PROGRAM=$WORK/root/opt/there/bin/mtadeck
if (cd / && "$PROGRAM" -F "$CONF" egress mta1) >"$WORK/out" 2>&1
then has "it runs, in Japanese" "$(cat "$WORK/out")" 'ホスト'; else
	not_ok "it runs, in Japanese" "$(cat "$WORK/out")"
fi
screen_start 80 24 --theme contrast mta1
wait_screen 20 'ホスト 1/1 稼働' "and so does its console"
done_testing
