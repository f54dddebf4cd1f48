"""Skin: its colour at a point of the rest face. Lips, brows, stubble, freckles, folds, make-up.

Points are rest positions of the base mesh in decimetres (x to the person's left, y up, z front), so
every person's texture follows their own shape and expression. Landmarks on it: eyes at
(0.31, 7.28), brows at y 7.47, the mouth's corners at (0.25, 6.62).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from .noise import bump, cloud, smooth, value
from .people import Person

LIGHT = np.array([0.62, 0.40, 0.30])  # linear albedo of the lightest and the darkest skin
DARK = np.array([0.085, 0.042, 0.026])


class SkinLook(NamedTuple):
    """What the texture of one face in one shot is made from; colours are linear RGB."""

    tone: np.ndarray
    lip: np.ndarray
    hair: np.ndarray
    shadow: np.ndarray  # eye make-up
    brow: np.ndarray  # density, thickness, arch, height
    folds: np.ndarray  # forehead, between the brows, nose root, nose to mouth, crow's feet, chin
    scalp: float  # hair painted on the scalp, 0..1
    hairline: float
    beard: float
    freckles: float
    ruddy: float
    make_up: float
    seed: int


def hair_region(x, y, z):
    """How far inside the hair-bearing scalp a rest point is, in decimetres (negative outside)."""
    side = 7.42 + 0.62 * smooth(0.62, 1.05, z)  # temple to forehead
    line = side - 0.85 * smooth(0.30, -0.25, z)  # down to the nape
    line -= 0.10 * bump(z, 0.62, 0.10) * smooth(0.55, 0.7, abs(x))  # sideburns
    return y - line


hair_region_fast = njit(cache=True)(hair_region)


def look(person: Person, actions: dict[int, float]) -> SkinLook:
    """The face of a person while some action units are shown (their folds deepen)."""
    tone = np.exp((1 - person.melanin) * np.log(LIGHT) + person.melanin * np.log(DARK))
    natural = tone * np.array([0.84, 0.46, 0.48])
    rouge = np.array([0.36, 0.05, 0.06]) * (0.5 + 0.5 * tone / LIGHT)
    lip = natural * (1 - person.make_up) + rouge * person.make_up
    age = np.clip((person.age - 32) / 40, 0, 1)
    au = {number: actions.get(number, 0.0) for number in (1, 2, 4, 6, 9, 10, 12, 17)}
    folds = np.array([
        0.25 * age + 0.7 * max(au[1], au[2]) * (0.5 + age), 0.1 * age + au[4],
        0.9 * au[9] + 0.2 * au[4], 0.2 * age + 0.8 * max(au[12], au[9], au[10]),
        0.2 * age + 0.7 * au[6] * (0.5 + age), 0.8 * au[17],
    ])
    hue = np.array([[0.05, 0.03, 0.03], [0.10, 0.05, 0.12], [0.05, 0.08, 0.12]])[person.seed % 3]
    scalp = {"bald": 0.18, "buzz": 0.85}.get(person.style, 1.0)
    hair = np.array(person.hair)
    return SkinLook(tone, lip, hair, hue, np.array(person.brow), np.clip(folds, 0, 1.2), scalp,
                    person.hairline, person.beard, person.freckles, person.ruddiness,
                    person.make_up, person.seed)


@njit(cache=True)
def _fold_depth(x, y, f, seed):
    """How dark the folds of the face are at a point: 0 none, 1 deep."""
    a = abs(x)
    wave = 0.03 * (value(3 * x, 4 * y, 0.0, seed) - 0.5)
    lines = 0.0
    for row in range(4):
        lines += bump(y + 0.10 * a + wave, 7.68 + 0.10 * row, 0.018)
    depth = f[0] * lines * smooth(0.55, 0.25, a) * smooth(7.58, 7.66, y)
    brow = bump(a, 0.065, 0.016) * smooth(7.34, 7.42, y) * smooth(7.66, 7.54, y)
    depth += f[1] * brow
    root = bump(y + wave, 7.27, 0.02) + bump(y + wave, 7.35, 0.02)
    depth += f[2] * root * smooth(0.16, 0.06, a)
    path = 0.19 + 0.34 * smooth(7.02, 6.52, y)
    depth += f[3] * bump(a, path, 0.030) * smooth(6.48, 6.60, y) * smooth(7.06, 6.96, y)
    crow = 0.0
    for row in range(3):
        crow += bump(y - (row - 1) * 0.6 * (a - 0.48), 7.26 + 0.05 * (row - 1), 0.012)
    depth += f[4] * crow * smooth(0.48, 0.53, a) * smooth(0.70, 0.58, a)
    dimples = smooth(0.55, 0.8, value(14 * x, 14 * y, 2.0, seed + 3))
    depth += f[5] * dimples * bump(y, 6.28, 0.09) * smooth(0.22, 0.12, a)
    return min(depth, 1.3)


@njit(cache=True)
def _brow_cover(x, y, brow, seed):
    """How much of the skin eyebrow hairs cover."""
    a = abs(x)
    t = (a - 0.09) / 0.45
    if t < -0.05 or t > 1.05:
        return 0.0
    centre = 7.455 + brow[3] + 0.055 * brow[2] * np.sin(np.pi * min(max(0.9 * t, 0), 1)) - 0.02 * t
    half = 0.042 * brow[1] * (1.05 - 0.75 * smooth(0.45, 1.05, t))
    inside = smooth(half * 1.25, half * 0.55, abs(y - centre))
    ends = smooth(-0.05, 0.05, t) * smooth(1.05, 0.9, t)
    strokes = 0.6 + 0.75 * value(60 * x + 35 * y, 22 * y, 0.0, seed + 5)
    return min(brow[0] * inside * ends * strokes, 1.0)


@njit(cache=True)
def _beard_cover(x, y, z, lip, seed):
    """The density of a full beard and moustache at a point."""
    a = abs(x)
    jaw = smooth(6.78 - 0.25 * smooth(0.5, 0.1, a), 6.50, y) * smooth(5.95, 6.15, y)
    jaw = max(jaw, smooth(0.50, 0.58, a) * smooth(7.35, 7.0, y) * smooth(6.0, 6.2, y))
    lip_top = bump(y, 6.79, 0.055) * smooth(0.36, 0.24, a)
    front = smooth(0.30, 0.55, z)
    grain = 0.55 + 0.6 * value(45 * x, 45 * y, 45 * z, seed + 7)
    return max(jaw, lip_top) * front * (1 - lip) * grain


@njit(cache=True)
def colour(x, y, z, lip, inside, s, out):
    """Writes the skin's albedo to out[0:3], its gloss to out[3]."""
    mottle = cloud(5 * x, 5 * y, 5 * z, 4, s.seed)
    pores = value(70 * x, 70 * y, 70 * z, s.seed + 1)
    a = abs(x)
    face = smooth(0.5, 0.9, z)
    cheek, tip = bump(a, 0.42, 0.16) * bump(y, 6.98, 0.16), bump(a, 0, 0.13) * bump(y, 6.98, 0.12)
    red = s.ruddy * face * (0.7 * cheek + 0.5 * tip)
    tired = face * 0.22 * bump(a, 0.30, 0.14) * bump(y, 7.15, 0.05)
    spot = smooth(0.72, 0.82, value(26 * x, 26 * y, 26 * z, s.seed + 2))
    spot *= s.freckles * face * bump(y, 7.05, 0.3)
    shade = (0.87 + 0.24 * mottle) * (0.93 + 0.14 * pores) * (1 - tired) * (1 - 0.3 * spot)
    shade *= 1 - 0.62 * face * _fold_depth(x, y, s.folds, s.seed)
    lid = s.make_up * face * bump(a, 0.31, 0.14) * bump(y, 7.345, 0.035)
    lip *= face
    lip_lines = 0.85 + 0.3 * value(60 * x, 12 * y, 0.0, s.seed + 4)
    brow = face * _brow_cover(x, y, s.brow, s.seed)
    scalp = s.scalp * smooth(-0.04, 0.10, hair_region_fast(x, y, z) - s.hairline)
    beard = s.beard * 0.9 * _beard_cover(x, y, z, lip, s.seed)
    hair = min(max(max(scalp, beard), brow), 0.96)
    dark = 0.6 - 0.3 * brow  # brows are darker than the hair of the head
    for c in range(3):
        tint = 1 - red * (0.0, 0.30, 0.26)[c]
        base = s.tone[c] * shade * tint
        base = base * (1 - 0.8 * lid) + s.shadow[c] * 0.8 * lid
        base = base * (1 - 0.9 * lip) + s.lip[c] * lip_lines * 0.9 * lip
        base = base * (1 - inside) + (0.16, 0.03, 0.03)[c] * inside
        out[c] = base * (1 - hair) + s.hair[c] * dark * hair
    oily = 0.5 + 0.5 * lip + 0.35 * s.ruddy * bump(a, 0, 0.2)
    out[3] = oily * (1 - 0.8 * hair) * (1 - 0.5 * inside)
