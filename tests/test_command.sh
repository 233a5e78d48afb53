#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_command.sh SUITE COMMAND FILES_HELPER DEVICE: runs the built command from outside.
# Suites: usage, bad_input, output, groups, ops, gradients, trip, near, files. A device that is not there skips (77).
suite=$1
clptycho=$2
files=$3
device=$4
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# expect STATUS PATTERN COMMAND …: the exit status; stdout and stderr together match PATTERN; a failure is one line.
expect() {
    wanted=$1
    pattern=$2
    shift 2
    "$@" >out.txt 2>err.txt
    got=$?
    cat out.txt err.txt >both.txt
    [ "$got" = "$wanted" ] || { fail "exit status $got, not $wanted: $*"; cat err.txt; }
    [ -z "$pattern" ] || grep -q -e "$pattern" both.txt || { fail "no '$pattern' from: $*"; cat both.txt; }
    if [ "$wanted" != 0 ] && [ "$#" -gt 1 ]; then
        [ "$(wc -l <err.txt)" = 1 ] || { fail "not one line on stderr: $*"; cat err.txt; }
    fi
}

usage_suite() {
    commands="devices info simulate forward reconstruct compare op tune bench parity"
    expect 0 'Usage: clptycho COMMAND' "$clptycho" --help
    expect 0 'Usage: clptycho COMMAND' "$clptycho" help
    expect 0 '^clptycho [0-9]' "$clptycho" --version
    for name in $commands; do
        expect 0 "^Usage: clptycho $name" "$clptycho" "$name" --help
        grep -q '^Example:' out.txt || fail "no example in $name --help"
        grep -q -e '--device NAME' out.txt || fail "no --device in $name --help"
        [ -s err.txt ] && fail "$name --help writes to stderr"
        cp out.txt by-option.txt
        expect 0 "^Usage: clptycho $name" "$clptycho" help "$name"
        cmp -s out.txt by-option.txt || fail "'help $name' and '$name --help' differ"
        expect 2 'unknown option --devise (did you mean --device?)' "$clptycho" "$name" --devise
    done
    expect 1 "nothing is called 'quickest'.* fft=lanes|.*exit_step=n64|" \
        "$clptycho" simulate --out x.npz --device reference --without quickest
    expect 0 '^clptycho: nothing to explain' "$clptycho" bench --list --explain
    expect 2 'Usage' "$clptycho"
    expect 2 "unknown command 'reconstuct' (did you mean reconstruct?)" "$clptycho" reconstuct
    expect 2 "unknown command 'zzzzzzzz'; " "$clptycho" zzzzzzzz
    expect 2 'FILE is missing' "$clptycho" info
    expect 2 'one argument too many' "$clptycho" info a b
    expect 2 'one argument too many' "$clptycho" devices a
    expect 2 'whole number' "$clptycho" reconstruct x.npz --batch abc
    expect 2 'whole number' "$clptycho" reconstruct x.npz --batch 12x
    expect 2 'whole number' "$clptycho" reconstruct x.npz --batch=
    expect 2 'out of range' "$clptycho" reconstruct x.npz --batch -3
    expect 2 'out of range' "$clptycho" reconstruct x.npz --batch 0
    expect 2 'out of range' "$clptycho" reconstruct x.npz --batch 99999999999999999999
    expect 2 'out of range: 1e-06 to 1' "$clptycho" reconstruct x.npz --alpha 1.5
    expect 2 'finite number' "$clptycho" reconstruct x.npz --alpha nan
    expect 2 'finite number' "$clptycho" simulate --out x.npz --step 1e999
    expect 2 '2^64' "$clptycho" reconstruct x.npz --seed -1
    expect 2 '2^64' "$clptycho" reconstruct x.npz --seed 18446744073709551616
    expect 2 'needs a value' "$clptycho" reconstruct x.npz --out
    expect 2 'needs a value' "$clptycho" reconstruct x.npz --out --seed 1
    expect 2 'takes no value' "$clptycho" reconstruct x.npz --fftshift=1
    expect 2 'one of grid|spiral|random|file' "$clptycho" simulate --out x.npz --positions circle
    expect 2 'unknown engine' "$clptycho" reconstruct x.npz --engine none
    for engine in rpie epie lsqml dm raar; do
        expect 2 "there is:.* $engine" "$clptycho" reconstruct x.npz --engine none
        "$clptycho" reconstruct --help | grep -q "engine NAME.*[ ,]$engine[, ]" || fail "no $engine in --help"
    done
    expect 2 'relaxation needs --engine raar or dm' "$clptycho" reconstruct x.npz --relaxation 0.5
    expect 2 'alpha needs an engine other than epie' "$clptycho" reconstruct x.npz --engine epie --alpha 0.5
    for engine in epie dm raar; do
        expect 2 'batch needs an engine that updates after batches' "$clptycho" reconstruct x.npz --engine $engine --batch 4
    done
    expect 2 'leaves nothing to reconstruct' "$clptycho" reconstruct x.npz --object-start -1 --probe-start -1
    expect 2 'position-limit needs --position-start' "$clptycho" reconstruct x.npz --position-limit 0.1
    expect 2 'exclude each other' "$clptycho" reconstruct x.npz --object random --object-from-file
    expect 2 'give it once' "$clptycho" reconstruct x.npz --out a.npz --output b.npz
    expect 2 'probe takes' "$clptycho" reconstruct x.npz --probe defocus:3,
    expect 1 'needs --energy, --distance, --detector-pixel, which' "$clptycho" simulate --out x.npz --propagation fresnel
    expect 1 'needs --distance, --detector-pixel, which' "$clptycho" simulate --out x.npz --propagation fresnel --energy 8000
    expect 1 'no regular file' "$clptycho" bench --read .
    expect 2 'two dashes' "$clptycho" reconstruct x.npz -b 3
    expect 2 '--out FILE.npz is missing' "$clptycho" simulate
    expect 2 'needs --from' "$clptycho" simulate --out x.npz --object file
    expect 0 'reassemble-group' "$clptycho" op --list
    expect 2 'NAME is missing' "$clptycho" op
    expect 2 'did you mean warp' "$clptycho" op wrap --in a.npz --out b.npz
    expect 0 '^physics-layer ' "$clptycho" op --list
    expect 2 'did you mean warp-adjoint' "$clptycho" op warp-adjont --in a.npz --out b.npz
    expect 2 'physics-layer needs --canvas' "$clptycho" op physics-layer --in a.npz --out b.npz
    expect 2 'takes no --loss' "$clptycho" op forward --in a.npz --out b.npz --loss mae
    expect 2 'one of poisson|amplitude|mae' "$clptycho" op gradient --in a.npz --out b.npz --loss l2
    expect 2 'needs --size' "$clptycho" op extract-scan --in a.npz --out b.npz
    expect 2 'takes no --size' "$clptycho" op warp --in a.npz --out b.npz --size 3
    expect 2 'needs --in' "$clptycho" op warp --out b.npz
    expect 2 'needs --out' "$clptycho" op warp --in a.npz
    expect 1 'no-such-device' "$clptycho" devices --device no-such-device
    expect 1 'cannot write to stdout' sh -c "'$clptycho' --help >/dev/full"
}

