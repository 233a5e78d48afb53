# SPDX-License-Identifier: Apache-2.0
"""Operations against NumPy and against the reference, for arrays of any kind."""
import gc
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import error_of

import clptycho

rng = np.random.default_rng(1)


def complex_of(*shape):
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


IMAGES, WAVES = rng.normal(size=(4, 9, 11)), complex_of(3, 8, 8)
PATCHES, OFFSETS, PROBE = complex_of(2, 4, 8, 8), rng.uniform(-2, 2, (2, 4, 2)), complex_of(2, 8, 8)
OBJECT, SCAN, CANVAS = complex_of(30, 28), rng.uniform(6, 20, (5, 2)), complex_of(2, 14, 14)
NEAR = clptycho.Propagation("angular_spectrum", wavelength=1e-10, distance=1e-3, pixel=1e-7)

CALLS = {
    "warp": lambda c: clptycho.warp(IMAGES, np.eye(3)[None] + 0.01, context=c),
    "translate": lambda c: clptycho.translate(IMAGES, [[0.5, -1.25]], context=c),
    "extract_scan": lambda c: clptycho.extract_scan(OBJECT, SCAN, 8, context=c),
    "extract_group": lambda c: clptycho.extract_group(CANVAS, OFFSETS, 8, context=c),
    "reassemble_group": lambda c: clptycho.reassemble_group(PATCHES, OFFSETS, 14, probe=PROBE, weight="probe", context=c),
    "reassemble_scan": lambda c: clptycho.reassemble_scan(complex_of(5, 8, 8) * 0 + 1, SCAN, 4, context=c),
    "diffract": lambda c: clptycho.diffract(WAVES, context=c),
    "propagate": lambda c: clptycho.propagate(WAVES, NEAR, context=c),
    "forward": lambda c: clptycho.forward(OBJECT, SCAN, PROBE, smooth=0.5, scale=2.0, context=c),
    "photon_scale": lambda c: clptycho.photon_scale(OBJECT, SCAN, PROBE, 1e4, context=c),
    "gram": lambda c: clptycho.gram(PROBE, context=c),
    "physics_layer": lambda c: clptycho.physics_layer(PATCHES, OFFSETS, PROBE, 14, weight="centre", context=c),
    "warp_adjoint": lambda c: clptycho.warp_adjoint(IMAGES, np.eye(3)[None] + 0.01, IMAGES[::-1], context=c),
    "translate_adjoint": lambda c: clptycho.translate_adjoint(IMAGES, [[0.5, -1.25]], IMAGES[::-1], context=c),
    "extract_scan_adjoint": lambda c: clptycho.extract_scan_adjoint(OBJECT, SCAN, PATCHES.reshape(8, 8, 8)[:5], context=c),
    "extract_group_adjoint": lambda c: clptycho.extract_group_adjoint(CANVAS, OFFSETS, PATCHES, context=c),
    "reassemble_group_adjoint": lambda c: clptycho.reassemble_group_adjoint(PATCHES, OFFSETS, CANVAS, weight="centre",
                                                                           context=c),
    "reassemble_scan_adjoint": lambda c: clptycho.reassemble_scan_adjoint(
        PATCHES.reshape(8, 8, 8)[:5], SCAN, 4, np.ones((clptycho.Positions(SCAN, c).canvas(4)[0],) * 2), context=c),
    "diffract_adjoint": lambda c: clptycho.diffract_adjoint(WAVES, WAVES.real, context=c),
    "forward_adjoint": lambda c: clptycho.forward_adjoint(OBJECT, SCAN, PROBE, PATCHES.reshape(8, 8, 8)[:5].real, context=c),
    "loss": lambda c: clptycho.loss("poisson", WAVES.real**2, WAVES.imag**2, np.ones((8, 8)), needs_gradient=True, context=c),
    "variation": lambda c: clptycho.variation("total", OBJECT, needs_gradient=True, context=c),
    "gradient": lambda c: clptycho.gradient("amplitude", OBJECT, SCAN, PROBE, rng_counts, patterns=[3, 1],
                                            needs=("object", "probe", "positions"), context=c),
    "physics_layer_adjoint": lambda c: clptycho.physics_layer_adjoint(PATCHES, OFFSETS, PROBE, 14, PATCHES.real, context=c),
}
rng_counts = rng.poisson(20.0, (5, 8, 8))


def flat(result):
    return [r for r in result if r is not None] if isinstance(result, tuple) else [result]


