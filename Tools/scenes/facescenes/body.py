"""The body's own parts: skin, eyes, teeth, tongue and lashes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from . import base, materials, parts, pose
from .parts import Part
from .people import Person
from .pose import Posed

LOWEST = -1.5  # rest height below which nothing is drawn, in decimetres


@dataclass(frozen=True)
class Gaze:
    """Where the eyes look, in degrees against the head, and the pupils' size in radians."""

    yaw: float
    pitch: float
    pupil: float


@cache
def _pieces(group: str, lowest: float) -> tuple[np.ndarray, np.ndarray]:
    mesh = base.load()
    triangles = mesh.triangles[group]
    kept = triangles[(mesh.rest[triangles, 1] > lowest).all(axis=1)]
    return parts.compact(kept)


def piece(group: str, posed: Posed, material: int, numbers=None, lowest=LOWEST) -> Part:
    """One group of the base mesh as a part, from `lowest` (rest height) upwards."""
    used, triangles = _pieces(group, lowest)
    mesh = base.load()
    masks = np.stack([mesh.lips[used], mesh.mouth[used]], axis=1)
    part = Part(posed.vertices[used], triangles, material, rest=mesh.rest[used], masks=masks)
    if numbers is not None:
        part.numbers = numbers
    return part


def eye_centres(vertices: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """Left and right: centre and radius of the eyeball helpers of a mesh."""
    found = []
    for side in "lr":
        points = vertices[np.unique(base.load().triangles[f"helper-{side}-eye"])]
        centre = points.mean(axis=0)
        found.append((centre, float(np.linalg.norm(points - centre, axis=1).mean())))
    return found


def eyes(shape: np.ndarray, posed: Posed, person: Person, gaze: Gaze) -> list[Part]:
    """Eyeballs: spheres in place of the coarse helpers, turned to the gaze."""
    unit, triangles = parts.sphere()
    numbers = parts.numbers(person.iris, scale=gaze.pupil, gloss=2.5)
    made = []
    for side, (centre, radius) in zip((1, -1), eye_centres(shape)):
        # 1.5 degrees each: the eyes converge on something a metre or so away
        turned = unit @ pose.rotation(gaze.yaw - 1.5 * side, gaze.pitch, 0).T
        vertices = posed.with_head(turned * radius + centre)
        made.append(Part(vertices, triangles, materials.EYE, numbers, rest=unit))
    return made


def make(
    shape: np.ndarray, posed: Posed, person: Person, gaze: Gaze, lowest=LOWEST
) -> list[Part]:
    """Skin, eyes, teeth, tongue, and lashes (dark ones where there is make-up)."""
    made = [piece("body", posed, materials.SKIN, lowest=lowest)]
    made += eyes(shape, posed, person, gaze)
    for row in ("upper", "lower"):
        made.append(piece(f"helper-{row}-teeth", posed, materials.TOOTH))
    made.append(piece("helper-tongue", posed, materials.TONGUE))
    rows = (1, 2) if person.make_up > 0.5 else (2,) if person.female > 0.5 else ()
    for side in "lr":
        for row in rows:
            lash = piece(f"helper-{side}-eyelashes-{row}", posed, materials.LASH)
            lash.casts = False
            made.append(lash)
    return made
