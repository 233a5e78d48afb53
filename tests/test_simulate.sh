#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_simulate.sh COMMAND FILES_HELPER DEVICE: what `simulate` makes worse about a scan, and that `compare`, `info` and
# `forward` see as much of it. A device that is not there skips (77).
clptycho=$1
files=$2
device=$3
. "$(dirname "$0")/command_support.sh"

# refuse STATUS PATTERN ARGUMENTS …
refuse() {
    wanted=$1 pattern=$2
    shift 2
    "$clptycho" "$@" --device "$device" >out.txt 2>err.txt
    got=$?
    [ "$got" = "$wanted" ] || fail "exit status $got, not $wanted: $*"
    grep -q -e "$pattern" err.txt || { fail "no '$pattern' from: $*"; cat err.txt; }
}

# between LOW VALUE HIGH NAME
between() { awk "BEGIN { exit !($1 <= $2 && $2 <= $3) }" || fail "$4: $2 is not within $1 to $3"; }

has() { "$files" types "$1" | grep -q "$2" || { fail "no '$2' in $1"; "$files" types "$1"; }; }
mean_counts() { "$clptycho" info "$1" | sed -n 's/^counts per pattern  *mean \([0-9.e+]*\).*/\1/p'; }
power() { "$clptycho" info "$1" | sed -n 's/^probe power .*= \([0-9.e+]*\).*/\1/p'; }

find_device
scan='--size 16 --count 100 --step 3 --photons 0 --seed 3'
run simulate $scan --out plain.npz

# Positions: the data are those of the true ones. Uniform within ±2 in x and in y is 1.63 pixels RMS, at most 2.83.
run simulate $scan --position-error 2 --out off.npz
for name in xcoords_true ycoords_true; do has off.npz "^$name <f8 100\$"; done
for truth in plain.npz off.npz; do
    run compare off.npz $truth
    between 1.4 "$(sed -n 's/^positions  *error \([0-9.]*\) pixels RMS.*/\1/p' out.txt)" 1.9 "RMS error to $truth"
    between 2 "$(sed -n 's/^positions .* RMS, \([0-9.]*\) maximum.*/\1/p' out.txt)" 3.1 "largest error to $truth"
done
run compare off.npz off.npz --json
between 1.3 "$(sed -n 's/.*"position_rms_beyond_affine":[^0-9]*\([0-9.]*\).*/\1/p' out.txt)" 1.9 'what no affine map explains'
run compare plain.npz plain.npz
between 0 "$(sed -n 's/^positions  *error \([0-9.]*\) pixels RMS.*/\1/p' out.txt)" 0 'error of a scan to itself'
run forward plain.npz --worst 0
between 0 "$(r_of)" 0.0002 'R-factor of a noise-free scan'
run forward off.npz --worst 0
between 0.01 "$(r_of)" 1 'R-factor at positions that are off'

# Dead pixels read 0, and nobody reads them.
run simulate $scan --dead 0.1 --out dead.npz
has dead.npz '^mask <f4 16 16$'
between 4 "$("$clptycho" info dead.npz | sed -n 's/^mask  *\([0-9.]*\) % .*/\1/p')" 16 'part of the pixels that is dead'
between 1 "$(awk "BEGIN { print $(mean_counts plain.npz) / $(mean_counts dead.npz) }")" 2 'counts that are left'
run forward dead.npz --worst 0
between 0 "$(r_of)" 0.0002 'R-factor of the pixels that live'

# Background and light.
run simulate $scan --background 2 --out background.npz
has background.npz '^background_true <f8$'
between 511 "$(awk "BEGIN { print $(mean_counts background.npz) - $(mean_counts plain.npz) }")" 513 'counts of a background of 2'
run simulate $scan --intensity-jitter 0.1 --out light.npz
has light.npz '^intensity_true <f8 100$'
run forward light.npz --worst 0
between 0.02 "$(r_of)" 0.08 'R-factor where light varies by a tenth'

