"""Shading: the colour of every pixel of the foreground, in linear light."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from . import light, materials, raster, skin
from .noise import hashed, value
from .parts import Part

EYE, CLOTH, HAIR, PLAIN, SKIN = (materials.EYE, materials.CLOTH, materials.HAIR, materials.PLAIN,
                                 materials.SKIN)
SHADOW_SIZE = 512
RADIUS = 3.2  # decimetres around the head that cast shadows


class Mesh(NamedTuple):
    """All parts in one; vertices in the camera's frame (decimetres, it looks along -z)."""

    vertices: np.ndarray  # (V, 3)
    normals: np.ndarray
    rest: np.ndarray
    masks: np.ndarray  # (V, 2)
    triangles: np.ndarray  # (T, 3)
    owner: np.ndarray  # (T,) part number
    kinds: np.ndarray  # (P,) material
    numbers: np.ndarray  # (P, FIELDS)
    casts: np.ndarray  # (T,) whether it casts shadows


class Lit(NamedTuple):
    """Lights as the kernel reads them."""

    directions: np.ndarray
    colours: np.ndarray
    sky: np.ndarray
    ground: np.ndarray
    nearest: np.ndarray  # the key light's depth map
    place: np.ndarray  # (V, 3) each vertex on it
    softness: float  # in its pixels
    open: np.ndarray  # (V,) ambient occlusion


def join(pieces: list[Part], offset: np.ndarray) -> Mesh:
    """Puts parts into one mesh and moves it by `offset`."""
    starts = np.cumsum([0] + [len(part.vertices) for part in pieces])
    triangles = [part.triangles + start for part, start in zip(pieces, starts)]
    counts = [len(t) for t in triangles]
    vertices, normals, rest, masks = (
        np.concatenate([getattr(part, name) for part in pieces]).astype(np.float64)
        for name in ("vertices", "normals", "rest", "masks"))
    return Mesh(
        vertices + offset, normals, rest, masks,
        np.ascontiguousarray(np.concatenate(triangles)), np.repeat(np.arange(len(pieces)), counts),
        np.array([part.material for part in pieces]), np.stack([part.numbers for part in pieces]),
        np.repeat([part.casts for part in pieces], counts),
    )


class Effort(NamedTuple):
    """How finely shadows are worked out, in pixels of depth maps and directions of the sky."""

    shadow: int = SHADOW_SIZE
    sky: int = 128
    directions: int = 24
    radius: float = RADIUS


def prepare(mesh: Mesh, lights: light.Lights, centre: np.ndarray, effort=Effort()) -> Lit:
    """Shadow map and ambient occlusion of a mesh."""
    solid, radius = mesh.triangles[mesh.casts], effort.radius
    nearest, place = light.depth_map(mesh.vertices, solid, lights.directions[0], centre, radius,
                                     effort.shadow)
    openness = light.ambient(mesh.vertices, mesh.normals, solid, centre, radius,
                             effort.directions, effort.sky)
    softness = lights.softness * effort.shadow / (2 * radius)
    return Lit(lights.directions, lights.colours, lights.sky, lights.ground, nearest, place,
               softness, openness)


def project(vertices: np.ndarray, focal: float, width: int, height: int) -> np.ndarray:
    """Perspective: columns, rows and inverse depth; the optical axis is the picture's middle."""
    depth = -vertices[:, 2]
    inverse = np.where(depth > 0.2, 1 / np.maximum(depth, 0.2), -1.0)
    return np.stack([width / 2 + focal * vertices[:, 0] * inverse,
                     height / 2 - focal * vertices[:, 1] * inverse, inverse], axis=1)


@njit(cache=True)
def _surface(kind, p, mask, numbers, face, out):
    """Albedo and gloss of a point on a part."""
    if kind == SKIN:
        skin.colour(p[0], p[1], p[2], mask[0], mask[1], face, out)
    elif kind == EYE:
        materials.eye(p[0], p[1], p[2], numbers, face.seed, out)
    elif kind == CLOTH:
        materials.cloth(p[0], p[1], p[2], numbers, face.seed, out)
    elif kind == HAIR:
        materials.hair(p[0], p[1], p[2], numbers, face.seed, out)
    elif kind == PLAIN:
        materials.plain(p[0], p[1], p[2], numbers, face.seed, out)
    else:
        materials.constant(kind, out)


