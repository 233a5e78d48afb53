#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_first_run.sh COMMAND DEVICE [PROVIDER]: runs of the built command on empty caches, the driver's included. Drivers
# and compilers add nothing to stderr, nor do the programs of an FFT provider. A device that is not there skips (77).
clptycho=$1
device=$2
provider=${3:-}
. "$(dirname "$0")/command_support.sh"

empty_caches() {
    rm -rf caches
    mkdir caches
    export CLPTYCHO_CACHE_DIR="$work/caches/clptycho" POCL_CACHE_DIR="$work/caches/pocl" XDG_CACHE_HOME="$work/caches" \
        CUDA_CACHE_PATH="$work/caches/nvidia"
}

# in_terminal ARGUMENTS …: out.txt holds what a terminal receives.
in_terminal() {
    script -qec "'$clptycho' $* --device '$device'" /dev/null >out.txt </dev/null || { fail "in a terminal: $*"; cat out.txt; }
}

# quiet ARGUMENTS …: the command succeeds and leaves stderr empty.
quiet() {
    run "$@"
    [ -s err.txt ] && { fail "something on stderr in a first run: $*"; cat err.txt; }
}

find_device
"$clptycho" simulate --out scan.npz --size 16 --count 9 --photons 1e4 --device reference || fail simulate
empty_caches
quiet forward scan.npz --worst 0
if command -v script >/dev/null; then
    in_terminal forward scan.npz --worst 0
    grep -q 'building kernels' out.txt && [ "$device" = pocl ] && fail 'a second run announces builds'
    empty_caches
    in_terminal forward scan.npz --worst 0
    grep -q 'building kernels for this device.*: 1 so far' out.txt || { fail 'builds are not announced'; cat out.txt; }
fi

# PoCL builds as for a processor without AVX-512, where vectors of 16 floats bring warnings.
export POCL_KERNELLIB_NAME=avx2
[ "$device" = pocl ] && empty_caches
if [ "$device" != rusticl ]; then # Mesa warns of log(): docs/devices.md
    quiet reconstruct scan.npz --iterations 1
    built=$(sed -n 's/^Kernels built in \([0-9.]*\) s.*/\1/p' out.txt)
    [ -n "$built" ] || fail 'the time of builds is not reported'
    # An interpreter builds fast and iterates slowly; PoCL compiles for seconds and iterates for milliseconds.
    [ "$device" != pocl ] || below "$(sed -n 's/^R-factor.* iterations in \([0-9.]*\) s.*/\1/p' out.txt)" "$built" 'the time of an iteration, against builds'
fi
if [ -n "$provider" ]; then
    export CLPTYCHO_FFT="$provider" CLPTYCHO_VARIANTS=forward=composed
    quiet forward scan.npz --worst 0
    run forward scan.npz --worst 0 --verbose
    grep -q "^fft 16: $provider" err.txt || fail "no transform by $provider"
fi
finish
