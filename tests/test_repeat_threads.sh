#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_repeat_threads.sh PROGRAM VARIABLE=VALUE…: PROGRAM prints digests of all results; with each of the variables set
# in turn, which give the device another number of threads, it must print the same ones. Two of the settings at least
# must have made a difference to the device, or nothing was tested.
set -eu
program=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

status=0
"$program" >"$work/first" 2>"$work/devices" || status=$?
[ "$status" = 0 ] || { cat "$work/first" "$work/devices"; exit "$status"; } # 77: no such device
lines=$(wc -l <"$work/first")
[ "$lines" -gt 300 ] || { echo "only $lines digests"; exit 1; }
for setting in "$@"; do
    env "$setting" "$program" >"$work/again" 2>"$work/device" || { cat "$work/device"; exit 1; }
    if ! diff "$work/first" "$work/again" >"$work/difference"; then
        echo "$setting changes $(grep -c '^>' "$work/difference") of $lines results:"
        head -40 "$work/difference"
        exit 1
    fi
    cat "$work/device" >>"$work/devices"
done
cat "$work/devices"
kinds=$(sort -u "$work/devices" | wc -l)
[ "$kinds" -gt 2 ] || { echo "the settings made no other devices of it"; exit 1; }
echo "$lines digests are the same on all of these"
