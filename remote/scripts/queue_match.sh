# queue_match.sh - of queue_list.sh's listings the lines that hold every TEXT,
# its last arguments (no patterns, upper case is lower case), at most $number,
# for mtadeck's drilling down. POSIX sh, awk.
listings "$@" | {
	shift $(($1 + 1))
	nice -n 19 awk '
BEGIN {
	max = ARGV[1] + 0
	for (i = 2; i < ARGC; i++) text[++n] = tolower(ARGV[i])
	ARGC = 1
}
/^mtadeck-/ { open = /^mtadeck-i/; print; next }
# What was cut within a line has its status at that line's end: no whole listing.
{
	line = tolower($0)
	for (i = 1; i <= n; i++) if (!index(line, text[i])) next
	if (max-- <= 0) { full = 1; exit }
	print
}
END { if (open && full) print "mtadeck-status 0" }' "$number" "$@"
}
