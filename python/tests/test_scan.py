# SPDX-License-Identifier: Apache-2.0
"""Scans of NPZ files."""
import numpy as np
import pytest

import clptycho


def write(path, case, **others):
    arrays = dict(diff3d=np.sqrt(case.intensity).astype(np.float32), xcoords=case.positions[:, 0], ycoords=case.positions[:, 1],
                  probeGuess=case.probe, objectGuess=case.object)
    np.savez(path, **{k: v for k, v in {**arrays, **others}.items() if v is not None})
    return path


def test_open_and_reconstruct(case, reference, tmp_path):
    mask = np.ones((16, 16))
    mask[3, 4] = 0
    scan = clptycho.Scan.open(write(tmp_path / "a.npz", case, mask=mask))
    assert np.allclose(scan.counts, case.intensity, rtol=1e-5) and np.array_equal(scan.positions, case.positions)
    assert np.array_equal(scan.mask, mask) and scan.object.shape == case.shape
    solver = scan.solver("rpie", context=reference, object=scan.object)
    assert solver.step()[1] < 1e-3


def test_what_cannot_be_read_is_named(case, tmp_path):
    with pytest.raises(clptycho.FileError, match="no ycoords.*convert"):
        clptycho.Scan.open(write(tmp_path / "a.npz", case, ycoords=None))
    with pytest.raises(clptycho.FileError, match="35 xcoords"):
        clptycho.Scan.open(write(tmp_path / "b.npz", case, xcoords=case.positions[1:, 0]))
    (tmp_path / "c.cxi").write_bytes(b"\x89HDF\r\n\x1a\n")
    with pytest.raises(clptycho.FileError, match="convert"):
        clptycho.Scan.open(tmp_path / "c.cxi")
    with pytest.raises(FileNotFoundError):
        clptycho.Scan.open(tmp_path / "d.npz")
    with pytest.raises(ValueError, match="probe="):
        clptycho.Scan.open(write(tmp_path / "e.npz", case, probeGuess=None)).solver()
