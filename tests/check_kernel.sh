#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check_kernel.sh CLANG CL_DIR FILE: a kernel file compiles alone, as OpenCL C 1.2 and without a warning, for real
# elements and for complex ones where it does not settle that itself.
set -eu
compile() {
    "$clang" -x cl -cl-std=CL1.2 -Xclang -finclude-default-header "-I$directory" -Wall -Wextra -Werror "$@" "$file"
}
clang=$1 directory=$2 file=$3
compile -fsyntax-only
case $(compile -E -dM) in
*"#define CLPT_COMPLEX"*) ;;
*) compile -fsyntax-only -DCLPT_COMPLEX ;;
esac
case $(compile -E -dM) in
*"#define CLPT_LANES"*) for width in 4 8 16; do compile -fsyntax-only "-DCLPT_LANES=$width"; done ;;
esac
