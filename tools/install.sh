#!/bin/sh
# install.sh PROGRAM DESTDIR PREFIX: the program, its data, man page, message
# catalogues, and what shells complete its words by.
set -eu
program=$1 root=$2$3
cd "$(dirname "$0")/.."
install -d "$root/bin" "$root/share/mtadeck/themes" \
    "$root/share/mtadeck/catalogues" "$root/share/man/man1"
install -m 755 "$program" "$root/bin/mtadeck"
install -m 644 themes/*.yaml "$root/share/mtadeck/themes"
install -m 644 catalogues/*.json "$root/share/mtadeck/catalogues"
install -m 644 man/mtadeck.1 "$root/share/man/man1"
while read -r shell place; do
	install -d "$root/share/$(dirname "$place")"
	"$program" completion "$shell" >"$root/share/$place"
	chmod 644 "$root/share/$place"
done <<'END'
bash bash-completion/completions/mtadeck
zsh zsh/site-functions/_mtadeck
fish fish/vendor_completions.d/mtadeck.fish
END
for po in po/*.po; do
	[ -e "$po" ] || continue
	lang=$(basename "$po" .po)
	install -d "$root/share/locale/$lang/LC_MESSAGES"
	msgfmt -o "$root/share/locale/$lang/LC_MESSAGES/mtadeck.mo" "$po"
done
