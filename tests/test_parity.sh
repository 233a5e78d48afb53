#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_parity.sh COMMAND DEVICE SOURCE HELPER: `clptycho parity` and --dump from outside. A device that is not there
# skips (77).
clptycho=$1
device=$2
source=$3
kernels=$source/cl
helper=$4
. "$(dirname "$0")/command_support.sh"

find_device
"$clptycho" simulate --out scan.npz --size 32 --count 16 --modes 2 --photons 1e5 --device reference >/dev/null || exit 1

# Usage errors.
expect 2 "unknown stage 'patch'; available: groups, warp, patches" "$clptycho" parity scan.npz --stages patch
expect 2 "unknown engine 'rpi'" "$clptycho" parity scan.npz --engine rpi
expect 2 "unknown stage 'forwrd'" "$clptycho" parity scan.npz --stages patches,forwrd
expect 2 'groups of 25 patterns, but 16 are used' "$clptycho" parity scan.npz --grid 5
expect 2 'FILE is missing' "$clptycho" parity
expect 1 'missing.npz' "$clptycho" parity missing.npz
expect 1 "'none'" "$clptycho" parity scan.npz --device none --stages groups

if [ "$device" != reference ]; then
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

    expect 0 '^engine_epie/object.8 .*(sensitivity to 1 ulp in the start: ' "$clptycho" parity scan.npz --device "$device" --brief \
        --stages engine --engine epie --iterations 8 --sensitivity

    # At the truth of exact data losses are rounding and nothing else; that of the start does as much.
    "$clptycho" simulate --out exact.npz --size 16 --count 9 --photons 0 --device reference >/dev/null
    expect 1 '(--sensitivity shows the change caused by rounding alone)' "$clptycho" parity exact.npz --object file \
        --device "$device" --stages losses --engine none --brief
    expect 0 '^losses/amplitude .*(sensitivity to 1 ulp in the start: ' "$clptycho" parity exact.npz --object file \
        --device "$device" --stages losses,gradients --engine none --brief --sensitivity
    grep -q '^forward/intensity .*last place' out.txt && fail 'the tolerance of intensities is raised too'

    # A kernel that is wrong: its stage fails, with the first element and status 1; with the reference's inputs it alone.
    cp -r "$kernels" spoilt
    find spoilt -type f -exec sed -i 's/1e-8f/1e-3f/g' {} + # of the Poisson loss
    diff -r "$kernels" spoilt >/dev/null && fail 'no kernel was changed'
    expect 1 '^slopes/poisson .*FAIL' env CLPTYCHO_KERNEL_DIR="$work/spoilt" "$clptycho" parity scan.npz \
        --device "$device" --stages slopes,losses,patches --brief
    grep -q 'first beyond tolerance \[[0-9]*, [0-9]*, [0-9]*\]' out.txt || fail 'the first element is not told'
    grep -q 'the first is losses/poisson of' err.txt || fail 'the failure is not named'
    grep -q 'patches/patches .*pass' out.txt || fail 'other stages fail too'
    # The text of every kernel is recorded by its digest and source.
    expect 0 '' "$clptycho" parity scan.npz --device "$device" --stages losses --engine none --dump own
    expect 1 '' env CLPTYCHO_KERNEL_DIR="$work/spoilt" "$clptycho" parity scan.npz --device "$device" --stages losses \
        --engine none --dump other
    grep -q "\"choice kernel_dir\":.*$work/spoilt" other/"$device"-*/manifest.json || fail 'no kernel directory in the manifest'
    expect 1 'differs: source loss_general: ' "$clptycho" parity own/"$device"-* --against other/"$device"-* --brief
