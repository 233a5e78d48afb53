#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_device_list.sh COMMAND ICD_DIR: `devices` with PoCL as people have it. ICD_DIR has a folder of .icd files per runtime.
clptycho=$1
icds=$2
device=pocl
one_line=yes
. "$(dirname "$0")/command_support.sh"
find_device
unset POCL_CACHE_DIR XDG_CACHE_HOME CLPTYCHO_DEVICE
vendors() { export OCL_ICD_VENDORS="$1" OPENCL_VENDOR_PATH="$1"; }

# One driver behind two files is listed once.
mkdir two
cp "$icds"/pocl/*.icd two/a.icd
cp "$icds"/pocl/*.icd two/b.icd
vendors "$work/two"
expect 0 '^\* 0:0 *pocl' "$clptycho" devices
[ "$(grep -c '^[* ] [0-9]:[0-9]' out.txt)" = 1 ] || { fail 'a device twice'; cat out.txt; }

# CLPTYCHO_DEVICE selects as --device does.
vendors "$icds/pocl"
expect 0 "selected by 'cpu'" env CLPTYCHO_DEVICE=cpu "$clptycho" devices
expect 0 "selected by 'pocl'" env CLPTYCHO_DEVICE=cpu "$clptycho" devices -d pocl
expect 1 "no device matches 'none-such'" env CLPTYCHO_DEVICE=none-such "$clptycho" devices

# A home that cannot be written: PoCL gets a private cache folder, and a run works.
mkdir tmp
for home in /dev/null/home ''; do
    expect 0 '^\* 0:0 *pocl' env HOME=$home TMPDIR="$work/tmp" "$clptycho" devices
    expect 0 'wrote' env HOME=$home TMPDIR="$work/tmp" "$clptycho" simulate --size 16 --object-size 40 -o s.npz
done
[ "$(stat -c %a tmp/clptycho-pocl-*)" = 700 ] || fail 'the cache folder is open to others'
rm -r tmp/clptycho-pocl-*
mkdir elsewhere
ln -s "$work/elsewhere" "tmp/clptycho-pocl-$(id -u)"
env HOME=/dev/null/home TMPDIR="$work/tmp" "$clptycho" devices >out.txt 2>&1
[ -z "$(ls elsewhere)" ] || fail 'a cache behind a link'

# A platform without devices is named, with the remedy.
expect 1 "platform 'Portable Computing Language' has no device (CL_.*POCL_CACHE_DIR" env POCL_CACHE_DIR=/dev/null/x "$clptycho" devices
expect 1 "platform 'Portable Computing Language' has no device" env POCL_CACHE_DIR=/dev/null/x "$clptycho" simulate -o x.npz
grep -q 'pocl-opencl-icd' both.txt && fail 'a driver that is installed is to be installed'
if ls "$icds"/rusticl/*.icd >/dev/null 2>&1; then
    vendors "$icds/rusticl"
    expect 1 "platform 'rusticl' has no device.*RUSTICL_ENABLE" env -u RUSTICL_ENABLE "$clptycho" devices
fi
# doctor: the same with a remedy for each.
vendors "$icds/pocl"
expect 0 '^ok  *driver .*pocl.* can be loaded' "$clptycho" doctor --json doctor.json
grep -q '^ok  *device  *0:0 .*self-check passed' out.txt || { fail 'doctor: no device'; cat out.txt; }
grep -q '"subject":.*"cache"' doctor.json || fail 'doctor: no document'
expect 0 '^note  *cache .*CLPTYCHO_CACHE_DIR' env -u CLPTYCHO_CACHE_DIR HOME=/dev/null/home TMPDIR="$work/tmp2" POCL_CACHE_DIR="$work/kept" "$clptycho" doctor
echo libnone-such.so.1 >two/b.icd
: >two/c.icd
vendors "$work/two"
expect 1 '^PROBLEM  *driver .*b.icd: libnone-such.so.1' "$clptycho" doctor
grep -q '^PROBLEM  *driver .*c.icd names no library' out.txt || fail 'doctor: an empty .icd file'
grep -q '2 problems' err.txt || { fail 'doctor counts other problems'; cat both.txt; }
vendors "$work/nothing"
expect 1 '^PROBLEM  *driver .*no .icd file' "$clptycho" doctor
expect 1 'no OpenCL device was found' "$clptycho" devices
finish
