"""Everything that is not skin: eyes, teeth, cloth, hair and plain things, as albedo and gloss."""

from __future__ import annotations

import numpy as np
from numba import njit

from .noise import cloud, smooth, value

SKIN, EYE, TOOTH, TONGUE, CLOTH, HAIR, PLAIN, LASH = range(8)
# A part's numbers: two colours (linear RGB), then pattern, scale, gloss and the rest height of a
# garment's neckline.
FIELDS = 10


@njit(cache=True)
def eye(x, y, z, part, seed, out):
    """An eyeball; (x, y, z) is the direction from its centre, z out of the pupil.

    The part's first colour is the iris', and its scale the pupil's angle in radians.
    """
    angle = np.arctan2(np.sqrt(x * x + y * y), z)
    turn = np.arctan2(y, x)
    rays = value(9 * np.cos(turn), 9 * np.sin(turn), 3 * angle, seed)
    veins = smooth(0.45, 0.2, abs(cloud(7 * x, 7 * y, 7 * z, 3, seed + 1) - 0.5) * 12) * 0.18
    iris = smooth(0.475, 0.445, angle)
    ring = smooth(0.33, 0.45, angle)
    pupil = smooth(part[7] + 0.02, part[7] - 0.02, angle)
    for c in range(3):
        white = (0.60, 0.56, 0.53)[c] * (1 - veins * (0.2, 1.0, 1.0)[c])
        colour = part[c] * (0.55 + 0.9 * rays) * (1 - 0.75 * ring)
        colour = colour * (1 - pupil) + 0.004 * pupil
        out[c] = white * (1 - iris) + colour * iris
    out[3] = 2.5


@njit(cache=True)
def above_neckline(p, part):
    """How far a point lies above a round neckline that dips to the front and rests on shoulders."""
    middle = min(max(1.1 - abs(p[0]) / 0.9, 0.0), 1.0)
    return p[1] - part[9] + 0.7 * min(max(p[2] + 0.2, 0.0), 1.2) * middle


@njit(cache=True)
def cloth(x, y, z, part, seed, out):
    """Woven or knitted cloth: plain, striped, checked or with large blotches."""
    pattern, scale = int(part[6]), part[7]
    pick = 0.0
    if pattern == 1:
        pick = 1.0 if np.sin(scale * 9 * y) > 0.2 else 0.0
    elif pattern == 2:
        pick = 0.5 * (np.sin(scale * 9 * x) > 0.3) + 0.5 * (np.sin(scale * 9 * y) > 0.3)
    elif pattern == 3:
        pick = smooth(0.5, 0.56, cloud(scale * 2 * x, scale * 2 * y, scale * 2 * z, 2, seed))
    weave = 0.8 + 0.4 * value(38 * x, 38 * y, 38 * z, seed + 1)
    weave *= 0.85 + 0.3 * cloud(2 * x, 2 * y, 2 * z, 3, seed + 2)
    for c in range(3):
        out[c] = (part[c] * (1 - pick) + part[3 + c] * pick) * weave
    out[3] = part[8]


@njit(cache=True)
def hair(x, y, z, part, seed, out):
    """Strands that fall from the crown: streaks around the head, long along it."""
    turn = np.arctan2(x, z - 0.15)
    coarse = value(9 * turn, 1.3 * y, 0.0, seed)
    fine = value(46 * turn, 2.6 * y, 1.0, seed + 1)
    finest = value(120 * turn, 5.0 * y, 2.0, seed + 2)
    if part[6] > 0.5:  # curls
        fine = cloud(9 * x, 9 * y, 9 * z, 3, seed + 3)
        finest = value(40 * x, 40 * y, 40 * z, seed + 4)
    strand = 0.35 + 0.5 * coarse + 0.65 * fine * fine + 0.5 * finest
    for c in range(3):
        out[c] = part[c] * strand
    out[3] = part[8] * (0.2 + 1.2 * fine * finest)


@njit(cache=True)
def plain(x, y, z, part, seed, out):
    """A thing of one colour, or banded in two along its height."""
    pick = 0.0
    if part[6] > 0.5:
        pick = 1.0 if np.sin(part[7] * y) > 0.35 else 0.0
    grain = 0.94 + 0.12 * value(20 * x, 20 * y, 20 * z, seed)
    for c in range(3):
        out[c] = (part[c] * (1 - pick) + part[3 + c] * pick) * grain
    out[3] = part[8]


@njit(cache=True)
def constant(kind, out):
    """Teeth, tongue and lashes."""
    tooth, tongue, lash = (0.62, 0.58, 0.48), (0.30, 0.10, 0.09), (0.012, 0.009, 0.008)
    for c in range(3):
        out[c] = tooth[c] if kind == TOOTH else tongue[c] if kind == TONGUE else lash[c]
    out[3] = 0.1 if kind == LASH else 0.9
