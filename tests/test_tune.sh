#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_tune.sh COMMAND KERNELS DEVICE: `clptycho tune` from outside. What is faster is the machine's affair; what is tried,
# checked and written is not.
clptycho=$1
kernels=$2
device=$3
. "$(dirname "$0")/command_support.sh"

find_device

# Called wrongly.
expect 2 'nothing to tune' "$clptycho" tune --device reference --dry-run
expect 2 'is not the name of a file' "$clptycho" tune --device "$device"
expect 2 "by the name 'warp'; there are .*forward" "$clptycho" tune --device "$device" --dry-run --operations forward,warp --limit 0
expect 1 'no-such-device' "$clptycho" tune --device no-such-device --dry-run

# A dry run tries, and writes nothing.
mkdir home
expect 0 '^forward = ' env XDG_CONFIG_HOME="$work/home" CLPTYCHO_TUNING= "$clptycho" tune --device "$device" --dry-run --operations forward
grep -q '^gather = ' out.txt && fail 'an operation that was not asked for'
[ -z "$(ls home)" ] || fail 'a dry run wrote something'

# A limit of no time tries nothing.
expect 0 'trials were skipped' "$clptycho" tune --device "$device" --dry-run --limit 0
grep -q ' x[0-9]' out.txt && fail 'a trial beyond the limit'

# The file: this device's row for what was measured goes (or is replaced), all else stays.
name=$("$clptycho" devices --device "$device" --json | sed -n 's/^[[:space:]]*"name":[[:space:]]*"\(.*\)",$/\1/p' | head -n 1)
cat >kept.conf <<END
# my own file
[device other Some Card]
group = 32
[device $device $name]
probe_slots = 1
END
{ cat kept.conf; printf '#: an old one\ngroup = 1\n[type gpu]\nfield_bytes = 8192\n'; } >rows.conf
printf '[type gpu]\nfield_bytes = 8192\n' >>kept.conf
expect 0 '^group = ' env CLPTYCHO_TUNING="$work/rows.conf" "$clptycho" tune --device "$device" --operations group
grep -q 'wrote .*rows.conf' out.txt || fail 'does not say what it wrote'
grep -q '^group = 1$' rows.conf && fail 'the old row is still there'
grep -q 'an old one' rows.conf && fail "the old row's comment is still there"
grep -v -e '^#: ' rows.conf | awk -v own="[device $device $name]" '/^\[/ { mine = $0 == own } !(mine && /^group/)' >rest.conf
cmp -s kept.conf rest.conf || { fail 'other rows have changed'; cat rows.conf; }

# Entries of the file are used by the other commands, and recorded.
printf '[device %s %s]\nforward = composed\nfft_bytes = 65536\n' "$device" "$name" >used.conf
simulate() { expect 0 "$@" simulate --size 16 --count 9 --out scan.npz --device "$device" --verbose; }
simulate '^forward: composed$' env CLPTYCHO_TUNING="$work/used.conf" "$clptycho"
for line in "tuning forward: composed (user's entry 'device $device" \
    "tuning fft_bytes: 65536 (user's entry 'device $device"; do
    grep -qF "$line" err.txt || { fail "no '$line' with --verbose"; cat err.txt; }
done
simulate '^forward: [^c]' "$clptycho"

# A variant that is wrong never becomes a row: a kernel is made to give too much.
mkdir broken
cp -r "$kernels"/. broken
sed 's/^kernel/#define complex_power(z) (1.01f * complex_power(z))\n&/' "$kernels/forward_n64.cl" >broken/forward_n64.cl
cmp -s "$kernels/forward_n64.cl" broken/forward_n64.cl && fail 'the broken kernel is the same'
expect 0 'forward = n64 .*WRONG RESULT' env CLPTYCHO_KERNEL_DIR=broken "$clptycho" tune --device "$device" \
    --file wrong.conf --operations forward
[ -e wrong.conf ] && grep -q n64 wrong.conf && fail "a row from a wrong result"

finish
