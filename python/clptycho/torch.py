# SPDX-License-Identifier: Apache-2.0
"""Differentiable functions for PyTorch: the forward model and the physics layer, in host memory. First derivatives only: a
second differentiation is refused.

Tensors may be of any precision; results have the highest of the complex ones. On the reference device all is computed in
double precision, on others in single precision."""
from typing import Optional

import numpy as np
import torch

from clptycho import gradients, learning, operations
from clptycho._library import ArgumentError
from clptycho.context import Context, current

__all__ = ["forward", "physics_layer"]


def _array(tensor, name: str) -> np.ndarray:
    if isinstance(tensor, torch.Tensor):
        if tensor.device.type != "cpu":
            raise ArgumentError(f"{name}: the tensor is on '{tensor.device}'; clptycho.torch takes tensors in host memory (tensor.cpu())")
        return tensor.detach().resolve_conj().resolve_neg().numpy()
    return np.asarray(tensor)


def _tensor(array, like):
    return None if array is None else torch.from_numpy(np.ascontiguousarray(array)).to(like.dtype)


class _Once(torch.autograd.Function):
    """A gradient that cannot be differentiated again."""

    @staticmethod
    def forward(ctx, gradient, *inputs):
        return gradient.clone()

    @staticmethod
    def backward(ctx, *_):
        raise RuntimeError("clptycho.torch: the forward model and the physics layer have first derivatives only; a second "
                           "differentiation (create_graph=True) is not supported")


def _backward(ctx, names, adjoint, cotangent):
    """Gradients of the inputs in the order of `names`, None where not needed, and None for the settings."""
    tensors = ctx.saved_tensors
    needs = [name for name, needed in zip(names, ctx.needs_input_grad) if needed]
    arrays = [_array(t, n) for t, n in zip(tensors, names)]
    found = adjoint(*arrays, cotangent=_array(cotangent, "cotangent"), needs=needs, **ctx.settings)
    result = [_tensor(getattr(found, name), t) for name, t in zip(names, tensors)]
    if torch.is_grad_enabled():
        result = [r if r is None else _Once.apply(r, *tensors, cotangent) for r in result]
    return (*result, None)


class _Forward(torch.autograd.Function):
    names = ("object", "positions", "probe")

    @staticmethod
    def forward(ctx, object, positions, probe, settings):
        ctx.save_for_backward(object, positions, probe)
        ctx.settings = settings
        arrays = [_array(t, n) for t, n in zip((object, positions, probe), _Forward.names)]
        return torch.from_numpy(operations.forward(*arrays, **settings))

    @staticmethod
    def backward(ctx, cotangent):
        return _backward(ctx, _Forward.names, gradients.forward_adjoint, cotangent)


class _PhysicsLayer(torch.autograd.Function):
    names = ("patches", "offsets", "probe")

    @staticmethod
    def forward(ctx, patches, offsets, probe, settings):
        ctx.save_for_backward(patches, offsets, probe)
        ctx.settings = settings
        arrays = [_array(t, n) for t, n in zip((patches, offsets, probe), _PhysicsLayer.names)]
        return torch.from_numpy(learning.physics_layer(*arrays, **settings))

    @staticmethod
    def backward(ctx, cotangent):
        return _backward(ctx, _PhysicsLayer.names, learning.physics_layer_adjoint, cotangent)


def _tensors(*values):
    return [v if isinstance(v, torch.Tensor) else torch.as_tensor(np.asarray(v)) for v in values]


def forward(object, positions, probe, *, context: Optional[Context] = None, **options) -> torch.Tensor:
    """clptycho.forward of tensors, differentiable with respect to object [H, W] complex, positions [S, 2] (x, y) in pixels and
    probe [P, N, N] or [N, N] complex. options: those of clptycho.forward, without poisson. Returns [S, N, N] real."""
    if options.get("poisson"):
        raise ArgumentError("clptycho.torch.forward: poisson draws have no derivative")
    return _Forward.apply(*_tensors(object, positions, probe), {"context": current(context), **options})


def physics_layer(patches, offsets, probe, canvas: int, *, weight: str = "none", context: Optional[Context] = None) -> torch.Tensor:
    """clptycho.physics_layer of tensors, differentiable with respect to patches [G, C, N, N] complex, offsets [G, C, 2] (x, y) in pixels
    and probe [P, N, N] or [N, N] complex. Returns [G, C, N, N] real."""
    settings = {"canvas": canvas, "weight": weight, "context": current(context)}
    return _PhysicsLayer.apply(*_tensors(patches, offsets, probe), settings)