@njit(cache=True)
def _roughen(n, p, amount, scale, seed):
    """Tilts a normal by noise read at the rest point: pores and weave."""
    for c in range(3):
        n[c] += amount * (value(scale * p[0], scale * p[1], scale * p[2], seed + c) - 0.5)
    n /= np.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2])


@njit(cache=True)
def _lit(n, eye, surface, kind, lit, shadow, openness, out):
    """Adds up lights: wrapped diffuse (more in red on skin: light bleeds) and Blinn-Phong."""
    up = 0.5 + 0.5 * n[1]
    if kind == EYE:
        openness = openness * openness  # lids and lashes shade the eye
    power = 90.0 if kind == EYE else 22.0 if kind == HAIR else 26.0
    for c in range(3):
        out[c] = surface[c] * openness * (lit.ground[c] * (1 - up) + lit.sky[c] * up)
    for k in range(lit.directions.shape[0]):
        d = lit.directions[k]
        cosine = n[0] * d[0] + n[1] * d[1] + n[2] * d[2]
        reach = shadow if k == 0 else 0.35 + 0.65 * openness if cosine > 0 else openness
        hx, hy, hz = d[0] + eye[0], d[1] + eye[1], d[2] + eye[2]
        length = np.sqrt(hx * hx + hy * hy + hz * hz) + 1e-9
        half = max((n[0] * hx + n[1] * hy + n[2] * hz) / length, 0.0)
        shine = surface[3] * 0.13 * half ** power if cosine > -0.1 else 0.0
        if kind == EYE:
            shine += 0.9 * half ** 350 if cosine > 0 else 0.0
        for c in range(3):
            wrap = (0.30, 0.16, 0.12)[c] if kind == SKIN else 0.05
            diffuse = max((cosine + wrap) / (1 + wrap), 0.0)
            out[c] += lit.colours[k, c] * reach * (surface[c] * diffuse + shine)


@njit(cache=True)
def _mixed(table, corners, u, v, s, out):
    for c in range(out.shape[0]):
        out[c] = u * table[corners[0], c] + v * table[corners[1], c] + s * table[corners[2], c]


@njit(cache=True)
def pixels(mesh, screen, owner, lit, face, rest_scale):
    """The foreground's linear RGB and cover: (H, W, 4)."""
    height, width = owner.shape
    picture = np.zeros((height, width, 4))
    n, p, where, place = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    mask, surface, out = np.empty(2), np.empty(4), np.empty(3)
    for y in range(height):
        for x in range(width):
            t = owner[y, x]
            if t < 0:
                continue
            corners = mesh.triangles[t]
            u, v, s = raster.weights(screen, corners, x, y)
            _mixed(mesh.normals, corners, u, v, s, n)
            _mixed(mesh.rest, corners, u, v, s, p)
            _mixed(mesh.vertices, corners, u, v, s, where)
            _mixed(mesh.masks, corners, u, v, s, mask)
            _mixed(lit.place, corners, u, v, s, place)
            openness = u * lit.open[corners[0]] + v * lit.open[corners[1]]
            openness += s * lit.open[corners[2]]
            eye = -where / np.sqrt(where[0] ** 2 + where[1] ** 2 + where[2] ** 2)
            if n[0] * eye[0] + n[1] * eye[1] + n[2] * eye[2] < 0:
                n *= -1
            part = mesh.owner[t]
            kind = mesh.kinds[part]
            if kind == CLOTH and materials.above_neckline(p, mesh.numbers[part]) > 0:
                kind = SKIN
            _surface(kind, p, mask, mesh.numbers[part], face, surface)
            if kind == SKIN:
                _roughen(n, p, 0.16, rest_scale, face.seed)
            elif kind == HAIR or kind == CLOTH:
                _roughen(n, p, 0.7, 0.8 * rest_scale, face.seed)
            spin = 6.2832 * hashed(x, y, 0, 1)
            shadow = light.shadow(lit.nearest, place[0], place[1], place[2], lit.softness, spin)
            _lit(n, eye, surface, kind, lit, shadow, openness, out)
            picture[y, x, :3] = out
            picture[y, x, 3] = 1.0
    return picture
