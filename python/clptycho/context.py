# SPDX-License-Identifier: Apache-2.0
"""Devices and contexts."""
import collections
import logging
import threading
import weakref
from dataclasses import dataclass
from typing import List, Optional, Tuple, Union

import numpy as np

from clptycho._arrays import Buffer, Field
from clptycho._library import ArgumentError, check, ffi, lib, text, word_of

_log = logging.getLogger("clptycho")


@dataclass(frozen=True)
class Device:
    """Properties of a device. Memory is in bytes."""

    platform: int
    device: int
    type: str
    short_name: str
    name: str
    vendor: str
    platform_name: str
    version: str
    driver: str
    compute_units: int
    memory: int
    largest_allocation: int
    local_memory: int
    max_work_group: int
    fp64: bool
    unified_memory: bool
    score: float
    check: str
    check_reason: str

    @property
    def selector(self) -> str:
        """The text that selects this device, "platform:device"."""
        return "reference" if self.type == "reference" else f"{self.platform}:{self.device}"


def _device(info) -> Device:
    values = {}
    for name in Device.__dataclass_fields__:
        value = getattr(info, name)
        values[name] = text(value) if isinstance(value, ffi.CData) else value
    values["type"] = word_of("clpt_device_type", info.type)
    values["check"] = word_of("clpt_check", info.check)
    return Device(**values)


def devices() -> List[Device]:
    """All OpenCL devices, with cached results of their self-checks."""
    message = ffi.new("clpt_message *")
    found, count = ffi.new("clpt_device_info ***"), ffi.new("size_t *")
    check(lib.clpt_devices_list(found, count, message), message)
    try:
        return [_device(found[0][i]) for i in range(count[0])]
    finally:
        lib.clpt_devices_free(found)


def version() -> str:
    """The version of the loaded library."""
    return text(lib.clpt_version())


class _Handle:
    """The library's context, its lock, and the objects made from it, which are destroyed before it. An object is
    destroyed by whichever thread holds the lock and is not within a call: the garbage collector may run anywhere."""

    def __init__(self):
        self.pointer, self.lock, self.depth = ffi.NULL, threading.RLock(), 0
        self.live = {}  # by object, in order of creation: kind, pointer, destructor, memory
        self.dead = collections.deque()
        self.kept = []  # callbacks

    def add(self, kind, pointer, destroy, kept=None):
        """`kept`: memory that the library borrows until the object is destroyed."""
        key = object()
        self.live[key] = (kind, pointer, destroy, kept)
        return key

    def release(self, key):
        self.dead.append(key)
        self.drain()

    def _destroy(self, key):
        if entry := self.live.pop(key, None):
            kind, pointer, destroy, _ = entry
            destroy(ffi.new(kind, pointer))

    def drain(self):
        if not self.lock.acquire(blocking=False):
            return  # the thread that holds it drains
        try:
            while self.depth == 0 and self.dead:
                self._destroy(self.dead.popleft())
        finally:
            self.lock.release()

    def close(self):
        with self.lock:
            for key in reversed(list(self.live)):
                self._destroy(key)
            if self.pointer:
                lib.clpt_context_destroy(ffi.new("clpt_context **", self.pointer))
                self.pointer = ffi.NULL

    def __enter__(self):
        self.lock.acquire()
        self.depth += 1
        return self.pointer

    def __exit__(self, *_):
        self.depth -= 1
        self.lock.release()
        if self.dead:
            self.drain()