bad_input_suite() {
    "$files" make . || exit 1
    expect 0 'scan  *6 patterns of 8 x 8' "$clptycho" info good.npz
    expect 0 'R-factor' "$clptycho" reconstruct good.npz --iterations 2 --device reference
    head -c 700 good.npz >bad-truncated.npz
    : >bad-empty.npz
    for name in truncated empty nan infinite negative lengths columns probe rank pickled; do
        for command in info reconstruct forward; do
            expect 1 "bad-$name.npz" "$clptycho" $command bad-$name.npz --device reference
        done
        [ -e bad-${name}_reconstruction.npz ] && fail "a result from bad-$name.npz"
    done
    for name in nan infinite columns pickled; do
        expect 1 "arrays* '[xy]coords'" "$clptycho" reconstruct bad-$name.npz --device reference
        expect 1 "arrays* '[xy]coords'" "$clptycho" simulate --from bad-$name.npz --out s.npz --device reference
    done
    for name in negative rank lengths; do
        expect 1 "array 'diff3d'" "$clptycho" reconstruct bad-$name.npz --device reference
    done
    expect 1 'off the object' "$clptycho" forward bad-off.npz --device reference
    expect 1 'off the object' "$clptycho" reconstruct bad-off.npz --object-from-file --device reference
    expect 1 'off the object' "$clptycho" simulate --from bad-off.npz --out s.npz --device reference
    expect 1 'in pixels of the object' "$clptycho" reconstruct bad-unit.npz --device reference
    expect 1 "array 'probeGuess'" "$clptycho" reconstruct bad-probe.npz --device reference
    expect 1 'missing.npz' "$clptycho" info missing.npz
    expect 1 "no array 'images'" "$clptycho" op warp --in diffract.npz --out b.npz --device reference
    expect 1 "array 'object' has rank 3" "$clptycho" op extract-scan --in bad-op.npz --out b.npz --size 4 --device reference
    expect 1 'not \[S, 2\]' "$clptycho" op extract-scan --in bad-pairs.npz --out b.npz --size 4 --device reference
    expect 1 "no-such-device" "$clptycho" reconstruct good.npz --device no-such-device
    expect 1 'good.npz: is no checkpoint' "$clptycho" reconstruct good.npz --resume good.npz --device reference
    [ -e s.npz ] && fail 'a scan from bad input'
    [ -e b.npz ] && fail 'an op result from bad input'
}

