#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_install.sh CASE SOURCE BUILD WORK [DEVICE]: installs the build by way of DESTDIR, moves the tree elsewhere, and
# uses it from there as another project would. CASE is tree, which the others need, or one of those below.
set -eu
case_name=$1 source=$2 build=$3 work=$4 device=${5:-reference}
prefix=$work/moved
cmake=${CMAKE_COMMAND:-cmake}

fail() {
    echo "test_install.sh $case_name: $*" >&2
    exit 1
}

# Runs a program that was linked against the installed library, and nothing else of the build.
run() {
    CLPTYCHO_DEVICE=$device CLPTYCHO_KERNEL_DIR='' LD_LIBRARY_PATH=$prefix/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} "$@"
}

# The R-factor that the reconstruction ends with is below 0.01.
check_reconstruction() {
    text=$(run "$@") || fail "$* failed: $text"
    echo "$text"
    echo "$text" | awk '/^R-factor/ && $2 > 0 && $2 < 0.01 { good = 1 } END { exit !good }' || fail "$* printed: $text"
}

case $case_name in
tree)
    rm -rf "$work"
    mkdir -p "$work"
    DESTDIR=$work/stage "$cmake" --install "$build" --prefix /opt/clptycho >"$work/install.log"
    mv "$work/stage/opt/clptycho" "$prefix"
    rmdir "$work/stage/opt" "$work/stage" || fail "files outside the prefix"
    for file in $(cd "$source" && ls include/clptycho/*.h) share/man/man1/clptycho-reconstruct.1 \
        share/bash-completion/completions/clptycho share/zsh/site-functions/_clptycho \
        share/fish/vendor_completions.d/clptycho.fish \
        lib/libclptycho.so lib/libclptycho.a lib/pkgconfig/clptycho.pc; do
        [ -e "$prefix/$file" ] || fail "no $file"
    done
    for text in "$prefix"/lib/cmake/clptycho/*.cmake "$prefix"/lib/pkgconfig/clptycho.pc; do
        ! grep -n -e "$build" -e "$source" -e /opt/clptycho "$text" || fail "$text names a place of the build"
    done
    ;;
symbols)
    version=$("$prefix"/bin/clptycho --version | awk '{ print $2 }')
    soname=$(readelf -d "$prefix/lib/libclptycho.so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
    case $version in
    0.*) compatible=${version%.*} ;; # before 1.0 a minor version may change the interface
    *) compatible=${version%%.*} ;;
    esac
    [ "$soname" = "libclptycho.so.$compatible" ] || fail "soname '$soname' at version '$version'"
    [ "$(readlink -f "$prefix/lib/$soname")" = "$(readlink -f "$prefix/lib/libclptycho.so.$version")" ] ||
        fail "$soname is not libclptycho.so.$version"
    nm -D --defined-only "$prefix/lib/libclptycho.so" | awk '{ print $NF }' | sort >"$work/shared.txt"
    nm -g --defined-only "$prefix/lib/libclptycho.a" | awk 'NF == 3 { print $NF }' | sort >"$work/static.txt"
    cat "$prefix"/include/clptycho/*.h | sed -n 's/^CLPT_API.*[ *]\(clpt_[a-z0-9_]*\)(.*/\1/p' | sort >"$work/public.txt"
    [ -s "$work/public.txt" ] || fail "no public function found in the headers"
    for kind in shared static; do
        diff "$work/public.txt" "$work/$kind.txt" || fail "the $kind library does not define exactly what the headers declare"
    done
    echo "$(wc -l <"$work/public.txt") public functions, and nothing else, in both libraries"
    ;;
package)
    rm -rf "$work/package"
    "$cmake" -S "$source/examples" -B "$work/package" "-DCMAKE_PREFIX_PATH=$prefix" -DCMAKE_COMPILE_WARNING_AS_ERROR=ON \
        -DCMAKE_BUILD_TYPE=Release >"$work/package.log" || { cat "$work/package.log"; fail "configuring examples/"; }
    # Each header compiles alone, in C and in C++.
    for header in "$prefix"/include/clptycho/*.h; do
        name=clptycho/${header##*/}
        printf '#include <%s>\nint main(void) { return 0; }\n' "$name" >"$work/alone.c"
        cp "$work/alone.c" "$work/alone.cpp"
        cc -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only "-I$prefix/include" "$work/alone.c" || fail "$name in C"
        c++ -std=c++14 -Wall -Wextra -Wpedantic -Werror -fsyntax-only "-I$prefix/include" "$work/alone.cpp" ||
            fail "$name in C++"
    done
    "$cmake" --build "$work/package" >>"$work/package.log" 2>&1 || { cat "$work/package.log"; fail "building examples/"; }
    ;;
examples)
    check_reconstruction "$work/package/reconstruct"
    check_reconstruction "$work/package/reconstruct_static"
    run "$work/package/forward"
    run "$work/package/phase_fit"
    run "$work/package/watch" | awk '/^iteration/ { last = $NF } END { exit !(last > 0 && last < 0.02) }' ||
        fail "watch does not end with an error below 0.02"
    [ "$device" = reference ] || run "$work/package/own_context"
    ;;
pkgconfig)
    export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
    program=$source/examples/reconstruct.c
    # Word splitting of the flags is meant.
    # shellcheck disable=SC2046
    cc -std=c11 -O2 -Wall -Wextra -Werror "$program" $(pkg-config --cflags --libs clptycho) -o "$work/by_pkgconfig"
    check_reconstruction "$work/by_pkgconfig"
    # shellcheck disable=SC2046
    cc -std=c11 -O2 "$program" $(pkg-config --cflags clptycho) "$prefix/lib/libclptycho.a" \
        $(pkg-config --static --libs clptycho | sed 's/-lclptycho//') -o "$work/by_pkgconfig_static"
    ! readelf -d "$work/by_pkgconfig_static" | grep libclptycho || fail "the static program needs the shared library"
    check_reconstruction "$work/by_pkgconfig_static"
    ;;
readme)
    # The program between the fences is examples/reconstruct.c to the letter, and has at most 30 lines.
    awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$source/README.md" >"$work/readme.c"
    diff "$source/examples/reconstruct.c" "$work/readme.c" || fail "README.md shows another program than examples/reconstruct.c"
    [ "$(wc -l <"$work/readme.c")" -le 30 ] || fail "examples/reconstruct.c has more than 30 lines"
    ;;
*)
    fail "no such case"
    ;;
esac
