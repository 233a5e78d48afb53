#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_reconstruct.sh SUITE COMMAND FILES_HELPER DEVICE: scans made and reconstructed by the built command, from outside.
# Suites: trip, near, files. A device that is not there skips (77).
suite=$1
clptycho=$2
files=$3
device=$4
one_line=yes
. "$(dirname "$0")/command_support.sh"

# same A B: results with the same bits, however they were made.
same() { "$files" compare "$1" "$2" 0; }

trip_suite() {
    find_device
    run simulate --out clean.npz --size 32 --step 5 --count 64 --jitter 0.7 --photons 0 --seed 3
    expect 0 '^scan_index <i8 64' "$files" types clean.npz
    run forward clean.npz --worst 0
    below "$(r_of)" 0.0002 'noise-free data by its own object and probe'
    run reconstruct clean.npz --iterations 40 --batch 16 --out result.npz
    reported=$(r_of)
    below "$reported" 0.05 'reconstruction of noise-free data'
    run forward clean.npz --from result.npz --out predicted.npz
    below "$(r_of)" 0.05 'forward from the result'
    [ "$(r_of)" = "$reported" ] || fail "reconstruct says R-factor $reported, forward $(r_of)"
    [ "$(sed -n '/worst patterns/,$p' out.txt | wc -l)" = 12 ] || fail 'not ten worst patterns'
    expect 0 '40 iterations' "$clptycho" info result.npz
    expect 0 '^option_iterations  *40' "$clptycho" info result.npz
    expect 0 '^used_step  *1' "$clptycho" info result.npz
    [ "$("$clptycho" info result.npz | grep -c '^option_')" -gt 50 ] || fail 'options are missing in the result'
    for shape in '^object <c8' '^probe <c8 1 32 32' '^positions <f8 64 2' '^errors <f8 40' '^r_factor <f8$' '^poisson <f8$'; do
        expect 0 "$shape" "$files" types result.npz
    done
    # A 0 is a value of its own, not the default; "default" is.
    for option in '--engine lsqml --momentum' '--probe-start never --position-start 1 --position-stretch'; do
        run reconstruct clean.npz --iterations 3 $option 0 --out zero.npz
        run reconstruct clean.npz --iterations 3 ${option% *} --out without.npz
        run reconstruct clean.npz --iterations 3 $option default --out default.npz
        "$files" compare zero.npz without.npz 0 >/dev/null 2>&1 && fail "$option 0 changes nothing"
        "$files" compare default.npz without.npz 0 || fail "$option default is not the default"
    done
    run reconstruct clean.npz --iterations 40 --batch 16 --out again.npz
    "$files" compare again.npz result.npz 0 || fail 'a second run gives other bits'

    # Corrections are part of the model: forward and compare find the R-factor that reconstruct did.
    for how in '--intensity-start 1' '--background-start 1' '--opr-modes 2' \
        '--intensity-start 1 --background-start 1 --opr-modes 1 --modes 2'; do
        run reconstruct clean.npz --iterations 4 $how --out corrected.npz
        reported=$(r_of)
        run forward clean.npz --from corrected.npz --worst 0
        [ "$(r_of)" = "$reported" ] || fail "$how: reconstruct says R-factor $reported, forward $(r_of)"
        run compare corrected.npz --scan clean.npz
        below "$(awk "/^R-factor/ { d = \$2 - $reported; print d < 0 ? -d : d }" out.txt)" 0.0001 "$how: what compare finds besides $reported"
    done

    # Frames left out keep their entry in a result, in the scan's order.
    run reconstruct clean.npz --iterations 4 --exclude 3,-1 --patterns ::2 --intensity-start 1 --out some.npz
    reported=$(r_of)
    for shape in '^used <f8 64' '^positions <f8 64 2' '^amplitude_factors <f8 64'; do
        expect 0 "$shape" "$files" types some.npz
    done
    expect 0 '^option_patterns  *::2' "$clptycho" info some.npz
    run forward clean.npz --from some.npz --exclude 3,-1 --patterns ::2 --worst 0
    [ "$(r_of)" = "$reported" ] || fail "of some frames: reconstruct says R-factor $reported, forward $(r_of)"
    run forward clean.npz --from some.npz --exclude 3,-1 --patterns 1:8 --worst 1
    tail -1 out.txt | grep -q '^ *[124567] ' || fail "the worst pattern is not one of those in use"
    run compare some.npz clean.npz
    run reconstruct clean.npz --iterations 2 --patterns ::2 --checkpoint 1 --out half.npz
    run reconstruct clean.npz --iterations 4 --patterns ::2 --resume half_checkpoint.npz --out resumed.npz
    run reconstruct clean.npz --iterations 4 --patterns ::2 --out whole.npz
    same resumed.npz whole.npz || fail 'a resumed run of some frames gives other bits'
    expect 1 'patterns' "$clptycho" reconstruct clean.npz --iterations 4 --patterns ::4 --resume half_checkpoint.npz --device "$device"

    # Bad pixels of another file: the scan without a mask becomes the one that has it.
    run simulate --out whole.npz --size 16 --count 16 --photons 1e4 --seed 3
    run simulate --out dead.npz --size 16 --count 16 --photons 1e4 --seed 3 --dead 0.05
    run reconstruct dead.npz --iterations 3 --out masked.npz
    run reconstruct whole.npz --iterations 3 --mask dead.npz --out other.npz
    same masked.npz other.npz || fail 'a mask of another file is another mask'
    run forward dead.npz --from masked.npz --worst 0
    reported=$(r_of)
    run forward whole.npz --from masked.npz --mask dead.npz --worst 0
    [ "$(r_of)" = "$reported" ] || fail "forward with the mask of another file says $(r_of), not $reported"
    expect 0 '^mask ' "$clptycho" info whole.npz --mask dead.npz
    expect 1 "clean.npz: has neither array 'mask'" "$clptycho" reconstruct whole.npz --mask clean.npz --device "$device"
    expect 1 "dead.npz: array 'mask' is 16×16, but" "$clptycho" reconstruct clean.npz --mask dead.npz --device "$device"
    for read in mask background probe object; do
        expect 1 'name another file with --out' "$clptycho" reconstruct whole.npz --$read dead.npz --out dead.npz --device "$device"
    done

    # Counts: the same from the same seed, others from another; modes; a result as the source of a scan.
    run simulate --out one.npz --size 16 --count 9 --positions spiral --probe disc --object cells --photons 1e4 --modes 3
    run simulate --out two.npz --size 16 --count 9 --positions spiral --probe disc --object cells --photons 1e4 --modes 3
    cmp -s one.npz two.npz || fail 'equal seeds give different scans'
    run simulate --out three.npz --size 16 --count 9 --positions spiral --probe disc --object cells --photons 1e4 --modes 3 --seed 1
    cmp -s one.npz three.npz && fail 'different seeds give equal scans'
    expect 0 '3 probe modes' "$clptycho" info one.npz
    expect 0 'counts per pattern  *mean \(99\|10[01]\)[0-9][0-9]\|mean 10000' "$clptycho" info one.npz
    run reconstruct one.npz --iterations 3 --modes 4 --out modes.npz --verbose --explain --without clfft,exit_step=n64
    grep -q '^device: .* - requested as ' err.txt || fail 'no device with --explain'
    grep -q '^exit_step: .* - .*; ran [0-9]* times' err.txt || fail 'no exit_step with --explain'
    grep -q '^without: clfft,exit_step=n64 - ' err.txt || fail 'what is switched off is not explained'
    grep -q 'iteration 3/3' err.txt || fail 'no iterations with --verbose'
    expect 0 '^probe <c8 4 16 16' "$files" types modes.npz
    run reconstruct clean.npz --iterations 2 --crop 24 --pad-detector 1 --out cropped.npz
    expect 0 '^probe <c8 1 24 24' "$files" types cropped.npz
    expect 1 'a side of' "$clptycho" forward clean.npz --from cropped.npz --device "$device"
    run forward clean.npz --from cropped.npz --crop 24
    run reconstruct clean.npz --iterations 2 --bin 2 --probe-start -1 --alpha 0.5 --out binned.npz
    run simulate --from result.npz --out from_result.npz --probe gaussian --size 24 --positions random --count 20 --photons 0
    expect 0 '^diff3d <f4 20 24 24' "$files" types from_result.npz
    run reconstruct clean.npz --iterations 1 --object-from-file --probe-start -1 --out from_truth.npz
    below "$(r_of)" 0.001 'a reconstruction that starts from the truth'
}

