#!/bin/sh
# Installs the Debian packages that are missing, as root or through sudo, and
# starts no service. What the lab's hosts run (Postfix, sshd, DNS servers) is
# not installed: tests/lab/parts.sh fetches the packages and unpacks them into
# the build folder, so that this machine's own mail service stays what it is.
set -eu

packages='
build-essential pkg-config clang libclang-rt-14-dev clang-format gettext locales
libncurses-dev libssh2-1-dev libuv1-dev libcjson-dev libcyaml-dev
libutf8proc-dev libcmocka-dev libc-ares-dev libpcre2-dev
libsqlite3-dev sqlite3 libssl-dev
openssh-client sudo iproute2 procps tmux valgrind mawk jq pflogsumm
bind9-dnsutils dnsperf udns-utils adns-tools
'

missing=
for p in $packages; do
	state=$(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null || true)
	[ "$state" = installed ] || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

sudo=
[ "$(id -u)" -eq 0 ] || sudo=sudo
echo "deps: installing$missing" >&2
# Another apt may be at work for a while: the machine's own, at its hour.
for _ in 1 2 3 4 5 6; do
	$sudo apt-get update -q -o Acquire::Retries=3 >&2 && break
	sleep 10
done
$sudo env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 --no-install-recommends $missing >&2
