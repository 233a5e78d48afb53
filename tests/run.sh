#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh [--all] [options of ctest]: installs what is missing, builds into build-test/, and runs the tests on every OpenCL
# runtime there is, with builds by clang and with sanitizers among them: the chosen part that covers every claim
# (docs/testing.md), or with --all the full product of suites, sizes and runtimes. Ends with ctest's summary and status.
set -eu
all=OFF
if [ "${1:-}" = --all ]; then
    all=ON
    shift
fi
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build-test
intel=$root/build-intel
jobs=$(nproc 2>/dev/null || echo 2)

sh "$root/cmake/packages.sh" test

# Intel's CPU runtime comes from PyPI, into a directory of its own; without a network the tests run without it.
intel_icd=$intel/lib/libintelocl.so
if [ "$(uname -m)" = x86_64 ] && [ ! -e "$intel_icd" ]; then
    echo "Installing Intel's CPU runtime into $intel"
    { python3 -m venv "$intel" &&
        "$intel/bin/pip" install --quiet --disable-pip-version-check --retries 2 --timeout 30 \
            intel-opencl-rt intel-cmplr-lib-rt; } || echo "Intel's CPU runtime could not be installed"
fi
[ -e "$intel_icd" ] || intel_icd=

# Packages for the tests of the Python package come from PyPI too.
python=$root/build-venv/bin/python
if [ ! -e "$python" ]; then
    echo "Installing packages for the Python tests into $root/build-venv"
    { python3 -m venv "$root/build-venv" &&
        "$root/build-venv/bin/pip" install --quiet --disable-pip-version-check --retries 2 --timeout 30 \
            cffi numpy pytest setuptools wheel; } || echo "Packages for the Python tests could not be installed"
fi

echo "Building in $build"
cmake -G Ninja -S "$root" -B "$build" -DCMAKE_C_COMPILER=gcc -DCLPTYCHO_WERROR=ON -DCLPTYCHO_BUILD_TESTS=ON \
    -DCLPTYCHO_TEST_BUILDS=ON -DCLPTYCHO_TEST_ALL=$all "-DCLPTYCHO_TEST_INTEL_ICD=$intel_icd" \
    "-DCLPTYCHO_TEST_PYTHON=$python"
cmake --build "$build" -j "$jobs"

CLPTYCHO_CACHE_DIR=$build/test-cache RUSTICL_ENABLE=llvmpipe "$build/bin/clptycho" devices || true
exec ctest --test-dir "$build" --output-on-failure -j "$jobs" "$@"