# Images behind the sample in a diverging beam: R-factors follow the propagation that they were made with.
near_suite() {
    find_device
    beam='--propagation fresnel --energy 12658 --distance 1.12 --detector-pixel 55e-6 --source-distance 3.65e-3'
    run simulate $beam --out near.npz --size 48 --probe disc --step 6 --count 49 --photons 0
    run forward near.npz $beam --worst 0
    below "$(r_of)" 0.0002 'noise-free images by their own object and probe'
    run forward near.npz --propagation angular --energy 12658 --distance 0.003638143550037823 \
        --detector-pixel 1.7865883504650023e-07 --worst 0
    below "$(r_of)" 0.001 'the angular spectrum in the effective geometry'
    run forward near.npz --worst 0
    below 0.5 "$(r_of)" 'near-field images as a far field'
    run reconstruct near.npz $beam --iterations 30 --out result.npz
    reported=$(r_of)
    below "$reported" 0.05 'reconstruction of images'
    run forward near.npz $beam --from result.npz --worst 0
    [ "$(r_of)" = "$reported" ] || fail "reconstruct says R-factor $reported, forward $(r_of)"
    for missing in energy distance detector-pixel; do
        expect 1 "requires --$missing" "$clptycho" forward near.npz $(echo "$beam" | sed "s/--$missing [^ ]*//") \
            --device "$device"
    done
}

