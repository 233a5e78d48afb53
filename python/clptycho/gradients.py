# SPDX-License-Identifier: Apache-2.0
"""Adjoints of operations (vector-Jacobian products), losses, and the gradient of a batch.

`cotangent` has the shape of the operation's result. With L = Re Σ conj(cotangent)·result, the gradient with respect to a
complex z is ∂L/∂Re z + i·∂L/∂Im z. Each function returns a named tuple of host arrays; members that `needs` does not name
are None. Other arguments are those of the operations."""
from typing import NamedTuple, Optional, Sequence

import numpy as np

from clptycho._arrays import Field, geometry, output, prepared
from clptycho._library import ArgumentError, enumerator, ffi, lib
from clptycho.context import Context, current
from clptycho.operations import groups_of, images_of, model_of, optional, options_struct

__all__ = ["warp_adjoint", "translate_adjoint", "extract_scan_adjoint", "extract_group_adjoint",
           "reassemble_group_adjoint", "reassemble_scan_adjoint", "diffract_adjoint", "forward_adjoint", "loss",
           "variation", "gradient"]


class ImageGradients(NamedTuple):
    images: Optional[np.ndarray]
    transforms: Optional[np.ndarray]


class ShiftGradients(NamedTuple):
    images: Optional[np.ndarray]
    shifts: Optional[np.ndarray]


class ObjectGradients(NamedTuple):
    object: Optional[np.ndarray]
    positions: Optional[np.ndarray]


class CanvasGradients(NamedTuple):
    canvas: Optional[np.ndarray]
    offsets: Optional[np.ndarray]


class GroupGradients(NamedTuple):
    patches: Optional[np.ndarray]
    offsets: Optional[np.ndarray]
    probe: Optional[np.ndarray]


class PatchGradients(NamedTuple):
    patches: Optional[np.ndarray]
    positions: Optional[np.ndarray]


class ForwardGradients(NamedTuple):
    object: Optional[np.ndarray]
    probe: Optional[np.ndarray]
    positions: Optional[np.ndarray]
    scale: Optional[float]


class Results:
    """Arrays for the gradients that are needed, by name, and NULL for the others."""

    def __init__(self, kind, needs: Optional[Sequence[str]]):
        self.kind, self.fields = kind, {}
        self.needs = kind._fields if needs is None else tuple(needs)
        for name in self.needs:
            if name not in kind._fields:
                raise ArgumentError(f"needs: {name!r} is not one of {', '.join(kind._fields)}")

    def like(self, name: str, field: Field, dtype=None):
        if name not in self.needs:
            return ffi.NULL
        self.fields[name] = Field(np.empty(field.shape, dtype or field.dtype), name)
        return self.fields[name]

    def done(self, **others):
        values = {name: self.fields[name].value if name in self.fields else None for name in self.kind._fields}
        return self.kind(**{**values, **others})


def warp_adjoint(images, transforms, cotangent, *, interpolation: str = "bilinear", fill: str = "zeros", needs=None,
                 context: Optional[Context] = None) -> ImageGradients:
    """Gradients of `warp` with respect to images [B, H, W] and transforms."""
    context, images, transforms = current(context, images), images_of(images), geometry(transforms, "transforms")
    results = Results(ImageGradients, needs)
    context._call(lib.clpt_warp_adjoint, images, transforms, enumerator("clpt_interpolation", interpolation),
                  enumerator("clpt_fill", fill), Field(cotangent, "cotangent", dtype=images.dtype),
                  results.like("images", images), results.like("transforms", transforms))
    return results.done()


def translate_adjoint(images, shifts, cotangent, *, interpolation: str = "bilinear", needs=None,
                      context: Optional[Context] = None) -> ShiftGradients:
    """Gradients of `translate` with respect to images [B, H, W] and shifts [K, 2]."""
    context, images, shifts = current(context, images), images_of(images), geometry(shifts, "shifts")
    results = Results(ShiftGradients, needs)
    context._call(lib.clpt_translate_adjoint, images, shifts, enumerator("clpt_interpolation", interpolation),
                  Field(cotangent, "cotangent", dtype=images.dtype), results.like("images", images),
                  results.like("shifts", shifts))
    return results.done()


