#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# positions_table.sh [ITERATIONS [PIXELS…]]: accuracy of refined positions. Simulates scans of 10^6 photons per
# pattern with uniform position errors of up to PIXELS in x and in y (default 1 and 3), reconstructs each with every
# engine in ENGINES from the scan's true probe, kept or updated, and a flat object, and compares with the truth: a Markdown
# table on stdout. Object and probe are those of FROM (default: run 1084 of ../shared/data, else the built-in star).
# CLPTYCHO names the command (default: clptycho), SEED the scan, SCAN options of simulate, OPTIONS those of reconstruct.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
iterations=${1:-150}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- 1 3
command=${CLPTYCHO:-clptycho} engines=${ENGINES:-rpie lsqml raar} seed=${SEED:-1}
from=${FROM-$root/../shared/data/run1084_object_probe_positions.npz}
[ ! -f "$from" ] || from="--from $from"
[ "$from" != "${from#--from}" ] || from="--object star"
scan=${SCAN:---positions spiral --count 500 --step 5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# figure LABEL PATTERN: the figure in the line that begins with LABEL, by an extended regular expression with one group.
figure() { sed -nE "s|^$1 +$2.*|\\1|p" "$work/said"; }

echo "| error up to | engine | probe | RMS before | RMS after | max | beyond an affine map | FRC at Nyquist/2 | R |"
echo "|---|---|---|---|---|---|---|---|---|"
for pixels in "$@"; do
    # shellcheck disable=SC2086 # options, word by word
    "$command" simulate $from $scan --photons 1e6 --seed "$seed" --position-error "$pixels" --out "$work/scan.npz" \
        >/dev/null
    "$command" reconstruct "$work/scan.npz" --iterations 1 --out "$work/none.npz" >/dev/null
    "$command" compare "$work/none.npz" "$work/scan.npz" >"$work/said"
    before=$(figure positions 'error ([0-9.]+) pixels')
    for engine in $engines; do
        for probe in kept updated; do
            start=1; [ "$probe" = updated ] || start=-1
            # shellcheck disable=SC2086
            "$command" reconstruct "$work/scan.npz" --engine "$engine" --probe-start "$start" --position-start 5 \
                --iterations "$iterations" ${OPTIONS:-} --out "$work/result.npz" >"$work/line"
            "$command" compare "$work/result.npz" "$work/scan.npz" >"$work/said"
            r=$(sed -nE 's/^R-factor ([0-9.]+).*/\1/p' "$work/line")
            echo "| $pixels | \`$engine\` | $probe | $before | $(figure positions 'error ([0-9.]+) pixels') |" \
                "$(figure positions '.*, ([0-9.]+) maximum') | $(figure positions '.*; ([0-9.]+) RMS beyond') |" \
                "$(figure 'FRC at Nyquist/2' '([0-9.-]+)') | $r |"
        done
    done
done
