"""Perceptual hashes of synthetic pictures, by SciPy's DCT.

Run from the checkout: python Tests/Fixtures/make/images_prints.py
Writes Tests/Fixtures/images_prints/index.json: for some PNG fixtures the grey 32 x 32 picture (PIL, rows resized
before columns), the 8 x 8 lowest DCT-II coefficients, the 64-bit hash of the picture and of its mirror image, and
the centred and normalised 16 x 16 thumbnail.
"""

import json
import pathlib

import numpy as np
from PIL import Image
from scipy.fft import dctn

HERE = pathlib.Path(__file__).parent.parent
FILES = ["images_codecs/rgb.png", "images_codecs/palette.png", "images_resize/source.png"]


def small_grey(image):
    rows = image.resize((32, image.height), Image.Resampling.BILINEAR)
    return np.asarray(rows.resize((32, 32), Image.Resampling.BILINEAR).convert("L"))


def phash(grey):
    low = dctn(grey.astype(np.float64), norm="ortho")[:8, :8].ravel()
    bits = low > np.median(low[1:])
    return low, hex(sum(1 << i for i, bit in enumerate(bits) if bit))


def main():
    index = []
    for name in FILES:
        grey = small_grey(Image.open(HERE / name).convert("RGB"))
        low, code = phash(grey)
        thumbnail = grey.astype(np.float64).reshape(16, 2, 16, 2).mean((1, 3)).ravel()
        thumbnail -= thumbnail.mean()
        index.append({
            "file": name,
            "grey": grey.ravel().tolist(),
            "frequencies": [round(float(v), 4) for v in low],
            "hash": code,
            "mirrored": phash(grey[:, ::-1])[1],
            "thumbnail": [round(float(v), 6) for v in thumbnail / np.linalg.norm(thumbnail)],
        })
    out = HERE / "images_prints"
    out.mkdir(exist_ok=True)
    (out / "index.json").write_text(json.dumps(index) + "\n")


if __name__ == "__main__":
    main()
