#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_pad_detector.sh COMMAND FILES_HELPER DEVICE: `reconstruct --pad-detector` on scans made by fine physics, and its
# results in other subcommands. A device that is not there skips (77).
clptycho=$1
files=$2
device=$3
. "$(dirname "$0")/command_support.sh"

error_of() { sed -n 's/^NRMSE  *//p' out.txt; }
has() { "$files" types "$1" | grep -q "$2" || { fail "no '$2' in $1"; "$files" types "$1"; }; }

# refuse STATUS PATTERN ARGUMENTS …
refuse() {
    wanted=$1 pattern=$2
    shift 2
    expect "$wanted" "$pattern" "$clptycho" "$@" --device "$device"
}

find_device
run simulate --physics fine --object star --size 16 --count 64 --step 1.8 --positions spiral --pupil 0.8 --seed 2 --out scan.npz

# Waves leave the detector: padding takes them, and the object on its finer grid is nearer to the truth.
run reconstruct scan.npz --iterations 20 --pad-detector 1 --out plain.npz
plain_r=$(r_of)
run compare plain.npz scan.npz
plain_error=$(error_of)
run reconstruct scan.npz --iterations 20 --pad-detector 2 --out fine.npz
fine_r=$(r_of)
below "$fine_r" "$(awk "BEGIN { print 0.8 * $plain_r }")" 'R-factor with padding'
run compare fine.npz scan.npz --scan scan.npz
below "$(error_of)" "$(awk "BEGIN { print 0.8 * $plain_error }")" 'NRMSE with padding'
below "$(awk "BEGIN { d = $(sed -n 's/^R-factor  *\([0-9.]*\) over.*/\1/p' out.txt) - $fine_r; print d < 0 ? -d : d }")" \
    0.0002 'R-factor by compare'
has fine.npz '^pad_detector <f8$'
has fine.npz '^probe <c8 1 32 32$'
"$files" types plain.npz | grep -q pad_detector && fail 'pad_detector in a result without padding'

# Without the option: padding where the edge has light that it explains, by the same bits; none where the light wraps
# around indeed, as in patterns by the forward model, where there is none, or where a near field has no such edge.
run reconstruct scan.npz --iterations 20 --out automatic.npz
grep -q "^--pad-detector 2: the detector's edge has .* R-factor there is .* padded to 32 x 32" out.txt ||
    { fail 'no line about padding'; cat out.txt; }
"$files" compare automatic.npz fine.npz 0 >out.txt 2>&1 || { fail 'padding by default'; cat out.txt; }
run simulate --object star --size 16 --count 64 --step 1.8 --positions spiral --pupil 0.8 --seed 2 --out wrapped.npz
cp wrapped.npz anonymous.npz # four quarters of a cycle leave the same scan without the name of its model
for quarter in 1 2 3 4; do "$files" rotate anonymous.npz turned.npz && mv turned.npz anonymous.npz; done
for scan in wrapped anonymous; do
    run reconstruct $scan.npz --iterations 1 --out not_padded.npz
    "$files" types not_padded.npz | grep -q pad_detector && fail "padding of $scan.npz"
done
grep -q '^--pad-detector 1: ' out.txt || { fail 'no line about padding that does not help'; cat out.txt; }
run simulate --physics fine --object cells --size 16 --count 40 --step 1.8 --positions spiral --out inside.npz
run reconstruct inside.npz --iterations 1 --out not_padded.npz
grep -q 'pad-detector' out.txt && { fail 'a line about dark edges'; cat out.txt; }
"$files" types not_padded.npz | grep -q pad_detector && fail 'padding of dark edges'

# `forward` predicts the measured pixels, and writes no others.
run forward scan.npz --from fine.npz --worst 0 --out predicted.npz
below "$(awk "BEGIN { d = $(r_of) - $fine_r; print d < 0 ? -d : d }")" 0.0002 'R-factor by forward'
has predicted.npz '^diff3d <f4 64 16 16$'

# Two results are compared on the coarser grid, in either order.
run compare fine.npz plain.npz
below "$(error_of)" 0.2 'NRMSE between grids'
run compare plain.npz fine.npz
below "$(error_of)" 0.2 'NRMSE between grids'

# A resumed run has the bits of an uninterrupted one; another padding is another run.
run reconstruct scan.npz --iterations 3 --pad-detector 1.5 --engine lsqml --out part.npz --checkpoint 3
run reconstruct scan.npz --iterations 5 --pad-detector 1.5 --engine lsqml --out resumed.npz --resume part_checkpoint.npz
run reconstruct scan.npz --iterations 5 --pad-detector 1.5 --engine lsqml --out whole.npz
"$files" compare resumed.npz whole.npz 0 >out.txt 2>&1 || { fail 'a resumed run'; cat out.txt; }
refuse 1 'differences: patterns' reconstruct scan.npz --iterations 5 --pad-detector 2 --engine lsqml --out no.npz \
    --resume part_checkpoint.npz

run reconstruct scan.npz --iterations 3 --engine lsqml --out part.npz --checkpoint 3
run reconstruct scan.npz --iterations 4 --engine lsqml --out resumed.npz --resume part_checkpoint.npz
has resumed.npz '^probe <c8 1 32 32$'

# Results are starting points on any grid.
for factor in 1 2; do
    run reconstruct scan.npz --iterations 1 --pad-detector $factor --object fine.npz --probe fine.npz --out next.npz
    below "$(r_of)" 0.07 "R-factor from a result, with --pad-detector $factor"
done
run reconstruct scan.npz --iterations 1 --pad-detector 2 --object file --engine ml --out truth.npz
below "$(r_of)" "$plain_r" 'R-factor from the truth'

# A mask per pattern, a background and several modes are padded too.
run simulate --physics fine --object cells --size 16 --count 30 --step 2.5 --dead 0.05 --background 1 --modes 2 --out hard.npz
for engine in epie dm raar opr; do
    options="--engine $engine"
    [ $engine = opr ] && options='--engine rpie --opr-modes 1'
    run reconstruct hard.npz $options --modes 2 --background-start 1 --iterations 2 --pad-detector 2 --out hard_$engine.npz
done

refuse 2 'out of range' reconstruct scan.npz --pad-detector 0.5 --out no.npz
refuse 2 'far field only' reconstruct scan.npz --pad-detector 2 --propagation fresnel --energy 8000 --distance 1 \
    --detector-pixel 1e-6 --out no.npz
[ -e no.npz ] && fail 'a result of what was refused'

finish
