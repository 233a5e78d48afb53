#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# simulated_scans.sh [ITERATIONS] [DEVICE]: simulates scans of a known object with what measured ones suffer from, has
# every engine reconstruct each (default: 100 iterations), and compares with the truth; a Markdown table on stdout, the
# command lines that made it on stderr. The object, probe and pixels are those of LCLS run 1084 in DATA (default:
# ../shared/data), built-in ones where that is missing. CLPTYCHO names the command (default: build/bin/clptycho),
# ENGINES the engines (default: all but epie, which takes minutes on a CPU), SCANS the rows.
# shellcheck disable=SC2016,SC2086 # backquotes are Markdown's; options go word by word
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
command=${CLPTYCHO:-$root/build/bin/clptycho} data=${DATA:-$root/../shared/data}
iterations=${1:-100}
[ $# -lt 2 ] || { CLPTYCHO_DEVICE=$2; export CLPTYCHO_DEVICE; }
run1084=$data/run1084_object_probe_positions.npz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

if [ -f "$run1084" ]; then
    run1084=$(cd "$data" && pwd)/run1084_object_probe_positions.npz
    source="--from $run1084"
else
    source='--object cells --object-size 227'
fi
source="$source --positions spiral --step 5 --photons 1e6"

# known ENGINE: whether this build has it.
known() { "$command" reconstruct none --engine none 2>&1 | grep -q "[ ,]$1\(,\|\$\)"; }

# option NAME: likewise for an option of reconstruct.
option() { "$command" help reconstruct all | grep -q -e "--$1 "; }

engines=
for engine in ${ENGINES:-rpie lsqml dm raar ml}; do
    if known "$engine"; then engines="$engines $engine"; else echo "no engine '$engine' here" >&2; fi
done

# figure PATTERN: a figure of the last comparison.
figure() { sed -n "s/^$1.*/\\1/p" said; }

# row NAME 'SIMULATE OPTIONS' 'RECONSTRUCT OPTIONS': one scan with every engine.
row() {
    name=$1 made=$2 solved=$3
    case " ${SCANS:-$name} " in *" $name "*) ;; *) return 0 ;; esac
    echo "clptycho simulate $source $made --out $name.npz" >&2
    "$command" simulate $source $made --out "$name.npz" >/dev/null
    for engine in $engines; do
        echo "clptycho reconstruct $name.npz --engine $engine --iterations $iterations $solved" >&2
        if ! "$command" reconstruct "$name.npz" --engine "$engine" --iterations "$iterations" $solved --out result.npz \
            >said; then
            echo "| $name | \`$engine\` | refused | | | |"
            continue
        fi
        r=$(figure 'R-factor \([0-9.]*\)')
        "$command" compare result.npz "$name.npz" >said
        echo "| $name | \`$engine\` | $(figure 'FRC at Nyquist.2  *\([-0-9.]*\)') | $(figure 'NRMSE  *\([0-9.]*\)') | $r |" \
            "$(figure 'positions  *error \([0-9.]*\)') |"
    done
}

echo "| scan | engine | FRC at Nyquist/2 | NRMSE | R-factor | positions off, RMS |"
echo "|---|---|---|---|---|---|"
row plain '' ''
row modes '--modes 3' ''
row dead '--dead 0.01' ''
row padded '--size 104 --pad' ''
! option background-start || row background '--background 0.5' '--background-start 5'
! option intensity-start || row light '--intensity-jitter 0.1' '--intensity-start 5'
row misplaced '--position-error 3' '--position-start 5'