def _at(scan):
    """Positions as a shape for their gradient."""
    return Field(np.empty(scan.shape, np.float64), "positions")


def extract_scan_adjoint(object, positions, cotangent, *, needs=None,
                         context: Optional[Context] = None) -> ObjectGradients:
    """Gradients of `extract_scan` with respect to object [H, W] and positions [S, 2]."""
    context = current(context, positions, object)
    object, scan, results = Field(object, "object"), prepared(positions, context), Results(ObjectGradients, needs)
    context._call(lib.clpt_extract_scan_adjoint, object, scan._pointer, Field(cotangent, "cotangent", dtype=object.dtype),
                  results.like("object", object), results.like("positions", _at(scan)))
    return results.done()


def extract_group_adjoint(canvas, offsets, cotangent, *, needs=None,
                          context: Optional[Context] = None) -> CanvasGradients:
    """Gradients of `extract_group` with respect to canvas [G, M, M] and offsets [G, C, 2]."""
    context, canvas, offsets = current(context, canvas), Field(canvas, "canvas"), groups_of(offsets)
    results = Results(CanvasGradients, needs)
    context._call(lib.clpt_extract_group_adjoint, canvas, offsets, Field(cotangent, "cotangent", dtype=canvas.dtype),
                  results.like("canvas", canvas), results.like("offsets", offsets))
    return results.done()


def reassemble_group_adjoint(patches, offsets, cotangent, *, probe=None, weight: str = "none", centring: str = "none",
                             needs=None, context: Optional[Context] = None) -> GroupGradients:
    """Gradients of `reassemble_group` with respect to patches [G, C, N, N], offsets [G, C, 2] and, for weight="probe",
    probe."""
    context, patches, offsets = current(context, patches), Field(patches, "patches"), groups_of(offsets)
    field, given = optional(probe, "probe", complex_only=True)
    results = Results(GroupGradients, needs)
    context._call(lib.clpt_reassemble_group_adjoint, patches, offsets, given, enumerator("clpt_weight", weight),
                  enumerator("clpt_centring", centring), Field(cotangent, "cotangent", dtype=patches.dtype),
                  results.like("patches", patches), results.like("offsets", offsets),
                  results.like("probe", field) if field is not None and weight == "probe" else ffi.NULL)
    return results.done()


def reassemble_scan_adjoint(patches, positions, crop: int, cotangent, *, needs=None,
                            context: Optional[Context] = None) -> PatchGradients:
    """Gradients of `reassemble_scan` with respect to patches [S, N, N] and positions [S, 2]."""
    context = current(context, positions, patches)
    patches, scan, results = Field(patches, "patches"), prepared(positions, context), Results(PatchGradients, needs)
    context._call(lib.clpt_reassemble_scan_adjoint, patches, scan._pointer, crop,
                  Field(cotangent, "cotangent", dtype=patches.dtype), results.like("patches", patches),
                  results.like("positions", _at(scan)))
    return results.done()


def diffract_adjoint(waves, cotangent, *, out=None, context: Optional[Context] = None):
    """Gradient of `diffract` with respect to waves [B, N, N] complex; cotangent [B, N, N] real."""
    context, waves = current(context, waves, out), Field(waves, "waves", complex_only=True)
    result = output(out, "out", waves.shape, waves.dtype)
    context._call(lib.clpt_diffract_adjoint, waves, Field(cotangent, "cotangent"), result)
    return result.value


def _forward_results(results, object, probe, places):
    """A clpt_forward_gradients of the needed results, and what it refers to."""
    struct, scale = ffi.new("clpt_forward_gradients *"), ffi.new("double *")
    lib.clpt_forward_gradients_init(struct, ffi.sizeof("clpt_forward_gradients"))
    for name, like in (("object", object), ("probe", probe), ("positions", places)):
        field = results.like(name, like)
        setattr(struct, f"d_{name}", field if field == ffi.NULL else field.view)
    if "scale" in results.needs:
        struct.d_scale = scale
    return struct, scale


