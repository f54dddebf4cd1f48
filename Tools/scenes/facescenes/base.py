"""The base mesh: rest vertices, triangles by group, texture coordinates, joints, bone weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from . import source


@dataclass(frozen=True)
class Base:
    """MakeHuman's base mesh, in decimetres; x to the person's left, y up, z to the front."""

    rest: np.ndarray  # (V, 3) rest positions: the coordinates every texture is written in
    triangles: dict[str, np.ndarray]  # group -> (T, 3) vertex numbers
    corners: dict[str, np.ndarray]  # group -> (T, 3, 2) texture coordinates
    joints: dict[str, np.ndarray]  # joint name -> the vertex numbers of its little cube
    bones: dict[str, np.ndarray]  # bone name -> (V,) weight
    lips: np.ndarray  # (V,) 0..1: how much a vertex is lip
    mouth: np.ndarray  # (V,) 0..1: how much a vertex lies inside the mouth

    def joint(self, name: str, vertices: np.ndarray) -> np.ndarray:
        """The centre of a joint's cube in a shaped or posed mesh."""
        return vertices[self.joints[name]].mean(axis=0)


def _parse(lines: list[str]) -> tuple[np.ndarray, np.ndarray, dict[str, list]]:
    vertices, coordinates, faces, group = [], [], {}, ""
    for line in lines:
        kind, _, rest = line.partition(" ")
        if kind == "v":
            vertices.append([float(word) for word in rest.split()])
        elif kind == "vt":
            coordinates.append([float(word) for word in rest.split()[:2]])
        elif kind == "g":
            group = rest.strip()
        elif kind == "f":
            faces.setdefault(group, []).append([word.split("/") for word in rest.split()])
    return np.array(vertices), np.array(coordinates), faces


def _fan(faces: list, part: int) -> np.ndarray:
    """Splits polygons into triangles; `part` 0 gives vertex numbers, 1 texture coordinates."""
    fans = []
    for face in faces:
        number = [int(corner[part]) - 1 for corner in face]
        fans += [(number[0], number[k], number[k + 1]) for k in range(1, len(number) - 1)]
    return np.array(fans, dtype=np.int64)


def _vertex_mask(name: str, corners: np.ndarray, triangles: np.ndarray, count: int) -> np.ndarray:
    """A mask picture read at each vertex of the body (the largest over its seams)."""
    picture = source.uv_mask(name)
    height, width = picture.shape
    column = np.clip((corners[..., 0] * width).astype(int), 0, width - 1)
    row = np.clip(((1 - corners[..., 1]) * height).astype(int), 0, height - 1)
    mask = np.zeros(count)
    np.maximum.at(mask, triangles.ravel(), picture[row, column].ravel())
    return mask


@cache
def load() -> Base:
    """Reads the base mesh once."""
    rest, coordinates, faces = _parse(source.obj_lines())
    solid = {name: f for name, f in faces.items() if not name.startswith("joint-")}
    triangles = {name: _fan(f, 0) for name, f in solid.items()}
    corners = {name: coordinates[_fan(f, 1)] for name, f in solid.items()}
    joints = {
        name: np.unique(_fan(f, 0)) for name, f in faces.items() if name.startswith("joint-")
    }
    bones = {}
    for name, pairs in source.bone_weights().items():
        weight = np.zeros(len(rest))
        for vertex, value in pairs:
            weight[int(vertex)] = value
        bones[name] = weight
    body = ("body", corners["body"], triangles["body"], len(rest))
    lips, mouth = (_vertex_mask(mask, *body[1:]) for mask in ("lips", "inside-mouth"))
    return Base(rest, triangles, corners, joints, bones, lips, mouth)
