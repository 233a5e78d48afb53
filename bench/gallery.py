#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Figures and pictures for gallery.sh; NumPy only.

gallery.py unmask SCAN OUT              the scan without the mask that names its dead pixels
gallery.py error RESULT SCAN            RMS distance of positions from SCAN's true ones, pixels, common shift removed
gallery.py picture RESULT PNG [PAD]     phase of the object, the box around the patch centres and PAD pixels more;
                                        prints what black and white mean
gallery.py probe RESULT PNG             amplitude of the probe modes side by side, each up to its own maximum
"""
import struct
import sys
import zlib
import numpy as np

GREYS = 64  # a picture of 64 greys is half as large as one of 256, and looks the same


def write_png(path, values, low, high):
    """Greys from low (black) to high (white); small pictures are doubled."""
    grey = np.clip((values - low) / (high - low), 0, 1)
    grey = (np.rint(grey * (GREYS - 1)) * 255 / (GREYS - 1)).astype(np.uint8)
    if grey.shape[0] < 250:
        grey = grey.repeat(2, 0).repeat(2, 1)
    rows = b"".join(b"\0" + row.tobytes() for row in grey)
    header = struct.pack(">2I5B", *grey.shape[::-1], 8, 0, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for kind, data in chunks:
            file.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))


def picture(result, path, pad=0):
    data = np.load(result)
    left, top = np.maximum(np.floor(data["positions"].min(0)).astype(int) - int(pad), 0)
    right, bottom = np.ceil(data["positions"].max(0)).astype(int) + int(pad)
    box = data["object"][top:bottom, left:right]
    for axis in 0, 1:  # a far field leaves a linear phase ramp open: the median slope goes
        slope = np.median(np.angle((np.roll(box, -1, axis) * box.conj()).take(range(box.shape[axis] - 1), axis)))
        steps = np.arange(box.shape[axis]).reshape((-1, 1) if axis == 0 else (1, -1))
        box = box * np.exp(-1j * slope * steps)
    phase = np.angle(box * box.sum().conj())
    low, high = np.percentile(phase, [0.5, 99.5])
    write_png(path, phase, low, high)
    print(f"{low:.2f} to {high:.2f} rad".replace("-", "−"))


def probe(result, path):
    modes = abs(np.load(result)["probe"])
    write_png(path, np.hstack([mode / mode.max() for mode in modes]), 0, 1)
    print("0 to the mode's maximum")


def unmask(scan, out):
    data = dict(np.load(scan))
    del data["mask"]
    np.savez(out, **data)


def error(result, scan):
    truth = np.load(scan)
    off = np.load(result)["positions"] - np.stack([truth["xcoords_true"], truth["ycoords_true"]], 1)
    print(f"{np.sqrt(((off - off.mean(0)) ** 2).sum(1).mean()):.2f}")


if __name__ == "__main__":
    {f.__name__: f for f in (picture, probe, unmask, error)}[sys.argv[1]](*sys.argv[2:])
