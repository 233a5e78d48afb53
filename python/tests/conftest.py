# SPDX-License-Identifier: Apache-2.0
"""Contexts and a small scan for the tests. Devices: CLPTYCHO_TEST_DEVICES, "reference pocl" by default."""
import os

import numpy as np
import pytest

import clptycho

NAMES = os.environ.get("CLPTYCHO_TEST_DEVICES", "reference pocl").split()


def pytest_configure(config):
    os.environ.setdefault("CLPTYCHO_TUNING", "off")


@pytest.fixture(scope="session", params=NAMES)
def context(request):
    try:
        with clptycho.Context(request.param) as opened:
            yield opened
    except clptycho.DeviceError as error:
        pytest.skip(str(error).split("\n")[0])


@pytest.fixture(scope="session")
def reference():
    with clptycho.Context("reference") as opened:
        yield opened


@pytest.fixture
def tolerance(context):
    return 1e-12 if context.is_reference else 2e-5


class Case:
    """An object of random patches, a round probe, positions on a jittered grid, and their patterns in double precision."""

    def __init__(self, side=16, steps=6, modes=1, step=3.7):
        rng = np.random.default_rng(5)
        self.side = side
        grid = np.stack(np.meshgrid(np.arange(steps), np.arange(steps)), -1).reshape(-1, 2) * step
        self.positions, self.shape = clptycho.convert.frame(grid + rng.uniform(-0.7, 0.7, grid.shape), side)
        blocks = rng.uniform(size=(2, *(n // 4 + 1 for n in self.shape)))
        amplitude, phase = (np.kron(b, np.ones((4, 4)))[: self.shape[0], : self.shape[1]] for b in blocks)
        self.object = (0.6 + 0.4 * amplitude) * np.exp(1j * phase)
        y, x = np.mgrid[:side, :side] - side // 2
        beam = 30 * np.exp(-(x**2 + y**2) / (side / 4.5) ** 2) * np.exp(0.15j * (x**2 + y**2) / side)
        self.probe = np.stack([beam * (x / 3.0) ** k / (1 + 2 * k) for k in range(modes)])
        self.intensity = None

    def with_patterns(self, context):
        self.intensity = clptycho.forward(self.object, self.positions, self.probe, context=context)
        return self


@pytest.fixture(scope="session")
def case(reference):
    return Case().with_patterns(reference)


def error_of(found, expected):
    """Largest difference relative to the largest value."""
    expected = np.asarray(expected)
    return np.abs(np.asarray(found) - expected).max() / max(np.abs(expected).max(), 1e-300)
