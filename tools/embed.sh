#!/bin/sh
# Turns standard input, a shell script, into a const char array named $1
# (NUL-terminated), without its comment lines: every byte is sent to a host.
set -eu
printf 'static const char %s[] = {' "$1"
sed '/^[[:space:]]*#/d' | od -An -v -tu1 | tr -s ' \n' ',,' | sed 's/^,//; s/,$//'
printf ',0};\n'
