#!/bin/sh
# Writes the cookie that a program must show to draw on display :0 of this machine, whatever its host name is or becomes.
#   x-cookie.sh FILE
# One record of an Xauthority file: family 65535 (any address), no address, display "0", name and data, each behind its
# length in two bytes.
set -eu
{
    printf '\377\377\000\000\000\0010\000\022MIT-MAGIC-COOKIE-1\000\020'
    head -c 16 /dev/urandom
} >"$1"