# ---- files: each part works on scan.npz ----

# Beyond float32, which the reference is not bound by.
beyond_float32() {
    if [ "$device" != reference ]; then
        expect 1 'bad-huge.npz: .* became' "$clptycho" reconstruct bad-huge.npz --checkpoint 1 --device "$device"
        [ -e bad-huge_reconstruction.npz ] || [ -e bad-huge_reconstruction_checkpoint.npz ] &&
            fail 'something was kept of what is not finite'
    fi
}

# A run in two parts gives the same file, byte by byte, as one in a single part.
in_two_parts() {
    run reconstruct scan.npz --iterations 7 --out whole.npz
    run reconstruct scan.npz --iterations 4 --checkpoint 2 --out part.npz
    run reconstruct scan.npz --iterations 7 --resume part_checkpoint.npz --out resumed.npz
    same whole.npz resumed.npz || fail 'a resumed run gives other bits'
    same part.npz whole.npz >/dev/null 2>&1 && fail 'seven iterations give what four give'
    run reconstruct scan.npz --iterations 5 --intensity-start 1 --background-start 2 --out corrected.npz
    run reconstruct scan.npz --iterations 3 --intensity-start 1 --background-start 2 --checkpoint 3 --out corrected-part.npz
    run reconstruct scan.npz --iterations 5 --intensity-start 1 --background-start 2 --resume corrected-part_checkpoint.npz \
        --out corrected-resumed.npz
    same corrected.npz corrected-resumed.npz || fail 'a resumed run with corrections gives other bits'
    "$clptycho" info corrected.npz | grep -q 'amplitude_factors' || fail 'no amplitude_factors in the result'
    run reconstruct scan.npz --iterations 3 --background corrected.npz --out given.npz
    "$clptycho" info given.npz | grep -q '^background' || fail 'no background in the result'
    expect 1 'probe-start: 1 then, 0 now' "$clptycho" reconstruct scan.npz --iterations 7 --probe-start 0 --resume part_checkpoint.npz --device "$device"
    expect 1 'seed: 0 then, 5 now' "$clptycho" reconstruct scan.npz --iterations 7 --seed 5 --resume part_checkpoint.npz --device "$device"
    expect 1 'measured amplitudes' "$clptycho" reconstruct scan.npz --iterations 7 --crop 12 --resume part_checkpoint.npz --device "$device"
    expect 1 'must be larger' "$clptycho" reconstruct scan.npz --iterations 4 --resume part_checkpoint.npz --device "$device"
    expect 1 "is not a checkpoint" "$clptycho" reconstruct scan.npz --resume whole.npz --device "$device"

    CLPTYCHO_FFT=general "$clptycho" reconstruct scan.npz --iterations 7 --resume part_checkpoint.npz --out other.npz --device "$device" >out.txt 2>err.txt ||
        fail 'another FFT provider is refused'
    grep -q 'warning.*CLPTYCHO_FFT:  *then, general now' err.txt || { fail 'no warning about another FFT provider'; cat err.txt; }
}

