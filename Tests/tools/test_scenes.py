"""The embedded scenes are what Tools/scenes makes: whole, balanced, and the same when made again.

    Tests/tools/run                       # as scripts/test and CI do: nothing may be skipped
    python -m pytest Tests/tools          # or: python Tests/tools/test_scenes.py

The tests of the files need Pillow only; those that render need Tools/scenes/requirements.txt and
are skipped without it, unless `--all` is given. A picture made again with the library versions in the manifest, on a machine
of the same kind, has the same bytes. Elsewhere sine, exponential or JPEG rounding may differ in the
last place, which a threshold (a shadow's edge) can turn into a visible pixel here and there: so
the comparison is of pixels, with the tolerance below.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import re
import sys
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "Data" / "scenes"
sys.path.insert(0, str(ROOT / "Tools" / "scenes"))

HANDFUL = 5
MEAN_DIFFERENCE = 0.5  # grey levels of 255
FAR_PIXELS = 0.01  # share of values that may differ by more than 8 levels
CAN_RENDER = all(importlib.util.find_spec(name) for name in ("anny", "numba"))


def skip_without_renderer() -> None:
    """Skips a test (or returns it undone, without pytest) where the renderer is not installed."""
    if not CAN_RENDER:
        import pytest

        pytest.skip("anny and numba are not installed: Tools/scenes/requirements.txt")


def manifest() -> dict:
    """The set's manifest."""
    return json.loads((DATA / "manifest.json").read_text())


