#!/usr/bin/env python3
"""Measures how hard the scenes are: what a detector finds, a line separates, a network learns.

    python Tools/scenes/measure.py --data Data/scenes \\
        --weights ../shared/weights/resnet18-tinyimagenet200.pth
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent))

from measuring import classifiers, pictures  # noqa: E402

STEPS = ("faces", "linear", "crops", "scenes")


def arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.json")
    parser.add_argument("--weights", type=Path, help="ResNet-18 state dict to start from")
    parser.add_argument("--steps", nargs="*", default=STEPS, choices=STEPS)
    parser.add_argument("--drawn", action="store_true",
                        help="crop where the manifest says the face is: no detector, for tuning")
    parser.add_argument("--folds", type=int, default=5, help="parts that people are dealt into")
    parser.add_argument("--runs", type=int, default=5, help="how many of them are held out in turn")
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--size", type=int, default=64, help="pixels a side for ResNet-18")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=0.001)
    parser.add_argument("--threads", type=int, default=1, help="default 1")
    return parser.parse_args()


def tuned(name: str, data: pictures.Pictures, options: argparse.Namespace) -> None:
    """Fine-tunes ResNet-18 on each fold in turn and prints what it reaches."""
    last, table = [], np.zeros((7, 7), int)
    for k, test in enumerate(pictures.folds(data.people, options.folds, 1)[: options.runs]):
        start = time.time()
        accuracy, guess = classifiers.fine_tune(data, test, options.weights, options.epochs, k,
                                                options.batch, options.rate)
        np.add.at(table, (data.labels[test], guess), 1)
        last.append(accuracy[-1])
        print(f"  fold {k}: {' '.join(f'{100 * a:.0f}' for a in accuracy)} "
              f"({test.sum()} held out, {time.time() - start:.0f} s)", flush=True)
    spread = np.std(last, ddof=1) * 100 if len(last) > 1 else float("nan")
    print(f"ResNet-18, {name}, after the last epoch: {100 * np.mean(last):.1f}% "
          f"(sd {spread:.1f}, n = {len(last)})")
    print("  rows: truth; columns: prediction\n" + str(table), flush=True)


def main() -> None:
    """Runs the steps asked for and prints their figures."""
    options = arguments()
    torch.set_num_threads(options.threads)
    found = None
    if options.drawn:
        found = pictures.drawn_faces(options.data)
    elif {"faces", "crops", "linear"} & set(options.steps):
        found = pictures.find_faces(options.data)
        print(f"MTCNN finds the face in {100 * found.share:.1f}% of {len(found.right)} scenes",
              flush=True)
    if "linear" in options.steps:
        for name, boxes in (("crops", found), ("scenes", None)):
            accuracy = classifiers.linear(pictures.load(options.data, 32, boxes))
            print(f"linear on raw pixels, {name}: best {100 * max(accuracy.values()):.1f}% of", {
                c: round(100 * a, 1) for c, a in accuracy.items()}, flush=True)
    if "crops" in options.steps:
        tuned("face crops", pictures.load(options.data, options.size, found), options)
    if "scenes" in options.steps:
        tuned("whole scenes", pictures.load(options.data, options.size, None), options)


if __name__ == "__main__":
    main()
