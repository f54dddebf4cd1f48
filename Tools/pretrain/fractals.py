#!/usr/bin/env python3
"""Draws formula-driven pictures (Kataoka et al. 2020, Pre-training without natural images): class folders of
fractals, each class an iterated function system, each picture the system with its numbers a little changed.

Tools/pretrain/fractals.py OUT [--classes 100] [--pictures 60] [--size 64] [--seed 1]      (numpy and Pillow)

What came of training on them stands in Data/weights/README.md.
"""

import argparse
import pathlib

import numpy as np
from PIL import Image

POINTS = 8000


def system(random):
    """Affine maps [n, 2, 3] with numbers from -1 to 1, and how often each is taken (by its determinant)."""
    maps = random.uniform(-1, 1, (random.integers(2, 9), 2, 3))
    area = np.abs(maps[:, 0, 0] * maps[:, 1, 1] - maps[:, 0, 1] * maps[:, 1, 0]) + 1e-3
    return maps, area / area.sum()


def points(maps, often, random):
    """Where the point is after each step of the chaos game; None where it runs away."""
    chosen = random.choice(len(maps), POINTS, p=often)
    path, place = np.empty((POINTS, 2)), np.zeros(2)
    for step, which in enumerate(chosen):
        place = maps[which, :, :2] @ place + maps[which, :, 2]
        if not np.all(np.abs(place) < 1e4):
            return None
        path[step] = place
    return path[100:]


def picture(path, size, random):
    """The points as grey on black; None where they fill less than a twentieth of the picture."""
    low, high = path.min(axis=0), path.max(axis=0)
    if np.any(high - low < 1e-6):
        return None
    at = ((path - low) / (high - low) * (size - 1)).astype(int)
    grey = np.zeros((size, size))
    np.add.at(grey, (at[:, 1], at[:, 0]), 1)
    if np.count_nonzero(grey) < size * size / 20:
        return None
    grey = np.minimum(1, grey / np.quantile(grey[grey > 0], 0.9))
    if random.random() < 0.5:
        grey = grey[:, ::-1]
    colour = random.uniform(0.3, 1, 3)
    return Image.fromarray((255 * grey[..., None] * colour).astype(np.uint8))


def main():
    parser = argparse.ArgumentParser(description="Draws class folders of fractals.")
    parser.add_argument("out", type=pathlib.Path)
    for name, value in [("classes", 100), ("pictures", 60), ("size", 64), ("seed", 1)]:
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    done = 0
    while done < options.classes:
        maps, often = system(random)
        path = points(maps, often, random)
        if path is None or picture(path, options.size, random) is None:
            continue
        folder = options.out / f"system-{done:04d}"
        folder.mkdir(parents=True, exist_ok=True)
        drawn = 0
        for _ in range(4 * options.pictures):
            path = points(maps * random.uniform(0.9, 1.1, maps.shape), often, random)
            found = None if path is None else picture(path, options.size, random)
            if found is not None:
                found.save(folder / f"{drawn:03d}.png")
                drawn += 1
            if drawn == options.pictures:
                break
        done += drawn == options.pictures
        if drawn < options.pictures:
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()


if __name__ == "__main__":
    main()
