#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_repeat_threads.sh PROGRAM COMMAND…: PROGRAM prints digests of all results. Run by each of the commands
# ("env VARIABLE=VALUE", "taskset -c 0"), which give the device another number of threads, it must print the same ones:
# one part of them with each command, all with CLPTYCHO_TEST_ALL. One command at least must have made a difference to the
# device, or nothing was tested.
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
part=0 parts=$#
[ "$parts" -gt 1 ] || parts=2
for setting in "$@"; do
    # shellcheck disable=SC2086 # a command and its words
    $setting "$program" $part $parts >"$work/again" 2>"$work/device" || { cat "$work/device"; exit 1; }
    count=$(wc -l <"$work/again")
    [ "$count" -ge $((lines / parts / 2)) ] || { echo "$setting: only $count digests"; exit 1; }
    if grep -Fxv -f "$work/first" "$work/again" >"$work/difference"; then
        echo "$setting changes $(wc -l <"$work/difference") of $count results:"
        head -40 "$work/difference"
        exit 1
    fi
    cat "$work/device" >>"$work/devices"
    part=$((part + 1))
done
cat "$work/devices"
kinds=$(sort -u "$work/devices" | wc -l)
[ "$kinds" -gt 1 ] || [ "$(nproc)" -gt 1 ] || { echo "skipped: one processor"; exit 77; }
[ "$kinds" -gt 1 ] || { echo "the settings made no other devices of it"; exit 1; }
echo "all $lines digests are the same on these"