# A signal ends the iteration, saves, and has a status of its own; so does the continued run.
after_signals() {
    for signal in INT TERM HUP; do
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
        same whole.npz cut.npz || fail "a run stopped after $done iterations and resumed gives other bits"
    done
}

# SIGUSR1 writes checkpoint and result, and the run continues with the same bits; --resume auto continues a run if it can.
saves_on_request() {
    rm -f auto*
    "$clptycho" reconstruct scan.npz --iterations 400 --verbose --position-start 2 --resume auto --out auto.npz --device "$device" >out.txt 2>err.txt &
    pid=$!
    until grep -q 'iteration 2/' err.txt; do sleep 0.05; kill -0 $pid 2>/dev/null || break; done
    kill -USR1 $pid
    until grep -q 'saved after' err.txt; do sleep 0.05; kill -0 $pid 2>/dev/null || break; done
    [ -s auto.npz ] && [ -s auto_object_phase.png ] && [ -s auto_checkpoint.npz ] || fail 'SIGUSR1 saves nothing'
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    [ $status = 3 ] || { fail "after SIGUSR1: status $status, not 3"; cat err.txt; }
    more=$(($(sed -n 's/.*stopped after \([0-9]*\) of.*/\1/p' err.txt) + 2))
    run reconstruct scan.npz --iterations $more --position-start 2 --resume auto --out auto.npz --checkpoint 1
    run reconstruct scan.npz --iterations $more --position-start 2 --out whole.npz
    same whole.npz auto.npz || fail 'a result on request changes the bits of the run'
    run reconstruct scan.npz --iterations $more --position-start 2 --resume auto --out auto.npz
    same whole.npz auto.npz || fail 'a completed run that is resumed has another result'
}

# --time-limit stops and saves in time.
stops_in_time() {
    rm -f timed*
    status=0
    "$clptycho" reconstruct scan.npz --iterations 1000000 --time-limit 3 --out timed.npz --device "$device" >out.txt 2>err.txt || status=$?
    [ $status = 3 ] && grep -q 'stopped by --time-limit after' err.txt || { fail "--time-limit ends with status $status"; cat err.txt; }
    [ -s timed.npz ] && [ -s timed_checkpoint.npz ] || fail '--time-limit saves nothing'
    for wrong in 3x 1:2:3:4 -5 0 h 2hm; do
        "$clptycho" reconstruct scan.npz --time-limit=$wrong --device "$device" 2>err.txt && fail "--time-limit $wrong is accepted"
        grep -q 'time-limit requires a duration' err.txt || fail "--time-limit $wrong: $(cat err.txt)"
    done
    for right in 1:30:00 2h 45m 90 1:30; do run reconstruct scan.npz -n 1 --time-limit $right --out timed.npz; done
}

# A result that cannot be written any more goes elsewhere, and the message names the file.
no_place_for_the_result() {
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
    grep -q 'warning: .*continues without a checkpoint' err.txt || fail 'no warning about the checkpoint'
    run forward scan.npz --from "$place" --worst 0
}

