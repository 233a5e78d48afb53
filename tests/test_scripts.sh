#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_scripts.sh COMMAND DEVICE: what scripts rely on: --json, --log, --quiet, --ignore, --error, --dry-run, '-'.
clptycho=$1
device=$2
one_line=yes
. "$(dirname "$0")/command_support.sh"
find_device
source=$(cd "$(dirname "$0")/.." && pwd)

# holds FILE EXPRESSION: an expression of Python about the document d.
holds() { python3 -c "import json,sys; d = json.load(open('$1')); sys.exit(not ($2))" || fail "$1: not $2"; }

run simulate --out s.npz --size 16 --object-size 40 --json simulated.json
holds simulated.json "d['outputs'] == ['s.npz'] and d['command'] == 'simulate' and d['exit_status'] == 0"

# ---- documents ----
"$clptycho" reconstruct s.npz -n 2 -d "$device" --json - >r.json 2>err.txt || fail 'reconstruct --json -'
[ -s err.txt ] && { fail 'stderr of reconstruct --json -'; cat err.txt; }
holds r.json "d['iterations'] == 2 and len(d['errors']) == 2 and 0 < d['r_factor'] < 1 and d['seconds'] > d['seconds_iterating'] > 0"
holds r.json "d['seconds_building'] >= 0 and d['device']['name'] and len(d['choices']) > 5 and d['warnings'] == []"
holds r.json "d['record']['option_iterations'] == '2' and d['record']['used_batch'] >= 16 and len(d['outputs']) == 7"
for file in $(python3 -c "import json; print(*json.load(open('r.json'))['outputs'])"); do [ -s "$file" ] || fail "no $file"; done
run forward s.npz --from s_reconstruction.npz --json f.json --out f.npz
holds f.json "len(d['worst']) == 10 and 0 < d['r_factor'] < 1 and d['outputs'] == ['f.npz'] and d['patterns'] > 0"
run info s.npz --json i.json
holds i.json "any(a['name'] == 'diff3d' and len(a['shape']) == 3 for a in d['arrays']) and d['scan']['side'] == 16"
run info s_reconstruction.npz --json i.json
holds i.json "d['result']['iterations'] == 2 and d['result']['r_factor'] > 0"
# A failure has a document too; one that cannot be written is a failure.
expect 1 'missing.npz' "$clptycho" info missing.npz --json m.json
holds m.json "d['exit_status'] == 1 and 'missing.npz' in d['message']"
expect 1 'cannot write in nowhere' "$clptycho" info s.npz --json nowhere/m.json
expect 1 'cannot write to stdout' sh -c "'$clptycho' info s.npz --json - >/dev/full"
odd=$(printf 'a "quoted" <b>\033[31m name.npz')
cp s.npz "$odd"
expect 0 '' "$clptycho" info "$odd" --json odd.json
holds odd.json "'\"quoted\" <b>' in d['file'] and chr(27) in d['file']"
grep -q "$(printf '\033')" odd.json && fail 'a terminal escape in a document'

# ---- warnings ----
late="$clptycho reconstruct s.npz -n 2 --probe-start 5 --device $device"
expect 0 'warning: --probe-start 5 .*\[W002\]$' $late --json w.json
holds w.json "[w['code'] for w in d['warnings']] == ['W002']"
expect 0 '' $late --ignore W101,w002
grep -q warning both.txt && fail 'a warning in spite of --ignore'
rm -f s_reconstruction*
one_line=
expect 1 '^clptycho reconstruct: --error W002: --probe-start' $late --error W002
[ -e s_reconstruction.npz ] && fail 'a result in spite of --error'
one_line=yes
expect 0 '' $late --error W101
expect 2 "codes of warnings.* not 'W2'" $late --error W2
# Every code in the source is listed and documented once.
"$clptycho" help warnings | cut -c 1-4 >codes.txt
[ -z "$(sort codes.txt | uniq -d)" ] || fail 'a code twice'
grep -rhoE '"W[0-9]{3}"' "$source/src" | tr -d '"' | sort -u | diff - codes.txt || fail "'help warnings' has other codes than the source"
grep -ohE '\bW[0-9]{3}\b' "$source/docs/warnings.md" | sort -u | diff - codes.txt || fail 'docs/warnings.md has other codes'

# ---- quiet, log, plan, standard streams ----
run reconstruct s.npz -n 2 -q --log run.log
[ -s out.txt ] || [ -s err.txt ] && fail 'output in spite of -q'
for line in 'reconstruct s.npz -n 2' 'iteration 2/2  error 0\.' 'R-factor 0\.' 'exit status 0 after'; do
    grep -qE "^20[0-9-]*T[0-9:.]*  .*$line" run.log || fail "no '$line' in the log"
done
expect 1 missing "$clptycho" info missing.npz --log run.log
grep -q 'missing.npz: ' run.log || fail 'no error in the log'
expect 1 'nowhere/l' "$clptycho" info s.npz --log nowhere/l
rm -f s_reconstruction*
run reconstruct s.npz --dry-run --engine lsqml --checkpoint 3 --json plan.json
for line in 'scan  *[0-9]* patterns of 16 x 16' 'engine  *lsqml, 64 iterations, [0-9]* batches' 'memory .*measurement' 'outputs .*s_reconstruction_checkpoint.npz'; do
    grep -q "^$line" out.txt || { fail "no '$line' in the plan"; cat out.txt; }
done
holds plan.json "d['dry_run'] and d['memory']['state'] > 0 and d['outputs'] == []"
[ -e s_reconstruction.npz ] && fail 'a result of --dry-run'
expect 2 'standard input' "$clptycho" info - -d "$device"
expect 1 'standard output' "$clptycho" reconstruct s.npz -o - -d "$device"
expect 1 'standard output' "$clptycho" simulate -o - -d "$device"
finish
