#!/bin/sh
# Holds the include arrows: core <- (remote, probes, store, tui) <- app, and one
# home for every third-party header. Prints each violation; exit 1 if any.
set -eu
cd "$(dirname "$0")/.."
awk '
function bad(why) { printf "%s:%d: %s\n", FILENAME, FNR, why; n++ }
FNR == 1 { split(FILENAME, part, "/"); dir = part[1] }
/^[ \t]*#[ \t]*include[ \t]*"/ {
	inc = $0; sub(/^[^"]*"/, "", inc); sub(/".*/, "", inc)
	to = inc
	if (!sub(/\/.*/, "", to)) { bad("include \"" inc "\" must name its folder"); next }
	if (to == dir || to == "core" || dir == "app") next
	if (dir == "remote" && to == "scripts") next
	bad(dir "/ may not include " to "/")
}
/^[ \t]*#[ \t]*include[ \t]*</ {
	inc = $0; sub(/^[^<]*</, "", inc); sub(/>.*/, "", inc)
	if (inc ~ /curses/ && FILENAME != "tui/term_curses.c") bad(inc " belongs in tui/term_curses.c")
	if (inc ~ /^libssh2/ && FILENAME !~ /^remote\/ssh_/) bad(inc " belongs in remote/ssh_*")
	if (inc ~ /^uv/ && dir != "remote" && dir != "probes" && dir != "app") bad(inc " belongs in remote/, probes/ or app/")
	if (inc ~ /^pcre2/ && FILENAME !~ /^probes\/reply_/) bad(inc " belongs in probes/reply_*")
	if (inc ~ /^ares/ && FILENAME !~ /^probes\/dns/) bad(inc " belongs in probes/dns*")
	if (inc ~ /^openssl/ && dir != "store") bad(inc " belongs in store/")
	if (inc ~ /^sqlite3/ && dir != "store") bad(inc " belongs in store/")
	if (inc ~ /cJSON/ && FILENAME !~ /^core\/(json|provider)\./ && FILENAME != "remote/postfix_queue.c" && dir != "app") bad(inc " belongs in core/json.c")
	if (inc ~ /^cyaml/ && dir != "app") bad(inc " belongs in app/")
}
/[^_a-z](clock_gettime|gettimeofday|time)\(/ && FILENAME != "core/clock.c" && !/^[ \t]*\/?\*/ { bad("the time is read in core/clock.c only") }
END { exit n > 0 }
' $(ls core/*.[ch] remote/*.[ch] probes/*.[ch] store/*.[ch] tui/*.[ch] app/*.[ch] 2>/dev/null)
