# SPDX-License-Identifier: Apache-2.0
"""Positions and detector orders of other programs, converted to those of clptycho: positions (x, y) of patch centres in pixels of the object,
patterns with zero frequency at [N/2, N/2]."""
from typing import Tuple

import numpy as np

__all__ = ["positions_from_yx", "positions_from_corners", "positions_from_metres", "positions_from_centred", "positions_from_tike",
           "positions_from_ptychi", "positions_to_ptychi", "probe_from_ptychi",
           "probe_to_ptychi", "frame",
           "patterns_from_fft_order", "patterns_to_fft_order"]


def _pairs(positions) -> np.ndarray:
    array = np.asarray(positions, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"positions: an array [S, 2] was expected, not {list(array.shape)}")
    return array


def positions_from_yx(positions) -> np.ndarray:
    """(y, x) [S, 2] to (x, y); the inverse is the same."""
    return _pairs(positions)[:, ::-1].copy()


def positions_from_corners(positions, side: int) -> np.ndarray:
    """(x, y) [S, 2] of pixel [0, 0] of patches of `side` pixels to those of their pixel [N/2, N/2]."""
    return _pairs(positions) + side // 2


def positions_from_metres(positions, pixel: float) -> np.ndarray:
    """(x, y) [S, 2] in metres to pixels of the object; `pixel`: metres."""
    if not pixel > 0:
        raise ValueError(f"pixel: {pixel} metres; it must be positive")
    return _pairs(positions) / pixel


def positions_from_centred(positions, shape: Tuple[int, int]) -> np.ndarray:
    """(x, y) [S, 2] relative to the pixel [H/2, W/2] (rounded down) of an object to those relative to its pixel [0, 0]."""
    return _pairs(positions) + (shape[1] // 2, shape[0] // 2)


def positions_from_tike(scan, side: int) -> np.ndarray:
    """tike's scan [S, 2], (y, x) of the corner pixel [0, 0] of the probe's grid of `side` pixels."""
    return positions_from_corners(positions_from_yx(scan), side)


def _ptychi_origin(shape, side):
    # numpy.round is half to even, as torch.round is; a patch of an odd side starts half a pixel earlier.
    return np.round(np.array([shape[1], shape[0]]) / 2.0) - (0.5 if side % 2 else 0.0)


def positions_from_ptychi(position_y_px, position_x_px, shape: Tuple[int, int], side: int) -> np.ndarray:
    """pty-chi's positions, relative to the centre of the object's support (its default, SUPPORT), of an object of shape
    (H, W) and patches of `side` pixels."""
    return _pairs(np.stack([np.asarray(position_x_px), np.asarray(position_y_px)], -1)) + _ptychi_origin(shape, side)


def positions_to_ptychi(positions, shape: Tuple[int, int], side: int) -> Tuple[np.ndarray, np.ndarray]:
    """(position_y_px, position_x_px) for pty-chi: the inverse of positions_from_ptychi."""
    moved = _pairs(positions) - _ptychi_origin(shape, side)
    return moved[:, 1].copy(), moved[:, 0].copy()


def probe_from_ptychi(probe) -> np.ndarray:
    """pty-chi's probe [OPR modes, P, N, N] to [P, N, N] here. Its Fourier transform is not normalised, so its probes are
    smaller by the factor N. OPR modes beyond the first are left out."""
    probe = np.asarray(probe)
    return probe[0] * probe.shape[-1]


def probe_to_ptychi(probe) -> np.ndarray:
    """The inverse of probe_from_ptychi for [P, N, N] or [N, N]; the result has one OPR mode."""
    probe = np.asarray(probe)
    return probe.reshape(1, -1, *probe.shape[-2:]) / probe.shape[-1]


def frame(positions, side: int, margin: int = 2) -> Tuple[np.ndarray, Tuple[int, int]]:
    """Shifts (x, y) [S, 2] by integers so that all patches of `side` pixels are within an object, with a margin. Returns the
    positions and the shape (H, W) of the object."""
    array = _pairs(positions)
    array = array - np.floor(array.min(axis=0)) + side // 2 + margin
    x, y = np.ceil(array.max(axis=0)).astype(int) + side - side // 2 + margin
    return array, (int(y), int(x))


def patterns_from_fft_order(patterns) -> np.ndarray:
    """Patterns [..., N, N] with zero frequency at [0, 0] to those with zero frequency at [N/2, N/2]."""
    return np.fft.fftshift(np.asarray(patterns), axes=(-2, -1))


def patterns_to_fft_order(patterns) -> np.ndarray:
    """The inverse of patterns_from_fft_order."""
    return np.fft.ifftshift(np.asarray(patterns), axes=(-2, -1))
