"""Backgrounds: invented rooms, streets and lights, drawn without any knowledge of the label."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from . import film
from .noise import cloud

KINDS = ("wall", "room", "shelves", "window", "street", "lights", "leaves")


def _colour(rng: np.random.Generator, dark: float = 0.02, bright: float = 0.7) -> np.ndarray:
    level = np.exp(rng.uniform(np.log(dark), np.log(bright)))
    return level * (0.4 + 0.6 * rng.dirichlet([2.0] * 3) * 3)


def _gradient(size, top, bottom, rng) -> np.ndarray:
    width, height = size
    y, x = np.mgrid[0:1:height * 1j, 0:1:width * 1j]
    t = np.clip(y + rng.normal(0, 0.5) * (x - 0.5), 0, 1)[..., None]
    return top * (1 - t) + bottom * t


def _ink(colour: np.ndarray) -> tuple[int, ...]:
    return tuple(int(v) for v in np.clip(255 * np.sqrt(np.clip(colour, 0, 1)), 0, 255))


def _draw(picture: np.ndarray, shapes) -> np.ndarray:
    """Draws shapes in a square-root encoding, so that eight bits are enough in the dark."""
    image = Image.fromarray((255 * np.sqrt(np.clip(picture, 0, 1))).astype(np.uint8))
    shapes(ImageDraw.Draw(image))
    return (np.asarray(image, dtype=np.float64) / 255) ** 2


def _room(picture, size, rng):
    """A wall meeting a floor, with frames, a door and a lamp."""
    width, height = size

    def shapes(pen):
        floor = int(height * rng.uniform(0.6, 0.95))
        pen.rectangle((0, floor, width, height), fill=_ink(_colour(rng)))
        for _ in range(rng.integers(1, 6)):
            x, y = rng.uniform(-0.1, 1) * width, rng.uniform(0, 0.5) * height
            w, h = rng.uniform(0.06, 0.3) * width, rng.uniform(0.1, 0.5) * height
            inside, frame = _ink(_colour(rng)), _ink(_colour(rng))
            pen.rectangle((x, y, x + w, y + h), fill=inside, outline=frame, width=5)
        x, y, r = rng.uniform(0, width), rng.uniform(0, 0.5) * height, rng.uniform(8, 40)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=_ink(_colour(rng, 0.3, 1.0)))

    return _draw(picture, shapes)


def _shelves(picture, size, rng):
    """Rows of books and boxes."""
    width, height = size

    def shapes(pen):
        pitch = rng.uniform(0.18, 0.35) * height
        top = -rng.uniform(0, pitch)
        while top < height:
            x = -rng.uniform(0, 20)
            while x < width:
                w, h = rng.uniform(5, 26), pitch * rng.uniform(0.45, 0.88)
                if rng.random() < 0.85:
                    pen.rectangle((x, top + pitch - h, x + w, top + pitch), fill=_ink(_colour(rng)))
                x += w + 1
            board = _ink(_colour(rng, 0.05, 0.2))
            pen.rectangle((0, top + pitch, width, top + pitch + 6), fill=board)
            top += pitch

    return _draw(picture, shapes)


def _window(picture, size, rng):
    """Bright panes and curtains."""
    width, height = size

    def shapes(pen):
        x0, y0 = rng.uniform(-0.2, 0.6) * width, rng.uniform(-0.2, 0.2) * height
        w, h = rng.uniform(0.25, 0.7) * width, rng.uniform(0.5, 0.9) * height
        columns, rows = rng.integers(1, 4), rng.integers(1, 4)
        light = _colour(rng, 0.5, 1.0)
        for c in range(columns):
            for r in range(rows):
                x, y = x0 + c * w / columns, y0 + r * h / rows
                pen.rectangle((x, y, x + w / columns - 9, y + h / rows - 9), fill=_ink(light))
        for x in np.arange(x0 - 60, x0, 12):
            pen.rectangle((x, 0, x + 6, height), fill=_ink(_colour(rng)))

    return _draw(picture, shapes)


def _street(picture, size, rng):
    """Fronts of houses with rows of windows."""
    width, height = size

    def shapes(pen):
        x = -20.0
        while x < width:
            w, top = rng.uniform(40, 170), rng.uniform(-0.1, 0.5) * height
            pen.rectangle((x, top, x + w, height), fill=_ink(_colour(rng)))
            glass, pitch = _ink(_colour(rng)), rng.uniform(16, 36)
            for wx in np.arange(x + 6, x + w - pitch * 0.6, pitch):
                for wy in np.arange(top + 8, height * 0.85, pitch * 1.3):
                    pen.rectangle((wx, wy, wx + pitch * 0.55, wy + pitch * 0.8), fill=glass)
            x += w

    return _draw(picture, shapes)


def _lights(picture, size, rng):
    """Lamps out of focus at night."""
    width, height = size
    picture = picture * 0.25
    y, x = np.mgrid[0:height, 0:width]
    for _ in range(rng.integers(8, 40)):
        cx, cy, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(3, 22)
        disc = np.clip(r - np.hypot(x - cx, y - cy), 0, 1)[..., None]
        picture = picture + disc * _colour(rng, 0.08, 1.0) * rng.uniform(0.3, 1)
    return picture


def _leaves(picture, size, rng):
    """Foliage, or a mottled wall."""
    width, height = size
    seed, scale = int(rng.integers(1 << 20)), rng.uniform(0.01, 0.05)
    field = np.array([[cloud(x * scale, y * scale, 0.0, 5, seed) for x in range(0, width, 4)]
                      for y in range(0, height, 4)])
    image = Image.fromarray(field.astype(np.float32)).resize((width, height), Image.BILINEAR)
    share = np.clip((np.asarray(image) - 0.35) * 3.5, 0, 1)[..., None]
    return picture * (1 - share) + _colour(rng, 0.05, 0.6) * share


def make(size: tuple[int, int], rng: np.random.Generator, level: float) -> np.ndarray:
    """A background in linear light (H, W, 3), about as bright as `level` allows."""
    kind = KINDS[rng.integers(len(KINDS))]
    picture = _gradient(size, _colour(rng), _colour(rng), rng)
    shapes = {"room": _room, "shelves": _shelves, "window": _window, "street": _street,
              "lights": _lights, "leaves": _leaves}
    if kind in shapes:
        picture = shapes[kind](picture, size, rng)
    return film.blur(picture, np.exp(rng.uniform(np.log(0.8), np.log(9)))) * level
