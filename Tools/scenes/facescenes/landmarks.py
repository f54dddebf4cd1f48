"""Landmarks: vertices of the face that tell its geometry, and which is whose mirror image.

They are chosen by the mesh itself: spread over the front of the face, and over the ways in which the
face units move it, so that lids, lips and brows have many and the two lips are told apart where they
touch. No expression is involved.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from . import base, expressions, parts, source

HALF = 36  # points on one half of the face, the middle included
MOTION = 5.0  # how much a decimetre of movement counts against one of distance
LOWEST, HIGHEST, WIDEST, BACK = 6.0, 7.75, 0.72, 0.35  # rest box of the face, decimetres
MIDDLE = 1e-3


@dataclass(frozen=True)
class Landmarks:
    """Vertex numbers (P,), and for each the place in that list of its mirror image (P,)."""

    vertices: np.ndarray
    mirror: np.ndarray


def _motion(vertices: np.ndarray) -> np.ndarray:
    """How each face unit moves each vertex at full strength: (n, units * 3)."""
    names = source.face_unit_names()
    moved = np.zeros((len(base.load().rest), len(names), 3))
    for column, name in enumerate(names):
        index, offset = expressions.offsets(name)
        moved[index, column] = offset
    return moved[vertices].reshape(len(vertices), -1)


def _candidates() -> np.ndarray:
    """Vertices of the front of the face: outside the mouth, facing forward."""
    mesh = base.load()
    body = mesh.triangles["body"]
    forward = parts.normals(mesh.rest, body)[:, 2] > 0.15
    x, y, z = mesh.rest.T
    inside = (y > LOWEST) & (y < HIGHEST) & (np.abs(x) < WIDEST) & (z > BACK)
    kept = inside & forward & (mesh.mouth < 0.3)
    return np.intersect1d(np.flatnonzero(kept), np.unique(body))


def _spread(points: np.ndarray, count: int, first: int) -> np.ndarray:
    """Farthest-point sampling (Gonzalez, 1985): each next point is the farthest from those before."""
    chosen, distance = [first], np.linalg.norm(points - points[first], axis=1)
    while len(chosen) < count:
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, np.linalg.norm(points - points[chosen[-1]], axis=1))
    return np.array(chosen)


@cache
def load() -> Landmarks:
    """The landmarks of the base mesh; the mesh is symmetric, vertex for vertex."""
    rest, all_of_them = base.load().rest, _candidates()
    left = all_of_them[rest[all_of_them, 0] > -MIDDLE]
    nose = int(rest[left, 2].argmax())
    features = np.c_[rest[left], MOTION * _motion(left)]
    half = left[_spread(features, HALF, nose)]
    sided = half[rest[half, 0] > MIDDLE]
    flipped = rest[all_of_them][:, None] - rest[sided] * np.array([-1, 1, 1])
    right = all_of_them[np.linalg.norm(flipped, axis=2).argmin(axis=0)]
    order = {int(v): k for k, v in enumerate(np.concatenate([half, right]))}
    pair = dict(zip(sided.tolist(), right.tolist())) | dict(zip(right.tolist(), sided.tolist()))
    return Landmarks(np.array(list(order)), np.array([order[pair.get(v, v)] for v in order]))