output_suite() {
    "$files" make . || exit 1
    echo precious >kept.npz
    cp kept.npz original
    expect 1 'bad-nan.npz' "$clptycho" reconstruct bad-nan.npz --out kept.npz --device reference
    expect 1 'bad-nan.npz' "$clptycho" simulate --from bad-nan.npz --out kept.npz --device reference
    expect 1 'no array' "$clptycho" op warp --in diffract.npz --out kept.npz --device reference
    # The disk fills up while the result is written: 512-byte blocks, and a signal that would end the process ignored.
    expect 1 'kept.npz' sh -c "trap '' XFSZ; ulimit -f 1; '$clptycho' simulate --out kept.npz --size 16 --device reference"
    cmp -s kept.npz original || fail 'an existing output did not survive a failure'
    for left in kept*; do [ "$left" = kept.npz ] || fail "left behind: $left"; done
    # What a run reads is never what it writes, by whatever name.
    cp good.npz original && ln -s good.npz alias.npz && ln good.npz run_checkpoint.npz
    for out in good.npz ./good.npz alias.npz; do
        expect 1 'name another file by --out' "$clptycho" reconstruct good.npz --out $out --device reference
        expect 1 'name another file by --out' "$clptycho" forward good.npz --out $out --device reference
        expect 1 'name another file by --out' "$clptycho" simulate --from good.npz --out $out --device reference
    done
    expect 1 'name another file by --out' "$clptycho" reconstruct run_checkpoint.npz --out run.npz --device reference
    expect 1 'name another file by --out' "$clptycho" op diffract --in diffract.npz --out diffract.npz --device reference
    cmp -s good.npz original || fail 'a scan did not survive being named as output'
    expect 1 'not HDF5' "$clptycho" simulate --out s.h5 --device reference
    # A name that promises another format is refused, one without an ending promises nothing.
    for out in r.png r.txt dir.npz/r.jpg; do
        mkdir -p dir.npz
        expect 1 'give a name that ends in .npz, .h5' "$clptycho" reconstruct good.npz --out $out --device reference
        expect 1 'give a name that ends in .npz' "$clptycho" simulate --out $out --device reference
        [ -e $out ] && fail "$out was written"
    done
    expect 0 'R-factor' "$clptycho" reconstruct good.npz --iterations 1 --out plain --device reference
    expect 0 'wrote dir.npz/R.NPZ' "$clptycho" reconstruct good.npz --iterations 1 --out dir.npz/R.NPZ --device reference
    expect 0 'warning: --probe-power 1e+09' "$clptycho" reconstruct good.npz --iterations 1 --probe-power 1e9 --device reference
    expect 0 '' "$clptycho" reconstruct good.npz --iterations 1 --device reference
    grep -q warning err.txt && fail 'a warning about nothing'
    expect 1 'no regular file' "$clptycho" reconstruct good.npz --out /dev/full --device reference
    expect 1 'cannot write in nowhere' "$clptycho" compare good.npz good.npz --png nowhere/p --device reference
    expect 1 'cannot write in nowhere' "$clptycho" simulate --out nowhere/s.npz --device reference
    expect 1 'is a directory' "$clptycho" simulate --out . --device reference
    expect 0 'R-factor' "$clptycho" reconstruct good.npz --iterations 2 --out kept.npz --device reference
    cmp -s kept.npz original && fail 'the output was not replaced'
    for picture in object_amplitude object_phase probe_amplitude probe_phase; do
        [ -s kept_$picture.png ] || fail "no kept_$picture.png"
    done
    grep -q "$(printf '\r')" err.txt && fail 'progress without a terminal'
    return 0
}

find_device() {
    [ "$device" = reference ] && return
    "$clptycho" devices --device "$device" >/dev/null 2>&1 || { echo "no device $device"; exit 77; }
}

# op NAME FILE OPTIONS …: on the device and by the reference, within a tolerance.
tolerance=5e-6
op() {
    name=$1
    input=$2
    shift 2
    expect 0 '' "$clptycho" op "$name" --in "$input" --out reference.npz --device reference "$@"
    expect 0 '' "$clptycho" op "$name" --in "$input" --out device.npz --device "$device" "$@"
    "$files" compare device.npz reference.npz $tolerance || fail "op $name $* on $device"
}

