"""Seconds that facenet-pytorch takes to find the faces of a folder's pictures, reading included.

python Benchmarks/peers/faces_facenet.py FOLDER [--threads 2] [--limit N]
Prints one line of JSON: seconds, pictures, faces, threads. Pictures are those that `winnow measure-faces` takes: all
.jpg, .jpeg and .png below FOLDER by path, every k-th so that at most N are taken. The first five are done once
before, unmeasured.
"""

import argparse
import importlib.util
import json
import pathlib
import sys
import time
import types

import torch
from PIL import Image, ImageOps


def mtcnn():
    """The detector without the package's __init__, which needs a network library."""
    spec = importlib.util.find_spec("facenet_pytorch")
    if spec is None:
        sys.exit("facenet_pytorch is not installed: pip install --no-deps facenet-pytorch==2.6.0")
    package = types.ModuleType("facenet_pytorch")
    package.__path__ = [str(pathlib.Path(spec.origin).parent)]
    sys.modules["facenet_pytorch"] = package
    return importlib.import_module("facenet_pytorch.models.mtcnn").MTCNN(keep_all=True)


def taken(folder, limit):
    endings = {".jpg", ".jpeg", ".png"}
    files = sorted(path for path in pathlib.Path(folder).rglob("*") if path.suffix.lower() in endings)
    step = max(1, -(-len(files) // limit)) if limit else 1
    return files[::step]


def faces(detector, path):
    image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    try:
        boxes, _, _ = detector.detect(image, landmarks=True)
    except (RuntimeError, IndexError):  # too small, or nothing proposed
        return 0
    return 0 if boxes is None else len(boxes)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    detector = mtcnn()
    files = taken(options.folder, options.limit)
    if not files:
        sys.exit(f"{options.folder}: no pictures")
    for path in files[:5]:
        faces(detector, path)
    start = time.perf_counter()
    found = sum(faces(detector, path) for path in files)
    seconds = time.perf_counter() - start
    result = {"seconds": seconds, "pictures": len(files), "faces": found, "threads": options.threads}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
