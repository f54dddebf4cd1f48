"""Parts: pieces of mesh with a material, and simple solids to make them from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .materials import FIELDS


@dataclass
class Part:
    """A piece of the scene in the body's coordinates (decimetres), already posed."""

    vertices: np.ndarray  # (n, 3)
    triangles: np.ndarray  # (t, 3)
    material: int
    numbers: np.ndarray = field(default_factory=lambda: np.zeros(FIELDS))
    rest: np.ndarray | None = None  # (n, 3) where textures are read; the vertices, if not given
    masks: np.ndarray | None = None  # (n, 2) lip and inside-mouth shares
    normals: np.ndarray | None = None  # (n, 3)
    casts: bool = True  # whether it takes part in shadows

    def __post_init__(self) -> None:
        if self.rest is None:
            self.rest = self.vertices
        if self.masks is None:
            self.masks = np.zeros((len(self.vertices), 2))
        if self.normals is None:
            self.normals = normals(self.vertices, self.triangles)


def numbers(first, second=(0, 0, 0), pattern=0, scale=1.0, gloss=0.1, top=99.0) -> np.ndarray:
    """A part's material numbers in the order that `materials` reads."""
    return np.array([*first, *second, pattern, scale, gloss, top], dtype=np.float64)


def normals(vertices: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Smooth vertex normals: the mean of the faces around, weighted by area."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    total = np.zeros_like(vertices)
    for k in range(3):
        for axis in range(3):
            total[:, axis] += np.bincount(triangles[:, k], face[:, axis], len(vertices))
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)


def compact(triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The vertices that triangles use, and the triangles in their numbering."""
    used, renumbered = np.unique(triangles, return_inverse=True)
    return used, renumbered.reshape(-1, 3)


def grid(rows: int, columns: int, closed: bool) -> np.ndarray:
    """Triangles of a grid of points; `closed` joins the last column to the first."""
    wide = columns if closed else columns - 1
    r, c = np.meshgrid(np.arange(rows - 1), np.arange(wide), indexing="ij")
    a, b = r * columns + c, r * columns + (c + 1) % columns
    lower = np.stack([a, a + columns, b], axis=-1).reshape(-1, 3)
    upper = np.stack([b, a + columns, b + columns], axis=-1).reshape(-1, 3)
    return np.concatenate([lower, upper])


def sphere(rows: int = 20, columns: int = 32) -> tuple[np.ndarray, np.ndarray]:
    """A unit sphere whose poles lie on the z axis."""
    v, u = np.meshgrid(np.linspace(0, np.pi, rows), np.arange(columns) * 2 * np.pi / columns,
                       indexing="ij")
    points = np.stack([np.sin(v) * np.cos(u), np.sin(v) * np.sin(u), np.cos(v)], axis=-1)
    return points.reshape(-1, 3), grid(rows, columns, True)


def tube(path: np.ndarray, radius, sides: int = 8, closed: bool = False):
    """A tube around a path (n, 3); the radius may differ along it. Ends stay open."""
    radius = np.broadcast_to(radius, len(path))
    around = np.roll(path, -1, axis=0) - np.roll(path, 1, axis=0)
    ahead = around if closed else np.gradient(path, axis=0)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    helper = np.where(np.abs(ahead[:, 1:2]) < 0.9, [[0.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]])
    side = np.cross(ahead, helper)
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
    up = np.cross(side, ahead)
    turn = np.arange(sides) * 2 * np.pi / sides
    ring = np.cos(turn)[None, :, None] * side[:, None] + np.sin(turn)[None, :, None] * up[:, None]
    points = (path[:, None] + radius[:, None, None] * ring).reshape(-1, 3)
    triangles = grid(len(path), sides, True)
    if closed:
        last, first = (len(path) - 1) * sides, np.arange(sides)
        after = (first + 1) % sides
        lower = np.stack([last + first, first, last + after], axis=1)
        upper = np.stack([last + after, first, after], axis=1)
        triangles = np.concatenate([triangles, lower, upper])
    return points, triangles


def box(width: float, height: float, depth: float) -> tuple[np.ndarray, np.ndarray]:
    """A box around the origin, its faces' vertices apart so that its edges stay sharp."""
    points, triangles = [], []
    for axis in range(3):
        for sign in (-1, 1):
            corner = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=float)
            face = np.insert(corner, axis, sign, axis=1) * np.array([width, height, depth]) / 2
            n = len(points) * 4
            points.append(face)
            triangles += [(n, n + 1, n + 2), (n, n + 2, n + 3)]
    return np.concatenate(points), np.array(triangles)
