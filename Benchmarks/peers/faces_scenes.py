"""Writes larger pictures with several faces, made of the photographs of a folder, for `faces_facenet.py`.

python Benchmarks/peers/faces_scenes.py FOLDER OUT [--count 40]
Scenes of 640 x 480, 1280 x 960 and 1920 x 1080 with up to eight faces on plain or noisy grounds, as JPEG files; the
same ones each time.
"""

import argparse
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "Tests/Fixtures/make"))
from faces_oracle import composed, scene  # noqa: E402

SIZES = [(640, 480), (1280, 960), (1920, 1080)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=40)
    options = parser.parse_args()
    files = sorted(str(path.relative_to(options.folder)) for path in options.folder.glob("*/*"))
    if not files:
        sys.exit(f"{options.folder}: no pictures in class folders")
    options.out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    for index in range(options.count):
        width, height = SIZES[index % 3]
        made = scene(rng, files, options.folder, width, height, 8, index)
        composed(made, options.folder).save(options.out / f"{index:03}.jpg", quality=92)


if __name__ == "__main__":
    main()