@pytest.mark.parametrize("name", CALLS)
def test_operation_agrees_with_reference(name, context, reference):
    # Sums of gradients with respect to geometry cancel: twice the bound.
    for found, expected in zip(flat(CALLS[name](context)), flat(CALLS[name](reference))):
        parts = [(found, expected)] if not isinstance(found, tuple) else zip(flat(found), flat(expected))
        assert all(error_of(f, e) <= 4e-5 for f, e in parts)


def test_every_public_operation_is_there():
    """Functions of the headers of operations, gradients, learning and quality, by their names."""
    names = {"loss_evaluate": "loss", "variation_evaluate": "variation", "groups_draw": "draw_groups"}
    text = (Path(clptycho.__file__).parent / "_declarations.py").read_text()
    found = set(re.findall(r"clpt_(\w+)", text))
    for name in CALLS.keys() | {"compare", "coverage", "orthogonalise", "draw_groups"}:
        assert {k for k, v in names.items() if v == name} or name in found
        assert callable(getattr(clptycho, name))
    for name in found:
        if name.endswith("_adjoint"):
            assert callable(getattr(clptycho, name)), name


def test_diffract_is_numpys_transform(context, tolerance):
    expected = np.abs(np.fft.fftshift(np.fft.fft2(WAVES), axes=(-2, -1))) / 8
    assert error_of(clptycho.diffract(WAVES, context=context), expected) <= tolerance


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int32", "uint64", "float16", "float32", ">f8", "complex64", ">c16"])
def test_arrays_of_any_type(dtype, context):
    images = (np.arange(2 * 6 * 5).reshape(2, 6, 5) % 7).astype(dtype)
    moved = clptycho.translate(images, [[1, 0]], context=context)
    assert moved.dtype.itemsize in (4, 8, 16) and moved.dtype.isnative
    assert np.array_equal(moved[:, :, 1:], images[:, :, :-1].astype(moved.dtype)) and not moved[:, :, 0].any()


def test_arrays_of_any_order_and_stride(context):
    base = rng.normal(size=(5, 14, 6)).astype(np.float32)
    for images in (base.transpose(2, 0, 1), np.asfortranarray(base), base[::-1, ::2, 1:5], base[:, ::-3]):
        expected = clptycho.translate(images.copy(), [[0.25, 0.5]], context=context)
        assert np.array_equal(clptycho.translate(images, [[0.25, 0.5]], context=context), expected)
    base.flags.writeable = False
    clptycho.translate(base, [[0, 0]], context=context)


def test_results_have_the_precision_of_inputs(context):
    assert clptycho.diffract(WAVES.astype(np.complex64), context=context).dtype == np.float32
    assert clptycho.diffract(WAVES, context=context).dtype == np.float64
    assert clptycho.forward(OBJECT.astype(np.complex64), SCAN, PROBE, context=context).dtype == np.float64


def test_out(context):
    expected = clptycho.diffract(WAVES, context=context)
    out = np.empty_like(expected)
    assert clptycho.diffract(WAVES, out=out, context=context) is out and np.array_equal(out, expected)
    with pytest.raises(clptycho.ArgumentError, match="shape"):
        clptycho.diffract(WAVES, out=np.empty((2, 8, 8)), context=context)


def test_buffers(context, tolerance):
    waves = context.to_device(WAVES)
    out = context.empty(WAVES.shape, np.float32)
    assert clptycho.diffract(waves, out=out) is out
    assert error_of(out.numpy(), clptycho.diffract(WAVES, context=context)) <= tolerance
    assert error_of(clptycho.diffract(waves[1].reshape(1, 8, 8)), out.numpy()[1:2]) <= tolerance
    assert np.asarray(waves).shape == WAVES.shape
    places = clptycho.Positions(SCAN, context)
    assert np.array_equal(clptycho.extract_scan(OBJECT, places, 8), clptycho.extract_scan(OBJECT, SCAN, 8, context=context))


def test_orthogonalise_keeps_the_intensity(context):
    modes = clptycho.orthogonalise(PROBE, context=context)
    gram = clptycho.gram(modes, context=context)
    assert abs(gram[0, 1]) < 1e-4 * abs(gram[0, 0]) and gram[0, 0].real >= gram[1, 1].real
    power = [sum(clptycho.diffract(m, context=context) ** 2) for m in (modes, PROBE)]
    assert error_of(*power) < 1e-4


def test_adjoint_is_the_adjoint(reference):
    cotangent = complex_of(5, 8, 8)
    back = clptycho.extract_scan_adjoint(OBJECT, SCAN, cotangent, needs=("object",), context=reference)
    assert back.positions is None
    left = np.vdot(cotangent, clptycho.extract_scan(OBJECT, SCAN, 8, context=reference))
    assert abs(left - np.vdot(back.object, OBJECT)) < 1e-10 * abs(left)


