# SPDX-License-Identifier: Apache-2.0
"""Arrays of callers as the library's views: NumPy arrays of any type, order and stride, whatever exports DLPack in host
memory, and buffers of a context."""
import numpy as np

from clptycho._library import ArgumentError, ffi, lib

_TYPES = {np.dtype(np.float32): lib.CLPT_TYPE_F32, np.dtype(np.complex64): lib.CLPT_TYPE_C64,
          np.dtype(np.float64): lib.CLPT_TYPE_F64, np.dtype(np.complex128): lib.CLPT_TYPE_C128}
_DTYPES = {value: dtype for dtype, value in _TYPES.items()}
MAX_RANK = 4


def dtype_of(clpt_type: int) -> np.dtype:
    return _DTYPES[clpt_type]


def field_dtype(dtype: np.dtype) -> np.dtype:
    """The element type in which the library reads numbers of a NumPy type: the smallest that has all its values."""
    if dtype.kind == "c":
        return np.dtype(np.complex64 if dtype.itemsize <= 8 else np.complex128)
    if dtype.kind == "b" or (dtype.kind in "iu" and dtype.itemsize <= 2) or (dtype.kind == "f" and dtype.itemsize <= 4):
        return np.dtype(np.float32)
    if dtype.kind in "iuf":
        return np.dtype(np.float64)
    raise ArgumentError(f"numbers were expected, not elements of type {dtype}")


def to_numpy(value, name: str) -> np.ndarray:
    """A NumPy array of the caller's object, without a copy where that is possible."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, Buffer):
        return value.numpy()
    if hasattr(value, "detach"):  # a tensor of torch that may require gradients
        value = value.detach()
    if hasattr(value, "__dlpack__") and not isinstance(value, np.generic):
        device = value.__dlpack_device__()
        if device[0] != 1:
            raise ArgumentError(f"{name}: the array is in memory of another device (DLPack type {int(device[0])}); copy it to host memory")
        try:
            return np.from_dlpack(value)
        except (BufferError, RuntimeError, TypeError):
            pass  # read-only, conjugated or of a type that DLPack does not have
    return np.asarray(value)


class Field:
    """An argument: the memory of a call, kept until the call is over."""

    def __init__(self, value, name: str, complex_only=False, dtype=None):
        self.view = ffi.new("clpt_array *")
        if isinstance(value, Buffer):
            self.owner, self.shape, self.dtype, self.is_buffer = value, value.shape, value.dtype, True
            self.view.buffer, self.view.offset = value._pointer, value._offset
        else:
            array = to_numpy(value, name)
            wanted = np.dtype(dtype) if dtype else field_dtype(array.dtype)
            if complex_only and wanted.kind != "c":
                wanted = np.result_type(wanted, np.complex64)
            array = np.ascontiguousarray(array, dtype=wanted)
            self.owner, self.shape, self.dtype, self.is_buffer = array, array.shape, array.dtype, False
            if array.size == 0:
                raise ArgumentError(f"{name}: an array of shape {array.shape} has no elements")
            self.view.data = ffi.cast("void *", array.__array_interface__["data"][0])
        if not 1 <= len(self.shape) <= MAX_RANK:
            raise ArgumentError(f"{name}: an array of {len(self.shape)} axes; 1 to {MAX_RANK} are supported")
        self.view.type, self.view.rank = _TYPES[self.dtype], len(self.shape)
        for i, length in enumerate(self.shape):
            self.view.shape[i] = length

    @property
    def value(self):
        return self.owner


def output(out, name: str, shape, dtype) -> Field:
    """The result of a call: `out`, a buffer or a writable C-contiguous array of a field's type, or a new array."""
    shape = tuple(int(n) for n in shape)
    if out is None:
        return Field(np.empty(shape, dtype), name)
    if isinstance(out, np.ndarray):
        if not (out.flags.c_contiguous and out.flags.writeable and out.dtype in _TYPES):
            raise ArgumentError(f"{name}: `out` must be a writable array in C order of float32, float64, complex64 or "
                                f"complex128, not of {out.dtype}")
    elif not isinstance(out, Buffer):
        raise ArgumentError(f"{name}: `out` must be a NumPy array or a clptycho.Buffer, not {type(out).__name__}")
    if tuple(out.shape) != shape:
        raise ArgumentError(f"{name}: `out` has shape {tuple(out.shape)}; the result has {shape}")
    return Field(out, name)


def real(dtype) -> np.dtype:
    """The real type of the same precision."""
    return np.dtype(np.float64 if np.dtype(dtype) in (np.float64, np.complex128) else np.float32)


def geometry(value, name: str) -> Field:
    """Coordinates: host memory in double."""
    return Field(np.asarray(to_numpy(value, name), dtype=np.float64), name, dtype=np.float64)


