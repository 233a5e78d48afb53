#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# debian.sh [CHROOT]: builds the Debian packages in build-packages. With CHROOT, a folder for a bare Debian 12 that debootstrap
# makes if it is not there, installs them in it and tries them: devices, a reconstruction, find_package, pkg-config.
# The second part requires root, debootstrap and a network.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
build=$source/build-packages
chroot_dir=${1:-}
mkdir -p "$build"

cmake -G Ninja -S "$source" -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr \
    -DCLPTYCHO_BUILD_TESTS=OFF -DCLPTYCHO_BUILD_BENCH=OFF >"$build/build.log"
cmake --build "$build" >>"$build/build.log"
rm -f "$build"/*.deb
(cd "$build" && cpack -G DEB >>"$build/build.log")
for package in "$build"/*.deb; do
    echo "$(basename "$package"): $(dpkg-deb -f "$package" Depends)"
done
[ -n "$chroot_dir" ] || exit 0

[ -e "$chroot_dir/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$chroot_dir" >>"$build/build.log"
mkdir -p "$chroot_dir/tmp/packages"
rm -f "$chroot_dir"/tmp/packages/*
cp "$build"/*.deb "$chroot_dir/tmp/packages"
cat >"$chroot_dir/tmp/packages/try.sh" <<'END'
set -eu
export DEBIAN_FRONTEND=noninteractive HOME=/root
apt-get update -q >/dev/null
apt-get install -q -y --no-install-recommends /tmp/packages/clptycho-tools_*.deb pocl-opencl-icd >/dev/null
cd /tmp
clptycho doctor
clptycho devices
clptycho simulate --size 32 --object-size 80 --out s.npz
clptycho reconstruct s.npz -n 5 --out r.h5
test -s /usr/share/man/man1/clptycho-reconstruct.1
test -s /usr/share/bash-completion/completions/clptycho
apt-get install -q -y --no-install-recommends /tmp/packages/libclptycho*.deb gcc g++ libc6-dev cmake make pkg-config >/dev/null
examples=$(dirname "$(dpkg -L libclptycho-dev | grep '/examples/reconstruct.c$')")
cmake -S "$examples" -B by-cmake >/dev/null
cmake --build by-cmake >/dev/null
./by-cmake/reconstruct
cc "$examples/reconstruct.c" $(pkg-config --cflags --libs clptycho) -o by-pkg-config
./by-pkg-config
echo "all packages work"
END
# PoCL reads memory and processors there.
for folder in proc sys; do mount --bind "/$folder" "$chroot_dir/$folder"; done
status=0
chroot "$chroot_dir" sh /tmp/packages/try.sh || status=$?
for folder in proc sys; do umount "$chroot_dir/$folder"; done
exit $status
