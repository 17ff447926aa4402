# queue_list.sh - the queue listings of a host's Postfix instances, for mtadeck;
# the text of queue_all.sh, queue_agg.sh or queue_match.sh follows. $1: "sudo"
# or "direct"; $2: their own number; $3: how many instances; their configuration
# directories, the main one's first, "" unknown; what else they take. Runs as
# `sh -c`, niced, reads only; POSIX sh.
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin
LC_ALL=C
export PATH LC_ALL
sudo=$1 number=$2
shift 2
# A stopped Postfix tells root alone what it has queued (69: unavailable).
list_one() {
	nice postqueue ${1:+-c "$1"} -j && return
	rc=$?
	[ $rc = 69 ] && [ "$sudo" = sudo ] &&
	    sudo -n -l postqueue ${1:+-c "$1"} -j >/dev/null 2>&1 </dev/null ||
	    return $rc
	sudo -n postqueue ${1:+-c "$1"} -j </dev/null
}
# Lines of JSON, between "mtadeck-instance NUMBER" and "mtadeck-status STATUS".
listings() {
	n=$1 i=0
	shift
	for c; do
		[ "$i" -lt "$n" ] || break
		echo "mtadeck-instance $i" || exit
		# Without a directory it would be the main one's again.
		if [ -n "$c" ] || [ "$i" -eq 0 ]; then list_one "$c"; else false; fi
		echo "mtadeck-status $?" || exit
		i=$((i + 1))
	done
}
