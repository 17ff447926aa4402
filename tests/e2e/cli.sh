#!/bin/sh
# The command line: documents hold their contract, errors name subject, fact
# and way out, exit codes are what the manual says.
# Takes about 20 s.
. "$(dirname "$0")/lib.sh"

lab_up
lab traffic start --rate 50 --count 150 >/dev/null
timeout 300 tests/lab/lab traffic wait >/dev/null
lab settle 60 >/dev/null

run() { # exit-status-wanted args...: stdout and stderr in files
	want=$1
	shift
	"$PROGRAM" -F "$CONF" "$@" >"$WORK/out" 2>"$WORK/err"
	is "exit $want: $*" "$?" "$want"
}
shape() { # what jq-expression that must give true
	is "$1" "$(jq -r "$2" "$WORK/out" 2>&1)" true
}

run 0 status --json mta1 mta2 mta3
shape "status: v and at" '.v == 1 and (.at | test("^[0-9-]+T[0-9:.]+[+-]"))'
shape "status: a host" '.hosts | length == 3 and all(.[]; has("name") and
	.state == "up" and .error == null and .mta == "postfix" and
	(.version | test("^3\\.")) and .privilege == "root" and
	(.queue | has("incoming") and has("active") and has("deferred") and
		has("hold") and has("maildrop")) and
	(.per_min | has("sent") and has("deferred") and has("bounced") and
		has("rejected")) and (.load | type == "number") and
	all(.findings[]; has("id") and has("text") and has("remedy")))'
shape "status: findings tell what is wrong with mta3" \
	'[.hosts[2].findings[].id] | contains(["no-syslog-name"])'
run 0 egress --json mta1 mta2 mta3
shape "egress: a row" '.egress | length > 8 and all(.[]; has("ip") and
	has("host") and (.handles | type == "array") and has("pool") and
	has("queue") and (.per_min | has("sent")) and
	(.total | has("deferred")) and (.attributable | type == "boolean"))'
shape "egress: what cannot be told is null, not 0" \
	'[.egress[] | select(.host == "mta3" and .ip != null and
		(.attributable | not)) | .total.sent] | length == 5 and
		all(.[]; . == null)'
for by in domain provider sender reply egress; do
	run 0 queue --by "$by" --json mta1
	shape "queue by $by" '.rows | all(.[]; has("key") and
		([.age[]] | add) == .total and (.age | keys | length) == 10)'
done
for by in reply provider egress; do
	run 0 deferrals --by "$by" --json mta1 mta2
	shape "deferrals by $by" '.rows | all(.[]; has("reply") and
		has("sample") and has("code") and has("enhanced") and
		has("provider") and has("egress") and .count > 0 and
		has("first") and has("last"))'
done
run 0 host --json mta2
shape "host: vitals and transports" '.host | .vitals.cpus > 0 and
	(.transports | length) >= 4'
run 0 egress mta1
has "egress without --json is a table" "$(cat "$WORK/out")" "$NET.1.11"
run 0 egress --format csv mta1
has "csv has a header" "$(head -n 1 "$WORK/out")" '^"?ip"?,'
run 0 mta1
has "no terminal: the home screen once" "$(cat "$WORK/out")" "$NET.1.11"

run 3 status --json mta1 nosuch.invalid
has "a name that is not there is named" "$(cat "$WORK/err")" 'nosuch\.invalid'
is "the others are told all the same" \
	"$(jq -r '.hosts[0].state' "$WORK/out")" up
run 3 status --json guest@mta2
shape "no privilege is told, with its remedy" '.hosts[0] |
	.privilege == "none" and ([.findings[].id] | contains(["no-privilege"]))'
shape "and unknown is null" '.hosts[0].queue.deferred == null'
run 0 status --json op@mta2
shape "sudo is found" '.hosts[0].privilege == "sudo" and
	(.hosts[0].queue.deferred | type == "number")'

run 2 egress
has "no host: the way out is told" "$(cat "$WORK/err")" 'config\.yaml'
run 2 --frob mta1
has "a wrong option is named" "$(cat "$WORK/err")" '[-]-frob'
run 2 queue --by colour mta1
has "a wrong key is named" "$(cat "$WORK/err")" 'colour'
run 2 egress mta1 mta1
run 2 egress -- '-oProxyCommand=x'
printf 'hosts:\n  - nme: x\n' >"$WORK/bad.yaml"
run 2 config check -c "$WORK/bad.yaml"
has "a wrong configuration names file and line" "$(cat "$WORK/err")" \
	'bad\.yaml.*line: 2'
printf 'hosts:\n  - name: mta1\n' >"$WORK/good.yaml"
run 0 config check -c "$WORK/good.yaml"
run 0 status --json -c "$WORK/good.yaml"
shape "hosts come from the configuration" '.hosts[0].name == "mta1"'
run 0 --help
run 0 queue --help
run 0 --version
run 2 undo 1-1 --dry-run
has "an option that a command would not look at is refused" \
	"$(cat "$WORK/err")" '[-]-dry-run is no option of mtadeck undo'
run 2 completion csh
# A real bash, as if TAB had been pressed behind its words.
complete() { # WORD...
	bash --norc -c 'eval "$("$1" completion bash)"
		COMP_LINE=$* COMP_POINT=${#COMP_LINE}
		compopt() { :; }
		_mtadeck "$1" "${COMP_LINE##*[ :=@]}"
		printf "%s " "${COMPREPLY[@]}"' "$PROGRAM" "$PROGRAM" "$@"
}
is "a word that begins is completed" "$(complete thr)" "throttles "
is "hosts are those of the ssh configuration" "$(complete -F "$CONF" egress mta)" \
	"$(sed -n 's/^Host \(mta[0-9]*\)$/\1/p' "$CONF" | tr '\n' ' ')"
is "and of the configuration" "$(complete -c "$WORK/good.yaml" -F /dev/null host "")" "mta1 "
is "an @ parts no words" "$(complete act --host op@mta2 pau)" "pause "
is "files are the shell's to find" "$(cd "$WORK" && complete replay good)" "good.yaml "

# A queue above the limit is counted on its own host: the rows are the same.
# Nothing moves meanwhile: both are read one after the other.
no_retries mta1
no_retries mta2
lab limit google 0.1 >/dev/null
lab traffic start --rate 50 --count 60 --domain gmail.com >/dev/null
timeout 300 tests/lab/lab traffic wait >/dev/null
wait_idle mta1
wait_idle mta2
printf 'queue_limit: 3\n' >"$WORK/small.yaml"
same_rows() {
	for by in domain sender provider; do
		"$PROGRAM" -F "$CONF" queue --by "$by" --json mta1 mta2 |
			jq -c '[.rows[] | [.key, .total]] | sort' >"$WORK/raw"
		"$PROGRAM" -F "$CONF" -c "$WORK/small.yaml" queue --by "$by" \
			--json mta1 mta2 |
			jq -c '[.rows[] | [.key, .total]] | sort' >"$WORK/far"
		cmp -s "$WORK/raw" "$WORK/far" &&
			[ "$(jq length "$WORK/far")" -gt 0 ] || return 1
	done
}
if until_ok 60 same_rows; then
	ok "counted on the far side, rows are those of the listing"
else
	not_ok "counted on the far side, rows are those of the listing" \
		"$(diff "$WORK/raw" "$WORK/far")"
fi

"$PROGRAM" -F "$CONF" egress --json --record "$WORK/rec" mta1 >"$WORK/out"
is "recording a reading" "$?" 0
if [ -s "$WORK/rec" ]; then ok "a recording is there"; else
	not_ok "a recording is there"
fi
done_testing
