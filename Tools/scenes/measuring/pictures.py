"""The set as arrays: whole scenes and face crops, with labels and people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image


@dataclass(frozen=True)
class Pictures:
    """Pictures of one size (N, size, size, 3) as bytes, labels and people as numbers."""

    pixels: np.ndarray
    labels: np.ndarray
    people: np.ndarray


@dataclass(frozen=True)
class Found:
    """What the face detector found in the set."""

    boxes: list[tuple[float, ...] | None]  # x0, y0, x1, y1 of the most probable face
    right: np.ndarray  # whether that box holds the middle of the face that was drawn

    @property
    def share(self) -> float:
        """The share of scenes in which the face was found where it is."""
        return float(self.right.mean())


def lines(folder: Path) -> list[dict]:
    """The manifest's pictures."""
    return json.loads((folder / "manifest.json").read_text())["pictures"]


def find_faces(folder: Path) -> Found:
    """Runs MTCNN (facenet-pytorch 2.6.0, its own settings) over every scene."""
    from facenet_pytorch import MTCNN

    detector, boxes, right = MTCNN(select_largest=False, device="cpu"), [], []
    for line in lines(folder):
        with torch.no_grad():
            found, _ = detector.detect(Image.open(folder / line["file"]).convert("RGB"))
        box = None if found is None else tuple(float(v) for v in found[0])
        x, y = line["face_middle"]
        boxes.append(box)
        right.append(box is not None and box[0] < x < box[2] and box[1] < y < box[3])
    return Found(boxes, np.array(right))


def drawn_faces(folder: Path) -> Found:
    """Boxes from the manifest instead of a detector: for quick looks while tuning."""
    boxes = []
    for line in lines(folder):
        (x, y), half = line["face_middle"], 0.55 * line["face_pixels"]
        boxes.append((x - half, y - half + 0.1 * half, x + half, y + half + 0.1 * half))
    return Found(boxes, np.ones(len(boxes), bool))


def _square(box: tuple[float, ...], margin: float) -> tuple[int, ...]:
    """A square around a box, a margin larger."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    half = max(box[2] - box[0], box[3] - box[1]) / 2 * (1 + margin)
    return tuple(round(v) for v in (x - half, y - half, x + half, y + half))


def load(folder: Path, size: int, found: Found | None) -> Pictures:
    """Reads the set at size x size: crops where faces were found, the whole scene otherwise."""
    pixels, rows = [], lines(folder)
    for k, line in enumerate(rows):
        picture = Image.open(folder / line["file"]).convert("RGB")
        if found is not None and found.boxes[k] is not None:
            picture = picture.crop(_square(found.boxes[k], 0.1))
        pixels.append(np.asarray(picture.resize((size, size), Image.BILINEAR)))
    number = {label: k for k, label in enumerate(sorted({row["label"] for row in rows}))}
    return Pictures(np.stack(pixels), np.array([number[row["label"]] for row in rows]),
                    np.array([int(row["group"][1:]) for row in rows]))


def folds(people: np.ndarray, count: int, seed: int) -> list[np.ndarray]:
    """Masks of test pictures: people are dealt out, so nobody is on both sides."""
    order = np.random.default_rng(seed).permutation(np.unique(people))
    return [np.isin(people, order[k::count]) for k in range(count)]