# Starts.
starts() {
    run reconstruct scan.npz --iterations 8 --out given.npz
    for probe in mean disc:4 gaussian:3 defocus:4 defocus:-4 defocus:4,5 given.npz; do
        run reconstruct scan.npz --iterations 8 --probe "$probe" --out start.npz
        "$files" compare start.npz given.npz 0 >/dev/null 2>&1 && fail "--probe $probe changes nothing"
    done
    run reconstruct scan.npz --iterations 8 --out given.npz
    given=$(r_of)
    run reconstruct scan.npz --iterations 1 --object given.npz --probe given.npz --out start.npz
    below "$(r_of)" "$(echo "$given" | awk '{ print 1.05 * $1 }')" 'a start from a result'
    run reconstruct scan.npz --iterations 2 --object random --seed 4 --out random.npz
    run reconstruct scan.npz --iterations 2 --object random --seed 5 --out other.npz
    "$files" compare random.npz other.npz 0 >/dev/null 2>&1 && fail 'two seeds start alike'
    for probe in disc disc: disc:x disc:4,5 disc:-1 mean:3 defocus:0 defocus:1,-2 defocus:1,2,3 no-such-file; do
        expect 2 'probe requires' "$clptycho" reconstruct scan.npz --probe "$probe" --device "$device"
    done
    expect 2 'object requires flat, random, file' "$clptycho" reconstruct scan.npz --object no-such-file --device "$device"
    expect 1 'requires --energy' "$clptycho" reconstruct scan.npz --propagation fresnel --device "$device"
}

# Probes of optics: the right sign of the defocus explains a scan, the other one does not.
optics() {
    electrons='--voltage 200 --object-pixel 1e-10'
    run simulate --out optics.npz --size 32 --count 49 --step 3 --photons 1e6 $electrons --convergence 7.5 --defocus 8e-8 \
        --subpixel bilinear
    for start in '--convergence 7.5 --defocus -8e-8' '--probe defocus:6,9.6'; do
        run reconstruct optics.npz --iterations 8 $electrons $start --pad-detector 1 --out wrong.npz
        wrong=$(r_of)
        run reconstruct optics.npz --iterations 8 $electrons $(echo "$start" | sed 's/-8e/8e/; s/:6/:-6/') --pad-detector 1 \
            --out right.npz
        below "$(r_of)" "0.5 * $wrong" "R-factor of the right sign: $start"
    done
    expect 2 'exclude each other' "$clptycho" reconstruct optics.npz --convergence 7 --probe mean --device "$device"
    expect 2 'requires a pupil' "$clptycho" reconstruct optics.npz --defocus 1e-8 --device "$device"
    expect 2 'exclude each other' "$clptycho" simulate --out no.npz --convergence 7 --probe disc --device "$device"
    expect 1 'requires --energy or --voltage' "$clptycho" reconstruct optics.npz --convergence 7 --device "$device"
    expect 1 'requires --distance and --detector-pixel, or' "$clptycho" simulate --out no.npz --convergence 7 --voltage 80 \
        --device "$device"
    expect 1 'beyond the detector' "$clptycho" reconstruct optics.npz --convergence 70 $electrons --device "$device"
}

# Images of results for other programs, and their stack.
exports() {
    run simulate --out phases.npz --size 16 --count 36 --step 4 --seed 3
    run reconstruct phases.npz --iterations 2 --out phases_result.npz
    for file in phase.npy phase.tif; do
        run export phases_result.npz --box 8,9,12,13 --air 2,2,20,6 --unwrap --out $file
        grep -q '^1 image of 12 rows x 13 columns from row 8, column 9' out.txt || fail "another box in $file"
        grep -q 'removed a ramp of' out.txt || fail "no ramp removed for $file"
        [ "$(wc -c <$file)" -gt $((4 * 12 * 13)) ] || fail "$file is too short"
    done
    [ "$(tail -c $((4 * 12 * 13)) phase.npy | od -An -tx1)" = "$(tail -c $((4 * 12 * 13)) phase.tif | od -An -tx1)" ] ||
        fail 'the images in .npy and .tif differ'
    printf 'phases_result.npz\nphases.npz\n' >list.txt
    run export --list list.txt --box 8,9,12,13 --quantity amplitude --out stack.npy
    expect 0 '2, *12, *13' head -c 128 stack.npy
    expect 2 'ends in .tif, .npy or .h5' "$clptycho" export phases_result.npz --out phase.png
    expect 2 'RESULT or --list is missing' "$clptycho" export --out phase.tif
    expect 2 'four comma-separated integers' "$clptycho" export phases_result.npz --air 1,2,3 --out phase.tif
    expect 2 'applies to the phase' "$clptycho" export phases_result.npz --unwrap --quantity amplitude --out phase.tif
    expect 1 'is not inside the object of' "$clptycho" export phases_result.npz --box 0,0,500,5 --out phase.tif
    echo scan.npz >list.txt
    expect 1 'set --box for a stack' "$clptycho" export phases_result.npz --list list.txt --out stack.npy
}

