"""Hair as simple geometry: a shell over the scalp, a curtain for long hair, buns and tails."""

from __future__ import annotations

from functools import cache

import numpy as np
from numba import njit

from . import base, materials, parts
from .noise import value
from .parts import Part
from .people import Person
from .pose import Posed
from .skin import hair_region_fast

# Style -> thickness of the shell at the crown (decimetres); the lowest height of the curtain.
SHELLS = {"short": 0.10, "swept": 0.20, "afro": 0.55, "bob": 0.15, "long": 0.14, "bun": 0.09,
          "ponytail": 0.09}
CURTAINS = {"bob": 6.35, "long": 5.2}
CENTRE = np.array([0.0, 7.35, 0.25])  # of the skull, at rest


@cache
def scalp() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vertices and triangles of the hair-bearing skin, and how far inside it each vertex is."""
    mesh = base.load()
    region = _regions(mesh.rest)
    ear = (np.abs(mesh.rest[:, 0]) > 0.74) & (mesh.rest[:, 1] < 7.42)
    region = np.where(ear | (mesh.rest[:, 1] < 6.2), -1.0, region)
    body = mesh.triangles["body"]
    used, triangles = parts.compact(body[(region[body] > -0.08).all(axis=1)])
    return used, triangles, region[used]


@njit(cache=True)
def _regions(rest):
    out = np.empty(len(rest))
    for i in range(len(rest)):
        out[i] = hair_region_fast(rest[i, 0], rest[i, 1], rest[i, 2])
    return out


@njit(cache=True)
def _lumps(rest, scale, seed):
    out = np.empty(len(rest))
    for i in range(len(rest)):
        out[i] = value(scale * rest[i, 0], scale * rest[i, 1], scale * rest[i, 2], seed)
    return out


def shell(posed: Posed, thickness: float, hairline: float, seed: int, lumps: float, lowest=-9.0):
    """The scalp lifted off the head: nothing at the hairline, `thickness` from 0.25 dm inside.

    Returns vertices, triangles and rest positions.
    """
    used, triangles, region = scalp()
    mesh = base.load()
    rest, vertices = mesh.rest[used], posed.vertices[used]
    outward = parts.normals(vertices, triangles)
    inside = region - hairline
    share = np.sqrt(np.clip(inside / 0.25, 0, 1))
    lift = thickness * share * (1 + lumps * (_lumps(rest, 4.0, seed) - 0.5)) + 0.004
    kept = ((inside > -0.02) & (rest[:, 1] > lowest))[triangles].all(axis=1)
    return vertices + outward * lift[:, None], triangles[kept], rest


def fit_to_head(points: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Moves points given around the base skull to a person's: the best affine map of the scalp."""
    used, _, _ = scalp()
    rest = np.c_[base.load().rest[used], np.ones(len(used))]
    matrix = np.linalg.lstsq(rest, shape[used], rcond=None)[0]
    return np.c_[points, np.ones(len(points))] @ matrix


def _curtain(lowest: float, thickness: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Hair that falls from the temples round the back, open at the face."""
    rows, columns = 26, 60
    opening = np.radians(58)
    turn = np.linspace(opening, 2 * np.pi - opening, columns)
    height = np.linspace(8.15, lowest, rows)
    h, t = np.meshgrid(height, turn, indexing="ij")
    top = np.clip((8.45 - h) / 0.9, 0, 1)
    wide = np.sqrt(1 - (1 - top) ** 2)
    fall = np.clip((7.4 - h) / 1.8, 0, 1)
    flow = np.array([value(3 * float(a), 0.5, 0.5, seed) for a in turn]) - 0.5
    wide = wide * (1 + 0.14 * fall * flow[None, :])
    x = (0.83 + thickness + 0.06 * fall) * wide * np.sin(t)
    z = 0.22 + (0.95 + thickness - 0.15 * fall) * wide * np.cos(t)
    return np.stack([x, h, z], axis=-1).reshape(-1, 3), parts.grid(rows, columns, False)


def _ball(centre: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    points, triangles = parts.sphere(14, 20)
    return points * size + centre, triangles


def _tail(seed: int) -> tuple[np.ndarray, np.ndarray]:
    step = np.linspace(0, 1, 14)
    sway = 0.25 * (value(seed * 0.37, 0.1, 0.2, 3) - 0.5)
    back = -0.75 - 0.45 * np.sin(np.pi * step * 0.8)
    path = np.stack([sway * step, 7.9 - 1.9 * step ** 1.3, back], axis=1)
    return parts.tube(path, 0.24 * np.sqrt(np.sin(np.pi * (0.06 + 0.9 * step))), 12)


def make(shape: np.ndarray, posed: Posed, person: Person, seed: int, under_hat: bool) -> list[Part]:
    """The hair of a person in one shot; a hat flattens it."""
    look = parts.numbers(person.hair, pattern=person.style == "afro", gloss=0.45)
    made = []
    if person.style in SHELLS:
        thickness = SHELLS[person.style] * person.hair_volume * (0.35 if under_hat else 1)
        lumps = 1.0 if person.style in ("swept", "short") else 0.5
        vertices, triangles, rest = shell(posed, thickness, person.hairline, seed, lumps)
        made.append(Part(vertices, triangles, materials.HAIR, look, rest=rest))
    loose = []
    if person.style in CURTAINS:
        volume = 0.06 * person.hair_volume * (0.3 if under_hat else 1)
        loose.append(_curtain(CURTAINS[person.style], volume, seed))
    elif person.style == "bun" and not under_hat:
        loose.append(_ball(np.array([0, 8.25, -0.62]), np.array([0.34, 0.30, 0.30])))
    elif person.style == "ponytail":
        loose.append(_tail(person.seed))
    for points, triangles in loose:
        vertices = posed.with_head(fit_to_head(points, shape))
        made.append(Part(vertices, triangles, materials.HAIR, look, rest=points))
    return made
