# SPDX-License-Identifier: Apache-2.0
# %% [markdown]
# # The same scan in pty-chi and clptycho
# Simulates a scan, reconstructs it by lsqml in both programs on the CPU (and by rpie here), and prints time, R-factor and NRMSE. Requires
# the package ptychi. `python beside_ptychi.py [iterations]`
# %%
import sys
import time

import numpy as np
import ptychi.api as api
from ptychi.api.task import PtychographyTask

import clptycho
from clptycho import convert

N, BATCH = 64, 15
ITERATIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
rng = np.random.default_rng(1)
context = clptycho.Context("cpu")
grid = np.stack(np.meshgrid(np.arange(12), np.arange(12)), -1).reshape(-1, 2) * 6.0
positions, shape = convert.frame(grid + rng.uniform(-1, 1, grid.shape), N)
y, x = np.mgrid[: shape[0], : shape[1]]
truth = (0.8 + 0.15 * np.cos(x / 4.1) * np.cos(y / 5.3)) * np.exp(0.8j * np.sin(x / 3.7 + np.cos(y / 7.0)) * np.cos(y / 4.7))
y, x = np.mgrid[:N, :N] - N // 2
probe = np.exp(-(x**2 + y**2) / 200) * np.exp(0.01j * (x**2 + y**2))
scale = clptycho.photon_scale(truth, positions, probe, 1e6, context=context)
counts = clptycho.forward(truth, positions, probe, scale=scale, poisson=True, subpixel="exact", context=context)
start = scale * np.exp(-(x**2 + y**2) / 200) * np.exp(0.013j * (x**2 + y**2))


def judge(name, object, probe, seconds):
    """R-factor by the forward model of clptycho, and NRMSE in the illuminated area."""
    solver = clptycho.Solver(counts, positions, probe, object=object, subpixel="exact", context=context)
    mask = clptycho.coverage(positions, N, shape, probe, minimum=0.2)
    print(f"{name:22s} {seconds:6.1f} s  R-factor {solver.r_factor():.4f}  NRMSE {clptycho.compare(object, truth, mask=mask).nrmse:.4f}")


# %% clptycho: a run of one iteration first, which builds the kernels.
for engine in ("lsqml", "rpie"):
    for iterations in (1, ITERATIONS):
        solver = clptycho.Solver(counts, positions, start, engine=engine, object=np.ones(shape), batch=BATCH, subpixel="exact",
                                 context=context)
        began = time.perf_counter()
        solver.run(iterations)
        seconds = time.perf_counter() - began
    judge(f"clptycho {engine}", solver.object, solver.probe, seconds)

# %% pty-chi, with its defaults.
options = api.LSQMLOptions()
options.reconstructor_options.num_epochs = ITERATIONS
options.reconstructor_options.batch_size = BATCH
options.reconstructor_options.default_device = api.Devices.CPU
options.reconstructor_options.displayed_loss_function = None
y, x = convert.positions_to_ptychi(positions, shape, N)
task = PtychographyTask(options, diffraction_data=counts, object_data=np.ones((1, *shape), np.complex64),
                        probe_data=convert.probe_to_ptychi(start).astype(np.complex64), probe_position_x_px=x, probe_position_y_px=y)
began = time.perf_counter()
task.run()
seconds = time.perf_counter() - began
judge("pty-chi lsqml", task.get_data_to_cpu("object", as_numpy=True)[0],
      convert.probe_from_ptychi(task.get_data_to_cpu("probe", as_numpy=True)), seconds)
