"""Writes ../features_descriptors.json: LPQ codes and PHOG vectors by NumPy, SciPy and scikit-image.

Run: python features_descriptors.py   (numpy, scipy, scikit-image)
"""

import json
import pathlib

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage
from skimage.feature import canny


def pictures():
    """Grey pictures of several kinds: white noise, texture, and shapes on a ramp."""
    random = np.random.default_rng(20240607)
    yield "noise", random.integers(0, 256, (29, 37))
    texture = ndimage.gaussian_filter(random.normal(size=(48, 64)), 1.5)
    texture += 0.3 * random.normal(size=texture.shape)
    yield "texture", np.interp(texture, (texture.min(), texture.max()), (0, 255)).astype(int)
    y, x = np.mgrid[0:61, 0:53]
    shapes = 40 + 1.3 * x + 0.7 * y + 6 * random.normal(size=x.shape)
    shapes[(x - 20) ** 2 / 90 + (y - 25) ** 2 / 200 < 1] += 90
    shapes[(x + 2 * y > 100) & (x < 45)] -= 35
    yield "shapes", np.clip(shapes, 0, 255).astype(int)


def whitening(size, rho):
    """V' of D = W C W' = V S V', densely; rows interleave real and imaginary parts."""
    half = size // 2
    y, x = np.mgrid[-half:half + 1, -half:half + 1]
    places = np.stack([x.ravel(), y.ravel()], 1).astype(float)
    distance = np.linalg.norm(places[:, None] - places[None], axis=2)
    waves = np.exp(-2j * np.pi * places @ frequencies(size).T).T
    rows = np.stack([part for wave in waves for part in (wave.real, wave.imag)])
    scale = np.diag(1 + 1e-6 * np.arange(7, -1, -1))
    values, vectors = np.linalg.eigh(scale @ rows @ rho ** distance @ rows.T @ scale)
    vectors = vectors[:, np.argsort(-values)].T
    for vector in vectors:
        size_ = np.abs(vector)
        if vector[np.argmax(size_ >= size_.max() / 2)] < 0:
            vector *= -1
    return vectors


def frequencies(size):
    return np.array([(1, 0), (0, 1), (1, 1), (1, -1)]) / size


def lpq(picture, size, rho):
    """Codes, and the places where a response is so near 0 that rounding may turn its sign."""
    half = size // 2
    y, x = np.mgrid[-half:half + 1, -half:half + 1]
    windows = sliding_window_view(picture.astype(float), (size, size))
    # f(x - y): the window's pixel at offset -y.
    flipped = windows[..., ::-1, ::-1]
    parts = []
    for u in frequencies(size):
        response = (flipped * np.exp(-2j * np.pi * (u[0] * x + u[1] * y))).sum((2, 3))
        parts += [response.real, response.imag]
    parts = np.stack(parts, -1)
    if rho is not None:
        parts = parts @ whitening(size, rho).T
    codes = ((parts >= 0) << np.arange(8)).sum(-1)
    doubtful = (np.abs(parts) < 1e-6 * np.abs(parts).max()).any(-1)
    return codes, np.flatnonzero(doubtful)


def sobel(picture):
    return [ndimage.sobel(picture.astype(float), axis) for axis in (1, 0)]


def smooth_sobel(picture, sigma):
    """The gradient scikit-image's canny uses: zero padding, renormalised."""
    keep = dict(mode="constant", cval=0.0, truncate=4.0)
    smooth = ndimage.gaussian_filter(picture.astype(float), sigma, **keep)
    return sobel(smooth / ndimage.gaussian_filter(np.ones(picture.shape), sigma, **keep))


def thresholds(picture, sigma, below=0.7, ratio=0.4):
    magnitude = np.hypot(*smooth_sobel(picture, sigma))
    levels = np.arange(1, 1025) / 1024 * magnitude.max()
    high = next(level for level in levels if (magnitude < level).sum() > below * magnitude.size)
    return ratio * high, high


def edges(picture, sigma, low, high):
    return canny(picture.astype(float), sigma, low, high, mode="constant")


def phog(picture, marks, levels, bins, degrees):
    gx, gy = sobel(picture)
    magnitude = np.hypot(gx, gy)
    angle = np.mod(np.arctan2(gy, gx) + 1e-9, np.deg2rad(degrees))
    which = np.minimum((angle * bins / np.deg2rad(degrees)).astype(int), bins - 1)
    height, width = picture.shape
    parts = []
    for level in range(levels + 1):
        side = 2 ** level
        row = np.arange(height) * side // height
        column = np.arange(width) * side // width
        for y in range(side):
            for x in range(side):
                cell = np.ix_(row == y, column == x)
                weights = (magnitude * marks)[cell]
                parts.append(np.bincount(which[cell].ravel(), weights.ravel(), bins))
    vector = np.concatenate(parts)
    return vector / vector.sum()


def case(name, picture):
    height, width = picture.shape
    entry = {"name": name, "width": width, "height": height, "lpq": [], "phog": []}
    entry["pixels"] = bytes(picture.ravel().tolist()).hex()
    for size, rho in ((7, 0.9), (7, None), (3, 0.9), (9, 0.95), (5, None)):
        codes, doubtful = lpq(picture, size, rho)
        entry["lpq"].append({
            "size": size, "rho": rho, "doubtful": doubtful.tolist(),
            "codes": bytes(codes.ravel().tolist()).hex()})
    for sigma, levels, bins, degrees in (
            (2 ** 0.5, 3, 8, 360), (2 ** 0.5, 2, 20, 180), (1.0, 0, 40, 360), (2.3, 1, 9, 180)):
        low, high = thresholds(picture, sigma)
        marks = edges(picture, sigma, low, high)
        entry["phog"].append({
            "sigma": sigma, "levels": levels, "bins": bins, "degrees": degrees, "low": low,
            "high": high, "edges": "".join("01"[bit] for bit in marks.ravel().astype(int)),
            "vector": phog(picture, marks, levels, bins, degrees).round(10).tolist(),
            "all": phog(picture, np.ones(picture.shape), levels, bins, degrees).round(10).tolist()})
    return entry


cases = [case(name, picture) for name, picture in pictures()]
target = pathlib.Path(__file__).parent.parent / "features_descriptors.json"
target.write_text(json.dumps(cases) + "\n")
