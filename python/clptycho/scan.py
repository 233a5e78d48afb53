# SPDX-License-Identifier: Apache-2.0
"""Scans in the NPZ layout of the command: `clptycho simulate` and `clptycho convert` write it, the latter from every other layout."""
import os
from dataclasses import dataclass
from typing import Optional

import numpy as np

from clptycho._library import FileError
from clptycho.solver import Solver

__all__ = ["Scan"]


@dataclass
class Scan:
    """counts [S, N, N], zero frequency at [N/2, N/2]; positions [S, 2] (x, y) patch centres in pixels of the object; probe [P, N, N] or
    [N, N] complex, object [H, W] complex and mask [N, N] or [S, N, N] (1 = good), None if the file has none."""

    counts: np.ndarray
    positions: np.ndarray
    probe: Optional[np.ndarray] = None
    object: Optional[np.ndarray] = None
    mask: Optional[np.ndarray] = None

    @classmethod
    def open(cls, path) -> "Scan":
        """Reads an NPZ with `diff3d` (amplitudes), `xcoords`, `ycoords` and optionally `probeGuess`, `objectGuess` and `mask`."""
        name = os.fspath(path)
        advice = f"`clptycho convert {name} --out scan.npz` reads other layouts"
        try:
            file = np.load(path, allow_pickle=False)
        except FileNotFoundError:
            raise
        except (OSError, ValueError) as error:
            raise FileError(f"{name}: not an NPZ file ({error}); {advice}") from error
        if not isinstance(file, np.lib.npyio.NpzFile):
            raise FileError(f"{name}: a single array, not an NPZ file; {advice}")
        with file:
            missing = [key for key in ("diff3d", "xcoords", "ycoords") if key not in file.files]
            if missing:
                raise FileError(f"{name}: has no {', '.join(missing)}; its arrays are {', '.join(file.files)}; {advice}")
            patterns, x, y = file["diff3d"], file["xcoords"].ravel(), file["ycoords"].ravel()
            if patterns.ndim != 3 or len(x) != len(y) or len(x) != len(patterns):
                raise FileError(f"{name}: diff3d of shape {patterns.shape} with {len(x)} xcoords and {len(y)} ycoords; {advice}")
            optional = [file[key] if key in file.files else None for key in ("probeGuess", "objectGuess", "mask")]
            return cls(np.square(patterns), np.stack([x, y], -1).astype(np.float64), *optional)

    def solver(self, engine: str = "lsqml", *, probe=None, **options) -> Solver:
        """A Solver of this scan, from its probe unless another is given; the object of the file is not used."""
        probe = self.probe if probe is None else probe
        if probe is None:
            raise ValueError("the scan has no probe: pass probe=")
        return Solver(self.counts, self.positions, probe, engine, **{"mask": self.mask, **options})
