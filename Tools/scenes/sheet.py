#!/usr/bin/env python3
"""Puts some of the scenes on one sheet, a row for each class.

    python Tools/scenes/sheet.py --data Data/scenes --out Tools/scenes/sheet.jpg
    python Tools/scenes/sheet.py --data Data/scenes --out /tmp/faces.jpg --faces  # faces only
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from PIL import Image


def arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--columns", type=int, default=8)
    parser.add_argument("--first", type=int, default=0, help="first picture of each class to show")
    parser.add_argument("--faces", action="store_true", help="cut to the faces")
    return parser.parse_args()


def tile(folder: Path, line: dict, faces: bool) -> Image.Image:
    """One picture at the sheet's size."""
    picture = Image.open(folder / line["file"]).convert("RGB")
    if not faces:
        return picture.resize((200, 160), Image.LANCZOS)
    (x, y), half = line["face_middle"], 0.8 * line["face_pixels"]
    box = tuple(round(v) for v in (x - half, y - half, x + half, y + half))
    return picture.crop(box).resize((160, 160), Image.LANCZOS)


def main() -> None:
    """Draws the sheet."""
    options = arguments()
    pictures = json.loads((options.data / "manifest.json").read_text())["pictures"]
    rows = []
    for label in sorted({line["label"] for line in pictures}):
        shown = sorted((p for p in pictures if p["label"] == label), key=lambda p: p["shot"])
        shown = shown[options.first : options.first + options.columns]
        rows.append([tile(options.data, line, options.faces) for line in shown])
    wide, high = rows[0][0].size
    sheet = Image.new("RGB", (wide * options.columns, high * len(rows)))
    for r, row in enumerate(rows):
        for c, picture in enumerate(row):
            sheet.paste(picture, (c * wide, r * high))
    sheet.save(options.out, quality=82)


if __name__ == "__main__":
    main()
