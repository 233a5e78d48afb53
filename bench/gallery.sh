#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gallery.sh [DEVICE]: reconstructs measured and simulated scans with several engines, and writes docs/gallery.md and its
# pictures. CLPTYCHO names the command (default: build/bin/clptycho), DATA the folder of measured scans (../shared/data; a
# missing scan is simulated instead), OUT the folder of the page (docs). Requires Python with NumPy.
# shellcheck disable=SC2016 # backquotes here are Markdown's
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
command=${CLPTYCHO:-$root/build/bin/clptycho} data=${DATA:-$root/../shared/data} out=${OUT:-$root/docs}
[ $# -eq 0 ] || { CLPTYCHO_DEVICE=$1; export CLPTYCHO_DEVICE; }
pictures=$out/images/gallery page=$out/gallery.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$pictures"
rm -f "$pictures"/*.png
cd "$work"
: >summary; : >body; : >made
pad=0 # pixels around the patch centres that pictures show too

helper() { python3 "$root/bench/gallery.py" "$@"; }

# clptycho ARGUMENTS…: runs the command, and keeps its output in `said`.
clptycho() { "$command" "$@" >said; }

# simulate NAME OPTIONS…: makes NAME.npz, and keeps the line that did for the page.
simulate() {
    scan=$1; shift
    clptycho simulate "$@" --out "$scan.npz"
    echo "clptycho simulate $* --out $scan.npz" >>made
}

# prepare ARGUMENTS…: runs gallery.py, and keeps the line for the page.
prepare() {
    helper "$@"
    echo "python3 bench/gallery.py $*" >>made
}

# measured FILE NAME OPTIONS…: FILE from $data, or else a scan simulated with OPTIONS; sets `scan` and `measured`.
measured() {
    file=$1 name=$2 measured=yes; shift 2
    [ ! -f "$data/$file" ] || { ln -s "$(cd "$data" && pwd)/$file" "$file"; scan=$file; return; }
    measured=
    simulate "$name" "$@"
    scan=$name.npz
}

# section TITLE: begins a table, which `row` fills column by column and `finish` writes.
section() {
    printf '\n## %s\n' "$1" >>body
    titles='|' bars='|' images='|' figures='|' lines=
}
column() { titles="$titles $1 |" bars="$bars---|" images="$images ![$1](images/gallery/$2) |" figures="$figures $3 |"; }

# score TITLE SCAN R: a line of the summary, with the output of `compare` if there is one.
score() {
    nrmse=$(sed -n 's/^NRMSE  *//p' said) frc=$(sed -n 's/^FRC below 0.5  *\([^;(]*[^;( ]\).*/\1/p' said)
    echo "| $1 | $2 | $3 | ${nrmse:-–} | ${frc:-–} |" >>summary
    told=${nrmse:+<br>NRMSE $nrmse}
}

# row NAME TITLE SCAN TRUTH OPTIONS…: one reconstruction of SCAN, compared with TRUTH where one is given.
row() {
    name=$1 title=$2 scan=$3 truth=$4; shift 4
    clptycho reconstruct "$scan" "$@" --out "$name.npz"
    device=$(sed -n 's/.* on \(.*\); wrote .*/\1/p' said)
    r=$(sed -n 's/^R-factor \([0-9.]*\).*/\1/p' said)
    : >said
    [ ! "$truth" ] || clptycho compare "$name.npz" "$truth"
    score "$title" "$scan" "$r"
    range=$(helper picture "$name.npz" "$pictures/$name.png" "$pad")
    column "$title" "$name.png" "R $r$told<br>$range"
    lines="$lines
clptycho reconstruct $scan $* --out $name.npz"
}

# finish TEXT…: writes the table, the command lines under it, and TEXT.
finish() {
    printf '\n%s\n' "$titles" "$bars" "$images" "$figures" | sed '/^$/d' >table
    { echo; cat table; printf '\n```sh\n'; cat made; printf '%s\n```\n' "${lines#?}"; printf '%s\n' "$@"; } >>body
    : >made
}

section 'Siemens star, far field: engines'
measured siemens_star.npz star --object star --positions spiral --object-size 256
star=$scan
for engine in rpie lsqml ml dm raar; do
    row "star_$engine" "$engine" "$star" '' --engine "$engine" --iterations 64
done
credit='Simulated.'
[ -z "$measured" ] || credit='Reconstructed from data measured at the Advanced Photon Source: test data of
[tike](https://github.com/AdvancedPhotonSource/tike), © UChicago Argonne, LLC, BSD-3-Clause.'
finish "$credit"

section 'Siemens star, far field: incoherent modes and refined positions'
row star_modes 'lsqml, 5 probe modes' "$star" '' --engine lsqml --iterations 64 --modes 5
row star_moved 'lsqml, 5 modes, positions refined' "$star" '' --engine lsqml --iterations 64 --modes 5 --position-start 10
row star_best  'raar, 5 modes, positions refined' "$star" '' --engine raar --iterations 64 --modes 5 --position-start 10
column 'probe modes of the last' star_probe.png "$(helper probe star_best.npz "$pictures/star_probe.png")"
finish 'The same scan.'

section 'Siemens star, near field'
measured petra3_p25_near_field.cxi near --object star --object-size 256 --positions random --size 100 \
    --propagation fresnel --energy 12658 --distance 1.12 --source-distance 3.65e-3 --detector-pixel 55e-6
beam='--propagation fresnel --source-distance 3.65e-3'
credit='Simulated.'
[ "$measured" ] || beam="$beam --energy 12658 --distance 1.12 --detector-pixel 55e-6"
[ -z "$measured" ] || credit='Reconstructed from data measured at PETRA III, beamline P25: [Zenodo record 17899482](https://zenodo.org/records/17899482),
[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/), distributed with cdtools. Outside the illuminated area the object is undetermined.'
pad=60
# shellcheck disable=SC2086 # options, word by word
row near_star 'rpie, 2 probe modes' "$scan" '' $beam --modes 2 --alpha 0.5 --batch 10 --iterations 40
pad=0
column 'its two probe modes' near_probe.png "$(helper probe near_star.npz "$pictures/near_probe.png")"
finish "$credit"

section 'A simulated scan and its truth'
simulate cells --object cells --positions spiral --object-size 256 --photons 1e6
row cells_lsqml 'lsqml' cells.npz cells.npz --engine lsqml --iterations 100
clptycho compare cells_lsqml.npz cells.npz --scan cells.npz --png "$pictures/cells"
rm "$pictures/cells_magnitude.png"
column 'phase, beside the truth' cells_phase.png 'rad, shift, ramp and scale removed'
column 'difference' cells_difference.png 'magnitude of the complex difference'
finish 'Output of `clptycho compare cells_lsqml.npz cells.npz --scan cells.npz --png cells`:' '```' "$(cat said)" '```'
if [ -f "$data/run1084_object_probe_positions.npz" ]; then
    ln -s "$(cd "$data" && pwd)/run1084_object_probe_positions.npz" .
    simulate run1084 --from run1084_object_probe_positions.npz --photons 1e6
    clptycho reconstruct run1084.npz --engine lsqml --iterations 100 --out run1084_lsqml.npz
    clptycho compare run1084_lsqml.npz run1084.npz --scan run1084.npz
    score "lsqml" run1084.npz "$(sed -n 's/^R-factor  *\([0-9.]*\).*/\1/p' said)"
    {
        printf '\nThe same for a scan simulated from object, probe and 1087 positions of LCLS XPP run 1084, as distributed with PtychoPINN.\n'
        printf 'Its terms of use are not stated, so only figures are shown.\n\n```sh\n'
        cat made
        echo 'clptycho reconstruct run1084.npz --engine lsqml --iterations 100 --out run1084_lsqml.npz'
        printf 'clptycho compare run1084_lsqml.npz run1084.npz --scan run1084.npz\n```\n```\n'
        cat said
        echo '```'
    } >>body
    : >made
fi

section 'Three incoherent modes'
simulate modes --object star --positions spiral --object-size 256 --photons 1e6 --modes 3
row modes_one   'lsqml, 1 mode' modes.npz modes.npz --engine lsqml --iterations 100 --modes 1
row modes_three 'lsqml, 3 modes' modes.npz modes.npz --engine lsqml --iterations 100 --modes 3
column 'its probe modes' modes_probe.png "$(helper probe modes_three.npz "$pictures/modes_probe.png")"
finish 'Simulated.'

section 'Dead pixels: 1 % of the detector reads 0'
simulate star --object star --positions spiral --object-size 256 --photons 1e6
simulate masked --object star --positions spiral --object-size 256 --photons 1e6 --dead 0.01
prepare unmask masked.npz blind.npz
row star_whole  'lsqml, no dead pixels' star.npz   star.npz --engine lsqml --iterations 100
row star_masked 'lsqml, 1 % dead, masked' masked.npz masked.npz --engine lsqml --iterations 100
row star_blind  'lsqml, 1 % dead, not masked' blind.npz masked.npz --engine lsqml --iterations 100
finish 'Simulated. The last column shows the effect of a missing mask.'

section 'Zero-padded probe: 104×104'
simulate padded --object cells --positions spiral --object-size 256 --photons 1e6 --size 104 --pad
row padded_lsqml 'lsqml' padded.npz padded.npz --engine lsqml --iterations 100
row padded_ml    'ml' padded.npz padded.npz --engine ml --iterations 100
finish 'Simulated.'

section 'Position errors of up to 3 pixels'
simulate misplaced --object star --positions spiral --object-size 256 --photons 1e6 --position-error 3
row off_fixed   'lsqml, positions as given' misplaced.npz misplaced.npz --engine lsqml --iterations 100
fixed=$(helper error off_fixed.npz misplaced.npz)
row off_refined 'lsqml, positions refined' misplaced.npz misplaced.npz --engine lsqml --iterations 100 --position-start 5
refined=$(helper error off_refined.npz misplaced.npz)
row off_rpie    'rpie, positions refined' misplaced.npz misplaced.npz --engine rpie --iterations 100 --position-start 5
finish "Simulated. RMS position errors without the common shift: $fixed pixels as given, $refined (lsqml) and \
$(helper error off_rpie.npz misplaced.npz) pixels (rpie) after refinement."

section 'Low counts: 10000 per pattern'
simulate few --object star --positions spiral --object-size 256 --photons 1e4
row few_amplitude 'ml, amplitudes' few.npz few.npz --engine ml --iterations 60
row few_poisson   'ml, Poisson' few.npz few.npz --engine ml --likelihood poisson --iterations 60
row few_rpie      'rpie' few.npz few.npz --engine rpie --iterations 60
finish 'Simulated.'

section 'Approximate starting probe'
row start_rpie  'rpie, from the mean pattern' cells.npz cells.npz --engine rpie --iterations 100 --probe mean
row start_mean  'raar, from the mean pattern' cells.npz cells.npz --engine raar --iterations 200 --probe mean
row start_disc  'raar, from a disc' cells.npz cells.npz --engine raar --iterations 200 --probe disc:12
row start_dm    'dm, from a disc' cells.npz cells.npz --engine dm --iterations 200 --probe disc:12
finish 'The simulated scan of cells above, without its true probe.'

{
    cat <<'END'
# Gallery
Generated by `bench/gallery.sh`, which rewrites this page and its pictures (requires Python with NumPy):
```sh
sh bench/gallery.sh              # or on a device: sh bench/gallery.sh pocl
```
Pictures show the phase of the object in the bounding box of the patch centres (60 pixels wider in the near field), with the median slope removed.
Below each picture: the R-factor of the final state and the grey scale from black to white; below each table: the command lines. NRMSE and Fourier ring
correlation (FRC) are those of `clptycho compare` with the truth, if known; the FRC column is the frequency where it first falls below 0.5. Measured scans are not part of this project.

END
    printf 'Generated on %s.\n\n' "$device"
    echo "| engine | scan | R-factor | NRMSE | FRC below 0.5 |"
    echo "|---|---|---|---|---|"
    cat summary body
} >"$page"
ls -l "$pictures"
