#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Mini-batch rPIE in NumPy and SciPy against `clptycho reconstruct`: the same scan, batch, alpha and number of iterations,
in turn, with the R-factors of both results. Needs NumPy and SciPy.

Run: compare_rpie.py [--clptycho build/bin/clptycho] [--device cpu] [--scan FILE.npz] [--iterations 4] [--rounds 3]

Without --scan, a scan is simulated by `clptycho simulate`. The file needs diff3d (amplitudes), xcoords, ycoords, probeGuess.
The update is that of Maiden, Johnson & Li, Optica 4, 736 (2017), with its sums taken over a batch and a measured amplitude
counted as at most 8 times the modelled one, as in cl/common/likelihood.clh."""
import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import scipy.fft


class Scan:
    """Amplitudes with zero frequency at [0, 0], whole and fractional places of the patches, a start for object and probe."""

    def __init__(self, path):
        with np.load(path) as file:
            self.amplitude = np.fft.ifftshift(file["diff3d"], axes=(1, 2)).astype(np.float32)
            probe = file["probeGuess"].astype(np.complex64)
            x, y = np.asarray(file["xcoords"], float), np.asarray(file["ycoords"], float)
        self.count, self.side, _ = self.amplitude.shape
        self.x, self.fx = self.split(x)
        self.y, self.fy = self.split(y)
        mean_power = np.square(self.amplitude).sum(axis=(1, 2), dtype=float).mean()
        self.probe = (probe * np.sqrt(mean_power / np.square(np.abs(probe)).sum())).astype(np.complex64)
        self.object = np.ones((self.y.max() + self.side + 2, self.x.max() + self.side + 2), np.complex64)

    @staticmethod
    def split(coordinate):
        coordinate = coordinate - coordinate.min() + 1
        whole = np.floor(coordinate).astype(int)
        return whole, (coordinate - whole).astype(np.float32)


class Rpie:
    def __init__(self, scan, batch, alpha, workers):
        self.scan, self.batch, self.alpha, self.workers = scan, batch, alpha, workers
        self.object, self.probe = scan.object.copy(), scan.probe.copy()
        self.random, self.iterations = np.random.default_rng(0), 0

    def window(self, k):
        """The (N+1)x(N+1) pixels that bilinear patch k is made of."""
        s = self.scan
        return np.s_[s.y[k] : s.y[k] + s.side + 1, s.x[k] : s.x[k] + s.side + 1]

    def patch(self, k):
        cut, fx, fy = self.object[self.window(k)], self.scan.fx[k], self.scan.fy[k]
        rows = cut[:-1] + fy * (cut[1:] - cut[:-1])
        return rows[:, :-1] + fx * (rows[:, 1:] - rows[:, :-1])

    def put(self, canvas, k, values):
        """Adds the adjoint of `patch` to a canvas."""
        fx, fy = self.scan.fx[k], self.scan.fy[k]
        rows = np.zeros((self.scan.side, self.scan.side + 1), values.dtype)
        rows[:, :-1] = (1 - fx) * values
        rows[:, 1:] += fx * values
        place = canvas[self.window(k)]
        place[:-1] += (1 - fy) * rows
        place[1:] += fy * rows

    def far_field(self, indices):
        patches = np.stack([self.patch(k) for k in indices])
        return patches, scipy.fft.fft2(patches * self.probe, norm="ortho", workers=self.workers)

    def relax(self, field, step, power):
        field += step / ((1 - self.alpha) * power + self.alpha * power.max() + np.float32(1e-12))

    def update(self, indices):
        patches, far = self.far_field(indices)
        modulus = np.abs(far)
        ratio = self.scan.amplitude[indices] / np.maximum(modulus, np.float32(1e-30))
        far *= np.minimum(ratio, np.float32(8)) - 1
        change = scipy.fft.ifft2(far, norm="ortho", workers=self.workers)
        object_step, object_power = np.zeros_like(self.object), np.zeros(self.object.shape, np.float32)
        light, weight = self.probe.conj(), np.square(np.abs(self.probe))
        for j, k in enumerate(indices):
            self.put(object_step, k, light * change[j])
            self.put(object_power, k, weight)
        probe_step = np.einsum("kij,kij->ij", patches.conj(), change)
        probe_power = np.square(np.abs(patches)).sum(axis=0)
        self.relax(self.object, object_step, object_power)
        if self.iterations >= 1:
            self.relax(self.probe, probe_step, probe_power)

    def iterate(self):
        batches = -(-self.scan.count // self.batch)
        for indices in np.array_split(self.random.permutation(self.scan.count), batches):
            self.update(indices)
        self.iterations += 1

    def r_factor(self):
        misfit = 0.0
        for start in range(0, self.scan.count, self.batch):
            indices = np.arange(start, min(start + self.batch, self.scan.count))
            misfit += np.abs(np.abs(self.far_field(indices)[1]) - self.scan.amplitude[indices]).sum(dtype=float)
        return misfit / self.scan.amplitude.sum(dtype=float)


def reconstruct(options, path, directory):
    """Seconds an iteration and R-factor, as the command reports them: reading and writing files is not counted."""
    command = [options.clptycho, "reconstruct", path, "--device", options.device, "--batch", str(options.batch)]
    command += ["--iterations", str(options.iterations), "--alpha", str(options.alpha), "--probe-start", "1"]
    command += ["--out", os.path.join(directory, "result.npz")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"R-factor ([0-9.]+) after (\d+) iterations in ([0-9.]+) s", said)
    if not found:
        sys.exit(f"compare_rpie.py: no R-factor in: {said}")
    return float(found[3]) / int(found[2]), float(found[1])


def compare(options, path, directory):
    scan = Scan(path)
    print(f"{scan.count} patterns of {scan.side} x {scan.side}, batch {options.batch}, alpha {options.alpha}, "
          f"{options.iterations} iterations, {options.rounds} rounds in turn; NumPy {np.__version__}, {options.workers} FFT workers")
    reconstruct(options, path, directory)  # programs are built and kept
    times = []
    for _ in range(options.rounds):
        engine = Rpie(scan, options.batch, options.alpha, options.workers)
        start = time.perf_counter()
        for _ in range(options.iterations):
            engine.iterate()
        numpy_time, numpy_r = (time.perf_counter() - start) / options.iterations, engine.r_factor()
        own_time, own_r = reconstruct(options, path, directory)
        times.append((numpy_time, own_time))
        print(f"NumPy {numpy_time:.3f} s an iteration, R {numpy_r:.4f}; clptycho {own_time:.4f} s, R {own_r:.4f}: "
              f"{numpy_time / own_time:.1f} times NumPy's speed", flush=True)
        if not abs(numpy_r - own_r) <= 0.05 * numpy_r:  # orders of patterns differ
            sys.exit("compare_rpie.py: the results differ")
    print(f"median: {statistics.median(one / two for one, two in times):.1f} times NumPy's speed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--clptycho", default="build/bin/clptycho", help="the command")
    parser.add_argument("--device", default="cpu", help="as clptycho's --device")
    parser.add_argument("--scan", help="an NPZ; else simulated")
    parser.add_argument("--iterations", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=52)
    parser.add_argument("--alpha", type=float, default=0.2)
    parser.add_argument("--workers", type=int, default=2, help="threads of SciPy's FFT")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        path = options.scan
        if not path:
            path = os.path.join(directory, "scan.npz")
            subprocess.run([options.clptycho, "simulate", "--size", "128", "--count", "256", "--out", path, "--device",
                            options.device], check=True)
        compare(options, path, directory)


if __name__ == "__main__":
    main()
