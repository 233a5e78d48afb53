# SPDX-License-Identifier: Apache-2.0
"""Operations on fields: warp, patches of an object, merging of patches, propagation, the forward model, modes.

Fields are NumPy arrays of any type, order and stride, arrays with DLPack in host memory, or clptycho.Buffer. A result has
the precision of its inputs (integers up to 16 bits count as single precision) and is a new array, or is written to `out`.
Letters in shapes: B images, S positions, G groups, C patches per group, P probe modes, N patch side, M canvas side.
Coordinates are (x, y) in pixels of the object: x is the column. `context=None` is that of a buffer among the arguments, else
the default context."""
from dataclasses import dataclass
from typing import Optional

import numpy as np

from clptycho._arrays import Buffer, Field, geometry, output, prepared, real
from clptycho._library import ArgumentError, check, enumerator, ffi, lib
from clptycho.context import Context, current

__all__ = ["Propagation", "Geometry", "warp", "translate", "extract_scan", "extract_group", "reassemble_group",
           "reassemble_scan", "diffract", "propagate", "forward", "photon_scale", "gram", "orthogonalise"]


@dataclass(frozen=True)
class Geometry:
    """A geometry scaled to a parallel beam: `pixel` of the object and `distance` in metres."""

    magnification: float
    pixel: float
    distance: float


@dataclass(frozen=True)
class Propagation:
    """Propagation to the detector. kind: "far_field", "angular_spectrum" or "fresnel"; lengths in metres:
    `distance` sample to detector, `pixel` of the detector, `source_distance` focus to sample (0: a parallel beam)."""

    kind: str = "far_field"
    wavelength: float = 0.0
    distance: float = 0.0
    pixel: float = 0.0
    source_distance: float = 0.0

    def _fill(self, struct):
        struct.kind = enumerator("clpt_propagation_kind", self.kind)
        struct.wavelength, struct.distance = self.wavelength, self.distance
        struct.pixel, struct.source_distance = self.pixel, self.source_distance

    def geometry(self) -> Geometry:
        """The geometry of a parallel beam that is equivalent to this near field."""
        given, result, message = ffi.new("clpt_propagation *"), ffi.new("clpt_geometry *"), ffi.new("clpt_message *")
        self._fill(given)
        check(lib.clpt_propagation_get_geometry(given, result, message), message)
        return Geometry(result.magnification, result.pixel, result.distance)


def options_struct(name: str, values: dict):
    """A struct of options from keyword arguments: words for enumerations, Propagation for `propagation`."""
    struct = ffi.new(f"{name} *")
    getattr(lib, f"{name}_init")(struct, ffi.sizeof(name))
    members = dict(ffi.typeof(name).fields)
    for key, value in values.items():
        if key not in members:
            raise ArgumentError(f"{name.replace('clpt_', '')}: {key!r} is not one of {', '.join(m for m in members if m != 'size')}")
        if value is None:
            continue
        if members[key].type.kind == "enum":
            value = enumerator(members[key].type.cname, value)
        if key == "propagation":
            value._fill(struct.propagation)
        else:
            setattr(struct, key, value)
    return struct


def require(field: Field, name: str, *ranks: int) -> Field:
    """The field, if its number of axes is one of `ranks`."""
    if len(field.shape) not in ranks:
        raise ArgumentError(f"{name}: an array of {' or '.join(map(str, ranks))} axes was expected, not of shape {list(field.shape)}")
    return field


def images_of(value, name: str = "images") -> Field:
    return require(Field(value, name), name, 3)


def promoted(dtype, *fields: Field) -> np.dtype:
    """The type of a result: the kind of `dtype` in the highest precision of the fields."""
    double = any(f.dtype in (np.float64, np.complex128) for f in fields)
    kind = np.dtype(dtype).kind
    return np.dtype({"c": ("complex64", "complex128"), "f": ("float32", "float64")}[kind][double])