def test_groups_and_quality():
    groups = clptycho.draw_groups(SCAN, grid=2, neighbours=4, seed=3)
    assert groups.indices.shape == (5, 4) and groups.offsets.shape == (5, 4, 2)
    assert np.allclose(groups.centres[:, None] - groups.offsets, SCAN[groups.indices])
    truth = np.kron(complex_of(8, 8), np.ones((4, 4)))
    result = clptycho.compare(2j * truth, truth)
    assert result.nrmse < 1e-6 and result.aligned.shape == result.region[2:] and result.rings.shape[1] == 3
    assert clptycho.coverage([[8, 8]], 6, (20, 20)).sum() == 36


def test_errors_have_the_librarys_message(context):
    with pytest.raises(clptycho.ArgumentError, match="clpt_diffract.*shape|clpt_diffract"):
        clptycho.diffract(complex_of(2, 4, 5), context=context)
    with pytest.raises(ValueError, match="'edge'"):
        clptycho.warp(IMAGES, np.eye(3)[None], fill="wrap", context=context)
    with pytest.raises(clptycho.ArgumentError, match="smooth"):
        clptycho.forward(OBJECT, SCAN, PROBE, smoth=1, context=context)
    with pytest.raises(clptycho.DeviceError):
        clptycho.Context("no such device")
    with pytest.raises(clptycho.ArgumentError, match="dtype|numbers"):
        clptycho.diffract(np.array([["a"]]), context=context)


def test_closed_contexts_are_refused_and_objects_go_in_order():
    context = clptycho.Context("reference")
    buffer, places = context.to_device(WAVES), clptycho.Positions(SCAN, context)
    context.close()
    with pytest.raises(clptycho.ArgumentError, match="closed"):
        buffer.numpy()
    del places, buffer
    gc.collect()
    for _ in range(20):  # a cycle with everything in it
        ring = [clptycho.Context("reference")]
        ring += [ring, ring[0].to_device(WAVES), clptycho.Positions(SCAN, ring[0])]
        del ring
    gc.collect()


def test_dlpack_of_host_memory(context):
    class Exported:  # an array library of another kind
        def __init__(self, array):
            self.array = array

        def __dlpack__(self, **options):
            return self.array.__dlpack__(**options)

        def __dlpack_device__(self):
            return self.array.__dlpack_device__()

    assert np.array_equal(clptycho.diffract(Exported(WAVES), context=context), clptycho.diffract(WAVES, context=context))


def test_log_reaches_logging(caplog, tmp_path):
    with caplog.at_level("DEBUG", logger="clptycho"):
        try:
            context = clptycho.Context("pocl", cache_dir=str(tmp_path / "cache"))
        except clptycho.DeviceError:
            pytest.skip("no PoCL")
        context.close()
    assert all(record.name == "clptycho" for record in caplog.records)


def test_without_opencl_the_reference_is_available():
    program = ("import clptycho, numpy; assert clptycho.devices() == []\n"
               "with clptycho.Context() as c: print(c.device.type, clptycho.diffract(numpy.ones((1, 4, 4)), context=c)[0, 2, 2])")
    environment = {**os.environ, "CLPTYCHO_OPENCL": "none", "CLPTYCHO_DEVICE": "reference"}
    found = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert found.stdout.split() == ["reference", "4.0"], found.stderr
    environment["CLPTYCHO_DEVICE"] = "gpu"
    found = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert "DeviceError" in found.stderr


def test_pyopencl_shares_buffers_and_queues():
    cl = pytest.importorskip("pyopencl")
    found = [d for p in cl.get_platforms() for d in p.get_devices() if "Portable" in p.name]
    if not found:
        pytest.skip("no PoCL in pyopencl")
    theirs = cl.Context(found[:1])
    queue = cl.CommandQueue(theirs)
    context = clptycho.Context.from_cl(theirs, found[0], queue)
    waves = WAVES.astype(np.complex64)
    memory = cl.Buffer(theirs, cl.mem_flags.READ_WRITE | cl.mem_flags.COPY_HOST_PTR, hostbuf=waves)
    out = context.empty(waves.shape, np.float32)
    clptycho.diffract(context.wrap(memory, waves.shape), out=out)
    found = np.empty(waves.shape, np.float32)
    cl.enqueue_copy(queue, found, cl.MemoryObject.from_int_ptr(out.cl_mem))  # in order after the operation
    assert error_of(found, np.abs(np.fft.fftshift(np.fft.fft2(waves), axes=(-2, -1))) / 8) < 2e-5