class Context:
    """An opened device.

    device: "auto", "gpu", "cpu", "reference", a short name such as "pocl", "platform:device", or part of a name; None takes
        the environment variable CLPTYCHO_DEVICE, else "auto". "reference" is plain C in double precision without OpenCL.
    memory_limit: bytes of device memory that one call may use for host arrays; 0: half of the device's.
    options: cache_dir, kernel_dir, fft, variants, tuning, without: texts, as for the command.

    Calls release the GIL. Several threads may use a context: their calls wait for each other. Messages of the library
    arrive in the logger "clptycho", warnings as warnings and the rest as debug messages."""

    def __init__(self, device: Optional[str] = None, *, memory_limit: int = 0, **options: Optional[str]):
        settings = ffi.new("clpt_context_options *")
        lib.clpt_context_options_init(settings, ffi.sizeof("clpt_context_options"))
        known = ("cache_dir", "kernel_dir", "fft", "variants", "tuning", "without")
        texts = []
        for name, value in {"device": device, **options}.items():
            if name != "device" and name not in known:
                raise ArgumentError(f"Context: {name!r} is not one of its options: device, memory_limit, {', '.join(known)}")
            if value is not None:
                texts.append(ffi.new("char[]", str(value).encode()))
                setattr(settings, name, texts[-1])
        settings.memory_limit = memory_limit
        self._open(lambda made, message: lib.clpt_context_create(settings, made, message), settings)

    @classmethod
    def from_cl(cls, context, device=None, queue=None, *, memory_limit: int = 0) -> "Context":
        """A context on OpenCL objects of pyopencl, or integers with their addresses. Work is enqueued on `queue` (in order;
        None: a queue of the library) between the caller's own commands, without waiting."""
        if device is None:
            device = context.devices[0]
        made = cls.__new__(cls)
        settings = ffi.new("clpt_context_options *")
        lib.clpt_context_options_init(settings, ffi.sizeof("clpt_context_options"))
        settings.memory_limit = memory_limit
        handles = [ffi.cast("void *", _address(value)) for value in (context, device, queue)]
        made._open(lambda out, message: lib.clpt_context_create_from_cl(*handles, settings, out, message), settings)
        made._shared = (context, device, queue)
        return made

    def _open(self, create, settings):
        self._handle = _Handle()

        @ffi.callback("void(void *, clpt_log_level, const char *)")
        def log(_user, level, line):
            _log.log(logging.WARNING if level == lib.CLPT_LOG_WARNING else logging.DEBUG, "%s", text(line))

        settings.log = log
        self._handle.kept.append(log)
        made, message = ffi.new("clpt_context **"), ffi.new("clpt_message *")
        check(create(made, message), message)
        self._handle.pointer = made[0]
        self._device = _device(lib.clpt_context_get_device(made[0]))
        self._finalizer = weakref.finalize(self, self._handle.close)

    # ---- calls ----

    def _check(self, status):
        check(status, lib.clpt_context_get_message(self._handle.pointer))

    def _call(self, function, *arguments):
        """function(context, …), where fields are replaced by their views."""
        views = [a.view if isinstance(a, Field) else a for a in arguments]
        with self._handle as pointer:
            if not pointer:
                raise ArgumentError("the context has been closed")
            self._check(function(pointer, *views))

    def _call_plain(self, function, *arguments):
        """function(…) of an object of this context."""
        with self._handle as pointer:
            if not pointer:
                raise ArgumentError("the context has been closed")
            self._check(function(*arguments))

    def _own(self, owner, pointer, kind, destroy, kept=None):
        return weakref.finalize(owner, self._handle.release, self._handle.add(kind, pointer, destroy, kept))

    # ---- what users call ----

    @property
    def device(self) -> Device:
        """The device of the context."""
        return self._device

    @property
    def is_reference(self) -> bool:
        """True for the reference in double precision."""
        return self._device.type == "reference"

    def finish(self) -> None:
        """Waits until all enqueued work is done."""
        self._call(lib.clpt_context_finish)

    def explain(self) -> str:
        """The kernels, FFT providers and tuning used so far, and the reasons, as text."""
        with self._handle as pointer:
            return text(lib.clpt_context_explain(pointer)) if pointer else ""

    def empty(self, shape: Union[int, Tuple[int, ...]], dtype=np.complex64) -> Buffer:
        """A buffer of a shape; its contents are undefined. Of `dtype`, only real or complex matters."""
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        kind = lib.CLPT_TYPE_C64 if np.dtype(dtype).kind == "c" else lib.CLPT_TYPE_F32
        made = ffi.new("clpt_buffer **")
        self._call(lib.clpt_buffer_create, kind, int(np.prod(shape, dtype=np.int64)), made)
        return Buffer(self, made[0], shape)

    def to_device(self, array) -> Buffer:
        """A buffer with a copy of an array."""
        field = Field(array, "array")
        made = self.empty(field.shape, field.dtype)
        made.write(field.value)
        return made

    def wrap(self, memory, shape: Tuple[int, ...], dtype=np.complex64) -> Buffer:
        """A buffer on OpenCL memory of pyopencl (a Buffer, an Array's `base_data`), or an integer with its address; no
        copy. `dtype`: float32 or complex64."""
        dtype = np.dtype(dtype)
        if dtype not in (np.float32, np.complex64):
            raise ArgumentError(f"wrap: elements are float32 or complex64, not {dtype}")
        made = ffi.new("clpt_buffer **")
        kind = lib.CLPT_TYPE_C64 if dtype.kind == "c" else lib.CLPT_TYPE_F32
        self._call(lib.clpt_buffer_create_from_cl, ffi.cast("void *", _address(memory)), kind,
                   int(np.prod(shape, dtype=np.int64)), made)
        return Buffer(self, made[0], shape)

    @property
    def cl_context(self) -> int:
        """Address of the OpenCL context, for pyopencl.Context.from_int_ptr; 0 in a reference context."""
        return int(ffi.cast("intptr_t", lib.clpt_context_get_cl_context(self._handle.pointer)))

    @property
    def cl_queue(self) -> int:
        """Address of the OpenCL queue, for pyopencl.CommandQueue.from_int_ptr; 0 in a reference context."""
        return int(ffi.cast("intptr_t", lib.clpt_context_get_cl_queue(self._handle.pointer)))

    def close(self) -> None:
        """Frees the device. Objects made from the context must not be used afterwards."""
        self._finalizer()

    def __enter__(self) -> "Context":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<clptycho.Context on {self._device.name!r}>"


def _address(value) -> int:
    if value is None:
        return 0
    return int(value if isinstance(value, int) else value.int_ptr)


_default: Optional[Context] = None
_default_lock = threading.Lock()


def default_context() -> Context:
    """The context of calls without `context`: opened at the first use, on the device of CLPTYCHO_DEVICE or "auto"."""
    global _default
    with _default_lock:
        if _default is None or not _default._handle.pointer:
            _default = Context()
        return _default


def current(context: Optional[Context], *values) -> Context:
    """The given context, that of a buffer or positions among the values, or the default one."""
    if context is not None:
        return context
    for value in values:
        if hasattr(value, "context"):
            return value.context
    return default_context()