def forward_adjoint(object, positions, probe, cotangent, *, needs=None, context: Optional[Context] = None,
                    **options) -> ForwardGradients:
    """Gradients of `forward` with respect to object [H, W], probe, positions [S, 2] and scale.

    cotangent: [S, N, N] real. options: those of `forward`, without poisson."""
    context = current(context, positions, object, probe)
    object, probe, _ = model_of(object, probe)
    scan, results = prepared(positions, context), Results(ForwardGradients, needs)
    struct, scale = _forward_results(results, object, probe, _at(scan))
    context._call(lib.clpt_forward_adjoint, object, scan._pointer, probe, options_struct("clpt_forward_options", options),
                  Field(cotangent, "cotangent"), struct)
    return results.done(scale=scale[0] if "scale" in results.needs else None)


def loss(kind: str, intensity, measured, mask=None, *, needs_gradient: bool = False, context: Optional[Context] = None):
    """A loss of intensities: "poisson" Σ mask·(I − m·ln(I + 1e-8)), "amplitude" Σ mask·(√I − √m)² or "amplitude_l1".

    intensity, measured: [S, N, M] real, counts. mask: [S, N, M] or [N, M], 1 = good; None: all good. Returns the loss; with
    needs_gradient (loss, gradient [S, N, M])."""
    context, intensity = current(context, intensity, measured), Field(intensity, "intensity")
    _, mask = optional(mask, "mask")
    value, result = ffi.new("double *"), Field(np.empty(intensity.shape, intensity.dtype), "gradient") if needs_gradient else ffi.NULL
    context._call(lib.clpt_loss_evaluate, enumerator("clpt_loss", kind), intensity, Field(measured, "measured"), mask,
                  value, result)
    return (value[0], result.value) if needs_gradient else value[0]


def variation(kind: str, object, epsilon: float = 1e-3, *, needs_gradient: bool = False,
              context: Optional[Context] = None):
    """Variation of an object [H, W] complex: "quadratic" Σ|Δx o|² + Σ|Δy o|² or "total" Σ√(|Δx o|² + |Δy o|² + ε²).
    Returns the variation; with needs_gradient (variation, gradient [H, W])."""
    context, object = current(context, object), Field(object, "object", complex_only=True)
    value, result = ffi.new("double *"), Field(np.empty(object.shape, object.dtype), "gradient") if needs_gradient else ffi.NULL
    context._call(lib.clpt_variation_evaluate, enumerator("clpt_variation", kind), object, epsilon, value, result)
    return (value[0], result.value) if needs_gradient else value[0]


def gradient(kind: str, object, positions, probe, measured, mask=None, *, patterns=None, needs=("object", "probe"),
             context: Optional[Context] = None, **options):
    """Forward model, loss and gradients of a batch in one call.

    kind: a loss, "poisson", "amplitude" or "amplitude_l1". measured: [S, N, N] counts. mask: [S, N, N] or [N, N], 1 = good.
    patterns: indices of the batch; None: all. Returns (loss, ForwardGradients); the gradient of positions is [count, 2]."""
    context = current(context, positions, object, probe, measured)
    object, probe, _ = model_of(object, probe)
    measured, scan = Field(measured, "measured"), prepared(positions, context)
    mask, _ = optional(mask, "mask")
    results, args, value = Results(ForwardGradients, needs), ffi.new("clpt_gradient_args *"), ffi.new("double *")
    lib.clpt_gradient_args_init(args, ffi.sizeof("clpt_gradient_args"))
    count, chosen = len(scan), None
    if patterns is not None:
        chosen = np.ascontiguousarray(patterns, dtype=np.int32)
        count = args.count = chosen.size
        args.patterns = ffi.cast("int32_t *", chosen.__array_interface__["data"][0])
    settings = options_struct("clpt_forward_options", options)
    struct, scale = _forward_results(results, object, probe, Field(np.empty((count, 2)), "positions"))
    args.loss, args.object, args.scan, args.probe = enumerator("clpt_loss", kind), object.view, scan._pointer, probe.view
    args.measured, args.mask, args.options = measured.view, mask.view if mask else ffi.NULL, settings
    context._call(lib.clpt_gradient, args, value, struct)
    return value[0], results.done(scale=scale[0] if "scale" in results.needs else None)