def warp(images, transforms, *, interpolation: str = "bilinear", fill: str = "zeros", out=None,
         context: Optional[Context] = None):
    """Projective warp out(x, y) = image(T·(x, y, 1)).

    images: [B, H, W]. transforms: [K, 3, 3] or [K, 8]; K is B, 1 or B/k. interpolation: "bilinear" or "nearest".
    fill: "zeros" or "edge". Returns [B, H, W]."""
    context, images = current(context, images, out), images_of(images)
    result = output(out, "out", images.shape, images.dtype)
    context._call(lib.clpt_warp, images, geometry(transforms, "transforms"),
                  enumerator("clpt_interpolation", interpolation), enumerator("clpt_fill", fill), result)
    return result.value


def translate(images, shifts, *, interpolation: str = "bilinear", out=None, context: Optional[Context] = None):
    """Shifts content by +shift, 0 outside.

    images: [B, H, W]. shifts: [K, 2] (dx, dy) in pixels; K is B, 1 or B/k. Returns [B, H, W]."""
    context, images = current(context, images, out), images_of(images)
    result = output(out, "out", images.shape, images.dtype)
    context._call(lib.clpt_translate, images, geometry(shifts, "shifts"),
                  enumerator("clpt_interpolation", interpolation), result)
    return result.value


def extract_scan(object, positions, side: int, *, out=None, context: Optional[Context] = None):
    """Bilinear patches of an object at every position, 0 outside.

    object: [H, W]. positions: [S, 2] (x, y) or Positions. side: N. Returns [S, N, N]."""
    context = current(context, positions, object, out)
    object, scan = Field(object, "object"), prepared(positions, context)
    result = output(out, "out", (len(scan), side, side), object.dtype)
    context._call(lib.clpt_extract_scan, object, scan._pointer, result)
    return result.value


def extract_group(canvas, offsets, side: int, *, out=None, context: Optional[Context] = None):
    """Central crop of each canvas after a shift by +offset.

    canvas: [G, M, M]. offsets: [G, C, 2] (x, y) in pixels. side: N ≤ M. Returns [G, C, N, N]."""
    context, canvas, offsets = current(context, canvas, out), Field(canvas, "canvas"), groups_of(offsets)
    result = output(out, "out", (*offsets.shape[:2], side, side), canvas.dtype)
    context._call(lib.clpt_extract_group, canvas, offsets, result)
    return result.value


def groups_of(offsets) -> Field:
    field = geometry(offsets, "offsets")
    if len(field.shape) != 3 or field.shape[2] != 2:
        raise ArgumentError(f"offsets: an array [G, C, 2] of (x, y) in pixels was expected, not {list(field.shape)}")
    return field


def optional(value, name: str, **kind):
    """A field and its argument, NULL for None."""
    field = None if value is None else Field(value, name, **kind)
    return field, ffi.NULL if field is None else field


def reassemble_group(patches, offsets, canvas: int, *, probe=None, weight: str = "none", centring: str = "none", out=None,
                     context: Optional[Context] = None):
    """Merges the patches of each group, shifted by −offset, on a canvas.

    patches: [G, C, N, N]. offsets: [G, C, 2] (x, y) in pixels. canvas: M ≥ N. probe: [P, N, N] or [N, N] for
    weight="probe". weight: "none", "centre", "centre_masked" or "probe". centring: "none" or "mean". Returns [G, M, M]."""
    context, patches = current(context, patches, out), require(Field(patches, "patches"), "patches", 4)
    _, probe = optional(probe, "probe", complex_only=True)
    result = output(out, "out", (patches.shape[0], canvas, canvas), patches.dtype)
    context._call(lib.clpt_reassemble_group, patches, groups_of(offsets), probe, enumerator("clpt_weight", weight),
                  enumerator("clpt_centring", centring), result)
    return result.value


def reassemble_scan(patches, positions, crop: int, *, out=None, context: Optional[Context] = None):
    """Merges the central blocks of the patches of a scan; each pixel is divided by the number of blocks on it.

    patches: [S, N, N]. positions: [S, 2] (x, y) or Positions. crop: side of the block, 1 … N. Returns [L, L];
    Positions.canvas(crop) has L and the object coordinate of pixel [0, 0]."""
    context = current(context, positions, patches, out)
    patches, scan = Field(patches, "patches"), prepared(positions, context)
    side, _ = scan.canvas(crop)
    result = output(out, "out", (side, side), patches.dtype)
    context._call(lib.clpt_reassemble_scan, patches, scan._pointer, crop, result)
    return result.value


