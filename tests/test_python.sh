#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_python.sh PYTHON SOURCE BUILD: makes a wheel of python/ with the library of BUILD, installs it into a folder of BUILD, and runs
# pytest on the installed package. Skipped where PYTHON lacks a package.
set -eu
python=$1 source=$2 build=$3
work=$build/python

"$python" -c 'import setuptools, cffi, numpy, pip, pytest, wheel' 2>/dev/null || {
    echo "skipped: $python lacks one of cffi, numpy, pip, pytest, setuptools, wheel"
    exit 77
}
rm -rf "$work"
mkdir -p "$work/installed"
cp -r "$source/python" "$work/source" # setuptools writes beside its sources
CLPTYCHO_BUILD_DIR=$build "$python" -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps \
    --wheel-dir "$work" "$work/source"
"$python" -m pip install --quiet --disable-pip-version-check --no-deps --target "$work/installed" "$work"/clptycho-*.whl
cd "$work/source/tests"
PYTHONPATH=$work/installed PYTHONDONTWRITEBYTECODE=1 exec "$python" -m pytest -q -p no:cacheprovider --tb=short .
