# One queued message: args QID QUEUE_DIR SUDO ("" or "sudo -n") CONFIG_DIR ("" of
# the main instance).
# Prints sections "== name"; what cannot be read is left out.
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin; export PATH
LC_ALL=C; export LC_ALL
qid=$1 dir=$2 S=$3
echo "== file"
for q in deferred active incoming hold; do
	$S find "$dir/$q" -type f -name "$qid" -printf '%T@ %s '"$q"'\n' 2>/dev/null
done | head -n 1
echo "== envelope"
$S postcat ${4:+-c "$4"} -e -q "$qid" 2>&1 | head -c 32768
echo "== headers"
$S postcat ${4:+-c "$4"} -h -q "$qid" 2>/dev/null | head -c 8192
echo "== reasons"
$S find "$dir/defer" -type f -name "$qid" -exec head -c 16384 {} + 2>/dev/null
