# SPDX-License-Identifier: Apache-2.0
"""Quality of a reconstruction: host work in double precision, without a context."""
from dataclasses import dataclass
from typing import Optional

import numpy as np

from clptycho._arrays import Field, doubles, positions_of
from clptycho._library import ArgumentError, check, ffi, lib
from clptycho.operations import options_struct

__all__ = ["Comparison", "compare", "coverage"]


@dataclass(frozen=True)
class Comparison:
    """nrmse: √(Σ|a − t|² / Σ|t|²); ssim_magnitude, ssim_phase; frc_half, frc_half_bit: frequencies, in cycles per pixel, where the
    Fourier ring correlation falls below ½ and below half a bit; aligned [height, width] complex; rings [K, 3]: frequency,
    correlation, half-bit threshold; alignment: shift_x, shift_y (pixels), ramp_x, ramp_y (radians per pixel), scale, phase
    (radians); region: top, left, height, width in pixels of the truth."""

    nrmse: float
    ssim_magnitude: float
    ssim_phase: float
    frc_half: float
    frc_half_bit: float
    aligned: np.ndarray
    rings: np.ndarray
    alignment: dict
    region: tuple


def compare(object, truth, *, mask=None, region=None, offset=(0.0, 0.0), keep_shift: bool = False, keep_ramp: bool = False,
            keep_scale: bool = False) -> Comparison:
    """Compares an object with a truth after removing shift, phase ramp, scale and phase.

    object: [H1, W1] complex. truth: [H, W] complex. mask: [H, W], 0 excludes a pixel. region: (top, left, height, width) in pixels of the
    truth; None: all. offset: (x, y), where pixel (0, 0) of the truth is in the object, approximately."""
    object, truth = Field(object, "object", complex_only=True), Field(truth, "truth", complex_only=True)
    options = options_struct("clpt_compare_options", dict(keep_shift=keep_shift, keep_ramp=keep_ramp, keep_scale=keep_scale,
                                                          offset_x=offset[0], offset_y=offset[1]))
    if region is not None:
        options.top, options.left, options.height, options.width = region
    if mask is not None:
        mask = np.ascontiguousarray(np.asarray(mask) != 0, dtype=np.uint8)
        if mask.shape != truth.shape:
            raise ArgumentError(f"mask: shape {mask.shape}; the truth has {truth.shape}")
        options.mask = ffi.cast("uint8_t *", mask.__array_interface__["data"][0])
    result, message = ffi.new("clpt_comparison *"), ffi.new("clpt_message *")
    lib.clpt_comparison_init(result, ffi.sizeof("clpt_comparison"))
    try:
        check(lib.clpt_compare(object.view, truth.view, options, result, message), message)
        shape = (result.height, result.width)
        aligned = np.frombuffer(ffi.buffer(result.aligned, 16 * shape[0] * shape[1]), np.complex128).reshape(shape).copy()
        rings = np.array([(r.frequency, r.correlation, r.half_bit) for r in ffi.unpack(result.rings, result.ring_count)])
        names = ("shift_x", "shift_y", "ramp_x", "ramp_y", "scale", "phase")
        return Comparison(result.nrmse, result.ssim_magnitude, result.ssim_phase, result.frc_half, result.frc_half_bit,
                          aligned, rings, {n: getattr(result.alignment, n) for n in names},
                          (result.top, result.left, result.height, result.width))
    finally:
        lib.clpt_comparison_free(result)


def coverage(positions, side: int, shape, probe: Optional[object] = None, minimum: float = 0.1) -> np.ndarray:
    """Illuminated area of an object: True where the illumination is at least `minimum` times its maximum.

    positions: [S, 2] (x, y) patch centres in pixels. side: N. shape: (H, W) of the object. probe: [P, N, N] or [N, N]
    complex; None: 1 within the patch. Returns [H, W] bool."""
    array, mask, message = positions_of(positions), np.empty(shape, np.uint8), ffi.new("clpt_message *")
    field = None if probe is None else Field(probe, "probe", complex_only=True)
    check(lib.clpt_coverage(doubles(array), len(array), side, field.view if field else ffi.NULL, minimum, *mask.shape,
                            ffi.cast("uint8_t *", mask.__array_interface__["data"][0]), message), message)
    return mask != 0
