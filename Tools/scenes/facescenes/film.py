"""From linear light to a JPEG: blur, exposure, grading, grain, compression."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numba import njit
from PIL import Image


@dataclass(frozen=True)
class Film:
    """How a shot is photographed."""

    exposure: float  # stops
    blur: float  # pixels, standard deviation
    motion: tuple[float, float]  # pixels moved while the shutter was open
    gain: np.ndarray  # (3,) colour balance
    lift: np.ndarray  # (3,) colour of the shadows
    contrast: float
    saturation: float
    vignette: float
    grain: float  # standard deviation, of 0..1
    colour_grain: float
    quality: int


def draw(rng: np.random.Generator, face: float) -> Film:
    """Draws the film for a shot in which the face is `face` pixels high."""
    angle, length = rng.uniform(0, np.pi), max(0.0, min(rng.normal(-4, 4), 4)) * face / 150
    return Film(
        exposure=rng.normal(0.0, 0.28), blur=min(abs(rng.normal(0, 0.006)), 0.013) * face,
        motion=(length * np.cos(angle), length * np.sin(angle)),
        gain=np.exp(rng.normal(0, 0.07, 3)), lift=np.abs(rng.normal(0, 0.018, 3)),
        contrast=rng.uniform(0.85, 1.25),
        saturation=float(rng.choice([0, 1], p=[0.04, 0.96])) * rng.uniform(0.7, 1.3),
        vignette=rng.uniform(0, 0.5), grain=rng.uniform(0.003, 0.018),
        colour_grain=rng.uniform(0.0, 0.012), quality=int(rng.integers(72, 88)),
    )


def kernel(deviation: float) -> np.ndarray:
    """A normalised Gaussian of odd length."""
    reach = max(int(np.ceil(3 * deviation)), 1)
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(deviation, 1e-3)) ** 2)
    return bell / bell.sum()


@njit(cache=True)
def _along(picture, weights, out):
    rows, columns, channels = picture.shape
    reach = len(weights) // 2
    for y in range(rows):
        for x in range(columns):
            for c in range(channels):
                out[y, x, c] = 0.0
            for k in range(len(weights)):
                at = min(max(x + k - reach, 0), columns - 1)
                for c in range(channels):
                    out[y, x, c] += weights[k] * picture[y, at, c]


def blur(picture: np.ndarray, deviation: float) -> np.ndarray:
    """Gaussian blur of (H, W, C) with edges repeated."""
    if deviation < 0.15:
        return picture
    weights = kernel(deviation)
    rows, columns, channels = picture.shape
    once, twice = np.empty_like(picture), np.empty((columns, rows, channels))
    _along(picture, weights, once)
    _along(np.ascontiguousarray(once.transpose(1, 0, 2)), weights, twice)
    return np.ascontiguousarray(twice.transpose(1, 0, 2))


def smear(picture: np.ndarray, move: tuple[float, float]) -> np.ndarray:
    """Motion blur: the mean of copies moved by whole pixels along a line."""
    steps = int(np.ceil(max(abs(move[0]), abs(move[1]))))
    if steps < 1:
        return picture
    total = np.zeros_like(picture)
    for k in range(steps + 1):
        dx, dy = (int(round(m * (k / steps - 0.5))) for m in move)
        total += np.roll(picture, (dy, dx), axis=(0, 1))
    return total / (steps + 1)


def develop(linear: np.ndarray, film: Film, rng: np.random.Generator) -> np.ndarray:
    """Linear RGB (H, W, 3) to bytes: exposure, a filmic shoulder, grading, grain."""
    height, width = linear.shape[:2]
    y, x = np.mgrid[-1:1:height * 1j, -1:1:width * 1j]
    falloff = 1 - film.vignette * 0.5 * (x * x + y * y)
    light = linear * film.gain * (2 ** film.exposure) * falloff[..., None]
    shoulder = light * (1 + light / 6.0) / (1 + light)
    tone = np.power(np.clip(shoulder, 0, 1), 1 / 2.2)
    tone = 0.5 + (tone - 0.5) * film.contrast + film.lift
    grey = tone @ np.array([0.299, 0.587, 0.114])
    tone = grey[..., None] + (tone - grey[..., None]) * film.saturation
    tone += film.grain * rng.standard_normal((height, width, 1))
    tone += film.colour_grain * rng.standard_normal((height, width, 3))
    return (np.clip(tone, 0, 1) * 255 + 0.5).astype(np.uint8)


def jpeg(picture: np.ndarray, quality: int) -> bytes:
    """Encodes bytes (H, W, 3) as a JPEG with halved colour resolution."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "JPEG", quality=quality, subsampling=2, optimize=True)
    return stream.getvalue()
