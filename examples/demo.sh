#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# demo.sh [SCAN.npz [options of clptycho reconstruct]]: installs missing packages, builds into build/, reconstructs the
# scan, and prints the paths of the pictures. Without a scan it simulates one.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build
command=$build/bin/clptycho

sh "$root/cmake/packages.sh" build
echo "Building in $build"
cmake -G Ninja -S "$root" -B "$build" -DCLPTYCHO_BUILD_TESTS=OFF -DCLPTYCHO_BUILD_BENCH=OFF 
cmake --build "$build"

"$command" devices
mkdir -p "$build/demo"
if [ $# -eq 0 ]; then
    set -- "$build/demo/star.npz"
    echo "Simulating a scan of a Siemens star"
    "$command" simulate --object star --positions spiral --size 64 --object-size 256 --photons 1e6 --out "$1"
fi
scan=$1
shift
result=$build/demo/$(basename "$scan" .npz)_reconstruction.npz
"$command" reconstruct "$scan" --out "$result" "$@"
echo "Pictures:"
ls "${result%.npz}"*.png
