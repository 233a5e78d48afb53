# SPDX-License-Identifier: Apache-2.0
"""Finds or builds libclptycho for the Python package. In this order:
  1. CLPTYCHO_BUILD_DIR, a build of the project by CMake: its library is copied into the package;
  2. the checkout that contains this folder: it is built (CLPTYCHO_CMAKE_ARGS adds options) and copied;
  3. an installed library that pkg-config finds: it is used where it is."""
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple, Optional

HERE = Path(__file__).resolve().parent


class Library(NamedTuple):
    include: Path
    files: list  # libraries to copy into the package
    installed: Optional[Path]  # a library that stays where it is


def _given_build():
    folder = os.environ.get("CLPTYCHO_BUILD_DIR")
    return Path(folder) if folder else None


def _source_of(build):
    cache = (build / "CMakeCache.txt").read_text()
    return Path(re.search(r"^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$", cache, flags=re.M).group(1))


def _is_checkout():
    return (HERE.parent / "CMakeLists.txt").exists() and (HERE.parent / "include" / "clptycho").is_dir()


def _pkg_config(*options):
    return subprocess.run(["pkg-config", *options, "clptycho"], check=True, capture_output=True, text=True).stdout.strip()


def include_of():
    """The folder of the public headers, without building anything."""
    if build := _given_build():
        return _source_of(build) / "include"
    return HERE.parent / "include" if _is_checkout() else Path(_pkg_config("--variable=includedir"))


def _libraries_of(build):
    found = [path for path in sorted((build / "src").rglob("libclptycho*.so")) if path.is_symlink() or path.is_file()]
    if not found:
        raise SystemExit(f"clptycho: no libclptycho.so in {build}/src: build the project first")
    return found


def _build_checkout():
    build = HERE.parent / "build-python"
    options = shlex.split(os.environ.get("CLPTYCHO_CMAKE_ARGS", ""))
    subprocess.run(["cmake", "-S", str(HERE.parent), "-B", str(build), "-DCMAKE_BUILD_TYPE=Release",
                    "-DCLPTYCHO_BUILD_TESTS=OFF", "-DCLPTYCHO_BUILD_BENCH=OFF", "-DCLPTYCHO_BUILD_COMMAND=OFF", *options], check=True)
    subprocess.run(["cmake", "--build", str(build), "-j", str(os.cpu_count() or 2), "--target", "clptycho_shared"],
                   check=True)
    return build


def find():
    if build := _given_build():
        return Library(include_of(), _libraries_of(build), None)
    if _is_checkout():
        return Library(include_of(), _libraries_of(_build_checkout()), None)
    return Library(include_of(), [], Path(_pkg_config("--variable=libdir")) / "libclptycho.so")


def _soname(path):
    """The name that dependants of a library record, or its own."""
    try:
        text = subprocess.run(["readelf", "-d", str(path)], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return path.name
    found = re.search(r"SONAME.*\[(.*)\]", text)
    return found.group(1) if found else path.name


def _opencl_names(library):
    """{version: names} of the functions of the OpenCL library that a library of the project is linked with."""
    lines = subprocess.run(["ldd", str(library)], capture_output=True, text=True, check=True).stdout
    path = re.search(r"libOpenCL\.so\.1 => (\S+)", lines).group(1)
    symbols = subprocess.run(["nm", "-D", "--defined-only", "--with-symbol-versions", path], capture_output=True, text=True,
                             check=True).stdout
    names = {}
    for name, of in re.findall(r" T (cl\w+)@@(OPENCL_\d\.\d)", symbols):
        names.setdefault(of, []).append(name)
    return names


def _build_no_opencl(library, folder):
    """Builds the replacement for a missing OpenCL library: functions of the same names and versions, and no platform, so that none but
    clGetPlatformIDs is called. Without compiler or OpenCL library there is none, and the package requires OpenCL."""
    try:
        names = _opencl_names(library)
        code = ["int clGetPlatformIDs(unsigned capacity, void **platforms, unsigned *count)",
                "{ (void)capacity; (void)platforms; if (count) *count = 0; return -1001; } /* CL_PLATFORM_NOT_FOUND_KHR */"]
        code += [f"void *{n}(void) {{ return 0; }}" for group in names.values() for n in group if n != "clGetPlatformIDs"]
        versions, previous = "", ""
        for version in sorted(names):
            rest = "" if previous else " local: *;"
            versions += f"{version} {{ global: {'; '.join(names[version])};{rest} }}{previous};\n"
            previous = f" {version}"
        (folder / "no_opencl.c").write_text("\n".join(code) + "\n")
        (folder / "no_opencl.map").write_text(versions)
        subprocess.run(["cc", "-shared", "-fPIC", "-fno-builtin", "-o", str(folder / "no_opencl.so"), str(folder / "no_opencl.c"),
                        "-Wl,-soname,libOpenCL.so.1", f"-Wl,--version-script={folder / 'no_opencl.map'}"], check=True)
    except (OSError, AttributeError, subprocess.CalledProcessError) as error:
        print(f"clptycho: no replacement for a missing OpenCL library ({error})")
    for name in ("no_opencl.c", "no_opencl.map"):
        (folder / name).unlink(missing_ok=True)


def install(library, package):
    """Copies the libraries into the package, or records where an installed one is."""
    (package / "lib").mkdir(parents=True, exist_ok=True)
    _build_no_opencl(library.files[0] if library.files else library.installed, package / "lib")
    for path in library.files:
        shutil.copyfile(path.resolve(), package / "lib" / _soname(path))
    (package / "_installed.py").write_text(f"LIBRARY = {str(library.installed) if library.installed else None!r}\n")
