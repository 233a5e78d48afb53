# SPDX-License-Identifier: Apache-2.0
# %% [markdown]
# # A probe refined by an optimiser of PyTorch
# The forward model of clptycho as a differentiable function: Adam finds the probe of a known object.
# %%
import numpy as np
import torch

import clptycho
import clptycho.torch

N = 32
rng = np.random.default_rng(1)
grid = np.stack(np.meshgrid(np.arange(8), np.arange(8)), -1).reshape(-1, 2) * 5.0
positions, shape = clptycho.convert.frame(grid + rng.uniform(-1, 1, grid.shape), N)
object = np.exp(1j * np.kron(rng.uniform(size=(shape[0] // 4 + 1, shape[1] // 4 + 1)), np.ones((4, 4)))[: shape[0], : shape[1]])
y, x = np.mgrid[:N, :N] - N // 2
truth = 10 * np.exp(-(x**2 + y**2) / 80) * np.exp(0.03j * (x**2 + y**2))
measured = torch.tensor(clptycho.forward(object, positions, truth, amplitude=True), dtype=torch.float32)
# %% The start has a flat phase.
probe = torch.tensor(np.abs(truth), dtype=torch.complex64, requires_grad=True)
optimiser = torch.optim.Adam([probe], lr=0.2)
for step in range(1, 201):
    optimiser.zero_grad()
    loss = ((clptycho.torch.forward(object, positions, probe, amplitude=True) - measured) ** 2).mean()
    loss.backward()
    optimiser.step()
    if step % 40 == 0:
        print(f"step {step:3d}  loss {loss.item():.6f}")
# %% The data determine the probe up to a constant phase.
found = probe.detach().numpy()
found = found * np.exp(-1j * np.angle(np.vdot(truth, found)))
print(f"relative error of the probe {np.linalg.norm(found - truth) / np.linalg.norm(truth):.4f}")
