"""Lights: their drawing, soft shadows by a depth map, and ambient occlusion at the vertices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from . import raster

BIAS = 0.035  # decimetres


@dataclass(frozen=True)
class Lights:
    """Directional lights (the first casts shadows) over a sky and a ground."""

    directions: np.ndarray  # (L, 3) unit vectors towards the light
    colours: np.ndarray  # (L, 3) linear RGB
    sky: np.ndarray
    ground: np.ndarray
    softness: float  # radius of the shadow's edge, in decimetres


def _direction(azimuth: float, elevation: float) -> np.ndarray:
    a, e = np.radians([azimuth, elevation])
    return np.array([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)])


def _tint(rng: np.random.Generator, spread: float) -> np.ndarray:
    """Warm to cold, with a little green or magenta; its mean is 1."""
    warm, green = rng.normal(0, spread), rng.normal(0, spread * 0.3)
    tint = np.exp(np.array([warm, green, -warm]))
    return tint / tint.mean()


def draw(rng: np.random.Generator) -> Lights:
    """Draws one to four lights: a key, perhaps a fill, a rim and a coloured lamp."""
    side = rng.choice([-1, 1])
    key = rng.gamma(10, 0.1)
    directions = [_direction(side * abs(rng.normal(32, 26)), rng.uniform(-5, 65))]
    colours = [key * _tint(rng, 0.10)]
    if rng.random() < 0.7:
        directions.append(_direction(-side * rng.uniform(10, 80), rng.uniform(-15, 45)))
        colours.append(key * rng.uniform(0.08, 0.55) * _tint(rng, 0.10))
    if rng.random() < 0.45:
        behind = rng.choice([-1, 1]) * rng.uniform(115, 165)
        directions.append(_direction(behind, rng.uniform(0, 50)))
        colours.append(key * rng.uniform(0.3, 1.5) * _tint(rng, 0.20))
    if rng.random() < 0.08:
        directions.append(_direction(rng.uniform(-100, 100), rng.uniform(-30, 30)))
        colours.append(key * 0.5 * rng.dirichlet([0.5, 0.5, 0.5]) * 3)
    sky = key * rng.uniform(0.18, 0.5) * _tint(rng, 0.09)
    ground = sky * rng.uniform(0.3, 0.8) * _tint(rng, 0.08)
    return Lights(np.array(directions), np.array(colours), sky, ground, rng.uniform(0.02, 0.25))


def _frame(direction: np.ndarray) -> np.ndarray:
    """Rows: right, up and towards the light."""
    helper = np.array([0.0, 1.0, 0.0]) if abs(direction[1]) < 0.9 else np.array([1.0, 0.0, 0.0])
    right = np.cross(helper, direction)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(direction, right), direction])


def depth_map(vertices, triangles, direction, centre, radius, size):
    """An orthographic view from a light around `centre`.

    Returns the map of heights towards the light (larger is nearer to it), and every vertex's place
    on it (V, 3): column, row, height.
    """
    local = (vertices - centre) @ _frame(direction).T
    scale = size / (2 * radius)
    place = np.stack([(local[:, 0] + radius) * scale, (radius - local[:, 1]) * scale,
                      local[:, 2] + 100.0], axis=1)
    _, nearest = raster.visible(place, triangles, size, size)
    return nearest, place


@njit(cache=True)
def _open_share(nearest, place, share):
    """Adds 1 to every vertex that its map sees."""
    size = nearest.shape[0]
    for v in range(place.shape[0]):
        x, y = int(place[v, 0]), int(place[v, 1])
        hidden = 0 <= x < size and 0 <= y < size and nearest[y, x] > place[v, 2] + 0.05
        share[v] += 0.0 if hidden else 1.0


def _sphere(count: int) -> np.ndarray:
    """Directions spread evenly over the sphere (Fibonacci's spiral)."""
    k = np.arange(count) + 0.5
    y = 1 - 2 * k / count
    turn = np.pi * (1 + np.sqrt(5)) * k
    ring = np.sqrt(1 - y * y)
    return np.stack([ring * np.cos(turn), y, ring * np.sin(turn)], axis=1)


def ambient(vertices, normals, triangles, centre, radius, count=24, size=128) -> np.ndarray:
    """How open each vertex is: the share of directions above it that are not blocked, 0..1."""
    seen, above = np.zeros(len(vertices)), np.zeros(len(vertices))
    for direction in _sphere(count):
        facing = np.maximum(normals @ direction, 0.0)
        nearest, place = depth_map(vertices, triangles, direction, centre, radius, size)
        share = np.zeros(len(vertices))
        _open_share(nearest, place, share)
        seen += share * facing
        above += facing
    return np.clip(seen / np.maximum(above, 1e-9), 0, 1)


@njit(cache=True)
def shadow(nearest, column, row, height, softness, spin):
    """The share of a soft light that reaches a point: 12 probes on a disc, turned by `spin`."""
    size = nearest.shape[0]
    reached = 0.0
    for k in range(12):
        r = softness * np.sqrt((k + 0.5) / 12)
        turn = 2.399963 * k + spin
        x, y = int(column + r * np.cos(turn)), int(row + r * np.sin(turn))
        if x < 0 or y < 0 or x >= size or y >= size:
            reached += 1.0
        elif nearest[y, x] <= height + BIAS:
            reached += 1.0
    return reached / 12
