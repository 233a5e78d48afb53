# SPDX-License-Identifier: Apache-2.0
"""The loaded library, its exceptions, and conversion of names to its enumerators."""
import os
from pathlib import Path

from clptycho._declarations import ffi

__all__ = ["ffi", "lib", "Error", "check", "enumerator", "text"]


class Error(RuntimeError):
    """A call of the library failed; the text is the library's message. `status` is its word: "argument", "device", …"""

    status = "internal"


class ArgumentError(Error, ValueError):
    """A wrong shape, type, name or number."""


class OutOfMemoryError(Error, MemoryError):
    """Out of host or device memory."""


class DeviceError(Error):
    """No such device, or it failed its self-check."""


class BuildError(Error):
    """A kernel did not compile; the message contains the compiler's log."""


class OpenCLError(Error):
    """An OpenCL call failed."""


class FileError(Error, OSError):
    """A file could not be read or written."""


class Cancelled(Error):
    """The iteration was cancelled."""


_ERRORS = {"argument": ArgumentError, "memory": OutOfMemoryError, "device": DeviceError, "build": BuildError,
           "opencl": OpenCLError, "file": FileError, "cancelled": Cancelled}


def _path():
    if given := os.environ.get("CLPTYCHO_LIBRARY"):
        return given
    folder = Path(__file__).parent / "lib"
    for path in sorted(folder.glob("libclptycho.so*")):
        return str(path)
    from clptycho._installed import LIBRARY

    return LIBRARY or "libclptycho.so"


def _load_opencl():
    """The OpenCL library, under whose name the package's own is loaded if the system has none, or if CLPTYCHO_OPENCL is "none": the
    reference alone is then available. It stays loaded as long as the result."""
    flags = ffi.RTLD_LAZY | ffi.RTLD_GLOBAL
    if os.environ.get("CLPTYCHO_OPENCL") != "none":
        try:
            return ffi.dlopen("libOpenCL.so.1", flags)
        except OSError:
            pass
    replacement = Path(__file__).parent / "lib" / "no_opencl.so"
    return ffi.dlopen(str(replacement), flags) if replacement.exists() else None


_opencl = _load_opencl()
lib = ffi.dlopen(_path(), ffi.RTLD_LAZY)


def text(pointer) -> str:
    """A string of the library."""
    return ffi.string(pointer).decode("utf-8", "replace") if pointer else ""


def check(status: int, message) -> None:
    """Raises the exception of a status. `message`: a clpt_message, or a char pointer."""
    if status == 0:
        return
    word = text(lib.clpt_status_name(status))
    if ffi.typeof(message).kind == "pointer" and ffi.typeof(message).item.kind == "struct":
        message = message.text
    error = _ERRORS.get(word, Error)(text(message) or f"the library reported the status '{word}'")
    error.status = word
    raise error


def enumerator(type_name: str, word) -> int:
    """The enumerator of a word: ("clpt_fill", "edge") is CLPT_FILL_EDGE."""
    names = ffi.typeof(type_name).relements
    if isinstance(word, str):
        prefix = _prefix(names)
        name = prefix + word.upper().replace("-", "_")
        if name in names:
            return names[name]
        words = ", ".join(repr(n[len(prefix):].lower()) for n in names)
        raise ArgumentError(f"{type_name.replace('clpt_', '')}: {word!r} is not one of {words}")
    raise ArgumentError(f"{type_name.replace('clpt_', '')}: a word was expected, not {word!r}")


def word_of(type_name: str, value: int) -> str:
    """The word of an enumerator, the inverse of `enumerator`."""
    names = ffi.typeof(type_name).relements
    return next((n[len(_prefix(names)):].lower() for n, v in names.items() if v == value), str(value))


def _prefix(names) -> str:
    prefix = os.path.commonprefix(list(names))
    return prefix[: prefix.rindex("_") + 1]
