#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_command.sh SUITE COMMAND FILES_HELPER DEVICE: runs the built command from outside.
# Suites: usage, bad_input, output, groups, ops, gradients. A device that is not there skips (77).
suite=$1
clptycho=$2
files=$3
device=$4
here=$(cd "$(dirname "$0")" && pwd)
one_line=yes
. "$(dirname "$0")/command_support.sh"

usage_suite() {
    commands="devices doctor layouts convert info simulate forward reconstruct compare op tune bench parity"
    expect 0 'Usage: clptycho COMMAND' "$clptycho" --help
    expect 0 'Usage: clptycho COMMAND' "$clptycho" help
    expect 0 '^clptycho [0-9]' "$clptycho" --version
    for name in $commands; do
        expect 0 "^Usage: clptycho $name" "$clptycho" "$name" --help
        grep -q '^Example:' out.txt || fail "no example in $name --help"
        grep -q -e '--device, -d NAME' out.txt || fail "no --device in $name --help"
        [ -s err.txt ] && fail "$name --help writes to stderr"
        cp out.txt by-option.txt
        expect 0 "^Usage: clptycho $name" "$clptycho" help "$name"
        cmp -s out.txt by-option.txt || fail "'help $name' and '$name --help' differ"
        expect 2 'unknown option --devise (did you mean --device?)' "$clptycho" "$name" --devise
    done
    expect 1 "unknown variant or FFT provider 'quickest'.* fft=lanes|.*exit_step=n64|" \
        "$clptycho" simulate --out x.npz --device reference --without quickest
    expect 0 '^clptycho: nothing to explain' "$clptycho" bench --list --explain
    expect 2 'Usage' "$clptycho"
    expect 2 "unknown command 'reconstuct' (did you mean reconstruct?)" "$clptycho" reconstuct
    expect 2 "unknown command 'zzzzzzzz'; " "$clptycho" zzzzzzzz
    expect 2 'FILE is missing' "$clptycho" info
    expect 2 'one argument too many' "$clptycho" info a b
    expect 2 'one argument too many' "$clptycho" devices a
    expect 2 'an integer' "$clptycho" reconstruct x.npz --batch abc
    expect 2 'an integer' "$clptycho" reconstruct x.npz --batch 12x
    expect 2 'an integer' "$clptycho" reconstruct x.npz --batch=
    expect 2 'out of range' "$clptycho" reconstruct x.npz --batch -3
    expect 2 'out of range' "$clptycho" reconstruct x.npz --batch 0
    expect 2 'out of range' "$clptycho" reconstruct x.npz --batch 99999999999999999999
    expect 2 'alpha 1.5 is out of range: 0 < A <= 1' "$clptycho" reconstruct x.npz --alpha 1.5
    expect 2 'finite number' "$clptycho" reconstruct x.npz --alpha nan
    expect 2 'finite number' "$clptycho" simulate --out x.npz --step 1e999
    expect 2 '2^64' "$clptycho" reconstruct x.npz --seed -1
    expect 2 '2^64' "$clptycho" reconstruct x.npz --seed 18446744073709551616
    expect 2 'requires a value' "$clptycho" reconstruct x.npz --out
    expect 2 'requires a value' "$clptycho" reconstruct x.npz --out --seed 1
    expect 2 'takes no value' "$clptycho" reconstruct x.npz --fftshift=1
    expect 2 'one of grid|spiral|random|file' "$clptycho" simulate --out x.npz --positions circle
    expect 2 'unknown engine' "$clptycho" reconstruct x.npz --engine none
    for engine in rpie epie lsqml dm raar; do
        expect 2 "engines:.* $engine" "$clptycho" reconstruct x.npz --engine none
        "$clptycho" reconstruct --help | grep -q "^  --engine [a-z|]*$engine" || fail "no $engine in --help"
    done
    "$clptycho" help reconstruct --markdown >options.md
    diff "$here/../docs/options.md" options.md ||
        fail "docs/options.md is not what 'clptycho help reconstruct --markdown' writes"
    names=$("$clptycho" help reconstruct all | sed -n 's/^  --\([a-z-]*\).*/\1/p')
    [ -z "$(echo "$names" | sort | uniq -d)" ] || fail "twice in --help: $(echo "$names" | sort | uniq -d)"
    for name in position-dilation opr-start object-amplitude-min energy iterations device; do
        echo "$names" | grep -qx -e $name || fail "no --$name in --help"
    done
    expect 2 "relaxation 0.5 is not supported by engine 'rpie'; .*: dm, raar" "$clptycho" reconstruct x.npz --relaxation 0.5
    expect 2 "object-alpha 0.5 is not supported by engine 'epie'" "$clptycho" reconstruct x.npz --engine epie --alpha 0.5
    for engine in epie dm raar; do
        expect 2 "batch 4 is not supported by engine '$engine'; .*: rpie, lsqml" "$clptycho" reconstruct x.npz --engine $engine --batch 4
    done
    for never in -1 never; do
        expect 2 'nothing is reconstructed' "$clptycho" reconstruct x.npz --object-start $never --probe-start $never
    done
    expect 2 'position-start 0 is out of range: N >= 1, or never' "$clptycho" reconstruct x.npz --position-start 0
    expect 2 'opr-modes 2 is not supported by engine .dm.' "$clptycho" reconstruct x.npz --engine dm --opr-modes 2
    expect 2 'orthogonalise 2 and --opr-modes 2 exclude' "$clptycho" reconstruct x.npz --opr-modes 2 --orthogonalise 2
    expect 2 'object-amplitude-min 2 and --object-amplitude-max 1' "$clptycho" reconstruct x.npz --object-least 2 --object-most 1
    expect 2 'object-alpha and --alpha are the same option' "$clptycho" reconstruct x.npz --alpha 0.5 --object-alpha 0.3
    expect 2 'position-limit requires --position-start N' "$clptycho" reconstruct x.npz --position-limit 0.1
    expect 2 'exclude each other' "$clptycho" reconstruct x.npz --object random --object-from-file
    expect 2 'out and --output are the same option' "$clptycho" reconstruct x.npz --out a.npz --output b.npz
    expect 2 'probe requires' "$clptycho" reconstruct x.npz --probe defocus:3,
    expect 1 'requires --energy, --distance, --detector-pixel; set' "$clptycho" simulate --out x.npz --propagation fresnel
    expect 1 'requires --distance, --detector-pixel; set' "$clptycho" simulate --out x.npz --propagation fresnel --energy 8000
    expect 1 'not a regular file' "$clptycho" bench --read .
    expect 2 'two dashes' "$clptycho" reconstruct x.npz -b 3
    expect 2 'iterations 0 is out of range' "$clptycho" reconstruct x.npz -n0
    expect 2 'an integer' "$clptycho" reconstruct x.npz -n x
    expect 2 'requires a value' "$clptycho" reconstruct x.npz -o
    expect 2 'takes no value' "$clptycho" reconstruct x.npz -qv
    expect 2 'unknown option --iterations' "$clptycho" simulate -n 3
    expect 1 'no-such-device' "$clptycho" devices -d no-such-device
    for engine in ePIE epie 'difference-map' 'Difference Map' LSQ-ML lsq_ml; do
        expect 1 'x.npz' "$clptycho" reconstruct x.npz --engine "$engine" --device reference
    done
    expect 2 "relaxation 0.5 is not supported by engine 'lsqml'" "$clptycho" reconstruct x.npz --ENGINE LSQ-ML --relaxation 0.5
    expect 1 'x.npz' "$clptycho" reconstruct x.npz --likelihood Gaussian --device reference
    expect 2 '--out FILE.npz is missing' "$clptycho" simulate
    expect 2 'requires --from' "$clptycho" simulate --out x.npz --object file
    expect 0 'reassemble-group' "$clptycho" op --list
    expect 2 'NAME is missing' "$clptycho" op
    expect 2 'did you mean warp' "$clptycho" op wrap --in a.npz --out b.npz
    expect 0 '^physics-layer ' "$clptycho" op --list
    expect 2 'did you mean warp-adjoint' "$clptycho" op warp-adjont --in a.npz --out b.npz
    expect 2 'physics-layer requires --canvas' "$clptycho" op physics-layer --in a.npz --out b.npz
    expect 2 'does not support --loss' "$clptycho" op forward --in a.npz --out b.npz --loss mae
    expect 2 'one of poisson|amplitude|mae' "$clptycho" op gradient --in a.npz --out b.npz --loss l2
    expect 2 'requires --photons' "$clptycho" op photon-scale --in a.npz --out b.npz
    expect 2 'requires --size' "$clptycho" op extract-scan --in a.npz --out b.npz
    expect 2 'does not support --size' "$clptycho" op warp --in a.npz --out b.npz --size 3
    expect 2 'requires --in' "$clptycho" op warp --out b.npz
    expect 2 'requires --out' "$clptycho" op warp --in a.npz
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
    expect 1 'outside the object' "$clptycho" forward bad-off.npz --device reference
    expect 1 'outside the object' "$clptycho" reconstruct bad-off.npz --object-from-file --device reference
    expect 1 'outside the object' "$clptycho" simulate --from bad-off.npz --out s.npz --device reference
    expect 1 'in pixels of the object' "$clptycho" reconstruct bad-unit.npz --device reference
    expect 1 "array 'probeGuess'.*--probe mean" "$clptycho" reconstruct bad-probe.npz --device reference
    expect 0 R-factor "$clptycho" reconstruct bad-probe.npz --probe mean --iterations 1 --out made.npz --device reference
    expect 0 R-factor "$clptycho" forward bad-probe.npz --from made.npz --device reference
    expect 0 R-factor "$clptycho" compare made.npz --scan bad-probe.npz --device reference
    expect 1 "'mask'" "$clptycho" reconstruct bad-negative.npz --device reference
    expect 1 'object is zero everywhere' "$clptycho" reconstruct bad-object.npz --object file --device reference
    expect 1 'missing.npz' "$clptycho" info missing.npz
    expect 1 "no array 'images'" "$clptycho" op warp --in diffract.npz --out b.npz --device reference
    expect 1 "array 'object' has rank 3" "$clptycho" op extract-scan --in bad-op.npz --out b.npz --size 4 --device reference
    expect 1 'last axis of 3; it must be \[S, 2\]' "$clptycho" op extract-scan --in bad-pairs.npz --out b.npz --size 4 --device reference
    expect 1 "no-such-device" "$clptycho" reconstruct good.npz --device no-such-device
    expect 1 'good.npz: is not a checkpoint' "$clptycho" reconstruct good.npz --resume good.npz --device reference
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
    # An input is never an output, under any name.
    cp good.npz original && ln -s good.npz alias.npz && ln good.npz run_checkpoint.npz
    for out in good.npz ./good.npz alias.npz; do
        expect 1 'name another file with --out' "$clptycho" reconstruct good.npz --out $out --device reference
        expect 1 'name another file with --out' "$clptycho" forward good.npz --out $out --device reference
        expect 1 'name another file with --out' "$clptycho" simulate --from good.npz --out $out --device reference
    done
    expect 1 'name another file with --out' "$clptycho" reconstruct run_checkpoint.npz --out run.npz --device reference
    expect 1 'name another file with --out' "$clptycho" op diffract --in diffract.npz --out diffract.npz --device reference
    cmp -s good.npz original || fail 'a scan did not survive being named as output'
    expect 1 'not HDF5' "$clptycho" simulate --out s.h5 --device reference
    # A name that promises another format is refused, one without an ending promises nothing.
    for out in r.png r.txt dir.npz/r.jpg; do
        mkdir -p dir.npz
        expect 1 'use a name that ends in .npz, .h5' "$clptycho" reconstruct good.npz --out $out --device reference
        expect 1 'use a name that ends in .npz' "$clptycho" simulate --out $out --device reference
        [ -e $out ] && fail "$out was written"
    done
    expect 0 'R-factor' "$clptycho" reconstruct good.npz --iterations 1 --out plain --device reference
    expect 0 'wrote dir.npz/R.NPZ' "$clptycho" reconstruct good.npz --iterations 1 --out dir.npz/R.NPZ --device reference
    expect 0 'warning: --probe-power 1e+09' "$clptycho" reconstruct good.npz --iterations 1 --probe-power 1e9 --device reference
    expect 0 '' "$clptycho" reconstruct good.npz --iterations 1 --device reference
    grep -q warning err.txt && fail 'a warning about nothing'
    for late in probe position intensity background; do
        expect 0 "warning: --$late-start 5 has no effect: this run ends after 2 iterations" \
            "$clptycho" reconstruct good.npz --iterations 2 --$late-start 5 --device reference
    done
    expect 2 'position-range requires --position-start' "$clptycho" reconstruct good.npz --position-range 3 --device reference
    # Scans that can be read and look wrong: warnings of info and reconstruct.
    for odd in 'odd-dark.npz 1 pattern.* no counts' 'odd-still.npz in pixels of the object' 'odd-counts.npz square roots' 'odd-corners.npz --fftshift'; do
        expect 0 "warning: .*${odd#* }" "$clptycho" info "${odd%% *}"
        expect 0 "warning: .*${odd#* }" "$clptycho" reconstruct "${odd%% *}" --iterations 1 --device reference
        [ "$(grep -c warning err.txt)" = 1 ] || { fail "${odd%% *}: more than one warning"; cat err.txt; }
    done
    expect 1 'not a regular file' "$clptycho" reconstruct good.npz --out /dev/full --device reference
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
    op scan reassemble-scan.npz --crop 4
    op photon-scale forward.npz --photons 1e5
    op photon-scale forward.npz --photons 1e5 --smooth 0.5 --pad
    op gram modes.npz
    op orthogonalise modes.npz
    op forward forward.npz
    op forward forward.npz --smooth 0.5 --probe-mask --scale 1.5
    op forward forward.npz --pad
    op forward forward.npz --subpixel exact
    op forward forward-one.npz
    near='--energy 12658 --distance 0.3 --detector-pixel 2e-6 --source-distance 0.3'
    op forward forward.npz --propagation fresnel $near
    op propagate diffract.npz --propagation angular $near
    op propagate diffract.npz --propagation fresnel $near --back
    expect 1 'requires a positive wavelength' "$clptycho" op propagate --in diffract.npz --out o.npz --propagation fresnel --device "$device"
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
    op forward-adjoint forward-adjoint.npz --subpixel bank:4
    op gradient gradient.npz --subpixel exact
    expect 1 'with pad there are gradients of subpixel = bilinear only' "$clptycho" op gradient --in gradient.npz --out o.npz \
        --pad --subpixel exact --device "$device"
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
    op physics-layer-adjoint physics-layer.npz --canvas 14

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
    expect 1 'groups.npz: groups: .*31 groups of 4 exceed' "$clptycho" op groups --in groups.npz --out x.npz --groups 31
    expect 1 'only 30 positions' "$clptycho" op groups --in groups.npz --out x.npz --grid 6
    expect 1 'last axis of 3; it must be \[S, 2\]' "$clptycho" op groups --in bad-pairs.npz --out x.npz
    [ -e x.npz ] && fail 'groups from wrong options'
    return 0
}

"${suite}_suite"
finish