def handful() -> list[dict]:
    """A few pictures spread over the set."""
    pictures = manifest()["pictures"]
    return pictures[:: len(pictures) // HANDFUL][:HANDFUL]


def render(line: dict, seed: int, emotion: str | None = None) -> bytes:
    """Renders one picture of the manifest again."""
    from facescenes import expressions, scene

    shot = scene.Shot(int(line["group"][1:]), line["shot"], emotion or line["label"])
    return scene.render(shot, seed, expressions.Difficulty())[0]


def pixels(data: bytes) -> np.ndarray:
    """Decoded RGB as signed numbers."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=np.int16)


def same_pictures(a: bytes, b: bytes) -> bool:
    """Whether two JPEGs show the same, within the tolerance."""
    difference = np.abs(pixels(a) - pixels(b))
    return difference.mean() <= MEAN_DIFFERENCE and (difference > 8).mean() <= FAR_PIXELS


def test_classes_and_people() -> None:
    listed = manifest()
    expected = {"angry": 100, "disgust": 75, "fear": 100, "happy": 100, "neutral": 100, "sad": 100,
                "surprise": 100}
    assert listed["class_sizes"] == expected and listed["classes"] == sorted(expected)
    shown: dict[str, set[str]] = {}
    for line in listed["pictures"]:
        shown.setdefault(line["group"], set()).add(line["label"])
    assert len(shown) == listed["people"] >= 60
    assert min(len(labels) for labels in shown.values()) >= 2


def test_names_carry_person_and_shot_only() -> None:
    shots = set()
    for line in manifest()["pictures"]:
        match = re.fullmatch(r"([a-z]+)/(p\d{3})_s(\d{4})\.jpg", line["file"])
        assert match, line["file"]
        assert match[1] == line["label"] and match[2] == line["group"]
        assert int(match[3]) == line["shot"]
        shots.add(line["shot"])
    assert shots == set(range(675))


def test_files_are_those_of_the_manifest() -> None:
    listed, total = manifest(), 0
    on_disk = {str(file.relative_to(DATA)) for file in DATA.glob("*/*.jpg")}
    assert on_disk == {line["file"] for line in listed["pictures"]}
    for line in listed["pictures"]:
        data = (DATA / line["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == line["sha256"], line["file"]
        picture = Image.open(io.BytesIO(data))
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (480, 384))
        total += len(data)
    assert total == listed["bytes"] <= 16_000_000


def test_a_handful_comes_out_the_same() -> None:
    skip_without_renderer()
    seed = manifest()["seed"]
    for line in handful():
        stored, made = (DATA / line["file"]).read_bytes(), render(line, seed)
        print(line["file"], "same bytes" if stored == made else "different bytes")
        assert same_pictures(stored, made), line["file"]


def test_rendering_twice_gives_the_same_bytes() -> None:
    skip_without_renderer()
    line = handful()[0]
    assert render(line, 5) == render(line, 5)


def test_the_comparison_sees_another_expression_and_another_seed() -> None:
    skip_without_renderer()
    line, seed = handful()[0], manifest()["seed"]
    stored = (DATA / line["file"]).read_bytes()
    assert not same_pictures(stored, render(line, seed + 1))
    other = "surprise" if line["label"] != "surprise" else "happy"
    changed = pixels(render(line, seed, other)) != pixels(stored)
    assert changed.any()


def test_nothing_but_the_expression_depends_on_the_label() -> None:
    skip_without_renderer()
    from facescenes import people, scene

    person = people.draw(3, 11)
    happy, fear = (scene.Shot(3, 40, label) for label in ("happy", "fear"))
    takings = [scene.draw_taking(shot, person, 11) for shot in (happy, fear)]
    assert repr(takings[0]) == repr(takings[1])


def test_the_plan_is_the_manifest() -> None:
    skip_without_renderer()
    from facescenes import plan

    listed = manifest()
    names = sorted(shot.name for shot in plan.shots(listed["seed"]))
    assert names == [line["file"] for line in listed["pictures"]]


SOURCE_PICTURES = {  # seed 20201201: (number, person) -> sum of bytes, place of the first landmark
    (0, 0): (2201717, (0.52073, 0.50843)),
    (137, 13): (1532671, (0.39644, 0.52847)),
    (5000, 500): (2189587, (0.51855, 0.49499)),
}


def test_source_pictures_come_out_the_same() -> None:
    skip_without_renderer()
    from facescenes import faces

    for (number, person), (total, first) in SOURCE_PICTURES.items():
        crop = faces.render(number, person, 20201201)
        assert crop.pixels.shape == (faces.SIDE, faces.SIDE, 3) and crop.pixels.dtype == np.uint8
        mean = crop.pixels.mean(dtype=np.float64)
        assert abs(mean - total / crop.pixels.size) < MEAN_DIFFERENCE, number
        assert np.allclose(crop.labels["points"][0], first, atol=1e-4), number
    again = faces.render(number, person, 20201201)
    assert (again.pixels == crop.pixels).all()
    assert all((again.labels[name] == crop.labels[name]).all() for name in crop.labels)
    other = faces.render(number, person, 20201202)
    assert (other.pixels != crop.pixels).mean() > 0.5


def test_source_people_are_not_those_of_the_scenes() -> None:
    skip_without_renderer()
    import crops
    from facescenes import people, plan

    scenes = manifest()["seed"]
    assert crops.SEED != scenes
    known = {repr(people.draw(n, scenes))[20:] for n in range(plan.PEOPLE)}
    made = {repr(people.draw(n, crops.SEED))[20:] for n in range(plan.PEOPLE)}
    assert len(known) == plan.PEOPLE and not known & made


def test_source_movements_are_no_prototypes() -> None:
    skip_without_renderer()
    from facescenes import expressions, faces

    rng = np.random.default_rng(3)
    drawn = [set(faces.movement(rng).actions) for _ in range(4000)]
    share = np.array([[unit in shown for unit in expressions.UNITS] for shown in drawn])
    # every unit about as often, whatever else is shown: given the picture's own share, independent
    assert share.mean(axis=0).std() < 0.02 and 0.1 < share.mean() < 0.25
    found = [sum(set(variant) <= shown for shown in drawn)
             for label in expressions.EMOTIONS if label != "neutral"
             for variant in expressions.PROTOTYPES[label] if len(variant) >= 4]
    assert max(found) < 0.03 * len(drawn)


def test_landmarks_have_mirror_images() -> None:
    skip_without_renderer()
    from facescenes import base, landmarks

    marks = landmarks.load()
    rest = base.load().rest[marks.vertices]
    assert len(set(marks.vertices.tolist())) == len(marks.vertices) >= 20
    assert (marks.mirror[marks.mirror] == np.arange(len(marks.mirror))).all()
    assert np.abs(rest[marks.mirror] - rest * [-1, 1, 1]).max() < 2e-3


def test_shards_read_as_written() -> None:
    skip_without_renderer()
    import tempfile

    from facescenes import shards

    arrays = {"b": np.arange(6, dtype=np.float32).reshape(2, 3), "a": np.ones(3, np.uint8)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.safetensors"
        shards.write(path, arrays, {"seed": "1"})
        found = shards.read(path)
        assert not list(Path(folder).glob("*.partial"))
    assert all((found[name] == arrays[name]).all() for name in arrays) and len(found) == 2


if __name__ == "__main__":
    if "--all" in sys.argv[1:] and not CAN_RENDER:
        raise SystemExit("anny and numba are not installed: Tools/scenes/requirements.txt")
    for name, check in list(globals().items()):
        if name.startswith("test_"):
            if not CAN_RENDER and "skip_without_renderer" in check.__code__.co_names:
                print("skipped ", name)
                continue
            check()
            print("passed  ", name)
