"""What torchvision's transforms make of a synthetic picture.

Run from the checkout: python Tests/Fixtures/make/images_resize.py
Writes Tests/Fixtures/images_resize/: source.png (61 x 43, RGB), one NAME.rgb of raw bytes a transform, its
grey version in grey.raw, and index.json with each transform, the size it gave, and whether PIL resized rows
before columns (as Pillow always did before 13; now it takes the cheaper pass first, which moves roundings).
"""

import json
import pathlib

import numpy as np
from images_codecs import scene
from PIL import Image
from torchvision import transforms

OUT = pathlib.Path(__file__).parent.parent / "images_resize"

STRETCH = [(100, 112), (20, 30), (43, 61), (43, 17), (9, 61), (5, 3), (1, 1), (97, 12), (64, 64), (37, 70)]  # height, width
SHORTER = [(64, 56, 56), (30, 30, 30), (43, 40, 20), (21, 20, 21), (7, 7, 7)]  # side, height, width


def main():
    OUT.mkdir(exist_ok=True)
    source = Image.fromarray(scene(61, 43, 7))
    source.save(OUT / "source.png")
    (OUT / "grey.raw").write_bytes(source.convert("L").tobytes())
    index = []
    for upright in (True, False):
        image = source if upright else source.transpose(Image.Transpose.ROTATE_90)
        for height, width in STRETCH if upright else []:
            out = transforms.Resize((height, width))(image)
            entry = record(f"stretch-{height}-{width}", out, upright, None)
            steps = image.resize((width, image.height), Image.Resampling.BILINEAR)
            steps = steps.resize((width, height), Image.Resampling.BILINEAR)
            index.append(entry | {"rowsFirst": steps.tobytes() == out.tobytes()})
        for side, height, width in SHORTER:
            steps = transforms.Compose([transforms.Resize(side), transforms.CenterCrop((height, width))])
            out = steps(image)
            index.append(record(f"shorter-{side}-{height}-{width}-{int(upright)}", out, upright, side))
    for height, width in [(50, 70), (20, 71), (30, 30)]:
        out = transforms.CenterCrop((height, width))(source)
        index.append(record(f"crop-{height}-{width}", out, True, 0))
    (OUT / "index.json").write_text(json.dumps(index, indent=1) + "\n")


def record(name, image, upright, side):
    (OUT / (name + ".rgb")).write_bytes(image.tobytes())
    return {"name": name, "width": image.width, "height": image.height, "upright": upright, "shorterSide": side}


if __name__ == "__main__":
    main()
