"""facenet-pytorch as an oracle, and scenes made of faces; used by the other faces_*.py.

A scene is {width, height, base, amplitude, seed, faces: [{file, width, height, x, y}]}: a background of one
colour with noise, and pictures pasted on it, each scaled by PIL's bilinear filter. The tests compose the same
scenes, so only numbers are kept.
"""

import importlib.util
import pathlib
import sys
import types

import numpy as np
from PIL import Image, ImageOps


def mtcnn_module():
    """facenet_pytorch.models.mtcnn without the package's __init__, which needs a network library."""
    if "facenet_pytorch" not in sys.modules:
        spec = importlib.util.find_spec("facenet_pytorch")
        package = types.ModuleType("facenet_pytorch")
        package.__path__ = [str(pathlib.Path(spec.origin).parent)]
        sys.modules["facenet_pytorch"] = package
    return importlib.import_module("facenet_pytorch.models.mtcnn")


def detector(min_face_size=20):
    return mtcnn_module().MTCNN(keep_all=True, min_face_size=min_face_size)


def opened(path):
    return ImageOps.exif_transpose(Image.open(path)).convert("RGB")


def faces(mtcnn, image):
    """[[x1, y1, x2, y2, score, x, y, x, y, ...], ...], the largest box first."""
    try:
        boxes, scores, points = mtcnn.detect(image, landmarks=True)
    except (RuntimeError, IndexError):  # what it does with a picture that is too small, or an empty stage
        return []
    if boxes is None:
        return []
    rows = [[*box, score, *np.ravel(five)] for box, score, five in zip(boxes, scores, points)]
    return [[round(float(value), 3) for value in row] for row in rows]


def noise(width, height, seed):
    """Bytes by a hash of their index, as height x width x 3."""
    h = np.arange(width * height * 3, dtype=np.uint32) * np.uint32(2654435761) + np.uint32(seed * 40503)
    h ^= h >> np.uint32(15)
    h *= np.uint32(2246822519)
    h ^= h >> np.uint32(13)
    return (h & np.uint32(255)).astype(np.int32).reshape(height, width, 3)


def composed(scene, root):
    """The scene as a PIL image; files are named from `root`."""
    grain = (noise(scene["width"], scene["height"], scene["seed"]) - 128) * scene["amplitude"] >> 7
    image = Image.fromarray(np.clip(np.array(scene["base"]) + grain, 0, 255).astype(np.uint8))
    for face in scene["faces"]:
        part = opened(pathlib.Path(root) / face["file"])
        image.paste(part.resize((face["width"], face["height"]), Image.BILINEAR), (face["x"], face["y"]))
    return image


def scene(rng, files, root, width, height, count, seed):
    """A scene with `count` of the files, 30 to 400 px high, that do not overlap."""
    faces, taken = [], []
    for _ in range(200):
        if len(faces) == count:
            break
        file = files[rng.integers(len(files))]
        w, h = opened(pathlib.Path(root) / file).size
        side = int(np.exp(rng.uniform(np.log(30), np.log(min(400, height)))))
        w, h = max(1, w * side // h), side
        if w >= width:
            continue
        x, y = int(rng.integers(0, width - w)), int(rng.integers(0, height - h + 1))
        if any(x < X + W and X < x + w and y < Y + H and Y < y + h for X, Y, W, H in taken):
            continue
        taken.append((x, y, w, h))
        faces.append({"file": file, "width": w, "height": h, "x": x, "y": y})
    base = [int(v) for v in rng.integers(0, 256, 3)]
    amplitude = int(rng.choice([0, 20, 100]))
    return {"width": width, "height": height, "base": base, "amplitude": amplitude, "seed": seed, "faces": faces}