# Comparison: with itself, with the truth, with the scan.
comparisons() {
    run simulate --out big.npz --size 32 --count 100 --step 4 --photons 1e6 --seed 3 --probe focus
    run reconstruct big.npz --iterations 20 --out big_result.npz
    reported=$(r_of)
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
        expect 2 'four comma-separated integers' "$clptycho" compare big_result.npz big.npz --box $box
    done
    expect 1 'must lie inside' "$clptycho" compare big_result.npz big.npz --margin 15
    expect 1 'a side of' "$clptycho" compare given.npz --scan big.npz --device "$device"
}

# Orientation: found where it is wrong, left where it is right; given, it does the same.
orientations() {
    run simulate --out straight.npz --size 24 --count 36 --step 4 --photons 0 --seed 3 --probe focus --jitter 1
    "$files" rotate straight.npz turned.npz || fail 'a scan cannot be turned'
    run reconstruct straight.npz --iterations 10 --orientation auto --out found.npz
    grep -q '^orientation: none fits best' out.txt || { fail 'the right orientation is not found'; cat out.txt; }
    run reconstruct straight.npz --iterations 10 --out right.npz
    same found.npz right.npz || fail 'an orientation that is right changes the result'
    run reconstruct turned.npz --iterations 10 --orientation auto --out found.npz
    grep -q '^orientation: transpose,flip-y fits best' out.txt || { fail 'the turned orientation is not found'; cat out.txt; }
    same found.npz right.npz || fail 'a turned scan comes out otherwise than a straight one'
    run reconstruct turned.npz --iterations 10 --orientation transpose,flip-y --out found.npz
    same found.npz right.npz || fail 'an orientation that is given does something else than one that is found'
    run reconstruct straight.npz --iterations 10 --orientation flip-x,pattern-flip-x --probe mean --out mirrored.npz
    mirrored=$(r_of)
    run reconstruct straight.npz --iterations 10 --probe mean --out plain.npz
    below "$(echo "$mirrored $(r_of)" | awk '{ d = $1 - $2; print d < 0 ? -d : d }')" 0.002 'R-factors of mirror images'
    run forward straight.npz --from mirrored.npz --orientation flip-x,pattern-flip-x --worst 0
    [ "$(r_of)" = "$mirrored" ] || fail "reconstruct says R-factor $mirrored of turned patterns, forward $(r_of)"
    run compare mirrored.npz --scan straight.npz --orientation flip-x,pattern-flip-x
    below "$(awk "/^R-factor/ { d = \$2 - $mirrored; print d < 0 ? -d : d }" out.txt)" 0.0001 "what compare finds besides $mirrored"
    expect 2 "not 'auto'" "$clptycho" forward straight.npz --from mirrored.npz --orientation auto
    expect 2 'requires --from' "$clptycho" forward straight.npz --orientation flip-x
    expect 2 'orientation requires' "$clptycho" reconstruct scan.npz --orientation sideways --device "$device"
    expect 2 'requires --object' "$clptycho" reconstruct scan.npz --orientation flip-x --object file --device "$device"
}

