# queue_agg.sh - counts queue_list.sh's listings where they lie, for mtadeck: one
# line per key instead of one per message; at most $number keys of a kind. POSIX
# sh and awk. Prints
#   mtadeck-queue 1 NOW_S
#   q QUEUE MESSAGES BYTES
#   d|s|r N5 N10 N20 N40 N80 N160 N320 N640 N1280 MORE KEY
#   o d|s|r N5 .. MORE                  what the KEYS largest leave over
#   u INSTANCE                          its listing failed, or is not whole
#   end LINES BAD DUPLICATES STATUS     STATUS: postqueue's; 0 when one is whole
# d: domains, s: senders, r: replies (a sample for each group of like ones).
# KEY is as in the listing, inside its JSON quotes, to the end of the line.
listings "$@" | nice -n 19 awk -v now="$(date +%s)" -v top="$number" '
function bucket(age,  b, edge) {
	edge = 300
	for (b = 0; b < 9 && age >= edge; b++) edge *= 2
	return b
}
# A key beyond the bound is counted as the dimension alone.
function count(dim, key, b,  k) {
	k = dim key
	if (!(k in total)) {
		if (keys[dim] >= 5 * top) k = dim "\001"
		else keys[dim]++
	}
	total[k]++
	ages[k, b]++
	return k
}
# Like replies: words with digits or addresses are left out, but for the codes
# at the start and the first short word with letters, as "(S775)" is.
function crude(text,  codes) {
	if (match(text, /(^|: )[245][0-9][0-9][- ]([245]\.[0-9]+\.[0-9]+)?/)) codes = substr(text, RSTART, RLENGTH)
	if (match(text, /[[( ][A-Z]+-?[0-9]+[]), ]/) && RLENGTH <= 10) codes = codes substr(text, RSTART, RLENGTH)
	gsub(/[^ ]*[0-9@=][^ ]*/, "", text)
	return codes text
}
function row(dim, k,  b, s) {
	for (b = 0; b < 10; b++) s = s " " (ages[k, b] + 0)
	return dim s
}
BEGIN { FS = "\""; status = 255; print "mtadeck-queue 1 " now }
/^mtadeck-instance / { instance = substr($0, 18) + 0; failed[instance] = 255; next }
/^mtadeck-status / {
	failed[instance] = substr($0, 16) + 0
	whole += !failed[instance]
	next
}
{ lines++ }
!/^[{]/ { if ($0 !~ /^[ \t\r]*$/) bad++; next }
{
	if (length($0) > 65536) $0 = substr($0, 1, 65536)
	if (index($0, "\\\\")) gsub(/\\\\/, "?")
	if (index($0, "\\\"")) gsub(/\\"/, "\047")
	queue = id = sender = ""; arrival = -1; size = rcpts = reasons = 0
	for (i = 2; i < NF; ) {
		k = $i
		if (k == "queue_name") { queue = $(i + 2); i += 4 }
		else if (k == "queue_id") { id = $(i + 2); i += 4 }
		else if (k == "sender") { sender = $(i + 2); i += 4 }
		else if (k == "address") { rcpt[++rcpts] = $(i + 2); i += 4 }
		else if (k == "delay_reason") { reason[++reasons] = $(i + 2); i += 4 }
		else if (k == "arrival_time") { arrival = substr($(i + 1), 2) + 0; i += 2 }
		else if (k == "message_size") { size = substr($(i + 1), 2) + 0; i += 2 }
		else if ($(i + 1) ~ /^ *: *$/) i += 4
		else i += 2
	}
	if (id == "" || arrival < 0 || queue !~ /^(incoming|active|deferred|hold|maildrop)$/) { bad++; next }
	# Listed twice: it moved while it was listed, out of a short queue.
	if ((instance, id) in moving) { again++; next }
	if (queue != "deferred" && nmoving < 50000) { moving[instance, id]; nmoving++ }
	messages[queue]++
	bytes[queue] += size
	b = bucket(now - arrival)
	count("s", substr(sender, 1, 320), b)
	seen = "\n"
	for (i = 1; i <= rcpts; i++) {
		key = ""
		if (match(rcpt[i], /@[^@]*$/)) key = tolower(substr(rcpt[i], RSTART + 1, 255))
		if (index(seen, "\n" key "\n")) continue
		seen = seen key "\n"
		count("d", key, b)
	}
	seen = "\n"
	for (i = 1; i <= reasons; i++) {
		if (reason[i] == "") continue
		key = crude(substr(reason[i], 1, 600))
		if (index(seen, "\n" key "\n")) continue
		seen = seen key "\n"
		key = count("r", key, b)
		if (!(key in sample)) sample[key] = substr(reason[i], 1, 600)
	}
}
END {
	for (q in messages) printf "q %s %.0f %.0f\n", q, messages[q], bytes[q]
	# How many keys of each count there are, to know which are the largest.
	for (k in total) {
		if (substr(k, 2) == "\001") continue
		n = total[k] < 10000 ? total[k] : 10000
		have[substr(k, 1, 1), n]++
	}
	for (d = 1; d <= 3; d++) {
		dim = substr("dsr", d, 1)
		room = dim == "r" ? int(top / 4) + 1 : top
		for (n = 10000; n > 0 && have[dim, n] + 0 <= room; n--) room -= have[dim, n]
		least[dim] = n
		ties[dim] = room
	}
	for (k in total) {
		dim = substr(k, 1, 1)
		key = substr(k, 2)
		n = total[k] < 10000 ? total[k] : 10000
		if (key == "\001" || n < least[dim] || (n == least[dim] && ties[dim]-- <= 0)) {
			for (b = 0; b < 10; b++) rest[dim, b] += ages[k, b]
			left[dim] = 1
		} else
			print row(dim, k) " " (dim == "r" ? sample[k] : key)
	}
	for (dim in left) {
		s = "o " dim
		for (b = 0; b < 10; b++) s = s " " (rest[dim, b] + 0)
		print s
	}
	for (i in failed) {
		if (failed[i]) print "u " i
		status = whole ? 0 : failed[i]
	}
	printf "end %.0f %.0f %.0f %d\n", lines, bad, again, status
}'
