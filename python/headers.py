# SPDX-License-Identifier: Apache-2.0
"""Declarations of the library's public headers in the form that cffi reads: without comments, directives, C++ and inline
functions, with macros that are numbers replaced by their values."""
import re
from pathlib import Path

OPENCL_TYPES = ("cl_context", "cl_device_id", "cl_command_queue", "cl_mem")


def version(include):
    text = (Path(include) / "clptycho" / "version.h").read_text()
    return ".".join(re.search(rf"define CLPT_VERSION_{part} (\d+)", text).group(1) for part in ("MAJOR", "MINOR", "PATCH"))


def _without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S).replace("\\\n", " ")


def _without_directives(text):
    """Drops preprocessor lines, and what only C++ reads."""
    kept, hidden = [], 0
    for line in text.split("\n"):
        directive = line.strip()
        if not directive.startswith("#"):
            if not hidden:
                kept.append(line)
        elif hidden and re.match(r"#\s*(if|ifdef|ifndef)\b", directive):
            hidden += 1
        elif hidden and re.match(r"#\s*endif\b", directive):
            hidden -= 1
        elif re.match(r"#\s*ifdef\s+__cplusplus\b", directive):
            hidden = 1
    return "\n".join(kept)


def _without_inline_functions(text):
    while (start := text.find("static inline")) >= 0:
        depth, at = 0, text.index("{", start)
        while True:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
            if depth == 0:
                break
        text = text[:start] + text[at:]
    return text


def _in_order(folder):
    """Headers, each after those that it includes."""
    done, order = set(), []

    def add(path):
        if path in done or not path.exists():
            return
        done.add(path)
        for name in re.findall(r'#include "clptycho/([\w.]+)"', path.read_text()):
            add(folder / name)
        order.append(path)

    for path in sorted(folder.glob("*.h")):
        add(path)
    return order


def declarations(include):
    """The text of all headers of `include`/clptycho for cffi's cdef."""
    text = "\n".join(_without_comments(path.read_text()) for path in _in_order(Path(include) / "clptycho"))
    numbers = dict(re.findall(r"#define (CLPT_\w+) (\d+)\s*$", text, flags=re.M))
    text = _without_inline_functions(_without_directives(text))
    for name, number in numbers.items():
        text = re.sub(rf"\b{name}\b", number, text)
    text = re.sub(r"\bCLPT_API\b", "", text)
    opaque = "".join(f"typedef void *{name};\n" for name in OPENCL_TYPES)
    return opaque + re.sub(r"\n\s*\n+", "\n", text)


def write_declarations(include, path):
    """A module with `ffi`, in cffi's ABI mode: it loads without a parser and needs no compiler."""
    import cffi

    ffi = cffi.FFI()
    ffi.cdef(declarations(include))
    ffi.set_source("clptycho._declarations", None)
    ffi.emit_python_code(str(path))
