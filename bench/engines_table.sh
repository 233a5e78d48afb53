#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# engines_table.sh SCAN [ITERATIONS] [DEVICE…]: the R-factor of every engine on every device named (default: reference
# and pocl), and how far object and probe are from the first device's; a Markdown table on stdout. CLPTYCHO names the
# command (default: clptycho). Needs Python with NumPy.
set -eu
scan=$1 iterations=${2:-10}
shift; [ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- reference pocl
command=${CLPTYCHO:-clptycho}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
engines=${ENGINES:-rpie epie lsqml ml dm raar}
echo "| engine | device | R after $iterations | object, RMS | probe, RMS |"
echo "|---|---|---|---|---|"
for engine in $engines; do
    first=
    for device in "$@"; do
        result=$work/$engine.npz
        [ -z "$first" ] || result=$work/other.npz
        "$command" reconstruct "$scan" --engine "$engine" --iterations "$iterations" --device "$device" \
            --out "$result" >/dev/null
        python3 - "$engine" "$device" "$result" "${first:-$result}" <<'PYTHON'
import sys
import numpy as np

engine, device, result, first = sys.argv[1:]
got, want = np.load(result), np.load(first)
rms = lambda name: np.sqrt((abs(got[name] - want[name]) ** 2).mean() / (abs(want[name]) ** 2).mean())
print(f"| `{engine}` | {device} | {float(got['r_factor']):.6f} | {rms('object'):.1e} | {rms('probe'):.1e} |")
PYTHON
        first=${first:-$result}
    done
done
