# SPDX-License-Identifier: Apache-2.0
"""Stages computed by another program, here NumPy, for comparison with clptycho:
    clptycho parity scan.npz --device reference --dump dump
    python3 parity_numpy.py dump/reference numpy
    clptycho parity --against numpy --device reference
"""
import json, os, shutil, sys
import numpy as np

source, out = sys.argv[1:3]
os.makedirs(out, exist_ok=True)
manifest = json.load(open(f"{source}/manifest.json"))  # describes data and configuration of the inputs
assert manifest["configuration"]["propagation"] == "0", "far field only"
given = np.load(f"{source}/inputs.npz")
obj, probe, positions = given["object"], given["probe"], given["positions"]
counts, mask, n = given["counts"].astype(float), given["mask"], given["probe"].shape[-1]


def patch(x, y):
    """Bilinear, 0 outside the object; (x, y) is the position of pixel [n/2, n/2]."""
    left, top = np.floor([x, y]).astype(int) - n // 2 + n + 1  # in the padded object
    fx, fy = x % 1, y % 1
    b = np.pad(obj, n + 1)[top : top + n + 1, left : left + n + 1]
    rows = (1 - fx) * b[:, :-1] + fx * b[:, 1:]
    return (1 - fy) * rows[:-1] + fy * rows[1:]


def save(stage, **arrays):
    np.savez(f"{out}/{stage}.npz", **arrays)


patches = np.array([patch(x, y) for x, y in positions])
waves = patches[:, None] * probe
at_detector = np.fft.fftshift(np.abs(np.fft.fft2(waves, norm="ortho")), axes=(-2, -1))
intensity = (at_detector**2).sum(axis=1)
root = np.sqrt(intensity + 1e-12) - np.sqrt(counts)
save("patches", patches=patches)
save("illumination", waves=waves)
save("diffraction", amplitude=at_detector.reshape(-1, n, n))
save("forward", intensity=intensity, amplitude=np.sqrt(intensity))
save("losses", poisson=(mask * (intensity - counts * np.log(intensity + 1e-8))).sum(), amplitude=(mask * root**2).sum(),
     mae=(mask * np.abs(root)).sum())

manifest.update(label="NumPy", run={"program": "NumPy", "version": np.__version__, "device": "CPU"})
del manifest["stages"]  # those of the other program
json.dump(manifest, open(f"{out}/manifest.json", "w"), indent=1)
shutil.copy(f"{source}/inputs.npz", out)