ops_suite() {
    find_device
    "$files" make . || exit 1
    for fill in zeros edge; do op warp warp.npz --fill $fill; done
    op warp warp.npz --interp nearest
    op translate translate.npz
    op translate translate.npz --interp nearest
    op extract-scan extract-scan.npz --size 8
    op extract-group extract-group.npz --size 8
    for weight in none center_masked probe; do op reassemble-group reassemble-group.npz --canvas 14 --weight $weight; done
    op reassemble-group reassemble-group.npz --canvas 14 --recenter
    op reassemble-scan reassemble-scan.npz --crop 4
    op diffract diffract.npz
    op forward forward.npz
    op forward forward.npz --smooth 0.5 --probe-mask --scale 1.5
    op forward forward.npz --pad
    op forward forward-one.npz
    near='--energy 12658 --distance 0.3 --detector-pixel 2e-6 --source-distance 0.3'
    op forward forward.npz --propagation fresnel $near
    op propagate diffract.npz --propagation angular $near
    op propagate diffract.npz --propagation fresnel $near --back
    expect 1 'wavelength of 0 m' "$clptycho" op propagate --in diffract.npz --out o.npz --propagation fresnel --device "$device"
    expect 0 '' "$clptycho" op extract-scan --in extract-scan.npz --out o.npz --size 6 --device "$device"
    letter=8
    [ "$device" = reference ] && letter=16
    expect 0 "^patches <c$letter 5 6 6" "$files" types o.npz
    expect 0 '' "$clptycho" op reassemble-scan --in reassemble-scan.npz --out o.npz --crop 4 --device "$device"
    expect 0 '^origin <f8 2' "$files" types o.npz
    expect 1 'extract-group.npz: extract-group: .*17' "$clptycho" op extract-group --in extract-group.npz --out o.npz --size 17 \
        --device "$device"
}

gradients_suite() {
    find_device
    "$files" make . || exit 1
    tolerance=2e-5
    for fill in zeros edge; do op warp-adjoint warp-adjoint.npz --fill $fill; done
    op translate-adjoint translate-adjoint.npz
    op extract-scan-adjoint extract-scan-adjoint.npz
    op extract-group-adjoint extract-group-adjoint.npz
    for weight in center center_masked probe; do
        op reassemble-group-adjoint reassemble-group-adjoint.npz --weight $weight
    done
    op reassemble-group-adjoint reassemble-group-adjoint.npz --weight probe --recenter
    op reassemble-scan-adjoint reassemble-scan-adjoint.npz --crop 4
    op diffract-adjoint diffract-adjoint.npz
    op forward-adjoint forward-adjoint.npz
    op forward-adjoint forward-adjoint.npz --smooth 0.5 --probe-mask --scale 1.5
    op forward-adjoint forward-adjoint.npz --pad
    near='--energy 12658 --distance 0.3 --detector-pixel 2e-6 --source-distance 0.3'
    op forward-adjoint forward-adjoint.npz --propagation angular $near
    op gradient gradient.npz --propagation fresnel $near
    for loss in poisson amplitude mae; do
        op loss loss.npz --loss $loss
        op gradient gradient.npz --loss $loss --scale 2
    done
    op gradient gradient.npz --loss amplitude --smooth 0.5 --probe-mask --pad
    op total-variation total-variation.npz
    op total-variation total-variation.npz --variation edge --epsilon 0.1
    for weight in center_masked probe; do op physics-layer physics-layer.npz --canvas 14 --weight $weight; done
    op physics-layer physics-layer-only.npz --canvas 14

    types() {
        expect 0 '' "$clptycho" op "$@" --out o.npz --device "$device"
        "$files" types o.npz >types.txt
    }
    has() { grep -q "$1" types.txt || { fail "no '$1' in the result"; cat types.txt; }; }
    c=c8
    f=f4
    [ "$device" = reference ] && c=c16 && f=f8
    types gradient --in gradient.npz
    for line in '^loss <f8$' "^d_object <$c 20 24" "^d_probe <$c 2 16 16" '^d_positions <f8 5 2' '^d_scale <f8$'; do has "$line"; done
    types physics-layer --in physics-layer.npz --canvas 14
    for line in "^amplitude <$f 2 4 8 8" "^d_patches <$c 2 4 8 8" '^d_offsets <f8 2 4 2' "^d_probe <$c 2 8 8"; do has "$line"; done
    types physics-layer --in physics-layer-only.npz --canvas 14
    [ "$(wc -l <types.txt)" = 1 ] || fail 'gradients without a cotangent'
    # A mask of ones is what no mask means.
    expect 0 '' "$clptycho" op loss --in loss.npz --out masked.npz --device "$device"
    expect 0 '' "$clptycho" op loss --in loss-unmasked.npz --out unmasked.npz --device "$device"
    "$files" compare unmasked.npz masked.npz 0 || fail 'a mask of ones changes a loss'
    expect 1 'gradient.npz: forward-adjoint\|cotangent' "$clptycho" op forward-adjoint --in gradient.npz --out x.npz --device "$device"
    expect 1 'physics-layer: .*7' "$clptycho" op physics-layer --in physics-layer.npz --out x.npz --canvas 7 --device "$device"
    [ -e x.npz ] && fail 'a result of a failed operation'
    return 0
}

