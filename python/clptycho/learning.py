# SPDX-License-Identifier: Apache-2.0
"""PtychoPINN's physics layer with its adjoint, and groups of neighbouring positions. Shapes as in operations.py."""
from typing import NamedTuple, Optional

import numpy as np

from clptycho._arrays import Field, doubles, output, positions_of, real
from clptycho._library import check, enumerator, ffi, lib
from clptycho.context import Context, current
from clptycho.gradients import GroupGradients, Results
from clptycho.operations import groups_of, options_struct, require

__all__ = ["Groups", "physics_layer", "physics_layer_adjoint", "draw_groups"]


def _fields(patches, offsets, probe):
    patches = require(Field(patches, "patches", complex_only=True), "patches", 4)
    return patches, groups_of(offsets), Field(probe, "probe", complex_only=True)


def physics_layer(patches, offsets, probe, canvas: int, *, weight: str = "none", out=None,
                  context: Optional[Context] = None):
    """Amplitudes at the detector of patches that are merged, extracted again and illuminated.

    patches: [G, C, N, N] complex. offsets: [G, C, 2] (x, y) in pixels. probe: [P, N, N] or [N, N] complex. canvas: M ≥ N.
    weight: as for reassemble_group. Returns [G, C, N, N] real."""
    context = current(context, patches, probe, out)
    patches, offsets, probe = _fields(patches, offsets, probe)
    result = output(out, "out", patches.shape, real(patches.dtype))
    context._call(lib.clpt_physics_layer, patches, offsets, probe, enumerator("clpt_weight", weight), canvas, result)
    return result.value


def physics_layer_adjoint(patches, offsets, probe, canvas: int, cotangent, *, weight: str = "none", needs=None,
                          context: Optional[Context] = None) -> GroupGradients:
    """Gradients of `physics_layer` with respect to patches, offsets and probe; cotangent [G, C, N, N] real."""
    context = current(context, patches, probe)
    patches, offsets, probe = _fields(patches, offsets, probe)
    results = Results(GroupGradients, needs)
    context._call(lib.clpt_physics_layer_adjoint, patches, offsets, probe, enumerator("clpt_weight", weight), canvas,
                  Field(cotangent, "cotangent"), results.like("patches", patches), results.like("offsets", offsets),
                  results.like("probe", probe))
    return results.done()


class Groups(NamedTuple):
    """indices [G, C]; centres [G, 2], mean of each group's positions; offsets [G, C, 2], mean − position."""

    indices: np.ndarray
    centres: np.ndarray
    offsets: np.ndarray


def draw_groups(positions, **options) -> Groups:
    """Groups of neighbouring positions, as PtychoPINN draws them.

    positions: [S, 2] (x, y). options: groups (G; 0: S), grid (C = grid²), neighbours (K; 0: the minimum), all_choices, seed."""
    array, settings, message = positions_of(positions), options_struct("clpt_groups_options", options), ffi.new("clpt_message *")
    groups, patches = int(settings.groups) or len(array), int(settings.grid) ** 2
    indices = np.empty((groups, patches), np.int64)
    centres, offsets = np.empty((groups, 2)), np.empty((groups, patches, 2))
    check(lib.clpt_groups_draw(doubles(array), len(array), settings,
                               ffi.cast("int64_t *", indices.__array_interface__["data"][0]), doubles(centres),
                               doubles(offsets), message), message)
    return Groups(indices, centres, offsets)
