#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# packages.sh build|test: installs missing Debian packages required for building, or for building and testing.
set -eu

build="gcc libc6-dev cmake ninja-build pkg-config ocl-icd-opencl-dev opencl-c-headers pocl-opencl-icd
    libclfft-dev libclblast-dev libxxhash-dev librandom123-dev libzip-dev libpng-dev libcjson-dev
    libhdf5-dev liblzf-dev libtiff-dev"
test="g++ clang clang-format cppcheck valgrind libclang-rt-14-dev libcmocka-dev mesa-opencl-icd oclgrind
    python3-venv python3-pip ca-certificates nodejs man-db groff-base zsh fish"

case ${1:-} in
build) wanted=$build ;;
test) wanted="$build $test" ;;
*)
    echo "usage: packages.sh build|test" >&2
    exit 2
    ;;
esac

missing=
for package in $wanted; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null; then
    echo "packages.sh: no apt-get; assuming that these Debian packages are installed under other names:$missing" >&2
    exit 0
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root=sudo
    command -v sudo >/dev/null || { echo "packages.sh: run this as root first: apt-get install$missing" >&2; exit 1; }
fi

echo "Installing with apt-get:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q
# Word splitting is intended.
# shellcheck disable=SC2086
$as_root apt-get install -q -y --no-install-recommends $missing
