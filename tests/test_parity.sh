#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_parity.sh COMMAND DEVICE KERNELS: `clptycho parity` from outside. A device that is not there skips (77).
clptycho=$1
device=$2
kernels=$3
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# expect STATUS PATTERN COMMAND …: the exit status; stdout and stderr together match PATTERN.
expect() {
    wanted=$1
    pattern=$2
    shift 2
    "$@" >out.txt 2>err.txt
    got=$?
    cat out.txt err.txt >both.txt
    [ "$got" = "$wanted" ] || { fail "exit status $got, not $wanted: $*"; cat both.txt; }
    [ -z "$pattern" ] || grep -q -e "$pattern" both.txt || { fail "no '$pattern' from: $*"; cat both.txt; }
}

if [ "$device" != reference ]; then
    "$clptycho" devices --device "$device" >/dev/null 2>&1 || { echo "no device $device"; exit 77; }
fi
"$clptycho" simulate --out scan.npz --size 32 --count 16 --modes 2 --photons 1e5 --device reference >/dev/null || exit 1

# What is called wrongly.
expect 2 "no stage is called 'patch'; there are: groups, warp, patches" "$clptycho" parity scan.npz --stages patch
expect 2 "unknown engine 'rpi'" "$clptycho" parity scan.npz --engine rpi
expect 2 'groups of 25 patterns, and 16 are used' "$clptycho" parity scan.npz --grid 5
expect 2 'FILE is missing' "$clptycho" parity
expect 1 'missing.npz' "$clptycho" parity missing.npz
expect 1 "'none'" "$clptycho" parity scan.npz --device none --stages groups

# Every stage is within its tolerance, for all engines, and all numbers are there.
engines="--engine rpie --engine epie --engine lsqml --engine dm --engine raar"
# Several words are meant.
# shellcheck disable=SC2086
expect 0 ' 0 fail, 0 absent' "$clptycho" parity scan.npz --device "$device" $engines
for text in 'magnitude min .* max .* mean .* std' 'float32 ulp' 'not compared'; do
    grep -q "$text" out.txt || fail "no '$text' in the report"
done
for name in groups/indices warp/nearest reassemble_group/center illumination/waves losses/mae slopes/poisson \
    gradients/mae_positions engine_raar/object.3 engine_dm/errors; do
    grep -q "^$name .* pass" out.txt || fail "no line of $name"
done
expect 0 '^engine_rpie/probe.1 .*4.0e-05' "$clptycho" parity scan.npz --device "$device" --device "$device" --brief \
    --stages engine --iterations 2 --each-iteration --inputs reference
[ "$(grep -c ' against ' out.txt)" = 3 ] || fail 'two devices are not compared with each other'
[ "$(grep -c 'magnitude' out.txt)" = 0 ] || fail '--brief is long'

# A kernel that is wrong: its stage fails, with the first element and status 1; with the reference's inputs it alone.
if [ "$device" != reference ]; then
    cp -r "$kernels" spoilt
    find spoilt -type f -exec sed -i 's/1e-8f/1e-3f/g' {} + # of the Poisson loss
    diff -r "$kernels" spoilt >/dev/null && fail 'no kernel was changed'
    expect 1 '^slopes/poisson .*FAIL' env CLPTYCHO_KERNEL_DIR="$work/spoilt" "$clptycho" parity scan.npz \
        --device "$device" --stages slopes,losses,patches --brief
    grep -q 'first beyond tolerance \[[0-9]*, [0-9]*, [0-9]*\]' out.txt || fail 'the first element is not told'
    grep -q 'the first is losses/poisson of' err.txt || fail 'the failure is not named'
    grep -q 'patches/patches .*pass' out.txt || fail 'other stages fail too'
fi
[ "$failures" = 0 ] || { echo "$failures failures"; exit 1; }
