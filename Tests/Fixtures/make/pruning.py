"""Writes Tests/Fixtures/pruning.json: what NumPy, PyTorch and torchvision say that PruningTests must find.

    python Tests/Fixtures/make/pruning.py        (numpy 2.4, torch 2.11, torchvision 0.26)
"""

import json
import math
import pathlib
from fractions import Fraction

import numpy as np
import torch
import torch.nn.utils.prune
import torchvision
from torch.utils.flop_counter import FlopCounterMode

MASK64 = (1 << 64) - 1


class SplitMix64:
    """Steele, Lea & Flood 2014."""

    def __init__(self, state):
        self.state = state

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK64
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK64
        return z ^ (z >> 31)

    def below(self, bound):
        """Lemire 2019: reject the low words that would make some numbers likelier."""
        while True:
            product = self.next() * bound
            if (product & MASK64) >= (1 << 64) % bound:
                return product >> 64


def fnv1a(name):
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK64
    return value


def layer_generator(seed, name):
    return SplitMix64(SplitMix64(seed).next() ^ fnv1a(name))


def random_mask(values, count, seed, name):
    generator = layer_generator(seed, name)
    candidates = [i for i, v in enumerate(values) if v != 0]
    mask = [int(v != 0) for v in values]
    due = count
    for position, index in enumerate(candidates):
        if due and generator.below(len(candidates) - position) < due:
            mask[index] = 0
            due -= 1
    assert due == 0
    return mask


def percentile_mask(values, amount):
    """`amount` is a decimal string; the count is exact."""
    candidates = np.flatnonzero(values)
    count = math.floor(Fraction(amount) * len(candidates))
    order = np.argsort(np.abs(values[candidates]), kind="stable")
    mask = (values != 0).astype(int)
    mask[candidates[order[:count]]] = 0
    return count, mask.tolist()


def weights(rng):
    tied = rng.integers(-4, 5, 48) / 8
    normal = rng.standard_normal(108).astype(np.float32)
    sparse = np.where(rng.random(72) < 0.4, 0, rng.standard_normal(72)).astype(np.float32)
    return {
        "tied.weight": (tied.astype(np.float32), [4, 3, 2, 2]),
        "normal.weight": (normal, [4, 3, 3, 3]),
        "sparse.weight": (sparse, [8, 1, 3, 3]),
        "zero.weight": (np.zeros(9, np.float32), [1, 1, 3, 3]),
    }


def selections(layers):
    cases = []
    for name, (values, shape) in layers.items():
        masks = []
        for amount in ["0", "0.07", "0.1", "0.29", "0.5", "0.57", "0.9", "1"]:
            count, mask = percentile_mask(values, amount)
            if name == "normal.weight":
                check_with_torch(values, count, mask)
            masks.append({
                "amount": float(amount), "count": count, "percentile": mask,
                "random": random_mask(values, count, 11, name),
            })
        cases.append({"name": name, "shape": shape, "values": values.tolist(), "masks": masks})
    return cases


def check_with_torch(values, count, mask):
    layer = torch.nn.Linear(len(values), 1, bias=False)
    layer.weight.data = torch.from_numpy(values)[None]
    torch.nn.utils.prune.l1_unstructured(layer, "weight", amount=count)
    assert layer.weight_mask[0].int().tolist() == mask


def angle(u, v):
    """Kahan's formula: accurate at every angle, unlike the arc cosine."""
    u, v = u / np.linalg.norm(u), v / np.linalg.norm(v)
    return math.degrees(2 * math.atan2(np.linalg.norm(u - v), np.linalg.norm(u + v)))


def filters(rng):
    """Filters that resemble one another more or less: random mixtures of three directions and noise."""
    base = rng.standard_normal((3, 18))
    rows = rng.standard_normal((12, 3)) @ base + 0.5 * rng.standard_normal((12, 18))
    rows[7] = 2 * rows[2]
    rows[9] = -rows[4]
    rows[5] = 0
    rows = rows.astype(np.float32)
    wide = rows.astype(np.float64)
    alive = [i for i in range(12) if i != 5]
    angles = [[i, j, angle(wide[i], wide[j])] for i in alive for j in alive if i < j]
    removed = {
        str(bound): sorted({j for _, j, a in angles if a < bound})
        for bound in [0, 20, 45, 50, 75, 90, 140, 180]
    }
    return {"values": rows.ravel().tolist(), "shape": [12, 2, 3, 3], "angles": angles,
            "removed": removed}


def costs():
    found = []
    for name in ["resnet18", "resnet34", "resnet50"]:
        for classes, height, width in [(1000, 224, 224), (7, 64, 64), (7, 97, 131)]:
            model = getattr(torchvision.models, name)(num_classes=classes).eval()
            with FlopCounterMode(display=False) as counter, torch.no_grad():
                model(torch.zeros(1, 3, height, width))
            found.append({
                "architecture": name, "classes": classes, "height": height, "width": width,
                "parameters": sum(p.numel() for p in model.parameters()),
                "macs": counter.get_total_flops() // 2,
            })
    return found


def generator():
    plain = SplitMix64(1234567)
    named = layer_generator(11, "layer1.0.conv1.weight")
    return {
        "plain": [str(plain.next()) for _ in range(5)],
        "named": [str(named.next()) for _ in range(5)],
        "below": [named.below(bound) for bound in [1, 2, 3, 10, 1000, (1 << 63) - 1, 7, 7, 7]],
    }


def main():
    rng = np.random.default_rng(5)
    fixture = {
        "generator": generator(), "selections": selections(weights(rng)), "filters": filters(rng),
        "costs": costs(),
    }
    path = pathlib.Path(__file__).parents[1] / "pruning.json"
    path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


main()