groups_suite() {
    "$files" make . || exit 1
    expect 0 '' "$clptycho" op groups --in groups.npz --out a.npz --neighbours 7 --all-choices --groups 100 --seed 5
    for line in '^indices <i8 100 4$' '^centres <f8 100 2$' '^offsets <f8 100 4 2$'; do expect 0 "$line" "$files" types a.npz; done
    expect 0 '' "$clptycho" op groups --in groups.npz --out b.npz --neighbours 7 --all-choices --groups 100 --seed 5
    cmp -s a.npz b.npz || fail 'equal seeds give different groups'
    expect 0 '' "$clptycho" op groups --in groups.npz --out b.npz --neighbours 7 --all-choices --groups 100 --seed 6
    cmp -s a.npz b.npz && fail 'different seeds give equal groups'
    expect 0 '' "$clptycho" op groups --in groups.npz --out b.npz --grid 3
    expect 0 '^indices <i8 30 9$' "$files" types b.npz
    expect 1 'groups.npz: groups: .*31 groups of 4 are more' "$clptycho" op groups --in groups.npz --out x.npz --groups 31
    expect 1 'only 30 positions' "$clptycho" op groups --in groups.npz --out x.npz --grid 6
    expect 1 'not \[S, 2\]' "$clptycho" op groups --in bad-pairs.npz --out x.npz
    [ -e x.npz ] && fail 'groups from wrong options'
    return 0
}

# r_of FILE: the number behind the first "R-factor".
r_of() {
    sed -n 's/^R-factor \([0-9.]*\).*/\1/p' "$1"
}

below() {
    awk "BEGIN { exit !($1 < $2) }" || fail "$3: $1 is not below $2"
}

trip_suite() {
    find_device
    run() { "$clptycho" "$@" --device "$device" >out.txt 2>err.txt || { fail "$*"; cat err.txt; }; }
    run simulate --out clean.npz --size 32 --step 5 --count 64 --jitter 0.7 --photons 0 --seed 3
    expect 0 '^scan_index <i8 64' "$files" types clean.npz
    run forward clean.npz --worst 0
    below "$(r_of out.txt)" 0.0002 'noise-free data by its own object and probe'
    run reconstruct clean.npz --iterations 40 --batch 16 --out result.npz
    reported=$(r_of out.txt)
    below "$reported" 0.05 'reconstruction of noise-free data'
    run forward clean.npz --from result.npz --out predicted.npz
    below "$(r_of out.txt)" 0.05 'forward from the result'
    [ "$(r_of out.txt)" = "$reported" ] || fail "reconstruct says R-factor $reported, forward $(r_of out.txt)"
    [ "$(sed -n '/worst patterns/,$p' out.txt | wc -l)" = 12 ] || fail 'not ten worst patterns'
    expect 0 '40 iterations' "$clptycho" info result.npz
    for shape in '^object <c8' '^probe <c8 1 32 32' '^positions <f8 64 2' '^errors <f8 40' '^r_factor <f8$' '^poisson <f8$'; do
        expect 0 "$shape" "$files" types result.npz
    done
    run reconstruct clean.npz --iterations 40 --batch 16 --out again.npz
    "$files" compare again.npz result.npz 0 || fail 'a second run gives other bits'

    # What corrects the model is a part of it: forward and compare find the R-factor that reconstruct did.
    for how in '--intensity-start 1' '--background-start 1' '--opr-modes 2' \
        '--intensity-start 1 --background-start 1 --opr-modes 1 --modes 2'; do
        run reconstruct clean.npz --iterations 4 $how --out corrected.npz
        reported=$(r_of out.txt)
        run forward clean.npz --from corrected.npz --worst 0
        [ "$(r_of out.txt)" = "$reported" ] || fail "$how: reconstruct says R-factor $reported, forward $(r_of out.txt)"
        run compare corrected.npz --scan clean.npz
        below "$(awk "/^R-factor/ { d = \$2 - $reported; print d < 0 ? -d : d }" out.txt)" 0.0001 "$how: what compare finds besides $reported"
    done

    # Counts: the same from the same seed, others from another; modes; a result as the source of a scan.
    run simulate --out one.npz --size 16 --count 9 --positions spiral --probe disc --object cells --photons 1e4 --modes 3
    run simulate --out two.npz --size 16 --count 9 --positions spiral --probe disc --object cells --photons 1e4 --modes 3
    cmp -s one.npz two.npz || fail 'equal seeds give different scans'
    run simulate --out three.npz --size 16 --count 9 --positions spiral --probe disc --object cells --photons 1e4 --modes 3 --seed 1
    cmp -s one.npz three.npz && fail 'different seeds give equal scans'
    expect 0 '3 probe modes' "$clptycho" info one.npz
    expect 0 'counts a pattern  *mean \(99\|10[01]\)[0-9][0-9]\|mean 10000' "$clptycho" info one.npz
    run reconstruct one.npz --iterations 3 --modes 4 --out modes.npz --verbose --explain --without clfft,exit_step=n64
    grep -q '^device: .* - asked for as ' err.txt || fail 'no device with --explain'
    grep -q '^exit_step: .* - .*; ran [0-9]* times' err.txt || fail 'no exit_step with --explain'
    grep -q '^without: clfft,exit_step=n64 - ' err.txt || fail 'what is switched off is not explained'
    grep -q 'iteration 3/3' err.txt || fail 'no iterations with --verbose'
    expect 0 '^probe <c8 4 16 16' "$files" types modes.npz
    run reconstruct clean.npz --iterations 2 --crop 24 --out cropped.npz
    expect 0 '^probe <c8 1 24 24' "$files" types cropped.npz
    expect 1 'pixels a side' "$clptycho" forward clean.npz --from cropped.npz --device "$device"
    run forward clean.npz --from cropped.npz --crop 24
    run reconstruct clean.npz --iterations 2 --bin 2 --probe-start -1 --alpha 0.5 --out binned.npz
    run simulate --from result.npz --out from_result.npz --probe gaussian --size 24 --positions random --count 20 --photons 0
    expect 0 '^diff3d <f4 20 24 24' "$files" types from_result.npz
    run reconstruct clean.npz --iterations 1 --object-from-file --probe-start -1 --out from_truth.npz
    below "$(r_of out.txt)" 0.001 'a reconstruction that starts from the truth'
}

