"""Clothes, headwear and glasses; chosen for a shot, never by its expression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import base, body, hair, materials, parts
from .parts import Part
from .people import Person
from .pose import Posed

HATS = ("", "beanie", "cap", "band", "brim")


@dataclass(frozen=True)
class Outfit:
    """What someone wears in a shot."""

    cloth: np.ndarray  # material numbers, the neckline among them
    hat: str
    hat_cloth: np.ndarray
    glasses: str  # "", "clear" or "dark"
    frame: np.ndarray
    lens: tuple[float, float]  # half width and half height, decimetres


def _cloth(rng: np.random.Generator, neckline: float = 99.0) -> np.ndarray:
    colours = rng.beta(1.1, 2.2, (2, 1)) * (0.35 + 0.65 * rng.dirichlet([0.8] * 3, 2) * 3)
    return parts.numbers(np.minimum(colours[0], 0.85), np.minimum(colours[1], 0.85),
                         rng.choice(4, p=[0.5, 0.2, 0.15, 0.15]), rng.uniform(0.8, 3), 0.08,
                         neckline)


def draw(person: Person, rng: np.random.Generator) -> Outfit:
    """Draws the clothes of a person for one shot."""
    wears = rng.random() < (0.85 if person.glasses else 0.04)
    dark = wears and rng.random() < 0.07
    return Outfit(
        cloth=_cloth(rng, rng.uniform(5.7, 6.3)),
        hat=str(rng.choice(HATS, p=[0.85, 0.05, 0.04, 0.03, 0.03])), hat_cloth=_cloth(rng),
        glasses="dark" if dark else "clear" if wears else "",
        frame=parts.numbers(rng.beta(0.5, 3.5, 3) * 0.5, gloss=1.2),
        lens=(rng.uniform(0.22, 0.29), rng.uniform(0.15, 0.24)),
    )


def _clothes(posed: Posed, outfit: Outfit, lowest: float) -> Part:
    """The body's close-fitting helper as cloth; above the neckline it is shaded as skin."""
    part = body.piece("helper-tights", posed, materials.CLOTH, outfit.cloth, lowest)
    vertices = part.vertices + 0.04 * part.normals
    return Part(vertices, part.triangles, materials.CLOTH, outfit.cloth, rest=part.rest)


def _disc(inner: float, outer: float, start: float, stop: float, dip: float):
    """A flat ring sector around the skull at hat height: a brim or a cap's visor."""
    rows, columns = 4, 48
    turn = np.linspace(start, stop, columns)
    radius = np.linspace(inner, outer, rows)
    r, t = np.meshgrid(radius, turn, indexing="ij")
    height = 7.98 - dip * (r - inner) ** 2 - 0.12 * np.cos(t) * (r - inner)
    points = np.stack([0.9 * r * np.sin(t), height, 0.2 + r * np.cos(t)], axis=-1)
    return points.reshape(-1, 3), parts.grid(rows, columns, False)


def _hat(shape: np.ndarray, posed: Posed, outfit: Outfit, seed: int) -> list[Part]:
    lowest = {"beanie": 7.72, "cap": 7.86, "band": 7.82, "brim": 7.86}[outfit.hat]
    lift = {"beanie": 0.16, "cap": 0.14, "band": 0.16, "brim": 0.24}[outfit.hat]
    vertices, triangles, rest = hair.shell(posed, lift, -0.4, seed, 0.1, lowest)
    if outfit.hat == "band":
        triangles = triangles[(rest[:, 1] < 8.2)[triangles].all(axis=1)]
    made = [Part(vertices, triangles, materials.CLOTH, outfit.hat_cloth, rest=rest)]
    flat = {"cap": (0.95, 1.65, -0.9, 0.9, 0.35), "brim": (0.9, 1.7, -np.pi, np.pi, 0.1)}
    if outfit.hat in flat:
        points, triangles = _disc(*flat[outfit.hat])
        vertices = posed.with_head(hair.fit_to_head(points, shape))
        made.append(Part(vertices, triangles, materials.CLOTH, outfit.hat_cloth, rest=points))
    return made


def _glasses(shape: np.ndarray, posed: Posed, outfit: Outfit) -> list[Part]:
    """Two rims before the eyes, a bridge, and two temples to the ears."""
    centres = [centre for centre, _ in body.eye_centres(shape)]
    front = shape[np.unique(base.load().triangles["helper-l-eye"]), 2].max() + 0.20
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    wide, high = outfit.lens
    paths, lenses = [], []
    for side, centre in zip((1, -1), centres):
        middle = np.array([centre[0] + 0.02 * side, centre[1] - 0.03, front])
        bend = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.8
        rise = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.8
        rim = middle + np.stack([wide * bend, high * rise, -0.06 * side * bend], axis=1)
        paths.append((rim, True))
        outer = middle + np.array([side * wide, 0.05, -0.05])
        ear = np.array([side * 0.80, centre[1] + 0.06, 0.25])
        paths.append((np.linspace(outer, ear, 12), False))
        lenses.append(np.vstack([middle[None], rim]))
    left, right = (np.array([side * (abs(c[0]) - wide + 0.02), c[1], front])
                   for side, c in zip((1, -1), centres))
    arch = np.outer(np.sin(np.linspace(0, np.pi, 6)), [0, 0.03, 0.04])
    paths.append((np.linspace(left, right, 6) + arch, False))
    made = []
    for path, closed in paths:
        points, triangles = parts.tube(path, 0.014, 6, closed)
        made.append(Part(posed.with_head(points), triangles, materials.PLAIN, outfit.frame))
    if outfit.glasses == "dark":
        fan = np.array([(0, k + 1, (k + 1) % 40 + 1) for k in range(40)])
        tint = parts.numbers((0.01, 0.01, 0.012), gloss=2.0)
        made += [Part(posed.with_head(points), fan, materials.PLAIN, tint) for points in lenses]
    return made


def make(
    shape: np.ndarray, posed: Posed, outfit: Outfit, seed: int, lowest=body.LOWEST
) -> list[Part]:
    """Everything worn, as parts."""
    made = [_clothes(posed, outfit, lowest)]
    if outfit.hat:
        made += _hat(shape, posed, outfit, seed)
    if outfit.glasses:
        made += _glasses(shape, posed, outfit)
    return made
