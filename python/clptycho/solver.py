# SPDX-License-Identifier: Apache-2.0
"""Reconstruction of object and probe from measured patterns."""
import threading
from typing import Iterator, NamedTuple, Optional, Tuple

import numpy as np

from clptycho import pictures
from clptycho._arrays import Field, doubles, dtype_of, positions_of, to_numpy
from clptycho._library import ArgumentError, Cancelled, check, enumerator, ffi, lib, text
from clptycho.context import Context, current
from clptycho.operations import Propagation, require

__all__ = ["Solver", "Option", "engines", "describe_options"]


class Option(NamedTuple):
    """An option of a solver: its name, group, placeholder or words of its value, unit, default and help, and the engines that
    support it ("": all)."""

    name: str
    group: str
    value: str
    unit: str
    default: str
    engines: str
    help: str


def engines() -> list:
    """Names of the reconstruction engines."""
    names = []
    while name := lib.clpt_engine_name(len(names)):
        names.append(text(name))
    return names


def describe_options() -> list:
    """All options of a solver, by the names of the command."""
    found = []
    while option := lib.clpt_solver_describe_option(len(found)):
        found.append(Option(text(option.name), text(option.group), text(option.value), text(option.unit),
                            text(option.default_text), text(option.engines), text(option.help)))
    return found


def _option_text(value) -> str:
    if value is None:
        return "default"
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    return repr(float(value)) if isinstance(value, (float, np.floating)) else str(value)


def _amplitudes(counts, mask) -> np.ndarray:
    """√counts as float32, 0 at bad pixels."""
    counts = to_numpy(counts, "counts")
    if counts.ndim != 3 or counts.shape[1] != counts.shape[2] or counts.dtype.kind not in "biuf":
        raise ArgumentError(f"counts: real patterns [S, N, N] were expected, not {counts.dtype} of shape {list(counts.shape)}")
    roots = np.empty(counts.shape, np.float32)
    with np.errstate(invalid="ignore"):
        np.sqrt(counts, out=roots, dtype=np.float32 if counts.dtype.itemsize <= 2 else np.float64, casting="unsafe")
    if mask is not None:
        roots[np.broadcast_to(mask == 0, roots.shape)] = 0
    bad = int(np.count_nonzero(~np.isfinite(roots)))
    if bad:
        raise ArgumentError(f"counts: {bad} of {roots.size} pixels are negative or not finite; exclude them by "
                            "mask=numpy.isfinite(counts) & (counts >= 0)")
    return roots


