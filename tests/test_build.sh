#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_build.sh COMPILER SOURCE WORK [options of cmake]: the project builds there, warnings being errors.
set -eu
compiler=$1 source=$2 work=$3
shift 3
command -v "$compiler" >/dev/null || { echo "no $compiler here"; exit 77; }
cmake=${CMAKE_COMMAND:-cmake}
"$cmake" -G Ninja -S "$source" -B "$work" "-DCMAKE_C_COMPILER=$compiler" -DCLPTYCHO_WERROR=ON "$@"
"$cmake" --build "$work" -j "$(nproc 2>/dev/null || echo 2)"
