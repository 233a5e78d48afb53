# SPDX-License-Identifier: Apache-2.0
# %% [markdown]
# # Reconstruction of a scan
# Simulates a scan in memory, reconstructs it, and compares the result with the truth. Each `# %%` opens a cell in editors with notebooks.
# %%
import sys

import numpy as np

import clptycho

N = 64
rng = np.random.default_rng(1)
# %% An object of blocks, a round probe with a curved phase, and positions on a jittered grid.
grid = np.stack(np.meshgrid(np.arange(12), np.arange(12)), -1).reshape(-1, 2) * 6.0
positions, shape = clptycho.convert.frame(grid + rng.uniform(-1, 1, grid.shape), N)
blocks = rng.uniform(size=(2, shape[0] // 6 + 1, shape[1] // 6 + 1))
amplitude, phase = (np.kron(b, np.ones((6, 6)))[: shape[0], : shape[1]] for b in blocks)
truth = (0.7 + 0.3 * amplitude) * np.exp(1j * phase)
y, x = np.mgrid[:N, :N] - N // 2
probe = np.exp(-(x**2 + y**2) / 300) * np.exp(0.01j * (x**2 + y**2))
# %% Poisson counts of 10⁶ photons per pattern.
scale = clptycho.photon_scale(truth, positions, probe, 1e6)
counts = clptycho.forward(truth, positions, probe, scale=scale, poisson=True)
# %% The reconstruction starts from a probe of a wrong curvature.
start = scale * np.exp(-(x**2 + y**2) / 300) * np.exp(0.013j * (x**2 + y**2))
solver = clptycho.Solver(counts, positions, start, engine="lsqml", object=np.ones(shape), iterations=60)
for iteration, error in solver:
    if iteration % 10 == 0:
        print(f"iteration {iteration:3d}  error {error:.4f}")
solver
# %% Quality within the illuminated area.
mask = clptycho.coverage(positions, N, shape, probe, minimum=0.2)
result = clptycho.compare(solver.object, truth, mask=mask)
print(f"R-factor {solver.r_factor():.4f}, NRMSE {result.nrmse:.4f}, on {solver.context.device.name}")
if len(sys.argv) > 1:
    with open(sys.argv[1], "wb") as file:
        file.write(clptycho.pictures.object_png(solver.object))