class Solver:
    """A reconstruction in progress: an iterator of (iteration, error).

    counts: [S, N, N] measured counts, any real type, zero frequency at [N/2, N/2] (near fields: images).
    positions: [S, 2] (x, y) patch centres in pixels of the object.
    probe: [P, N, N] or [N, N] complex initial probe.
    engine: "rpie", "lsqml", "epie", "ml", "dm" or "raar" (engines()).
    object: [H, W] complex initial object; None: ones, as large as the positions require.
    mask: [N, N] or [S, N, N], nonzero for good pixels; None: all good.
    background: [N, N] counts added to the intensity of every pattern.
    iterations: the iterator ends after as many; None: never.
    propagation: a Propagation; None: the far field.
    options: by the names of the command with '_' for '-', as numbers, words or texts: batch=32, probe_start=5,
        position_step=0.5, likelihood="poisson", position_start="never" (describe_options()).

    Arrays are copied or kept: temporaries may be passed. The error is Σ|√I − √m| / Σ√m, each pattern before its update."""

    def __init__(self, counts, positions, probe, engine: str = "lsqml", *, object=None, mask=None, background=None,
                 iterations: Optional[int] = None, propagation: Optional[Propagation] = None,
                 context: Optional[Context] = None, **options):
        self.context, self.iterations, self.errors = current(context), iterations, []
        self._interrupted = False
        positions, probe = positions_of(positions), require(Field(probe, "probe", complex_only=True), "probe", 2, 3)
        if mask is not None:
            mask = np.ascontiguousarray(to_numpy(mask, "mask") != 0, dtype=np.float32)
        self._amplitudes, self._mask = _amplitudes(counts, mask), mask
        self._shape = (len(self._amplitudes), self._amplitudes.shape[1])
        if object is None:
            object = np.ones(_object_shape(positions, self._shape[1]), np.complex64)
        object = require(Field(object, "object", complex_only=True), "object", 2)
        self._object_shape = object.shape
        self._probe_shape = (probe.shape[0] if len(probe.shape) == 3 else 1, self._shape[1], self._shape[1])
        measurement, kept = self._measurement(positions, background)
        settings = self._settings({"engine": engine, **options}, propagation)
        handle = ffi.new("clpt_solver **")
        self.context._call(lib.clpt_solver_create, measurement, object, probe, settings, handle)
        self._pointer = handle[0]
        self._finalizer = self.context._own(self, self._pointer, "clpt_solver **", lib.clpt_solver_destroy,
                                            (self._amplitudes, self._mask, kept, self._texts))

    def _measurement(self, positions, background):
        if len(positions) != self._shape[0]:
            raise ArgumentError(f"positions: there are {len(positions)} positions and {self._shape[0]} patterns")
        side, m = self._shape[1], ffi.new("clpt_measurement *")
        lib.clpt_measurement_init(m, ffi.sizeof("clpt_measurement"))
        m.amplitude, m.count, m.side, m.positions = _floats(self._amplitudes), *self._shape, doubles(positions)
        if self._mask is not None:
            if self._mask.shape not in ((side, side), self._amplitudes.shape):
                raise ArgumentError(f"mask: shape {self._mask.shape}; [N, N] or [S, N, N] of the counts were expected")
            m.mask, m.mask_per_pattern = _floats(self._mask), self._mask.ndim == 3
        if background is not None:
            background = np.ascontiguousarray(to_numpy(background, "background"), dtype=np.float32)
            if background.shape != (side, side):
                raise ArgumentError(f"background: shape {background.shape}; [N, N] of the counts was expected")
            m.background = _floats(background)
        return m, (background, positions)

    def _settings(self, options, propagation):
        settings, message, self._texts = ffi.new("clpt_solver_options *"), ffi.new("clpt_message *"), []
        lib.clpt_solver_options_init(settings, ffi.sizeof("clpt_solver_options"))
        for name, value in options.items():
            self._texts.append(ffi.new("char[]", _option_text(value).encode()))
            check(lib.clpt_solver_options_set(settings, name.encode(), self._texts[-1], message), message)
        settings.cancellable = True
        if propagation is not None:
            propagation._fill(settings.propagation)
        return settings

    # ---- iterations ----

    def __iter__(self) -> Iterator[Tuple[int, float]]:
        return self

    def __next__(self) -> Tuple[int, float]:
        if self.iterations is not None and self.iteration >= self.iterations:
            raise StopIteration
        return self.step()

    def step(self) -> Tuple[int, float]:
        """One iteration: every pattern once. Returns (iterations done, error)."""
        error = ffi.new("double *")
        if threading.current_thread() is threading.main_thread():
            self._iterate_beside(error)
        else:
            self._iterate(error)
        self.errors.append(error[0])
        return self.iteration, error[0]

    def _iterate(self, error):
        try:
            self.context._call_plain(lib.clpt_solver_iterate, self._pointer, error)
        except Cancelled:
            if not self._interrupted:
                raise
            self.context._call_plain(lib.clpt_solver_iterate, self._pointer, error)  # a request left by an interrupt
        finally:
            self._interrupted = False

    def _iterate_beside(self, error):
        """Iterates in a thread, so that this one receives signals; an exception of their handlers cancels the iteration."""
        failure, ended = [], threading.Event()

        def work():
            try:
                self._iterate(error)
            except BaseException as caught:
                failure.append(caught)
            finally:
                ended.set()

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            ended.wait()
        except BaseException:
            lib.clpt_solver_cancel(self._pointer)
            thread.join()
            self._interrupted = not any(isinstance(f, Cancelled) for f in failure)
            if self._interrupted and not failure:
                self.errors.append(error[0])  # it was complete
            raise
        thread.join()
        if failure:
            raise failure[0]

    def cancel(self) -> None:
        """Ends the running iteration, or else the next one, from any thread: `step` raises Cancelled within two batches."""
        if self.context._handle.pointer:
            lib.clpt_solver_cancel(self._pointer)

    def run(self, iterations: int) -> float:
        """So many iterations more. Returns the last error."""
        for _ in range(iterations):
            self.step()
        return self.errors[-1] if self.errors else float("nan")

    # ---- results ----

    def _copy(self, function, shape, dtype=None):
        dtype = dtype or (np.complex128 if self.context.is_reference else np.complex64)
        field = Field(np.empty(shape, dtype), "result")
        self.context._call_plain(function, self._pointer, field.view)
        return field.value

    def _numbers(self, function, shape):
        result = np.empty(shape)
        self.context._call_plain(function, self._pointer, doubles(result))
        return result

    @property
    def object(self) -> np.ndarray:
        """The current object, [H, W] complex: a copy, as are all results."""
        return self._copy(lib.clpt_solver_get_object, self._object_shape)

    @property
    def probe(self) -> np.ndarray:
        """The current probe, [P, N, N] complex."""
        return self._copy(lib.clpt_solver_get_probe, self._probe_shape)

    @property
    def positions(self) -> np.ndarray:
        """The current positions, [S, 2] (x, y) in pixels."""
        return self._numbers(lib.clpt_solver_get_positions, (self._shape[0], 2))

    @property
    def amplitude_factors(self) -> np.ndarray:
        """Factors on the amplitude of the probe, [S]: 1 unless they are refined."""
        return self._numbers(lib.clpt_solver_get_amplitude_factors, (self._shape[0],))

    @property
    def background(self) -> np.ndarray:
        """The current background, [N, N] counts."""
        return self._numbers(lib.clpt_solver_get_background, (self._shape[1],) * 2)

    @property
    def opr_modes(self) -> np.ndarray:
        """Variable modes V [J, N, N] of orthogonal probe relaxation."""
        return self._copy(lib.clpt_solver_get_opr_modes, (int(self.options["opr_modes"]), *self._probe_shape[1:]))

    @property
    def opr_coefficients(self) -> np.ndarray:
        """Coefficients a [S, J] of the variable modes."""
        return self._copy(lib.clpt_solver_get_opr_coefficients, (self._shape[0], int(self.options["opr_modes"])))

    @property
    def iteration(self) -> int:
        """Number of iterations done."""
        with self.context._handle as pointer:
            if not pointer:
                raise ArgumentError("the context has been closed")
            return int(lib.clpt_solver_get_iteration(self._pointer))

    @property
    def options(self) -> dict:
        """The values of all options as texts, by their names with '_' for '-'."""
        found, message, room = {}, ffi.new("clpt_message *"), ffi.new("char[256]")
        with self.context._handle as pointer:
            effective = lib.clpt_solver_get_options(self._pointer) if pointer else ffi.NULL
            for option in describe_options():
                if lib.clpt_solver_options_get(effective, option.name.encode(), room, 256, message) == 0:
                    found[option.name.replace("-", "_")] = text(room)
        return found

    def r_factor(self, per_pattern: bool = False):
        """Σ|√I − √m| / Σ√m of the current state over good pixels; with per_pattern also that of each pattern, [S]."""
        overall, each = ffi.new("double *"), np.empty(self._shape[0]) if per_pattern else None
        self.context._call_plain(lib.clpt_solver_evaluate_r_factor, self._pointer, overall,
                                 doubles(each) if per_pattern else ffi.NULL)
        return (overall[0], each) if per_pattern else overall[0]

    def loss(self, kind: str = "poisson", per_pattern: bool = False):
        """A loss of the current state, "poisson", "amplitude" or "amplitude_l1"; with per_pattern also that of each
        pattern, [S]."""
        overall, each = ffi.new("double *"), np.empty(self._shape[0]) if per_pattern else None
        self.context._call_plain(lib.clpt_solver_evaluate_loss, self._pointer, enumerator("clpt_loss", kind), overall,
                                 doubles(each) if per_pattern else ffi.NULL)
        return (overall[0], each) if per_pattern else overall[0]

    # ---- state ----

    def _described(self):
        for index in range(lib.clpt_solver_get_state_count(self._pointer)):
            entry = ffi.new("clpt_solver_array *")
            self.context._call_plain(lib.clpt_solver_describe_state, self._pointer, index, entry)
            yield index, text(entry.name), tuple(entry.shape[i] for i in range(entry.rank)), dtype_of(entry.type)

    @property
    def state(self) -> dict:
        """Copies of all arrays that a solver requires to continue with the same bits, by name, and "iteration". Setting it
        restores them in a solver of equal measurement and options."""
        arrays = {"iteration": np.int64(self.iteration)}
        for index, name, shape, dtype in self._described():
            field = Field(np.empty(shape, dtype), name)
            self.context._call_plain(lib.clpt_solver_get_state, self._pointer, index, field.view)
            arrays[name] = field.value
        return arrays

    @state.setter
    def state(self, arrays: dict) -> None:
        described = list(self._described())
        missing = [name for _, name, *_ in described if name not in arrays]
        if missing or "iteration" not in arrays:
            raise ArgumentError(f"state: without {', '.join(missing) or 'iteration'}: it is of a solver of other options")
        for index, name, shape, dtype in described:
            if tuple(np.shape(arrays[name])) != shape:
                raise ArgumentError(f"state: {name!r} has shape {np.shape(arrays[name])}; this solver has {shape}")
            field = Field(arrays[name], name, dtype=dtype)
            self.context._call_plain(lib.clpt_solver_set_state, self._pointer, index, field.view)
        self.context._call_plain(lib.clpt_solver_set_iteration, self._pointer, int(arrays["iteration"]))

    def save(self, path) -> None:
        """Writes a checkpoint: the state and the errors as NPZ, under the name given and replaced at once."""
        import os

        temporary = f"{os.fspath(path)}.part"
        with open(temporary, "wb") as file:
            np.savez(file, errors=np.array(self.errors), **{f"state.{k}": v for k, v in self.state.items()})
        os.replace(temporary, path)

    def load(self, path) -> None:
        """Continues from a checkpoint of a solver of equal measurement and options."""
        with np.load(path) as file:
            self.state = {k[6:]: file[k] for k in file.files if k.startswith("state.")}
            self.errors = list(file["errors"]) if "errors" in file.files else []

    def close(self) -> None:
        """Frees the solver's memory."""
        self._finalizer()
        self._pointer = ffi.NULL

    def _repr_png_(self) -> bytes:
        return pictures.object_png(self.object)

    def __repr__(self) -> str:
        error = f", error {self.errors[-1]:.4g}" if self.errors else ""
        return f"<clptycho.Solver {self.options['engine']}, iteration {self.iteration}{error}, on {self.context.device.name!r}>"


def _floats(array):
    return ffi.cast("float *", array.__array_interface__["data"][0])


def _object_shape(positions, side):
    x, y = np.ceil(positions.max(axis=0)).astype(int) + side // 2 + 2
    return int(y), int(x)
