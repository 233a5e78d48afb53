#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_config.sh COMMAND FILES_HELPER DEVICE: options from files, --config, --preset and --dump-config.
clptycho=$1
files=$2
device=$3
one_line=yes
. "$(dirname "$0")/command_support.sh"
find_device
export XDG_CONFIG_HOME="$work/settings" CLPTYCHO_DEVICE="$device"
mkdir -p settings/clptycho/presets
same() { "$files" compare "$1" "$2" 0 >/dev/null || fail "$1 and $2 differ"; }
# holds EXPRESSION: of Python about the configuration d in out.txt.
holds() { python3 -c "import json,sys; d = json.load(open('out.txt')); sys.exit(not ($1))" || { fail "not $1"; cat out.txt; }; }

run simulate --size 16 --object-size 40 --out s.npz
cat >lab.json <<'END'
{ // settings of a lab: "quoted" // twice
  "iterations": 3, /* few,
  over two lines */
  "Engine": "ePIE",
  "position_start": 1,
  "object-smooth": 0.25,
  "fftshift": false,
  "pad-detector": 1,
  "out": "by//config.npz"
}
END
mkdir by
run reconstruct s.npz --config lab.json
[ -s by/config.npz ] || fail 'the configuration sets no output'
run reconstruct s.npz --iterations 3 --engine epie --position-start 1 --object-smooth 0.25 --pad-detector 1 --out typed.npz
same by/config.npz typed.npz

# The command line has priority over --config, and that over --preset.
cat >settings/clptycho/presets/quick.json <<'END'
{"iterations": 2, "seed": 18446744073709551615, "object": "random", "file": "s.npz"}
END
expect 2 'seed requires an integer' "$clptycho" reconstruct --preset quick
sed 's/18446744073709551615/"18446744073709551615"/' settings/clptycho/presets/quick.json >quick.tmp
mv quick.tmp settings/clptycho/presets/quick.json
expect 0 '' "$clptycho" reconstruct -n 7 --config lab.json --preset quick --dump-config
holds "d['iterations'] == 7 and d['engine'] == 'epie' and d['object'] == 'random' and d['file'] == 's.npz'"
holds "d['seed'] == '18446744073709551615' and d['fftshift'] is False and d['object-smooth'] == 0.25 and 'config' not in d"
cp out.txt dumped.json
expect 0 '' "$clptycho" reconstruct --config dumped.json --dump-config
cmp -s out.txt dumped.json || fail 'a dumped configuration is dumped differently'
expect 0 '' "$clptycho" reconstruct other.npz --preset "$work/settings/clptycho/presets/quick.json" --dump-config
holds "d['file'] == 'other.npz' and d['iterations'] == 2"
expect 0 '' "$clptycho" bench --config dumped.json --help
echo '{"device": ["reference", "pocl"], "quick": true}' >bench.json
expect 0 '' "$clptycho" bench --config bench.json --dump-config
holds "d == {'device': ['reference', 'pocl'], 'quick': True}"

# The same run again, from its result.
for result in r.npz r.h5; do
    run reconstruct s.npz -n 2 --engine lsqml --momentum 0.5 --out $result 2>/dev/null
    [ -e $result ] || continue # without HDF5
    run reconstruct --config $result --out again.npz
    expect 0 '' "$clptycho" reconstruct --config $result -n 9 --dump-config
    holds "d['engine'] == 'lsqml' and d['momentum'] == 0.5 and d['iterations'] == 9 and 'out' not in d"
    [ $result = r.h5 ] || same r.npz again.npz
done

# Mistakes name file and remedy.
bad() { printf '%s' "$2" >bad.json; expect 2 "bad.json: $1" "$clptycho" reconstruct s.npz --config bad.json; }
bad 'unknown option --iteratons (did you mean --iterations?)' '{"iteratons": 3}'
bad "'seed' is there twice" '{"seed": 1, "seed": 2}'
bad "'seed' requires a text" '{"seed": null}'
bad "'seed' requires a text" '{"seed": {"a": 1}}'
bad '.*out of range' '{"iterations": -3}'
bad '.*an integer' '{"iterations": 2.5}'
bad 'is not complete JSON: line 3' '{
"seed": 1 // comment
"out" }'
bad 'is not complete JSON' '{"seed": 1 /* open'
bad 'is not an object' '[1]'
expect 2 'missing.json: cannot be read' "$clptycho" reconstruct s.npz --config missing.json
expect 2 "is not a result of 'reconstruct'" "$clptycho" reconstruct s.npz --config s.npz
expect 2 'there is no slow.json in .*settings/clptycho/presets' "$clptycho" reconstruct s.npz --preset slow
finish
