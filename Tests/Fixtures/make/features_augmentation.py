"""Writes ../features_augmentation.json: pictures varied by Albumentations 1.3.1, and Philox words.

Albumentations runs on float pictures, where it rounds nothing to 8 bits; OpenCV still rounds the
source coordinates of its warp to 1/32 pixel, so `exact` has the same formula without that.

Run: python features_augmentation.py   (albumentations==1.3.1, opencv-python-headless<4.10, numpy<2)
"""

import importlib
import json
import math
import pathlib

import albumentations as A
import cv2
import numpy as np
from scipy import ndimage

# Names that the package hides behind functions of the same name.
F, B, G = (importlib.import_module(f"albumentations.augmentations.{room}functional")
           for room in ("", "blur.", "geometric."))
assert A.__version__ == "1.3.1"


def exact_warp(image, angle, scale, dx, dy):
    """Bilinear warp in double precision with the matrix Albumentations gives to OpenCV."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), angle, scale)
    matrix[:, 2] += dx * width, dy * height
    inverse = np.linalg.inv(np.vstack([matrix, (0, 0, 1)]))
    y, x = np.mgrid[0:height, 0:width]
    sx, sy, _ = np.tensordot(inverse, np.stack([x, y, np.ones_like(x)]), 1)
    x0, y0 = np.floor(sx).astype(int), np.floor(sy).astype(int)
    fx, fy = (sx - x0)[..., None], (sy - y0)[..., None]

    def tap(y, x):
        return image.astype(float)[mirror(y, height), mirror(x, width)]

    top = tap(y0, x0) * (1 - fx) + tap(y0, x0 + 1) * fx
    bottom = tap(y0 + 1, x0) * (1 - fx) + tap(y0 + 1, x0 + 1) * fx
    return top * (1 - fy) + bottom * fy


def mirror(index, count):
    if count == 1:
        return np.zeros_like(index)
    index = np.mod(index, 2 * count - 2)
    return np.where(index < count, index, 2 * count - 2 - index)


def vary(image, v, exact):
    """The transforms in Albumentations' words; `image` is 0...1 floats."""
    if v["flips"]:
        image = G.hflip_cv2(image)
    if v["warps"]:
        numbers = v["degrees"], v["scale"], v["shift"][0], v["shift"][1]
        warp = exact_warp if exact else G.shift_scale_rotate
        image = warp(image, *numbers)
    if v["blur"] > 1:
        image = B.blur(image, v["blur"])
    image = F.brightness_contrast_adjust(
        image.astype(np.float32), v["contrast"], v["brightness"], True)
    return np.clip(image, 0, 1)


def variations(random):
    none = dict(flips=False, warps=False, degrees=0.0, scale=1.0, shift=[0.0, 0.0], blur=1,
                contrast=1.0, brightness=0.0)
    yield none
    yield none | dict(flips=True)
    yield none | dict(blur=3, flips=True)
    yield none | dict(contrast=1.2, brightness=0.2)
    yield none | dict(contrast=0.8, brightness=-0.2)
    yield none | dict(warps=True, degrees=45.0)
    yield none | dict(warps=True, shift=[0.0625, -0.0625])
    yield none | dict(warps=True, scale=0.9)
    for index in range(8):
        yield dict(
            flips=bool(index % 2), warps=True, degrees=random.uniform(-45, 45),
            scale=random.uniform(0.9, 1.1), shift=random.uniform(-0.0625, 0.0625, 2).tolist(),
            blur=[1, 3, 5, 7][index // 2], contrast=random.uniform(0.8, 1.2),
            brightness=random.uniform(-0.2, 0.2))


random = np.random.default_rng(11)
cases = []
for height, width in ((15, 21), (14, 7), (5, 12), (2, 3), (1, 1)):
    smooth = ndimage.gaussian_filter(random.normal(size=(height, width, 3)), (2, 2, 0))
    spread = max(np.ptp(smooth), 1e-9)
    picture = ((smooth - smooth.min()) / spread * 255).round().astype(np.uint8)
    for variation in variations(random):
        image = picture.astype(np.float32) / 255
        entry = {"width": width, "height": height, "pixels": picture.tobytes().hex()}
        entry["variation"] = {key: value for key, value in variation.items() if key != "warps"}
        entry["exact"] = (255.0 * vary(image, variation, True)).ravel().astype(float).round(3).tolist()
        entry["opencv"] = (255.0 * vary(image, variation, False)).ravel().astype(float).round(2).tolist()
        cases.append(entry)

# What Albumentations' own defaults are, read from the installed classes.
flip, move = A.HorizontalFlip(), A.ShiftScaleRotate()
blur, tone = A.Blur(), A.RandomBrightnessContrast()
defaults = {
    "flipProbability": flip.p, "shiftScaleRotateProbability": move.p,
    "shiftLimit": move.shift_limit_x[1], "scaleLimit": move.scale_limit[1] - 1,
    "rotateLimit": move.rotate_limit[1], "blurProbability": blur.p,
    "blurLimit": list(blur.blur_limit), "brightnessContrastProbability": tone.p,
    "brightnessLimit": tone.brightness_limit[1], "contrastLimit": tone.contrast_limit[1]}
assert move.border_mode == cv2.BORDER_REFLECT_101 and move.interpolation == cv2.INTER_LINEAR
assert tone.brightness_by_max and not math.isnan(defaults["scaleLimit"])

# NumPy's Philox steps its counter before each block.
words = []
for key, counter in (((0, 0), (1, 0, 0, 0)), ((2**64 - 1, 5), (7, 2**63, 3, 2**64 - 1)),
                     ((12345, 0x6175676D656E74), (9, 621, 2, 24))):
    before = np.array([counter[0] - 1, *counter[1:]], np.uint64)
    bits = np.random.Philox(key=np.array(key, np.uint64), counter=before)
    words.append({"key": [str(k) for k in key], "counter": [str(c) for c in counter],
                  "block": [str(w) for w in bits.random_raw(4)]})

target = pathlib.Path(__file__).parent.parent / "features_augmentation.json"
target.write_text(json.dumps({"cases": cases, "defaults": defaults, "philox": words}) + "\n")
