#!/usr/bin/env python3
"""Tests of Tools/fractals: the same seed gives the same pictures, classes fill, a class there is kept."""

from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tools" / "fractals"))

import make  # noqa: E402
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402


class Fractals(unittest.TestCase):
    """A few small classes."""

    def make(self, out: Path, seed: int = 1, classes: int = 2) -> dict[str, bytes]:
        """Makes pictures and returns their bytes by name."""
        out.mkdir(exist_ok=True)
        for number in range(classes):
            make.make_class((number, SimpleNamespace(out=out, seed=seed, side=32, each=3)))
        return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.glob("*/*.png"))}

    def test_a_seed_decides_every_byte(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            first = self.make(Path(folder, "a"))
            self.assertEqual(sorted(first), [f"f{k:04d}/f{k:04d}_{i:04d}.png" for k in (0, 1)
                                             for i in range(3)])
            self.assertEqual(first, self.make(Path(folder, "b")))
            self.assertNotEqual(first, self.make(Path(folder, "c"), seed=2))
            self.assertEqual(len(set(first.values())), len(first))
            self.assertFalse(list(Path(folder).glob("*.partial")))

    def test_a_class_that_is_there_is_kept(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder, "a")
            self.make(out, classes=1)
            (out / "f0000" / "f0000_0000.png").write_bytes(b"kept")
            self.assertEqual(self.make(out)["f0000/f0000_0000.png"], b"kept")

    def test_a_class_fills_its_pictures(self) -> None:
        for number in range(3):
            affine, chances = make.family(number, 1, 32)
            self.assertAlmostEqual(chances.sum(), 1)
            drawn = np.asarray(make.picture(affine, chances, np.random.default_rng(0), 32))
            self.assertEqual(drawn.shape, (32, 32, 3))
            # Points are lighter than any ground.
            self.assertGreater((drawn.min(axis=2) > 0.6 * 255 - 1).mean(), 0.1)

    def test_points_follow_their_maps(self) -> None:
        # Two maps that halve the way to two corners: Cantor's dust on the diagonal.
        affine = np.array([[[0.5, 0, 0], [0, 0.5, 0]], [[0.5, 0, 0.5], [0, 0.5, 0.5]]])
        at = make.points(affine, np.array([0.5, 0.5]), np.random.default_rng(0))
        self.assertTrue(np.allclose(at[:, 0], at[:, 1]))
        self.assertTrue((at >= 0).all() and (at <= 1).all())
        self.assertGreater(at.max() - at.min(), 0.9)


if __name__ == "__main__":
    unittest.main()