fi
# Dumps: of the data of a scan or with their own; another program's folder has files of the same names.
expect 0 '' "$clptycho" parity scan.npz --object file --device "$device" --dump dump --brief
expect 0 '' "$clptycho" parity scan.npz --object file --device reference --dump dump
[ -e dump/reference/inputs.npz ] || fail 'no inputs in the dump'
own=reference
[ "$device" = reference ] || own=$(basename "$(find dump -name "$device-*")")
grep -q '"choice forward"' "dump/$own/manifest.json" || [ "$device" = reference ] || fail 'no choices in the manifest'
expect 0 "^dump/$own against reference" "$clptycho" parity scan.npz --object file --device "$device" --against "dump/$own"
expect 0 "^dump/$own against reference" "$clptycho" parity --device "$device" --against "dump/$own" --brief
expect 0 "^dump/$own against dump/reference" "$clptycho" parity "dump/$own" --against dump/reference
expect 0 '' "$clptycho" parity "dump/$own" --against dump/reference --json a.json --html a.html
same_report a.html a.json
[ "$device" = reference ] || grep -q '^<script .* id="pictures">\[{.*"difference":"iVBORw0KGgo' a.html || fail 'no pictures'
expect 1 'nowhere' "$clptycho" parity "dump/$own" --against dump/reference --json nowhere/a.json
cp -r "dump/$own" altered
"$helper" alter altered/forward.npz intensity 3211 || fail 'the helper failed'
expect 1 'the first is forward/intensity of altered at \[3, 4, 11\]: 1 of 16384 elements' "$clptycho" parity scan.npz --object file \
    --device reference --against altered
grep -q 'first beyond tolerance \[3, 4, 11\] ' out.txt || fail 'the place is not in the report'
grep -q '^forward/amplitude .*pass' out.txt || fail 'another array fails too'
expect 1 'the first is forward/intensity of altered at' "$clptycho" parity altered --against "dump/$own"
rm altered/forward.npz
expect 1 'listed in the manifest but missing: altered/forward.npz' "$clptycho" parity altered --against "dump/$own" --brief
"$helper" alter altered/inputs.npz object 300 || fail 'the helper failed'
expect 1 'inputs.npz: does not match its manifest: object: complex64' "$clptycho" parity --against altered \
    --device reference

# Other data or another configuration is refused, with a list; --allow accepts a difference.
"$clptycho" simulate --out other.npz --size 32 --count 16 --modes 2 --photons 1e5 --seed 3 --device reference >/dev/null
expect 1 'differ in data or configuration: object: complex64' "$clptycho" parity other.npz --object file --against dump/reference
grep -q 'amplitude: float32 .*, not float32' err.txt || fail 'what differs is not listed'
grep -q 'positions' err.txt && fail 'what is the same is listed'
expect 1 'seed: 1, not 0' "$clptycho" parity scan.npz --object file --seed 1 --against dump/reference
expect 0 'pass' "$clptycho" parity scan.npz --object file --seed 1 --against dump/reference --allow seed --device reference \
    --stages patches,forward
expect 1 'FAIL' "$clptycho" parity other.npz --object file --against dump/reference --allow data --device reference --stages forward
expect 2 'FILE is missing' "$clptycho" parity --device "$device"
expect 2 'seed requires FILE' "$clptycho" parity --against dump/reference --seed 3
expect 2 'and --sensitivity' "$clptycho" parity "dump/$own" --against dump/reference --sensitivity
expect 2 'to compare two dumps' "$clptycho" parity dump/reference
expect 2 'allow seeds: neither scan.npz nor dump/reference contains this name' "$clptycho" parity scan.npz --object file \
    --against dump/reference --allow seeds
expect 2 'allow requires' "$clptycho" parity scan.npz --object file --allow seed
expect 2 'reference alone' "$clptycho" parity scan.npz --object file --device reference --device reference
expect 1 'manifest.json' "$clptycho" parity scan.npz --object file --against dump
expect 1 'cannot create this folder' "$clptycho" parity scan.npz --object file --dump nowhere/dump

# --dump of other commands.
expect 0 '' "$clptycho" forward scan.npz --device "$device" --dump forward
expect 0 '^losses/mae' "$clptycho" parity --against forward --device "$device" --brief
for one in "$device" reference; do
    expect 0 '' "$clptycho" reconstruct scan.npz --object random --iterations 3 --device "$one" --dump "run-$one" --out r.npz
