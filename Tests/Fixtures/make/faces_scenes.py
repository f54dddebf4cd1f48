"""facenet-pytorch's faces in composed scenes, and in the shared photographs.

Run from the checkout: python Tests/Fixtures/make/faces_scenes.py
Needs scikit-image, whose `astronaut` is NASA's public-domain portrait of Eileen Collins.
Writes Tests/Fixtures/faces_scenes/: astronaut.jpg (the portrait), scenes.json (scenes made of it, and their faces)
and, when ../shared/data/expressions-wild is there, wild.json: faces of its pictures and of scenes made of them.
Numbers and file names only. A face is [x1, y1, x2, y2, score, x, y, ...] with five landmarks.
"""

import json
import pathlib

import numpy as np
import skimage.data
from faces_oracle import composed, detector, faces, opened, scene
from PIL import Image

ROOT = pathlib.Path(__file__).parents[3]
OUT = ROOT / "Tests/Fixtures/faces_scenes"
WILD = ROOT.parent / "shared/data/expressions-wild"
SIZES = [(400, 300), (640, 480), (1280, 960)]


def short(rows):
    return [[round(value, 2) for value in row] for row in rows]


def scenes(mtcnn, rng, files, root, sizes, count):
    made = []
    for seed, (width, height) in enumerate(sizes):
        one = scene(rng, files, root, width, height, count, seed)
        made.append({"scene": one, "faces": short(faces(mtcnn, composed(one, root)))})
    return made


def lines(records):
    return "[\n" + ",\n".join(json.dumps(record) for record in records) + "\n]\n"


def main():
    OUT.mkdir(exist_ok=True)
    mtcnn = detector()
    portrait = Image.fromarray(skimage.data.astronaut()).crop((110, 0, 350, 300))
    portrait.save(OUT / "astronaut.jpg", quality=90)
    rng = np.random.default_rng(0)
    made = scenes(mtcnn, rng, ["astronaut.jpg"], OUT, [SIZES[i % 2] for i in range(8)], 5)
    larger = detector(min_face_size=60)
    for record in made:
        record["facesFrom60"] = short(faces(larger, composed(record["scene"], OUT)))
    (OUT / "scenes.json").write_text(lines(made))
    if WILD.is_dir():
        files = sorted(str(path.relative_to(WILD)) for path in WILD.glob("*/*"))
        pictures = [{"file": file, "faces": short(faces(mtcnn, opened(WILD / file)))} for file in files]
        (OUT / "wild.json").write_text(lines(pictures))
        made = scenes(mtcnn, rng, files, WILD, [SIZES[i % 3] for i in range(24)], 8)
        (OUT / "wild_scenes.json").write_text(lines(made))


if __name__ == "__main__":
    main()
