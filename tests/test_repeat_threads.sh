#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_repeat_threads.sh PROGRAM COMMAND…: PROGRAM prints digests of all results; run by each of the commands in turn
# ("env VARIABLE=VALUE", "taskset -c 0"), which give the device another number of threads, it must print the same ones.
# One of them at least must have made a difference to the device, or nothing was tested.
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
    # shellcheck disable=SC2086 # a command and its words
    $setting "$program" >"$work/again" 2>"$work/device" || { cat "$work/device"; exit 1; }
    if ! diff "$work/first" "$work/again" >"$work/difference"; then
        echo "$setting changes $(grep -c '^>' "$work/difference") of $lines results:"
        head -40 "$work/difference"
        exit 1
    fi
    cat "$work/device" >>"$work/devices"
done
cat "$work/devices"
kinds=$(sort -u "$work/devices" | wc -l)
[ "$kinds" -gt 1 ] || [ "$(nproc)" -gt 1 ] || { echo "skipped: one processor"; exit 77; }
[ "$kinds" -gt 1 ] || { echo "the settings made no other devices of it"; exit 1; }
echo "$lines digests are the same on all of these"