# Images behind the sample in a diverging beam: R-factors follow the propagation that they were made with.
near_suite() {
    find_device
    run() { "$clptycho" "$@" --device "$device" >out.txt 2>err.txt || { fail "$*"; cat err.txt; }; }
    beam='--propagation fresnel --energy 12658 --distance 1.12 --detector-pixel 55e-6 --source-distance 3.65e-3'
    run simulate $beam --out near.npz --size 48 --probe disc --step 6 --count 49 --photons 0
    run forward near.npz $beam --worst 0
    below "$(r_of out.txt)" 0.0002 'noise-free images by their own object and probe'
    run forward near.npz --propagation angular --energy 12658 --distance 0.003638143550037823 \
        --detector-pixel 1.7865883504650023e-07 --worst 0
    below "$(r_of out.txt)" 0.001 'the angular spectrum in the effective geometry'
    run forward near.npz --worst 0
    below 0.5 "$(r_of out.txt)" 'near-field images as a far field'
    run reconstruct near.npz $beam --iterations 30 --out result.npz
    reported=$(r_of out.txt)
    below "$reported" 0.05 'reconstruction of images'
    run forward near.npz $beam --from result.npz --worst 0
    [ "$(r_of out.txt)" = "$reported" ] || fail "reconstruct says R-factor $reported, forward $(r_of out.txt)"
    for missing in energy distance detector-pixel; do
        expect 1 "needs --$missing" "$clptycho" forward near.npz $(echo "$beam" | sed "s/--$missing [^ ]*//") \
            --device "$device"
    done
}

