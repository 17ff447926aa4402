# queue_match.sh CONFIG_DIR MAX TEXT... - the lines of the queue listing that
# hold every TEXT (no patterns, upper case is lower case), at most MAX, for
# mtadeck's drilling down. Runs as `sh -c`, niced, reads only; POSIX sh, awk.
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin
LC_ALL=C
export PATH LC_ALL
config=$1
shift
nice -n 19 postqueue -c "$config" -j | nice -n 19 awk '
BEGIN {
	max = ARGV[1] + 0
	for (i = 2; i < ARGC; i++) text[++n] = tolower(ARGV[i])
	ARGC = 1
}
{
	line = tolower($0)
	for (i = 1; i <= n; i++) if (!index(line, text[i])) next
	if (max-- <= 0) exit
	print
}' "$@"
