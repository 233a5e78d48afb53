# SPDX-License-Identifier: Apache-2.0
"""Derivatives in PyTorch, against finite differences in the reference and against the reference on devices."""
import numpy as np
import pytest
from conftest import error_of

torch = pytest.importorskip("torch")
ours = pytest.importorskip("clptycho.torch")

rng = np.random.default_rng(2)


def leaf(*shape, real=False, low=None, high=None):
    values = rng.uniform(low, high, shape) if low is not None else rng.normal(size=shape)
    values = values if real or low is not None else values + 1j * rng.normal(size=shape)
    return torch.tensor(values, requires_grad=True)


def forward_inputs():
    # Fractions of positions away from 0 and 1, where the derivative of a bilinear sample jumps.
    positions = torch.tensor(np.floor(rng.uniform(4, 7, (2, 2))) + rng.uniform(0.2, 0.8, (2, 2)), requires_grad=True)
    return leaf(10, 10), positions, leaf(2, 4, 4)


def layer_inputs():
    return leaf(1, 2, 4, 4), torch.tensor(rng.uniform(0.2, 0.8, (1, 2, 2)), requires_grad=True), leaf(1, 4, 4)


def test_forward_gradcheck(reference):
    assert torch.autograd.gradcheck(lambda *t: ours.forward(*t, scale=0.5, context=reference), forward_inputs())


@pytest.mark.parametrize("weight", ["none", "centre"])
def test_physics_layer_gradcheck(weight, reference):
    assert torch.autograd.gradcheck(lambda *t: ours.physics_layer(*t, 8, weight=weight, context=reference), layer_inputs())


@pytest.mark.parametrize("make, function", [(forward_inputs, lambda t, c: ours.forward(*t, context=c)),
                                            (layer_inputs, lambda t, c: ours.physics_layer(*t, 8, context=c))])
def test_devices_agree_with_reference(make, function, context, reference):
    inputs = make()
    weights = rng.normal(size=function(inputs, reference).shape)
    found = [torch.autograd.grad((function(inputs, c) * torch.tensor(weights)).sum(), inputs) for c in (context, reference)]
    for a, b in zip(*found):
        assert error_of(a, b) <= 2e-5


def test_a_second_derivative_is_refused(reference):
    inputs = forward_inputs()
    gradient, = torch.autograd.grad(ours.forward(*inputs, context=reference).sum(), inputs[:1], create_graph=True)
    with pytest.raises(RuntimeError, match="first derivatives only"):
        gradient.abs().sum().backward()


def test_single_precision_and_an_optimiser(context):
    object, positions, probe = (t.detach() for t in forward_inputs())
    truth = ours.forward(object, positions, probe, context=context)
    start = (probe * 0.7).to(torch.complex64).requires_grad_()
    optimiser, losses = torch.optim.Adam([start], lr=0.05), []
    for _ in range(15):
        optimiser.zero_grad()
        loss = ((ours.forward(object.to(torch.complex64), positions, start, context=context) - truth) ** 2).mean()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert start.grad.dtype == torch.complex64 and losses[-1] < 0.5 * losses[0]


def test_conjugated_and_frozen_tensors(reference):
    object, positions, probe = forward_inputs()
    with torch.no_grad():
        conjugated = torch.conj(probe)
    out = ours.forward(object, positions.detach(), conjugated, context=reference)
    out.sum().backward()
    assert object.grad is not None and positions.grad is None


def test_poisson_is_refused(reference):
    with pytest.raises(ValueError, match="poisson"):
        ours.forward(*forward_inputs(), poisson=True, context=reference)
