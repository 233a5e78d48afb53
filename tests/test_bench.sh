#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_bench.sh COMMAND DEVICE KERNELS: `clptycho bench` from outside. A device that is not there skips (77).
clptycho=$1
device=$2
kernels=$3
. "$(dirname "$0")/command_support.sh"

find_device

# Errors reported before anything is measured.
expect 2 "no operation or engine 'forwrd' (did you mean forward?)" "$clptycho" bench --operations scan,forwrd
expect 2 'sides from 2 to 8192' "$clptycho" bench --sizes 64,big
expect 2 'exclude each other' "$clptycho" bench --quick --full
expect 2 'requires --compare' "$clptycho" bench --fail-on-regression
expect 2 'cannot be combined with --device' "$clptycho" bench --read a.json --device "$device"
expect 1 'cannot write in nowhere' "$clptycho" bench --device "$device" --json nowhere/a.json
expect 1 'missing.json: cannot be read' "$clptycho" bench --device "$device" --compare missing.json

# Every operation of `op` and every engine has a row.
expect 0 '^forward ' "$clptycho" bench --list
cp out.txt list.txt
"$clptycho" op --list | sed -n 's/^\([a-z-][a-z-]*\) .*/\1/p' >names.txt
[ "$(wc -l <names.txt)" -gt 15 ] || fail "op --list has few names"
while read -r name; do grep -q "^$name " list.txt || fail "no row '$name' in bench --list"; done <names.txt
grep -q '^rpie ' list.txt || fail 'no row of an engine'

# A sweep of a few rows on a device that is there and one that is not: files are written, and the status is 1.
expect 0 '^forward ' "$clptycho" bench --quick --device "$device" --csv a.csv --json a.json --html a.html
grep -q FAILED out.txt && fail 'a figure failed' && cat out.txt
rows=$(grep -c '%' out.txt)
[ "$rows" -gt 8 ] || fail "only $rows rows"
[ "$(head -c 5 a.csv)" = date, ] || fail 'no head in the CSV'
[ "$(wc -l <a.csv)" -gt "$rows" ] || fail 'few lines in the CSV'
same_report a.html a.json
inlined a.html >inlined.json
expect 0 'forward' "$clptycho" bench --read inlined.json --csv inlined.csv
cmp -s a.csv inlined.csv || fail 'figures read from the page are others'
expect 0 'forward' "$clptycho" bench --read a.json --csv again.csv
cmp -s a.csv again.csv || fail 'figures read back are others'
expect 1 'FAILED: .*'none'' "$clptycho" bench --quick --device none --device "$device" --operations scan
grep -q '^scan ' out.txt || fail 'a device that is not there stopped the sweep'
grep -q '1 could not be measured' err.txt || fail 'a device that is not there is no failure'

# Comparison: with itself, with one without noise in which a row was much faster, with damaged files.
expect 0 ' 0 SLOWER, 0 BROKEN' "$clptycho" bench --read a.json --compare a.json --fail-on-regression
sed 's/"spread":.*/"spread": 0,/' a.json >calm.json
sed '0,/"median":.*/s//"median": 1e-9,/' calm.json >fast.json
expect 1 ' 1 regressions' "$clptycho" bench --read calm.json --compare fast.json --fail-on-regression \
    --html slower.html --json slower.json
grep -q '^SLOWER  *forward ' out.txt || fail 'the slower row is not named'
same_report slower.html slower.json
[ "$(grep -c '"verdict":.*"SLOWER"' slower.json)" = 1 ] || fail 'the slower figure is not in the JSON'
expect 0 ' 1 SLOWER' "$clptycho" bench --read calm.json --compare fast.json
expect 0 ' 1 faster' "$clptycho" bench --read fast.json --compare calm.json --fail-on-regression
cp a.json kept.json
expect 1 'name another file with --json' "$clptycho" bench --quick --device "$device" --json a.json --compare a.json
expect 1 'name another file with --csv' "$clptycho" bench --read ./a.json --csv a.json
cmp -s a.json kept.json || fail 'a comparison replaced what it compares with'
head -c 900 a.json >short.json
expect 1 'short.json: is not complete JSON: line' "$clptycho" bench --device "$device" --compare short.json
echo '{}' >other.json
expect 1 "other.json: is JSON, but not a report of 'clptycho bench --json'" "$clptycho" bench --read other.json

# A kernel that gives wrong results fast: the gate reports it in the table, the files and the exit status.
cp -r "$kernels" spoilt
find spoilt -type f -exec sed -i 's/1e-8f/1e-3f/g' {} + # of the Poisson loss
diff -r "$kernels" spoilt >/dev/null && fail 'no kernel was changed'
expect 1 'FAILED: differs from the reference by' env CLPTYCHO_KERNEL_DIR="$work/spoilt" "$clptycho" bench --quick \
    --device "$device" --operations loss,scan --json wrong.json --html wrong.html
grep -q '1 figures are wrong' err.txt || fail 'a wrong figure is not counted'
grep -q '"state":.*"WRONG"' wrong.json || fail 'a wrong figure is not in the JSON'
same_report wrong.html wrong.json
finish
