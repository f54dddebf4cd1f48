"""Poses: the head turns on the neck, the arms hang down (linear blend skinning)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from . import base

ARM_BONES = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
NECK_SHARES = {"neck01": 0.25, "neck02": 0.5, "neck03": 0.75}
TRUNK_BONES = ("spine", "root", "pelvis", "breast", "clavicle", "shoulder", "leg", "foot", "toe")


def rotation(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """Rotation by yaw about y, pitch about x, roll about z (degrees): Ry Rx Rz."""
    (cy, cp, cr), (sy, sp, sr) = (f(np.radians([yaw, pitch, roll])) for f in (np.cos, np.sin))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return about_y @ about_x @ about_z


@dataclass(frozen=True)
class Pose:
    """Angles in degrees: the head's against the camera, and the trunk's yaw."""

    yaw: float
    pitch: float
    roll: float
    trunk: float
    arms: float = 38.0  # how far the arms come down from the rest pose


@cache
def _weights() -> dict[str, np.ndarray]:
    """Per vertex: weights of head, arms and the three neck bones; the rest is trunk."""
    bones = base.load().bones
    total = sum(bones.values())
    share = {name: weight / np.maximum(total, 1e-9) for name, weight in bones.items()}
    weights = {name: share[name] for name in NECK_SHARES}
    for side in "LR":
        arm = (w for n, w in share.items() if n.startswith(ARM_BONES) and n.endswith("." + side))
        weights["arm" + side] = sum(arm) + 0.4 * share["shoulder01." + side]
    other = NECK_SHARES.keys() | {n for n in share if n.startswith(ARM_BONES + TRUNK_BONES)}
    weights["head"] = sum(weight for name, weight in share.items() if name not in other)
    return weights


@dataclass(frozen=True)
class Posed:
    """A posed mesh and the head's rigid motion: p -> head (p - pivot) + pivot."""

    vertices: np.ndarray
    head: np.ndarray
    pivot: np.ndarray

    def with_head(self, points: np.ndarray) -> np.ndarray:
        """Moves points that are fixed to the head from the rest pose to this one."""
        return (points - self.pivot) @ self.head.T + self.pivot


def _turn(vertices: np.ndarray, weight: np.ndarray, turn: np.ndarray, pivot: np.ndarray):
    """How far a turn about a pivot moves each vertex, by its weight."""
    index = np.flatnonzero(weight)
    around = vertices[index] - pivot
    moved = np.zeros_like(vertices)
    moved[index] = weight[index, None] * (around @ turn.T - around)
    return moved


def apply(vertices: np.ndarray, pose: Pose) -> Posed:
    """Poses a mesh: every bone's motion is blended by its weight at each vertex."""
    mesh, weights = base.load(), _weights()
    moved = vertices.copy()
    for side, sign in (("L", -1), ("R", 1)):
        shoulder = mesh.joint(f"joint-{side.lower()}-shoulder", vertices)
        moved += _turn(vertices, weights["arm" + side], rotation(0, 0, sign * pose.arms), shoulder)
    pivot = 0.5 * mesh.joint("joint-neck", vertices) + 0.5 * mesh.joint("joint-head", vertices)
    relative = np.array([pose.yaw - pose.trunk, pose.pitch, pose.roll])
    for name, part in NECK_SHARES.items():
        moved += _turn(vertices, weights[name], rotation(*(part * relative)), pivot)
    moved += _turn(vertices, weights["head"], rotation(*relative), pivot)
    trunk = rotation(pose.trunk, 0, 0)
    moved = (moved - pivot) @ trunk.T + pivot
    return Posed(moved, trunk @ rotation(*relative), pivot)
