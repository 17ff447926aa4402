#!/bin/bash
# A queue over SSH: BENCH_DEFERRED messages (100,000) deferred in the lab's
# Postfix, read whole by `mtadeck queue` against `ssh mta1 postqueue -j | wc -c`.
# Postfix defers 500 of them itself; the others are copies of its files under
# names that it could have given: taking all of them in would need many minutes.
# Wall time, each the better of three in turns; the counts must agree.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/bench/lab.bash
bench_lab queue_ssh 127.87 --hosts 1
messages=${BENCH_DEFERRED:-100000} real=500
TIMEFORMAT=%R

say "$real messages deferred, $messages with their copies"
lab run mta1 sh -c 'postconf -e "defer_transports=smtp out1 out2 out3 out4" &&
    postconf -e queue_run_delay=3000s && postfix reload' >/dev/null 2>&1
lab traffic start --rate 100 --count "$real" --hosts mta1 >/dev/null
lab traffic wait >/dev/null
in_queue() {
	lab run mta1 sh -c 'cd /var/spool/postfix && find deferred -type f' | wc -l
}
for ((n = 0; n < 300 && $(in_queue) < real; n++)); do
	sleep 0.2
done
# A long queue id is TIME, four digits of microseconds that choose the folder,
# z, and the inode in digits without vowels: another inode is another message.
lab run mta1 perl -e '
    my ($want) = @ARGV;
    chdir "/var/spool/postfix" or die;
    my @digits = split //, "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    my @ids = map { s,^deferred/,,r } glob "deferred/*/*";
    my $have = @ids;
    for (my $k = 1; $have < $want; $k++) {
	for my $id (@ids) {
	    last if $have++ >= $want;
	    my $to = $id =~ s/z[^z]*$//r . "z" . join "", map { $digits[$_] }
		1 + $k / 625 % 25, $k / 25 % 25, $k % 25, 7, 7;
	    for my $d ("deferred", "defer") {
		open my $in, "<", "$d/$id" or next;
		local $/;
		my $text = <$in>;
		open my $out, ">", "$d/$to" or die "$d/$to: $!";
		print $out $text;
		close $out;
		chown 64511, 64511, "$d/$to";
		chmod((stat "$d/$id")[2] & 07777, "$d/$to");
	    }
	}
    }' "$messages"
printf 'queue_limit: 10000000\n' >"$dir/config.yaml"

peer() {
	ssh -F "$conf" mta1 postqueue -j | wc -c >"$dir/bytes"
}
ours() {
	build/release/mtadeck -c "$dir/config.yaml" -F "$conf" queue --by domain \
	    --json mta1 >"$dir/queue.json"
}
for _ in 1 2 3; do
	{ time ours; } 2>>"$dir/ours"
	{ time peer; } 2>>"$dir/peer"
done
n=$(jq '[.rows[].total] | add' "$dir/queue.json")
awk -v o="$(sort -n "$dir/ours" | head -n 1)" -v p="$(sort -n "$dir/peer" | head -n 1)" \
    -v n="$n" -v want="$messages" -v bytes="$(<"$dir/bytes")" 'BEGIN { OFS = "\t"
    print "queue over SSH, " want " deferred (copies of 500)", o " s", \
	sprintf("ssh postqueue -j | wc -c (%.0f MB) %s s", bytes / 1e6, p), \
	sprintf("%.2f x", o / p), "at most 1.15 x", o <= 1.15 * p ? "ok" : "NOT"
    print "queue over SSH, messages counted", n, "in the queue " want, "", "equal", \
	n == want ? "ok" : "NOT" }'