def positions_of(value, name: str = "positions") -> np.ndarray:
    """[S, 2] float64 (x, y)."""
    array = np.ascontiguousarray(to_numpy(value, name), dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ArgumentError(f"{name}: an array [S, 2] of (x, y) in pixels was expected, not {list(array.shape)}")
    return array


def doubles(array: np.ndarray):
    return ffi.cast("double *", array.__array_interface__["data"][0])


class Buffer:
    """Memory of a context: float32 or complex64 on a device, float64 or complex128 in a reference context. Operations
    whose arrays are all buffers enqueue work and return. Made by Context.empty, Context.to_device and Context.wrap."""

    def __init__(self, context, pointer, shape, owner=None):
        self.context, self.shape = context, tuple(int(n) for n in shape)
        self.dtype = dtype_of(lib.clpt_buffer_get_type(pointer))
        self._pointer, self._offset, self._owner = pointer, 0, owner
        self._finalizer = context._own(self, pointer, "clpt_buffer **", lib.clpt_buffer_destroy) if owner is None else None

    @property
    def size(self) -> int:
        """Number of elements."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def numpy(self) -> np.ndarray:
        """A copy in host memory. Waits for the device."""
        out = np.empty(self.shape, self.dtype)
        self.context._call(lib.clpt_array_copy, Field(self, "buffer"), Field(out, "array"))
        return out

    def __array__(self, dtype=None, copy=None):
        return self.numpy() if dtype is None else self.numpy().astype(dtype)

    def write(self, array) -> None:
        """Copies an array of the same shape into the buffer."""
        self.context._call(lib.clpt_array_copy, Field(array, "array"), Field(self, "buffer"))

    def reshape(self, *shape) -> "Buffer":
        """The same memory in another shape."""
        shape = shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape
        if int(np.prod(shape, dtype=np.int64)) != self.size:
            raise ArgumentError(f"a buffer of shape {self.shape} cannot have shape {tuple(shape)}")
        view = Buffer(self.context, self._pointer, shape, owner=self)
        view._offset = self._offset
        return view

    def __getitem__(self, index: int) -> "Buffer":
        """Element `index` of the first axis: a view of the same memory."""
        if not isinstance(index, (int, np.integer)) or self.ndim < 2:
            raise ArgumentError("a buffer of two or more axes is indexed by one integer")
        if not -self.shape[0] <= index < self.shape[0]:
            raise IndexError(f"index {index} of a buffer of shape {self.shape}")
        view = Buffer(self.context, self._pointer, self.shape[1:], owner=self)
        view._offset = self._offset + int(index) % self.shape[0] * view.size
        return view

    @property
    def cl_mem(self) -> int:
        """The OpenCL memory object as an integer, for pyopencl.MemoryObject.from_int_ptr; 0 in a reference context. Views
        are part of one memory object: their first element is at `offset`."""
        return int(ffi.cast("intptr_t", lib.clpt_buffer_get_cl_mem(self._pointer)))

    @property
    def offset(self) -> int:
        """Elements of the memory object before the first one."""
        return self._offset

    def __repr__(self) -> str:
        return f"<clptycho.Buffer {list(self.shape)} {self.dtype} on {self.context.device.name!r}>"


class Positions:
    """Positions of a scan, prepared for a context: faster than an array where they are used again. [S, 2] (x, y): the
    object coordinate, in pixels, of pixel [N/2, N/2] of each patch."""

    def __init__(self, positions, context=None):
        from clptycho.context import current

        array = positions_of(positions)
        self.context, self.shape = current(context), array.shape
        handle = ffi.new("clpt_scan **")
        self.context._call(lib.clpt_scan_create, doubles(array), array.shape[0], handle)
        self._pointer = handle[0]
        self._finalizer = self.context._own(self, self._pointer, "clpt_scan **", lib.clpt_scan_destroy)

    def __len__(self) -> int:
        return self.shape[0]

    def move(self, positions) -> None:
        """Replaces the positions by as many others."""
        array = positions_of(positions)
        if array.shape != self.shape:
            raise ArgumentError(f"positions: {array.shape[0]} were given, and there are {self.shape[0]}")
        self.context._call_plain(lib.clpt_scan_set_positions, self._pointer, doubles(array))

    def canvas(self, crop: int):
        """(side, (x, y)): side of the canvas of `reassemble_scan` and the object coordinate of its pixel [0, 0]."""
        side, origin = ffi.new("int64_t *"), ffi.new("double[2]")
        self.context._call_plain(lib.clpt_scan_get_canvas, self._pointer, crop, side, origin)
        return int(side[0]), (origin[0], origin[1])


def prepared(positions, context) -> Positions:
    return positions if isinstance(positions, Positions) else Positions(positions, context)