# Checkpoints, signals, starts and HDF5 results, on the device that the others use.
files_suite() {
    find_device
    run() { "$clptycho" "$@" --device "$device" >out.txt 2>err.txt || { fail "$*"; cat err.txt; }; }
    run simulate --out scan.npz --size 16 --count 16 --step 3 --photons 1e4 --seed 3 --probe disc

    # Beyond float32, which the reference is not bound by.
    "$files" make . || exit 1
    if [ "$device" != reference ]; then
        expect 1 'bad-huge.npz: .* became' "$clptycho" reconstruct bad-huge.npz --checkpoint 1 --device "$device"
        [ -e bad-huge_reconstruction.npz ] || [ -e bad-huge_reconstruction_checkpoint.npz ] &&
            fail 'something was kept of what is not finite'
    fi

    # A run in two parts gives the same file, byte by byte, as one in a single part.
    run reconstruct scan.npz --iterations 7 --out whole.npz
    run reconstruct scan.npz --iterations 4 --checkpoint 2 --out part.npz
    run reconstruct scan.npz --iterations 7 --resume part_checkpoint.npz --out resumed.npz
    cmp whole.npz resumed.npz || fail 'a resumed run gives other bits'
    cmp -s part.npz whole.npz && fail 'seven iterations give what four give'
    run reconstruct scan.npz --iterations 5 --intensity-start 1 --background-start 2 --out corrected.npz
    run reconstruct scan.npz --iterations 3 --intensity-start 1 --background-start 2 --checkpoint 3 --out corrected-part.npz
    run reconstruct scan.npz --iterations 5 --intensity-start 1 --background-start 2 --resume corrected-part_checkpoint.npz \
        --out corrected-resumed.npz
    cmp corrected.npz corrected-resumed.npz || fail 'a resumed run with corrections gives other bits'
    "$clptycho" info corrected.npz | grep -q 'amplitude_factors' || fail 'no amplitude_factors in the result'
    run reconstruct scan.npz --iterations 3 --background corrected.npz --out given.npz
    "$clptycho" info given.npz | grep -q '^background' || fail 'no background in the result'
    expect 1 'seed: 0 then, 5 now' "$clptycho" reconstruct scan.npz --iterations 7 --seed 5 --resume part_checkpoint.npz --device "$device"
    expect 1 'measured amplitudes' "$clptycho" reconstruct scan.npz --iterations 7 --crop 12 --resume part_checkpoint.npz --device "$device"
    expect 1 'asks for no more' "$clptycho" reconstruct scan.npz --iterations 4 --resume part_checkpoint.npz --device "$device"
    expect 1 "is no checkpoint" "$clptycho" reconstruct scan.npz --resume whole.npz --device "$device"

    CLPTYCHO_FFT=general "$clptycho" reconstruct scan.npz --iterations 7 --resume part_checkpoint.npz --out other.npz --device "$device" >out.txt 2>err.txt ||
        fail 'another FFT provider is refused'
    grep -q 'warning.*CLPTYCHO_FFT:  *then, general now' err.txt || { fail 'no warning about another FFT provider'; cat err.txt; }

    # A signal ends the iteration, saves, and has a status of its own; so does the run that goes on.
    for signal in INT TERM; do
        rm -f cut_checkpoint.npz
        "$clptycho" reconstruct scan.npz --iterations 1000000 --checkpoint 1 --out cut.npz --device "$device" >out.txt 2>err.txt &
        pid=$!
        while [ ! -e cut_checkpoint.npz ]; do sleep 0.05; kill -0 $pid 2>/dev/null || break; done
        kill -$signal $pid
        status=0
        wait $pid || status=$?
        [ $status = 3 ] || { fail "SIG$signal ends with status $status, not 3"; cat err.txt; continue; }
        done=$(sed -n 's/.*stopped after \([0-9]*\) of.*/\1/p' err.txt)
        more=$((done + 2))
        run reconstruct scan.npz --iterations $more --resume cut_checkpoint.npz --out cut.npz
        run reconstruct scan.npz --iterations $more --out whole.npz
        cmp whole.npz cut.npz || fail "a run stopped after $done iterations and resumed gives other bits"
    done

    # Where the result can be written no more at the end, it goes elsewhere, and the message says where.
    mkdir gone
    "$clptycho" reconstruct scan.npz --iterations 1000000 --verbose --out gone/r.npz --device "$device" >out.txt 2>err.txt &
    pid=$!
    until grep -q 'iteration 2/' err.txt; do sleep 0.05; kill -0 $pid 2>/dev/null || break; done
    rm -r gone
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    [ $status = 1 ] || fail "a result that went elsewhere ends with status $status, not 1"
    place=$(sed -n 's/.*gone\/r.npz: .*; the result is in \(.*\) instead.*/\1/p' err.txt)
    [ -s "$place" ] || { fail 'the result is nowhere'; grep -v iteration err.txt; }
    grep -q 'warning: .*goes on without a checkpoint' err.txt || fail 'no warning about the checkpoint'
    run forward scan.npz --from "$place" --worst 0

    # Starts.
    run reconstruct scan.npz --iterations 8 --out given.npz
    for probe in mean disc:4 gaussian:3 defocus:4 defocus:4,5 given.npz; do
        run reconstruct scan.npz --iterations 8 --probe "$probe" --out start.npz
        "$files" compare start.npz given.npz 0 >/dev/null 2>&1 && fail "--probe $probe changes nothing"
    done
    run reconstruct scan.npz --iterations 8 --out given.npz
    given=$(r_of out.txt)
    run reconstruct scan.npz --iterations 1 --object given.npz --probe given.npz --out start.npz
    below "$(r_of out.txt)" "$(echo "$given" | awk '{ print 1.05 * $1 }')" 'a start from a result'
    run reconstruct scan.npz --iterations 2 --object random --seed 4 --out random.npz
    run reconstruct scan.npz --iterations 2 --object random --seed 5 --out other.npz
    "$files" compare random.npz other.npz 0 >/dev/null 2>&1 && fail 'two seeds start alike'
    for probe in disc disc: disc:x disc:4,5 disc:-1 mean:3 defocus:1,2,3 no-such-file; do
        expect 2 'probe takes' "$clptycho" reconstruct scan.npz --probe "$probe" --device "$device"
    done
    expect 1 'no such\|cannot be read' "$clptycho" reconstruct scan.npz --object no-such-file --device "$device"
    expect 1 'needs --energy' "$clptycho" reconstruct scan.npz --propagation fresnel --device "$device"

    # Comparison: with itself, with the truth, with the scan.
    run simulate --out big.npz --size 32 --count 100 --step 4 --photons 1e6 --seed 3 --probe focus
    run reconstruct big.npz --iterations 20 --out big_result.npz
    reported=$(r_of out.txt)
    run compare big_result.npz big_result.npz --json
    grep -q '"ssim_phase":.*1' out.txt || fail 'a result is not like itself'
    below "$(sed -n 's/.*"nrmse":[^0-9]*\([0-9.e-]*\),.*/\1/p' out.txt)" 1e-6 'NRMSE of a result with itself'
    run compare big_result.npz big.npz --scan big.npz --png seen
    below "$(awk '/^NRMSE/ { print $2 }' out.txt)" 0.1 'NRMSE of a reconstruction'
    below 0.3 "$(sed -n 's/^FRC below 0.5 *\(never below; \)*\([0-9.]*\).*/\2/p' out.txt)" 'FRC of a reconstruction'
    [ "$(awk '/^R-factor/ { printf "%.4f", $2 }' out.txt)" = "$reported" ] || fail "compare says another R-factor than $reported"
    for picture in magnitude phase difference; do [ -s seen_$picture.png ] || fail "no seen_$picture.png"; done
    run compare big_result.npz --scan big.npz
    grep -q NRMSE out.txt && fail 'a figure against no truth'
    expect 2 'TRUTH or --scan' "$clptycho" compare big_result.npz
    expect 2 'one argument too many' "$clptycho" compare big_result.npz big.npz big.npz
    run compare big_result.npz big.npz --box 20,18,24,28
    grep -q '^region  *24 rows x 28 columns from row 20, column 18' out.txt || fail 'another box than asked for'
    for box in 1,2,3 1,2,3,4,5 a,1,2,3 1,2,0,4 -1,2,30,30; do
        expect 2 'four whole numbers' "$clptycho" compare big_result.npz big.npz --box $box
    done
    expect 1 'must lie within' "$clptycho" compare big_result.npz big.npz --margin 15
    expect 1 'pixels a side' "$clptycho" compare given.npz --scan big.npz --device "$device"

    # Orientation: found where it is wrong, left where it is right; given, it does the same.
    run simulate --out straight.npz --size 24 --count 36 --step 4 --photons 0 --seed 3 --probe focus --jitter 1
    "$files" turn straight.npz turned.npz || fail 'a scan cannot be turned'
    run reconstruct straight.npz --iterations 10 --orientation auto --out found.npz
    grep -q '^orientation: none fits best' out.txt || { fail 'the right orientation is not found'; cat out.txt; }
    run reconstruct straight.npz --iterations 10 --out right.npz
    cmp found.npz right.npz || fail 'an orientation that is right changes the result'
    run reconstruct turned.npz --iterations 10 --orientation auto --out found.npz
    grep -q '^orientation: transpose,flip-y fits best' out.txt || { fail 'the turned orientation is not found'; cat out.txt; }
    cmp found.npz right.npz || fail 'a turned scan comes out otherwise than a straight one'
    run reconstruct turned.npz --iterations 10 --orientation transpose,flip-y --out found.npz
    cmp found.npz right.npz || fail 'an orientation that is given does something else than one that is found'
    run reconstruct straight.npz --iterations 10 --orientation flip-x,pattern-flip-x --probe mean --out mirrored.npz
    mirrored=$(r_of out.txt)
    run reconstruct straight.npz --iterations 10 --probe mean --out plain.npz
    below "$(echo "$mirrored $(r_of out.txt)" | awk '{ d = $1 - $2; print d < 0 ? -d : d }')" 0.002 'R-factors of mirror images'
    expect 2 'orientation takes' "$clptycho" reconstruct scan.npz --orientation sideways --device "$device"
    expect 2 'goes with --object' "$clptycho" reconstruct scan.npz --orientation flip-x --object file --device "$device"

    # HDF5, where the build has it.
    if ! "$clptycho" reconstruct scan.npz --iterations 8 --out given.h5 --device "$device" >out.txt 2>err.txt; then
        grep -q 'no HDF5' err.txt || fail 'an HDF5 result fails for another reason than its absence'
        return
    fi
    reported=$(r_of out.txt)
    expect 0 'option_iterations *8' "$clptycho" info given.h5
    expect 0 'R-factor *0' "$clptycho" info given.h5
    run forward scan.npz --from given.h5
    [ "$(r_of out.txt)" = "$reported" ] || fail "reconstruct says R-factor $reported, forward from its HDF5 $(r_of out.txt)"
    run reconstruct scan.npz --iterations 8 --energy 8000 --distance 2 --detector-pixel 50e-6 --output beam.h5
    expect 0 'object pixel' "$clptycho" info scan.npz --energy 8000 --distance 2 --detector-pixel 50e-6
    if python3 -c 'import h5py' 2>/dev/null; then
        python3 "$(dirname "$0")/check_product.py" beam.h5 given.npz || fail 'h5py finds something else in the HDF5 result'
    fi
}

"${suite}_suite"
[ "$failures" = 0 ] || { echo "$failures failures"; exit 1; }
