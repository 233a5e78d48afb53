# SPDX-License-Identifier: Apache-2.0
"""Pictures of complex fields as PNG, without other packages."""
import struct
import zlib

import numpy as np

__all__ = ["png", "hue_brightness", "object_png"]


def png(pixels: np.ndarray) -> bytes:
    """PNG of [H, W] grey or [H, W, 3] red, green, blue; uint8."""
    pixels = np.ascontiguousarray(pixels, dtype=np.uint8)
    height, width = pixels.shape[:2]
    rows = pixels.reshape(height, -1)
    lines = np.zeros((height, rows.shape[1] + 1), np.uint8)
    lines[:, 1:] = rows

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2 if pixels.ndim == 3 else 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines.tobytes(), 6)) +
            chunk(b"IEND", b""))


def _grey(values, low, high):
    scale = 255.0 / (high - low) if high > low else 0.0
    return np.clip((values - low) * scale, 0, 255).astype(np.uint8)


def hue_brightness(field, largest=None) -> np.ndarray:
    """[H, W, 3] uint8 of a complex field [H, W]: hue from the phase, brightness from the amplitude; `largest` is the amplitude of full
    brightness, None: the 99.5th percentile."""
    amplitude = np.abs(field)
    largest = np.percentile(amplitude, 99.5) if largest is None else largest
    value = np.clip(amplitude / largest if largest > 0 else amplitude * 0, 0, 1)
    hue = (np.angle(field) / (2 * np.pi)) % 1.0 * 6
    channels = [np.clip(np.abs((hue - shift) % 6 - 3) - 1, 0, 1) for shift in (0, 2, 4)]
    return (np.stack(channels, -1) * value[..., None] * 255).astype(np.uint8)


def object_png(field) -> bytes:
    """PNG with the amplitude and the phase of an object [H, W] side by side, between percentiles 1 and 99."""
    parts = [np.abs(field), np.angle(field * np.exp(-1j * np.angle(np.sum(field))))]
    return png(np.concatenate([_grey(part, *np.percentile(part, (1, 99))) for part in parts], axis=1))
