"""Writes Tests/Fixtures/statistics.json: tests, tails and intervals by SciPy, cluster variances by NumPy.

Run: python Tests/Fixtures/make/statistics.py   (SciPy, NumPy)
"""

import json
import math
import pathlib

import numpy as np
from scipy import stats


def sign_flips(generator):
    rows = []
    for n in [2, 3, 5, 6, 9, 12]:
        for shift in [0.0, 1.5]:
            a = np.round(generator.normal(shift, 2, n), 3)
            result = stats.permutation_test(
                (a, np.zeros(n)), lambda x, y, axis: (x - y).mean(axis=axis),
                permutation_type="samples", vectorized=True, n_resamples=math.inf,
                alternative="two-sided")
            # SciPy doubles the smaller tail; of this symmetric distribution that is the same.
            rows.append({"differences": a.tolist(), "p": float(min(1, result.pvalue))})
    ties = [0.0, 0.5, 0.5, -0.5, 1.0, 0.5]
    hits = sum(
        abs(sum(d * (1 if k >> i & 1 else -1) for i, d in enumerate(ties))) >= abs(sum(ties)) - 1e-12
        for k in range(64))
    rows.append({"differences": ties, "p": hits / 64})
    return rows


def one_sided(generator):
    rows = []
    for n in [2, 6, 30]:
        values = np.round(generator.normal(-1, 2, n), 4)
        for threshold in [-3.0, 0.0, 2.5]:
            above = stats.ttest_1samp(values, threshold, alternative="greater").pvalue
            below = stats.ttest_1samp(values, threshold, alternative="less").pvalue
            low, high = stats.ttest_1samp(values, 0).confidence_interval(0.90)
            rows.append({
                "values": values.tolist(), "threshold": threshold, "above": float(above),
                "below": float(below), "interval90": [float(low), float(high)]})
    return rows


def cluster_variance(cells, key):
    total = sum(c["count"] for c in cells)
    mean = sum(c["sum"] for c in cells) / total
    keys = sorted({key(c) for c in cells})
    residual = [sum(c["sum"] - mean * c["count"] for c in cells if key(c) == k) for k in keys]
    k = len(keys)
    return k / (k - 1) * float(np.square(residual).sum()) / total**2


def crossed(generator):
    rows = []
    for seeds, groups, share in [(2, 3, 1.0), (6, 12, 0.4), (5, 20, 1.0)]:
        cells = [
            {"seed": s, "group": g, "sum": int(generator.integers(-3, 4)), "count": 4}
            for s in range(seeds) for g in range(groups) if generator.random() < share]
        by_group = cluster_variance(cells, lambda c: c["group"])
        by_seed = cluster_variance(cells, lambda c: c["seed"])
        by_cell = cluster_variance(cells, lambda c: (c["seed"], c["group"]))
        excess = max(0.0, by_seed - by_cell)
        n_groups = len({c["group"] for c in cells})
        n_seeds = len({c["seed"] for c in cells})
        variance = by_group + excess
        degrees = variance**2 / (by_group**2 / (n_groups - 1) + excess**2 / (n_seeds - 1))
        mean = sum(c["sum"] for c in cells) / sum(c["count"] for c in cells)
        reach = stats.t.ppf(0.975, degrees) * math.sqrt(variance)
        rows.append({
            "cells": cells, "mean": mean, "byGroup": by_group, "bySeed": by_seed,
            "byCell": by_cell, "error": math.sqrt(variance), "degrees": degrees,
            "interval": [mean - reach, mean + reach]})
    return rows


def main():
    generator = np.random.default_rng(11)
    tails = [[d, t, float(stats.t.sf(t, d))] for d in [1, 2.5, 5, 74, 1000]
             for t in [-8.0, -1.0, 0.0, 0.3, 2.0, 9.0]]
    wilson = []
    for k, n in [(0, 1), (1, 1), (0, 20), (3, 20), (20, 20), (17, 1000), (525, 1000)]:
        for level in [0.90, 0.95]:
            interval = stats.binomtest(k, n).proportion_ci(level, method="wilson")
            wilson.append([k, n, level, float(interval.low), float(interval.high)])
    values = np.sort(np.round(generator.normal(0, 1, 37), 4))
    quantiles = [[q, float(np.quantile(values, q))] for q in [0, 0.025, 0.3, 0.975, 1]]
    normal = [[p, float(stats.norm.ppf(p))] for p in [1e-6, 0.05, 0.5, 0.8, 0.975, 0.999999]]
    record = {
        "signFlips": sign_flips(generator), "oneSided": one_sided(generator),
        "crossed": crossed(generator), "tails": tails, "wilson": wilson, "normal": normal,
        "sorted": values.tolist(), "quantiles": quantiles}
    target = pathlib.Path(__file__).parents[1] / "statistics.json"
    target.write_text(json.dumps(record, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