done
expect 0 '^reconstruction/object.3 .*pass' "$clptycho" parity "run-$device" --against run-reference --brief
expect 0 '' "$clptycho" reconstruct scan.npz --object random --iterations 3 --step 0.5 --device "$device" --dump half --out r.npz
expect 1 'option step: 0.5, not default' "$clptycho" parity half --against run-reference
expect 1 'reconstruction/object.3' "$clptycho" parity half --against run-reference --allow configuration --brief
# Other refined arrays are compared too.
for one in "$device" reference; do
    expect 0 '' "$clptycho" reconstruct scan.npz --object random --iterations 2 --position-start 1 --intensity-start 1 \
        --background-start 1 --device "$one" --dump "refined-$one" --out r.npz
done
expect 0 '^reconstruction/positions.2 .*pass' "$clptycho" parity "refined-$device" --against refined-reference --brief
for name in factors background; do
    grep -q "^reconstruction/$name.2 .* pass" out.txt || fail "no line of $name"
done
# Contents of files are data, their names are not: another background is reported, the same one in another file is not.
for iterations in 1 2; do
    mkdir "in$iterations"
    "$clptycho" reconstruct scan.npz --background-start 1 --iterations "$iterations" --device reference \
        --out "in$iterations/light.npz" >/dev/null
done
cp -r in1 in3
for one in in1 in2 in3; do
    expect 0 '' "$clptycho" reconstruct scan.npz --object random --iterations 1 --background $one/light.npz --device reference \
        --dump background-$one --out r.npz
done
expect 1 'configuration: background: float32 .32, 32. [0-9a-f]*, not float32 .32, 32. [0-9a-f]* (use --allow' "$clptycho" parity \
    background-in2 --against background-in1
expect 0 '^reconstruction/object.1 .*pass' "$clptycho" parity background-in3 --against background-in1 --brief
for dead in 0.1 0.2; do
    mkdir "dead$dead"
    "$clptycho" simulate --out "dead$dead/mask.npz" --size 32 --count 4 --dead "$dead" --device reference >/dev/null
done
cp -r dead0.1 dead0.3
for dead in 0.1 0.2 0.3; do
    expect 0 '' "$clptycho" reconstruct scan.npz --object random --iterations 1 --mask "dead$dead/mask.npz" --device reference \
        --dump "mask-$dead" --out r.npz
done
expect 1 '; mask: float32 .*; all masks: float32' "$clptycho" parity mask-0.2 --against mask-0.1
grep -q 'option' err.txt && fail 'a path is told where what it holds is'
expect 0 '^reconstruction/object.1 .*pass' "$clptycho" parity mask-0.3 --against mask-0.1 --brief

# Another program: the example with NumPy.
if [ -n "$CLPTYCHO_PYTHON" ] && "$CLPTYCHO_PYTHON" -c 'import numpy' 2>/dev/null; then
    expect 0 '' "$CLPTYCHO_PYTHON" "$source/examples/parity_numpy.py" dump/reference numpy
    expect 0 '^numpy against reference' "$clptycho" parity --against numpy --device "$device" --brief
    grep -q '^8 pass, 0 fail, 1 absent' out.txt || fail 'not all of the stages of NumPy pass'
    grep -q 'differs: program: clptycho, not NumPy' out.txt || [ "$device" = reference ] || fail 'the programs are not told'
    # An odd side and a mask.
    "$clptycho" simulate --out odd.npz --size 21 --count 7 --dead 0.02 --device reference >/dev/null
    expect 0 '' "$clptycho" parity odd.npz --device reference --engine none --dump odd
    expect 0 '' "$CLPTYCHO_PYTHON" "$source/examples/parity_numpy.py" odd/reference numpy
    expect 0 '^8 pass, 0 fail' "$clptycho" parity numpy --against odd/reference --brief
    # A near field is none of its business.
    expect 0 '' "$clptycho" parity odd.npz --device reference --engine none --propagation fresnel --energy 8000 --distance 0.01 \
        --detector-pixel 1e-6 --dump near
    expect 1 'far field only' "$CLPTYCHO_PYTHON" "$source/examples/parity_numpy.py" near/reference numpy
else
    echo 'no Python with NumPy: its example is left out'
fi
finish
