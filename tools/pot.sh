#!/bin/sh
# pot.sh: what the program says, as a template for translations, on stdout.
set -eu
cd "$(dirname "$0")/.."
xgettext --package-name=mtadeck --from-code=UTF-8 --language=C \
    --keyword=_ --keyword=N_ --keyword=NC_:1c,2 --add-location=file --sort-by-file --output=- \
    core/*.[ch] remote/*.[ch] probes/*.[ch] store/*.[ch] tui/*.[ch] app/*.[ch] |
	sed 's/charset=CHARSET/charset=UTF-8/'
