#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_fractions.sh COMMAND FILES_HELPER DEVICE: models of fractions of a pixel (--subpixel) in `simulate`, `reconstruct`,
# `forward` and `compare`, and the one that `reconstruct` chooses. A device that is not there skips (77).
clptycho=$1
files=$2
device=$3
. "$(dirname "$0")/command_support.sh"

error_of() { sed -n 's/^NRMSE  *//p' out.txt; }
says() { grep -q "$1" out.txt || { fail "no '$1'"; cat out.txt; }; }
silent() { grep -q "$1" out.txt && { fail "an unexpected '$1'"; cat out.txt; }; }

# refuse STATUS PATTERN ARGUMENTS …
refuse() {
    wanted=$1 pattern=$2
    shift 2
    expect "$wanted" "$pattern" "$clptycho" "$@" --device "$device"
}

find_device

# A scan names the model that made it, which then explains it best, and is what `reconstruct` takes.
run simulate --object cells --size 32 --count 60 --step 3.3 --jitter 0.8 --photons 1e6 --subpixel exact --seed 2 --out exact.npz
"$files" types exact.npz | grep -q '^subpixel <f8$' || fail 'no model in a simulated scan'
run forward exact.npz --worst 0
exact_r=$(r_of)
run forward exact.npz --worst 0 --subpixel bilinear
below "$(awk "BEGIN { print 1.1 * $exact_r }")" "$(r_of)" 'R-factor of the model that made the scan'
run reconstruct exact.npz --iterations 3 --out result.npz
silent 'fractions of a pixel'
reconstruct_r=$(r_of)
"$files" types result.npz | grep -q '^subpixel <f8$' || fail 'no model in a result'
run compare result.npz --scan exact.npz
below "$(awk "BEGIN { d = $(sed -n 's/^R-factor  *\([0-9.]*\) over.*/\1/p' out.txt) - $reconstruct_r; print d < 0 ? -d : d }")" \
    0.0002 'R-factor by compare'
run forward exact.npz --from result.npz --worst 0
below "$(awk "BEGIN { d = $(r_of) - $reconstruct_r; print d < 0 ? -d : d }")" 0.0002 'R-factor by forward'

# Scans made by other physics: exact where the probe fades and counts suffice, and nearer to the truth.
run simulate --physics fine --object cells --size 32 --count 60 --step 3.3 --positions spiral --pupil 0.4 --seed 2 --photons 1e6 \
    --out fine.npz
run reconstruct fine.npz --iterations 12 --out chosen.npz
says '^fractions of a pixel: exact shifts of the probe (.* counts per object pixel; --subpixel)$'
run compare chosen.npz fine.npz
chosen_error=$(error_of)
run reconstruct fine.npz --iterations 12 --subpixel bilinear --out bilinear.npz
silent 'fractions of a pixel'
"$files" types bilinear.npz | grep -q subpixel && fail 'a bilinear result names a model'
run compare bilinear.npz fine.npz
below "$chosen_error" "$(error_of)" 'NRMSE by the model chosen'
run reconstruct fine.npz --iterations 12 --subpixel bank:4 --out bank.npz
run compare bank.npz fine.npz
below "$(error_of)" "$(awk "BEGIN { print 1.1 * $chosen_error }")" 'NRMSE by a bank'
run simulate --physics fine --object cells --size 32 --count 60 --step 3.3 --positions spiral --pupil 0.4 --photons 1e3 --out few.npz
run reconstruct few.npz --iterations 1 --out few_result.npz
says '^fractions of a pixel: bilinear'
run reconstruct few.npz --iterations 1 --engine lsqml --likelihood poisson --out few_result.npz
says '^fractions of a pixel: exact'
run reconstruct fine.npz --iterations 1 --probe gaussian:40 --out wide.npz
says '^fractions of a pixel: bilinear'

# A resumed run has the bits of an uninterrupted one; another model is another run.
run reconstruct fine.npz --iterations 3 --engine lsqml --out part.npz --checkpoint 3
run reconstruct fine.npz --iterations 5 --engine lsqml --out resumed.npz --resume part_checkpoint.npz
run reconstruct fine.npz --iterations 5 --engine lsqml --out whole.npz
"$files" compare resumed.npz whole.npz 0 >out.txt 2>&1 || { fail 'a resumed run'; cat out.txt; }
refuse 1 'differences: --subpixel' reconstruct fine.npz --iterations 5 --subpixel bilinear --engine lsqml --out no.npz \
    --resume part_checkpoint.npz

refuse 2 'not supported in a near field' reconstruct fine.npz --subpixel exact --propagation fresnel --energy 8000 \
    --distance 1 --detector-pixel 1e-6 --out no.npz
refuse 2 'exclude each other' reconstruct fine.npz --subpixel bank:2 --opr-modes 1 --out no.npz
refuse 1 'not supported in a near field' forward fine.npz --subpixel exact --propagation fresnel --energy 8000 --distance 1 \
    --detector-pixel 1e-6
[ -e no.npz ] && fail 'a result of what was refused'

finish