def diffract(waves, *, out=None, context: Optional[Context] = None):
    """Far-field amplitude |FFT2 ψ| / N, zero frequency at [N/2, N/2].

    waves: [B, N, N] complex. Returns [B, N, N] real."""
    context, waves = current(context, waves, out), Field(waves, "waves", complex_only=True)
    result = output(out, "out", waves.shape, real(waves.dtype))
    context._call(lib.clpt_diffract, waves, result)
    return result.value


def propagate(waves, propagation: Propagation, direction: str = "forward", *, out=None, context: Optional[Context] = None):
    """Near-field propagation IFFT2(H·FFT2 ψ).

    waves: [B, N, N] complex. direction: "forward" (to the detector) or "backward". Returns [B, N, N] complex."""
    context, waves = current(context, waves, out), Field(waves, "waves", complex_only=True)
    result = output(out, "out", waves.shape, waves.dtype)
    struct = ffi.new("clpt_propagation *")
    propagation._fill(struct)
    context._call(lib.clpt_propagate, waves, struct, enumerator("clpt_direction", direction), result)
    return result.value


def model_of(object, probe):
    """Fields of object and probe, and the side of patterns."""
    object = require(Field(object, "object", complex_only=True), "object", 2)
    probe = require(Field(probe, "probe", complex_only=True), "probe", 2, 3)
    return object, probe, probe.shape[-1]


def forward(object, positions, probe, *, out=None, context: Optional[Context] = None, **options):
    """The forward model: intensities I = s² Σ_p (|FFT2(patch·P_p)| / N)² of every position.

    object: [H, W] complex. positions: [S, 2] (x, y) patch centres in pixels, or Positions. probe: [P, N, N] or [N, N]
    complex. options: smooth (σ of a Gaussian on the exit wave, pixels), probe_mask, pad, scale (s), amplitude (√I), poisson
    (draw counts), seed, propagation (a Propagation), subpixel ("bilinear", "exact", "bank_2", "bank_4", "bank_8").
    Returns [S, N, N] real, zero frequency at [N/2, N/2]."""
    context = current(context, positions, object, probe, out)
    object, probe, side = model_of(object, probe)
    scan = prepared(positions, context)
    result = output(out, "out", (len(scan), side, side), promoted(np.float32, object, probe))
    context._call(lib.clpt_forward, object, scan._pointer, probe, options_struct("clpt_forward_options", options), result)
    return result.value


def photon_scale(object, positions, probe, photons: float, *, context: Optional[Context] = None, **options) -> float:
    """The scale s with which `forward` gives a mean of `photons` counts per pattern. Arguments as for `forward`."""
    context = current(context, positions, object, probe)
    object, probe, _ = model_of(object, probe)
    scan, scale = prepared(positions, context), ffi.new("double *")
    context._call(lib.clpt_photon_scale, object, scan._pointer, probe, options_struct("clpt_forward_options", options),
                  photons, scale)
    return scale[0]


def gram(modes, *, context: Optional[Context] = None) -> np.ndarray:
    """Gram matrix of modes: gram[p, q] = Σ conj(m_p)·m_q.

    modes: [P, N, N] complex. Returns [P, P] complex128."""
    context, modes = current(context, modes), Field(modes, "modes", complex_only=True)
    result = Field(np.empty((modes.shape[0],) * 2, np.complex128), "gram")
    context._call(lib.clpt_gram, modes, result)
    return result.value


def orthogonalise(modes, *, context: Optional[Context] = None):
    """Orthogonal linear combinations of modes, of falling power; Σ_p |m_p|² at the detector stays the same.

    modes: [P, N, N] complex. Returns the modes; a Buffer is changed in place and returned."""
    context = current(context, modes)
    field = modes if isinstance(modes, Buffer) else np.array(Field(modes, "modes", complex_only=True).value)
    context._call(lib.clpt_orthogonalise, Field(field, "modes"))
    return field
