"""Things in front of a face: the person's own hand, a mug, a telephone, a microphone, a book."""

from __future__ import annotations

from functools import cache

import numpy as np

from . import base, materials, parts, pose
from .parts import Part
from .pose import Posed

KINDS = ("hand", "mug", "phone", "microphone", "book")
SHARES = (0.5, 0.12, 0.13, 0.15, 0.10)
# Where the thing's middle is, against the mouth, in decimetres: nearer the chin than the eyes.
PLACES = {"hand": (0.55, -0.35, 0.55), "mug": (0.1, -0.75, 0.75), "phone": (0.95, -0.1, 0.15),
          "microphone": (0.15, -0.45, 0.75), "book": (0.0, -1.15, 1.2)}
SPREAD = np.array([0.35, 0.22, 0.1])


@cache
def _hand() -> tuple[np.ndarray, np.ndarray]:
    """The left hand and wrist of the base mesh: vertex numbers and triangles."""
    mesh = base.load()
    arm = sum(mesh.bones[b] for b in mesh.bones if b.endswith(".L") and
              b.startswith(("wrist", "finger", "metacarpal", "lowerarm02")))
    body = mesh.triangles["body"]
    return parts.compact(body[(arm[body] > 0.3).all(axis=1)])


def _hand_part(shape: np.ndarray, rng: np.random.Generator):
    """A hand with its fingers up and its palm to the face, its middle at the origin."""
    used, triangles = _hand()
    rest = base.load().rest[used]
    points = shape[used] - shape[used].mean(axis=0)
    along = np.linalg.svd(points, full_matrices=False)[2]
    frame = along * np.sign([-along[0, 1], 1, along[2, 2]])[:, None]  # fingers point down at rest
    frame[1] = np.cross(frame[2], frame[0])
    local = points @ frame.T  # along the fingers, across, out of the back
    upright = local[:, [1, 0, 2]] * np.array([-1, 1, 1])
    lean = pose.rotation(rng.normal(0, 25), rng.normal(-10, 15), rng.normal(25, 25))
    return upright @ lean.T, triangles, rest


def _paint(rng: np.random.Generator, gloss: float) -> np.ndarray:
    colours = rng.beta(0.9, 1.6, (2, 3)) * 0.8
    return parts.numbers(*colours, int(rng.random() < 0.4), rng.uniform(3, 20), gloss)


def _mug(rng: np.random.Generator) -> list:
    step = np.linspace(-0.5, 0.5, 8)
    path = np.stack([0 * step, step * 0.95, 0 * step], axis=1)
    handle = np.linspace(-1.2, 1.2, 12)
    ring = np.stack([0.38 + 0.25 * np.cos(handle), 0.28 * np.sin(handle), 0 * handle], axis=1)
    look = _paint(rng, 0.9)
    return [(*parts.tube(path, 0.42, 28), look), (*parts.tube(ring, 0.055, 8), look)]


def _microphone(rng: np.random.Generator) -> list:
    ball, triangles = parts.sphere(14, 20)
    step = np.linspace(0, 2.2, 10)
    path = np.stack([0.3 * step, -step, 0.25 * step], axis=1)
    head = parts.numbers((0.05, 0.05, 0.055), (0.12, 0.12, 0.12), 1, 60, 0.6)
    return [(ball * 0.24, triangles, head), (*parts.tube(path, 0.10, 12), _paint(rng, 0.5))]


def _slab(rng: np.random.Generator, size: tuple[float, float, float]) -> list:
    points, triangles = parts.box(*size)
    lean = pose.rotation(rng.normal(0, 25), rng.normal(-8, 12), rng.normal(0, 18))
    return [(points @ lean.T, triangles, _paint(rng, 0.7))]


def make(kind: str, shape: np.ndarray, posed: Posed, rng: np.random.Generator) -> list[Part]:
    """The parts of one thing, placed before the posed head (or beside it, on either side)."""
    side = rng.choice([-1.0, 1.0])
    place = (np.array(PLACES[kind]) + rng.normal(0, 1, 3) * SPREAD) * np.array([side, 1, 1])
    mouth = shape[np.flatnonzero(base.load().lips > 0.5)].mean(axis=0)
    at = posed.with_head((mouth + place)[None])[0]
    flip = np.array([side, 1, 1])
    if kind == "hand":
        points, triangles, rest = _hand_part(shape, rng)
        return [Part(points * flip + at, triangles[:, :: int(side)], materials.SKIN, rest=rest)]
    made = {"mug": _mug, "microphone": _microphone, "phone": lambda r: _slab(r, (0.75, 1.5, 0.08)),
            "book": lambda r: _slab(r, (1.9, 1.3, 0.25))}[kind](rng)
    return [Part(points * flip + at, triangles, materials.PLAIN, look, rest=points)
            for points, triangles, look in made]
