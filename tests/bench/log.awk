# log.awk - the peer of bench_log: takes the same fields of a Postfix log and
# keeps the same figures, written for mawk's strengths (no field is split that
# is not used, index() before match()). Prints tag, sent, deferred, bounced.
{
	# "Mon dd hh:mm:ss host program[pid]: rest"
	head = substr($0, 17, 100)
	at = index(head, " ")
	head = substr(head, at + 1)
	close_at = index(head, "]: ")
	if (substr(head, 1, 7) != "postfix" || !close_at) {
		foreign++
		next
	}
	program = substr(head, 1, index(head, "[") - 1)
	rest = substr($0, 16 + at + close_at + 3)
	colon = index(rest, ": ")
	qid = substr(rest, 1, colon - 1)
	rest = substr(rest, colon + 2)
	what = substr(rest, 1, 4)
	if (what == "to=<") {
		to = substr(rest, 5, index(rest, ">") - 5)
		domain = substr(to, index(to, "@") + 1)
		rest = substr(rest, index(rest, ", relay=") + 8)
		relay = substr(rest, 1, index(rest, ", ") - 1)
		relay = substr(relay, 1, index(relay, "[") - 1)
		rest = substr(rest, index(rest, ", delay=") + 8)
		delay = substr(rest, 1, index(rest, ",") - 1)
		rest = substr(rest, index(rest, ", dsn=") + 6)
		dsn = substr(rest, 1, index(rest, ",") - 1)
		rest = substr(rest, index(rest, "status=") + 7)
		blank = index(rest, " ")
		status = substr(rest, 1, blank - 1)
		text = substr(rest, blank + 2, length(rest) - blank - 2)
		minute = substr($0, 1, 12)
		tags[program]
		by_tag[program, status]++
		by_minute[program, status, minute]++
		by_relay[relay, status]++
		by_domain[domain, status]++
		by_dsn[dsn]++
		delays[program] += delay
		if (qid in sender)
			by_sender[sender[qid], status]++
		if (status != "sent") {
			gsub(/[0-9a-f]*[0-9][0-9a-f]*/, "#", text)
			by_reply[text]++
		}
	} else if (what == "from") {
		sender[qid] = substr(rest, 7, index(rest, ">") - 7)
	} else if (what == "remo") {
		delete sender[qid]
	} else if (what == "reje") {
		rejected++
	}
}
END {
	for (t in tags)
		print t, by_tag[t, "sent"] + 0, by_tag[t, "deferred"] + 0, \
		    by_tag[t, "bounced"] + 0
}
