# SPDX-License-Identifier: Apache-2.0
"""Reconstructions: convergence, lifetimes, checkpoints, options, interruption."""
import gc
import os
import signal
import threading
import time
import weakref

import numpy as np
import pytest
from conftest import Case

import clptycho


def solver_of(case, context, **options):
    return clptycho.Solver(case.intensity, case.positions, case.probe, object=np.ones(case.shape), context=context, **options)


@pytest.mark.parametrize("engine", ["lsqml", "rpie"])
def test_converges(engine, case, context):
    solver = solver_of(case, context, engine=engine, iterations=30, probe_start="never")
    errors = [error for _, error in solver]
    assert len(errors) == 30 == solver.iteration and errors == solver.errors
    assert errors[-1] < 0.06 < errors[0] and abs(solver.r_factor() - errors[-1]) < 0.05
    overall, each = solver.r_factor(per_pattern=True)
    assert each.shape == (len(case.positions),) and each.min() <= overall <= each.max()
    result = clptycho.compare(solver.object, case.object, mask=clptycho.coverage(case.positions, case.side, case.shape, case.probe))
    assert result.nrmse < 0.2
    assert solver.probe.shape == (1, 16, 16) and np.array_equal(solver.positions, case.positions)
    assert solver.background.shape == (16, 16) and np.all(solver.amplitude_factors == 1)


def test_temporaries_stay_alive(case, context):
    expected = solver_of(case, context, seed=2)
    expected.run(3)
    counts = case.intensity.copy()
    mark = weakref.ref(counts)
    solver = clptycho.Solver(counts, case.positions.tolist(), case.probe.copy(), object=np.ones(case.shape),
                             mask=np.ones((16, 16)), context=context, seed=2)
    plain = solver_of(case, context, seed=2, mask=np.ones((16, 16)))
    del counts
    gc.collect()
    assert mark() is None  # the solver keeps its roots
    junk = [np.full(case.intensity.shape, 7.0, np.float32) for _ in range(20)]
    solver.run(3), plain.run(3)
    assert len(junk) == 20 and np.array_equal(solver.object, plain.object)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32", "uint32", "float64", ">u2"])
def test_counts_of_any_type(dtype, case, reference):
    counts = np.minimum(np.round(case.intensity), 255)
    a, b = (clptycho.Solver(c, case.positions, case.probe, object=np.ones(case.shape), context=reference)
            for c in (counts, counts.astype(dtype)))
    a.run(1), b.run(1)
    assert np.array_equal(a.object, b.object)


def test_checkpoint_continues_with_the_same_bits(case, context, tmp_path):
    options = dict(engine="lsqml", momentum=0.5, position_start=1, seed=4)
    straight = solver_of(case, context, **options)
    straight.run(4)
    first = solver_of(case, context, **options)
    first.run(2)
    first.save(tmp_path / "half.npz")
    second = solver_of(case, context, **options)
    second.load(tmp_path / "half.npz")
    assert second.iteration == 2 and second.errors == first.errors
    second.run(2)
    assert np.array_equal(second.object, straight.object) and np.array_equal(second.positions, straight.positions)
    with pytest.raises(clptycho.ArgumentError, match="state"):
        solver_of(case, context, engine="dm").load(tmp_path / "half.npz")


def test_options(case, reference):
    solver = solver_of(case, reference, engine="rpie", batch=7, likelihood="poisson", position_start="never", probe_pupil=0.4)
    assert solver.options["likelihood"] == "poisson" and float(solver.options["probe_pupil"]) == 0.4
    assert "rpie" in repr(solver) and {"batch", "position-step"} <= {o.name for o in clptycho.describe_options()}
    for wrong in (dict(batch=-1), dict(no_such_option=1), dict(engine="rpi"), dict(momentum=2.0)):
        with pytest.raises(clptycho.ArgumentError):
            solver_of(case, reference, **wrong)


def test_wrong_measurements_are_refused(case, reference):
    counts = case.intensity.copy()
    counts[0, 0, 0] = np.nan
    with pytest.raises(clptycho.ArgumentError, match="mask="):
        clptycho.Solver(counts, case.positions, case.probe, context=reference)
    clptycho.Solver(counts, case.positions, case.probe, mask=np.isfinite(counts), context=reference).run(1)
    with pytest.raises(clptycho.ArgumentError, match="35 positions and 36 patterns"):
        clptycho.Solver(case.intensity, case.positions[1:], case.probe, context=reference)
    with pytest.raises(clptycho.ArgumentError, match="position"):
        clptycho.Solver(case.intensity, case.positions - 100, case.probe, object=np.ones((40, 40)), context=reference)


def test_default_object_has_space_for_all_patches(case, reference):
    solver = clptycho.Solver(case.intensity, case.positions, case.probe, context=reference)
    solver.run(1)
    assert solver.object.shape >= case.shape[:1]


def test_pictures(case, reference):
    solver = solver_of(case, reference)
    data = solver._repr_png_()
    assert data.startswith(b"\x89PNG") and data.endswith(b"IEND\xaeB`\x82")
    colours = clptycho.pictures.hue_brightness(np.array([[1, -1, 0, 1j]]), 1.0)
    assert colours[0, :3].tolist() == [[255, 0, 0], [0, 255, 255], [0, 0, 0]]


def test_the_gil_is_released(case, reference):
    solver, ticks, done = solver_of(case, reference), [0], threading.Event()

    def work():
        solver.run(5)
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    while not done.is_set():
        ticks[0] += 1
        done.wait(0.001)
    thread.join()
    assert ticks[0] > 3


def test_interrupts_take_effect_within_an_iteration(context):
    case = Case(side=64, steps=8).with_patterns(context)
    solver = solver_of(case, context, engine="epie", seed=1)
    started = time.monotonic()
    solver.step()
    seconds = time.monotonic() - started
    timer = threading.Timer(seconds / 4, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        solver.run(1000)
    timer.join()
    assert np.isfinite(solver.object).all() and len(solver.errors) == solver.iteration
    assert solver.step()[0] == solver.iteration
    solver.cancel()
    with pytest.raises(clptycho.Cancelled, match="cancelled during iteration"):
        solver.step()
    solver.step()


def test_threads_share_a_context(case, context):
    results = [None] * 4

    def work(k):
        results[k] = clptycho.forward(case.object, case.positions, case.probe, context=context)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert all(np.array_equal(r, results[0]) for r in results)


def test_near_field(reference):
    propagation = clptycho.Propagation("fresnel", wavelength=1e-10, distance=0.02, pixel=1e-6)
    case = Case(steps=3)
    images = clptycho.forward(case.object, case.positions, case.probe, propagation=propagation, context=reference)
    solver = clptycho.Solver(images, case.positions, case.probe, object=case.object, propagation=propagation, context=reference)
    assert solver.step()[1] < 1e-6 and propagation.geometry().magnification == 1
