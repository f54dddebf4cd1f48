#!/usr/bin/env python3
"""Makes source pictures for pretraining: small crops of faces that move freely, in shards.

    python Tools/scenes/crops.py --out /work/source --count 20000 --jobs 2

Each shard is a safetensors file of some pictures and what is known of each: no expression label.
The same seed gives the same pictures; a shard that is there is not made again, so a run that was
ended goes on where it stopped. With --sheet FILE a contact sheet of the first shard is made.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("NUMBA_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np  # noqa: E402
from PIL import Image, ImageDraw  # noqa: E402

from facescenes import faces, landmarks, shards  # noqa: E402

SEED = 20201201  # another than the scenes', so nobody is in both
EACH = 10  # pictures a person, on the average
SIZE = 250  # pictures a shard


def make_shard(job: tuple[Path, int, int]) -> Path:
    """Renders and writes one shard."""
    path, first, seed = job
    crops = [faces.render(k, k // EACH, seed) for k in range(first, first + SIZE)]
    tensors = {name: np.stack([crop.labels[name] for crop in crops]) for name in crops[0].labels}
    tensors["pictures"] = np.stack([crop.pixels for crop in crops])
    shards.write(path, tensors, {"seed": str(seed), "first": str(first)})
    return path


def sheet(path: Path, out: Path, columns: int = 14, rows: int = 8, scale: int = 2) -> None:
    """Draws pictures of a shard with their landmarks."""
    tensors, side = shards.read(path), faces.SIDE * scale
    picture = Image.new("RGB", (columns * side, rows * side))
    pen = ImageDraw.Draw(picture)
    for k in range(min(columns * rows, SIZE)):
        x, y = k % columns * side, k // columns * side
        tile = Image.fromarray(tensors["pictures"][k]).resize((side, side), Image.BICUBIC)
        picture.paste(tile, (x, y))
        for u, v in tensors["points"][k] * side if k % 2 else ():
            pen.point((x + u, y + v), fill=(0, 255, 0))
    picture.save(out, quality=90)


def arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--count", type=int, default=20000, help=f"rounded up to {SIZE}s")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default {SEED}")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    parser.add_argument("--sheet", type=Path, help="also draw a contact sheet of the first shard")
    return parser.parse_args()


def main() -> None:
    """Makes the shards that are missing."""
    options, start = arguments(), time.time()
    options.out.mkdir(parents=True, exist_ok=True)
    named = [(options.out / f"faces-{k // SIZE:04d}.safetensors", k, options.seed)
             for k in range(0, options.count, SIZE)]
    shards.write_json(options.out / "faces.json", {
        "seed": options.seed, "side": faces.SIDE, "shards": [job[0].name for job in named],
        "mirror": landmarks.load().mirror.tolist(), "pictures": SIZE, "people_each": EACH})
    missing = [job for job in named if not job[0].exists()]
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        for done, path in enumerate(pool.imap(make_shard, missing), 1):
            print(f"{path.name}: {done} of {len(missing)}, {time.time() - start:.0f} s", flush=True)
    if options.sheet:
        sheet(named[0][0], options.sheet)


if __name__ == "__main__":
    main()
