# SPDX-License-Identifier: Apache-2.0
"""Conversions of positions and detector orders."""
import numpy as np
import pytest

from clptycho import convert


def test_positions():
    xy = np.array([[1.5, 2.0], [-3.0, 4.0]])
    assert np.array_equal(convert.positions_from_yx(xy), [[2.0, 1.5], [4.0, -3.0]])
    assert np.array_equal(convert.positions_from_corners(xy, 9), xy + 4)
    assert np.allclose(convert.positions_from_metres(xy * 1e-8, 1e-8), xy)
    assert np.array_equal(convert.positions_from_centred([[0, 0]], (11, 20)), [[10, 5]])
    with pytest.raises(ValueError, match="positive"):
        convert.positions_from_metres(xy, 0)
    with pytest.raises(ValueError, match=r"\[S, 2\]"):
        convert.positions_from_yx(np.zeros((3, 3)))


@pytest.mark.parametrize("side, shape", [(8, (41, 60)), (7, (44, 43))])
def test_positions_of_other_programs(side, shape):
    xy = np.array([[20.25, 11.0], [30.5, 21.75]])
    assert np.array_equal(convert.positions_from_tike(xy[:, ::-1] - side // 2, side), xy)
    assert np.array_equal(convert.positions_from_ptychi(*convert.positions_to_ptychi(xy, shape, side), shape, side), xy)


def test_probes_of_ptychi():
    probe = np.random.default_rng(3).normal(size=(2, 8, 8)) + 1j
    assert convert.probe_to_ptychi(probe).shape == (1, 2, 8, 8) and convert.probe_to_ptychi(probe[0]).shape == (1, 1, 8, 8)
    assert np.allclose(convert.probe_from_ptychi(convert.probe_to_ptychi(probe)), probe)
    # The same intensities from pty-chi's transform, which is not normalised.
    theirs = np.abs(np.fft.fftshift(np.fft.fft2(convert.probe_to_ptychi(probe)[0]), axes=(-2, -1)))
    assert np.allclose(theirs, np.abs(np.fft.fftshift(np.fft.fft2(probe, norm="ortho"), axes=(-2, -1))))


@pytest.mark.parametrize("side", [7, 8])
def test_ptychi_extracts_the_same_patches(side):
    """At integer positions, from pty-chi's own code, where it is installed."""
    image_proc = pytest.importorskip("ptychi.image_proc")
    torch = pytest.importorskip("torch")
    import clptycho

    shape, xy = (41, 60), np.array([[20, 11], [30, 21]])
    object = np.random.default_rng(1).normal(size=shape)
    y, x = convert.positions_to_ptychi(xy, shape, side)
    origin = np.round(np.array(shape) / 2) - 0.5
    theirs = image_proc.extract_patches_fourier_shift(torch.tensor(object), torch.tensor(np.stack([y, x], -1) + origin), (side, side))
    with clptycho.Context("reference") as context:
        assert np.allclose(theirs, clptycho.extract_scan(object, xy, side, context=context), atol=1e-9)


@pytest.mark.parametrize("side", [7, 8])
def test_frame_contains_every_patch(side):
    rng = np.random.default_rng(side)
    positions, shape = convert.frame(rng.uniform(-50, 50, (40, 2)), side)
    low, high = np.floor(positions) - side // 2, np.floor(positions) - side // 2 + side
    assert low.min() >= 0 and (high <= (shape[1], shape[0])).all()


@pytest.mark.parametrize("side", [7, 8])
def test_fft_order(side):
    pattern = np.zeros((2, side, side))
    pattern[:, 0, 0] = 1
    ours = convert.patterns_from_fft_order(pattern)
    assert ours[0, side // 2, side // 2] == 1 and np.array_equal(convert.patterns_to_fft_order(ours), pattern)