# HDF5, where the build has it.
hdf5() {
    if ! "$clptycho" reconstruct scan.npz --iterations 8 --out given.h5 --device "$device" >out.txt 2>err.txt; then
        grep -q 'does not support HDF5' err.txt || fail 'an HDF5 result fails for another reason than its absence'
        return
    fi
    reported=$(r_of)
    expect 0 'option_iterations *8' "$clptycho" info given.h5
    expect 0 'R-factor *0' "$clptycho" info given.h5
    run forward scan.npz --from given.h5
    [ "$(r_of)" = "$reported" ] || fail "reconstruct says R-factor $reported, forward from its HDF5 $(r_of)"
    run reconstruct scan.npz --iterations 1 --exclude 0,-1 --out left.h5
    expect 0 '^used  *.*\[[0-9]*\]' "$clptycho" info left.h5
    all=$("$clptycho" info left.h5 | sed -n 's/^used .*\[\([0-9]*\)\].*/\1/p')
    expect 0 "^probe_position_indexes .*\[$((all - 2))\]" "$clptycho" info left.h5
    run forward scan.npz --from left.h5 --exclude 0,-1
    run reconstruct scan.npz --iterations 1 --exclude 0,-1 --out left.ptyr
    expect 0 '^content/obj/SscanG00/data  *<c8  *\[1, ' "$clptycho" info left.ptyr
    expect 0 '^content/probe/SscanG00/data  *<c8  *\[1, 16, 16\]' "$clptycho" info left.ptyr
    expect 0 "^content/positions/SscanG00  *<f8  *\[$((all - 2)), 2\]" "$clptycho" info left.ptyr
    run compare left.ptyr left.h5 --region all
    run reconstruct scan.npz --iterations 8 --energy 8000 --distance 2 --detector-pixel 50e-6 --output beam.h5
    expect 0 'object pixel' "$clptycho" info scan.npz --energy 8000 --distance 2 --detector-pixel 50e-6
    if python3 -c 'import h5py' 2>/dev/null; then
        python3 -c "
import h5py, numpy
with h5py.File('lzf.h5', 'w') as f:
    f['xcoords'] = f['ycoords'] = numpy.arange(3.0)
    f.create_dataset('diff3d', data=numpy.ones((3, 8, 8)), compression='lzf')"
        HDF5_PLUGIN_PATH=/nowhere "$clptycho" info lzf.h5 >out.txt 2>err.txt || # without liblzf
            expect 1 "'diff3d' is compressed by HDF5 filter 32000 (lzf).*HDF5_PLUGIN_PATH" \
                env HDF5_PLUGIN_PATH=/nowhere "$clptycho" info lzf.h5
        python3 "$(dirname "$0")/check_product.py" beam.h5 given.npz || fail 'h5py finds something else in the HDF5 result'
    fi
}

# The last good state of a run that diverges is kept, and the command fails.
diverged() {
    expect 1 'the run diverged.* the state after iteration [0-9]*,.* was written to bad-step.npz' "$clptycho" reconstruct scan.npz \
        --engine ml --momentum 0.99 --step 2 --iterations 200 --out bad-step.npz --device "$device"
    run forward scan.npz --from bad-step.npz --worst 0
    below "$(r_of)" 0.5 'the last good state'
}

# A probe with its true scale keeps it if a mask hides the bright pixels: the result is that of --probe-scale file.
masked_light() {
    for scale in auto file; do
        run reconstruct scan.npz --saturation 20 --iterations 3 --probe-scale $scale --out $scale.npz
        r_of >$scale.txt
    done
    cmp -s auto.txt file.txt || fail "R-factors $(cat auto.txt) and $(cat file.txt) with --probe-scale auto and file"
    run reconstruct scan.npz --saturation 20 --iterations 3 --probe-scale data --out data.npz
    [ "$(r_of)" != "$(cat file.txt)" ] || fail 'the mask of bright pixels hides no light'
}

# Checkpoints, signals, starts and HDF5 results, on the device that the others use.
files_suite() {
    find_device
    run simulate --out scan.npz --size 16 --count 16 --step 3 --photons 1e4 --seed 3 --probe disc
    "$files" make . || exit 1
    beyond_float32
    in_two_parts
    after_signals
    saves_on_request
    stops_in_time
    no_place_for_the_result
    starts
    masked_light
    diverged
    optics
    exports
    comparisons
    orientations
    hdf5
}

"${suite}_suite"
finish
