#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check_format.sh CLANG_FORMAT SOURCE [fix]: every C, C++ and OpenCL file is formatted according to .clang-format.
set -eu
formatter=$1
cd "$2"
if [ "${3:-}" = fix ]; then set -- -i; else set -- --dry-run -Werror; fi
find include src cl tests bench examples -type f \( -name '*.[ch]' -o -name '*.cpp' -o -name '*.cl' -o -name '*.clh' \) \
    -print0 | sort -z | xargs -0 "$formatter" "$@"
