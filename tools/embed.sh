#!/bin/sh
# Turns standard input into a const char array named $1 (NUL-terminated).
set -eu
printf 'static const char %s[] = {' "$1"
od -An -v -tu1 | tr -s ' \n' ',,' | sed 's/^,//; s/,$//'
printf ',0};\n'