# Padding: the same light on finer pixels.
run simulate --from plain.npz --photons 0 --size 26 --pad --out padded.npz
has padded.npz '^diff3d <f4 100 26 26$'
grep -q 'extend beyond' err.txt && fail 'zeros around a probe reach beyond the object'
[ "$(power padded.npz)" = "$(power plain.npz)" ] || fail "padding changes the probe's power"
between 0.999 "$(awk "BEGIN { print $(mean_counts padded.npz) / $(mean_counts plain.npz) }")" 1.001 'counts of padded patterns'
run simulate --size 20 --count 4 --pad --out built-in.npz
has built-in.npz '^probeGuess <c16 20 20$'
run simulate --count 4 --pad --out built-in.npz
has built-in.npz '^probeGuess <c16 128 128$'
refuse 1 'has a side of 16 pixels; --pad surrounds it with zeros' simulate --from plain.npz --size 26 --out no.npz
refuse 1 'has a side of 16 pixels' simulate --from plain.npz --size 12 --pad --out no.npz

# All of it is a function of the seed.
all='--size 16 --count 20 --photons 1e4 --position-error 1 --dead 0.05 --background 0.5 --intensity-jitter 0.2'
run simulate $all --seed 1 --out one.npz
run simulate $all --seed 1 --out two.npz
run simulate $all --seed 2 --out three.npz
cmp -s one.npz two.npz || fail 'equal seeds give different scans'
cmp -s one.npz three.npz && fail 'different seeds give equal scans'

# Fine physics: the scan's own forward model no longer explains it exactly; counts, truth and bits are as promised.
fine='--physics fine --object cells --size 16 --count 25 --step 2.3 --positions spiral'
run simulate $fine --photons 0 --seed 4 --out exact.npz
run forward exact.npz --worst 0
between 0.002 "$(r_of)" 0.2 'R-factor of the forward model on fine physics'
run compare exact.npz exact.npz --region all --coverage 0
run simulate $fine --photons 1e6 --seed 4 --out fine.npz
between 0.999e6 "$(mean_counts fine.npz)" 1.001e6 'mean counts on the detector'
"$clptycho" simulate $fine --photons 1e6 --seed 4 --out again.npz --device reference >out.txt 2>err.txt || fail 'fine physics'
cmp -s fine.npz again.npz || fail 'fine physics depends on the device'
run simulate $fine --motion 1.5 --point-spread 0.8 --modes 2 --out moving.npz
has moving.npz '^motion_true <f8 25 2$'
has moving.npz '^probeGuess <c16 2 16 16$'
beam='--energy 8000 --distance 1 --detector-pixel 75e-6'
run simulate $fine --slices 3 --slice-distance 1e-8 $beam --out thick.npz
has thick.npz '^slices_true <c16 3 '
run simulate $fine --slices 1 --pupil 0.8 --out one.npz
for option in '--motion 1' '--point-spread 1' '--slices 2' '--slice-distance 1e-6'; do
    refuse 2 "${option% *} requires --physics fine" simulate $option --out no.npz
done
refuse 2 '--slices requires --slice-distance, --energy' simulate $fine --slices 2 --out no.npz
refuse 2 'for built-in objects' simulate --physics fine --from plain.npz --slices 2 --slice-distance 1e-8 $beam --out no.npz
refuse 2 'far field only' simulate $fine --propagation fresnel --out no.npz
refuse 1 'reaches beyond the fine grid' simulate $fine --point-spread 9 --out no.npz

# Sizes beyond the machine's memory are rejected before they are tried.
refuse 1 'patterns 16 TiB.*this machine has' simulate --size 65536 --count 1000 --out no.npz
refuse 1 'object 15 TiB.*this machine has' simulate --object-size 1000000 --out no.npz
refuse 1 'probe 62 TiB.*this machine has' simulate --size 65536 --modes 1000 --out no.npz
refuse 2 'out of range' simulate --dead 1 --out no.npz
[ -e no.npz ] && fail 'a scan from what was refused'

# Two that have nothing in common.
run simulate --object cells --size 16 --count 100 --step 3 --out cells.npz
run compare cells.npz plain.npz
grep -q 'warning: .*hardly correlated' err.txt || { fail 'no warning about unrelated objects'; cat out.txt; }
run compare plain.npz off.npz
grep -q 'hardly correlated' err.txt && fail 'a warning about equal objects'
refuse 2 'exclude each other' compare plain.npz off.npz --box 1,1,20,20 --region all

finish
