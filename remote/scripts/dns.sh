# dns.sh - asks this host's own resolver, for mtadeck: questions on stdin, a
# line each, "TYPE NAME" (A or TXT), at most 500. Answers in the same order:
#   ok TTL ADDRESS...   txt TTL "..." ..   none STATUS TTL   (STATUS: NXDOMAIN,
#   NOERROR for no data, REFUSED, SERVFAIL .., TIMEOUT)
# with a line "of TYPE NAME" before each that repeats its question.
# Names are on no command line: some hold a key. POSIX sh and awk, and dig.
PATH=$PATH:/usr/sbin:/sbin:/usr/local/bin; export PATH
LC_ALL=C; export LC_ALL
HOME=/dev/null; export HOME # no .digrc
echo # ends what the login shell's start-up files may have printed
if ! command -v dig >/dev/null; then
	echo 'nodig'
	exit 0
fi
awk '{ print $2, $1 }' |
    dig +noall +comments +question +answer +authority +time=2 +tries=2 -f - 2>/dev/null |
    awk '
function least(n) { n += 0; if (ttl < 0 || n < ttl) ttl = n }
function tell() {
	if (status == "") return
	if (question != "") print "of", question
	if (status == "NOERROR" && text != "") print "txt", ttl, text
	else if (status == "NOERROR" && addrs != "") print "ok", ttl addrs
	else print "none", status, ttl < 0 ? 0 : ttl
	fflush()
}
function begin(s) { tell(); status = s; ttl = -1; addrs = text = question = "" }
/^;; ->>HEADER<<-/ {
	s = $0; sub(/.*status: /, "", s); sub(/,.*/, "", s)
	begin(s)
	next
}
/^;; .*no servers could be reached/ { begin("TIMEOUT"); next }
/^;[^; ]/ && $2 == "IN" { question = $3 " " substr($1, 2); next }
/^;/ || NF < 5 { next }
$4 == "A" { least($2); addrs = addrs " " $5 }
$4 == "TXT" {
	least($2)
	line = $0
	for (i = 0; i < 4; i++) sub(/^[^ \t]+[ \t]+/, "", line)
	if (text == "") text = substr(line, 1, 1024)
}
$4 == "SOA" { least($2); least($NF) }
END { tell() }'
echo 'end'
