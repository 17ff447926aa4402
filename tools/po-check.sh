#!/bin/sh
# po-check.sh PO...: refuses a translation that is not whole: a sentence of the
# program it does not have, has as fuzzy or empty, a format whose arguments
# are not the source's.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
tools/pot.sh >"$tmp/pot"
bad=0
for po in "$@"; do
	msgfmt --check --output-file=/dev/null "$po" || bad=1
	# Without --no-fuzzy-matching a new sentence takes seconds, and a guess
	# is no translation.
	msgmerge --quiet --no-fuzzy-matching --output-file="$tmp/po" \
	    "$po" "$tmp/pot"
	for what in --untranslated --only-fuzzy; do
		msgattrib "$what" --no-obsolete --no-wrap "$tmp/po" >"$tmp/left"
		if grep -q '^msgid "..*"\|^msgid ""$' "$tmp/left"; then
			sed '1,/^$/d' "$tmp/left" >&2
			echo "po-check: $po: ${what#--} (make po, then translate)" >&2
			bad=1
		fi
	done
done
exit $bad
