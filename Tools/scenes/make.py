#!/usr/bin/env python3
"""Makes the set of scenes from a seed: JPEGs in class folders, and manifest.json beside them.

    python Tools/scenes/make.py --out Data/scenes            # the whole set, 4 CPU minutes
    python Tools/scenes/make.py --out /tmp/few --shots 3 17  # a few of its pictures, the same bytes
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("NUMBA_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

from facescenes import manifest, plan, scene  # noqa: E402
from facescenes.expressions import Difficulty  # noqa: E402

SEED = 20151109


def write_aside(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(path.suffix + ".partial")
    partial.write_bytes(data)
    partial.replace(path)


def make_one(job: tuple[scene.Shot, int, Path]) -> dict:
    """Renders and writes one shot; returns its line of the manifest."""
    shot, seed, out = job
    data, facts = scene.render(shot, seed, Difficulty())
    write_aside(out / shot.name, data)
    return facts | {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default {SEED}: the embedded set")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    parser.add_argument("--shots", type=int, nargs="*", help="only these shot numbers, no manifest")
    return parser.parse_args()


def main() -> None:
    """Makes the set, people by people so that each shape is built once."""
    options, start = arguments(), time.time()
    shots = [s for s in plan.shots(options.seed) if not options.shots or s.number in options.shots]
    shots.sort(key=lambda shot: (shot.person, shot.number))
    jobs = [(shot, options.seed, options.out) for shot in shots]
    lines = []
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        for line in pool.imap(make_one, jobs, chunksize=9):
            lines.append(line)
            if len(lines) % 75 == 0:
                print(f"{len(lines)} of {len(jobs)} after {time.time() - start:.0f} s", flush=True)
    if not options.shots:
        write_aside(options.out / "manifest.json", manifest.text(lines, options.seed))
    total = sum(line["bytes"] for line in lines)
    print(f"{len(lines)} scenes, {total / 1e6:.1f} MB, in {options.out}")


if __name__ == "__main__":
    main()
