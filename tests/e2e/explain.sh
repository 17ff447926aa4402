#!/bin/sh
# What `explain` makes of replies: one as an argument, many on stdin, a line of
# JSON each, whatever they hold.
# Takes about 1 s.
. "$(dirname "$0")/lib.sh"

explain() { timeout 120 "$PROGRAM" explain "$@"; }
field() { # json key
	printf '%s\n' "$1" | jq -r ".$2"
}

google='421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP address. To protect our users from spam, mail sent from your IP address has been temporarily rate limited.'
zen='554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.7'
dbl='554 5.7.1 Service unavailable; Sender address [a@example.com] blocked using dbl.spamhaus.org; https://www.spamhaus.org/query/domain/example.com'
microsoft="550 5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150)."
nobody='550 5.1.1 <user1@example.com> User unknown'

out=$(explain --json "$google")
is "explain exits 0" "$?" 0
is "a throttle" "$(field "$out" class)" throttle
is "whose it is" "$(field "$out" provider)" google
is "whom it blames" "$(field "$out" blames)" ip
is "the text comes back" "$(field "$out" text)" "$google"
is "all that is promised is there" \
	"$(printf '%s\n' "$out" | jq -c '[has("text", "class", "provider", "list",
	"blames", "scope", "rule")] | all')" true
has "in words for people" "$(explain "$google")" '[Tt]hrottl'

printf '%s\n' "$google" "$zen" "$dbl" "$microsoft" "$nobody" >"$WORK/replies"
explain --json - <"$WORK/replies" >"$WORK/out"
is "five lines are five objects" "$(jq -s length "$WORK/out")" 5
is "each of its class" "$(jq -r .class "$WORK/out" | tr '\n' ' ')" \
	"throttle ip-blocklist domain-blocklist ip-blocklist recipient "
is "each of its list" "$(jq -r '.list // "-"' "$WORK/out" | tr '\n' ' ')" \
	"- spamhaus-zen spamhaus-dbl private-microsoft-consumer - "
is "what another says of our resolver is no listing" \
	"$(explain --json "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; Error: open resolver; https://check.spamhaus.org/returnc/pub/192.0.2.9/" |
	jq -r '.class | . == "ip-blocklist" or . == "domain-blocklist"')" false

# Whole lines of a log, bytes nobody would send, and no end of line at the end.
printf 'Nov 22 02:00:00 mta1 postfix/out1/smtp[9]: 4X: to=<u@example.com>, relay=mx.example.com[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=5.7.1, status=bounced (host mx.example.com[192.0.2.1] said: %s (in reply to RCPT TO command))\n' "$zen" >"$WORK/odd"
printf '\033[31m554 5.7.1 blocked using zen.spamhaus.org\033[0m\302\2331m\377\n\n' >>"$WORK/odd"
head -c 300000 /dev/zero | tr '\0' x >>"$WORK/odd"
printf '\n421 4.7.0 [TSS04] Messages from 192.0.2.7 temporarily deferred due to unexpected volume or user complaints' >>"$WORK/odd"
explain --json - <"$WORK/odd" >"$WORK/out"
is "odd lines are read to the last" "$?" 0
is "a log line is read for its reply" "$(head -n 1 "$WORK/out" | jq -r .list)" \
	spamhaus-zen
is "the last one needs no newline" "$(tail -n 1 "$WORK/out" | jq -r .class)" \
	throttle
if LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$WORK/out"; then
	not_ok "JSON has nothing raw" "$(cat -v "$WORK/out" | cut -c-300)"
else
	ok "JSON has nothing raw"
fi
explain - <"$WORK/odd" >"$WORK/out"
if LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$WORK/out"; then
	not_ok "the text has nothing raw" "$(cat -v "$WORK/out" | cut -c-300)"
else
	ok "the text has nothing raw"
fi

# Each answer comes when its line does, so that it can be piped.
mkfifo "$WORK/in"
explain --json - <"$WORK/in" >"$WORK/live" &
exec 9>"$WORK/in"
printf '%s\n' "$zen" >&9
until_ok 5 grep -q spamhaus-zen "$WORK/live" &&
	ok "a line is answered while the next is waited for" ||
	not_ok "a line is answered while the next is waited for"
exec 9>&-
wait $!
is "and it ends with its input" "$?" 0
explain --json - </dev/null >"$WORK/out"
is "no line, no object" "$?,$(wc -c <"$WORK/out")" 0,0
explain --json "$zen" >/dev/full 2>"$WORK/err"
is "a full disk under stdout" "$?" 3
done_testing
