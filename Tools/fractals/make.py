#!/usr/bin/env python3
"""Makes pictures by formula, in class folders: fractals, after Kataoka et al. (2020), FractalDB.

    python Tools/fractals/make.py --out /work/fractals --classes 500 --each 60 --jobs 2

A class is an iterated function system: two to eight affine maps drawn at random, each chosen with a
probability proportional to its determinant's size, kept where the points that it reaches fill enough of
the picture (their section 3). Pictures of a class differ by one coefficient, of all maps, times 0.8 to
1.2, by mirroring, and by what is drawn at a point: a 3x3 patch. Unlike theirs, the light points and the
dark ground have colours, so that the network's first filters see some. (With every map's points in another
colour nothing was learnt in five epochs.) The same seed gives the same pictures; a class that is there is
not made again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import time
from pathlib import Path

import numpy as np
from PIL import Image

SEED = 20201202
CHAINS, STEPS, SKIPPED = 256, 60, 10  # points followed side by side; steps of each; steps not drawn
LEAST_FILLED = 0.2  # share of the pixels that a class must reach


def maps(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draws affine maps [n, 2, 3] and their probabilities [n]."""
    affine = random.uniform(-1, 1, (random.integers(2, 9), 2, 3))
    size = np.abs(np.linalg.det(affine[:, :, :2])) + 1e-9
    return affine, size / size.sum()


def points(affine: np.ndarray, chances: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Follows points through maps drawn at random: where they come [n, 2]."""
    at, seen = np.zeros((CHAINS, 2)), []
    for step in range(STEPS):
        chosen = random.choice(len(affine), CHAINS, p=chances)
        now = affine[chosen]
        with np.errstate(over="ignore", invalid="ignore"):
            at = np.einsum("nij,nj->ni", now[:, :, :2], at) + now[:, :, 2]
        if step >= SKIPPED:
            seen.append(at)
    return np.concatenate(seen)


def pixels(at: np.ndarray, side: int) -> np.ndarray | None:
    """Pixel of each point [n, 2] with the whole fractal in the picture; None where it runs away."""
    if not np.isfinite(at).all() or np.abs(at).max() > 1e6:
        return None
    low, high = at.min(axis=0), at.max(axis=0)
    if (high - low).min() < 1e-6:
        return None
    return ((at - low) / (high - low) * (side - 1)).astype(int)


def filled(place: np.ndarray, side: int) -> float:
    """Share of the pixels that some point is on."""
    return len(np.unique(place[:, 0] * side + place[:, 1])) / side**2


def family(number: int, seed: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    """The maps of a class: the first drawn that stay in bounds and fill enough."""
    random = np.random.default_rng([seed, number])
    while True:
        affine, chances = maps(random)
        place = pixels(points(affine, chances, random), side)
        if place is not None and filled(place, side) >= LEAST_FILLED:
            return affine, chances


def picture(
    affine: np.ndarray, chances: np.ndarray, random: np.random.Generator, side: int
) -> Image.Image | None:
    """One picture of a class; None where the coefficients drawn for it run away."""
    varied = affine * 1.0
    varied[:, random.integers(2), random.integers(3)] *= random.choice([0.8, 0.9, 1.0, 1.1, 1.2])
    place = pixels(points(varied, chances, random), side - 2)
    if place is None:
        return None
    ground, colour = random.uniform(0, 0.4, 3), random.uniform(0.6, 1, 3)
    slope = random.uniform(-0.3, 0.3, (2, 3))
    across = np.linspace(-0.5, 0.5, side)
    drawn = ground + across[:, None, None] * slope[0] + across[None, :, None] * slope[1]
    patch = random.random((3, 3)) < 0.5
    patch[1, 1] = True
    for dy, dx in np.argwhere(patch):
        drawn[place[:, 1] + dy, place[:, 0] + dx] = colour
    drawn = drawn[:: random.choice([-1, 1]), :: random.choice([-1, 1])]
    return Image.fromarray((np.clip(drawn, 0, 1) * 255).astype(np.uint8))


def make_class(job: tuple[int, argparse.Namespace]) -> None:
    """Draws a class aside, then renames its folder."""
    number, options = job
    folder = options.out / f"f{number:04d}"
    aside = options.out.parent / f"{options.out.name}-{folder.name}.partial"
    if folder.exists():
        return
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    system = family(number, options.seed, options.side)
    random = np.random.default_rng([options.seed, number, 1])
    made = 0
    while made < options.each:
        drawn = picture(*system, random, options.side)
        if drawn is not None:
            drawn.save(aside / f"{folder.name}_{made:04d}.png")
            made += 1
    aside.rename(folder)


def arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder to write class folders into")
    parser.add_argument("--classes", type=int, default=500, help="default 500")
    parser.add_argument("--each", type=int, default=60, help="pictures a class (default 60)")
    parser.add_argument("--side", type=int, default=64, help="pixels (default 64)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default {SEED}")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    return parser.parse_args()


def main() -> None:
    """Makes the classes that are missing."""
    options, start = arguments(), time.time()
    options.out.mkdir(parents=True, exist_ok=True)
    jobs = [(number, options) for number in range(options.classes)]
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        for done, _ in enumerate(pool.imap_unordered(make_class, jobs), 1):
            if done % 50 == 0:
                print(f"{done} of {len(jobs)} classes, {time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
