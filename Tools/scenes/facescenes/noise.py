"""Value noise in two and three dimensions, from an integer hash: the same on every machine."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def hashed(x, y, z, seed):
    """A number in 0..1 for a lattice point (64-bit integer arithmetic, kept to 32 bits)."""
    h = (x * 374761393 + y * 668265263 + z * 1442695041 + seed * 1274126177) & 0xFFFFFFFF
    h = ((h ^ (h >> 15)) * 1103515245) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
    return ((h ^ (h >> 16)) & 0xFFFFFF) / 16777216.0


@njit(cache=True)
def value(x, y, z, seed):
    """Smoothly interpolated lattice noise in 0..1."""
    i, j, k = int(np.floor(x)), int(np.floor(y)), int(np.floor(z))
    u, v, w = x - i, y - j, z - k
    u, v, w = u * u * (3 - 2 * u), v * v * (3 - 2 * v), w * w * (3 - 2 * w)
    total = 0.0
    for a in range(2):
        for b in range(2):
            near = hashed(i + a, j + b, k, seed)
            far = hashed(i + a, j + b, k + 1, seed)
            weight = (u if a else 1 - u) * (v if b else 1 - v)
            total += weight * (near + w * (far - near))
    return total


@njit(cache=True)
def cloud(x, y, z, octaves, seed):
    """Fractal noise in 0..1: each octave twice as fine and half as strong."""
    total, weight, norm = 0.0, 1.0, 0.0
    for octave in range(octaves):
        total += weight * value(x, y, z, seed + octave)
        norm += weight
        x, y, z, weight = 2.03 * x, 2.03 * y, 2.03 * z, 0.5 * weight
    return total / norm


@njit(cache=True)
def smooth(low, high, x):
    """0 below `low`, 1 above `high`, a cubic between (either order)."""
    t = min(max((x - low) / (high - low), 0.0), 1.0)
    return t * t * (3 - 2 * t)


@njit(cache=True)
def bump(x, centre, width):
    """A bell of height 1."""
    d = (x - centre) / width
    return np.exp(-d * d)
