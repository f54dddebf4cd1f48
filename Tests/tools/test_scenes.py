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
