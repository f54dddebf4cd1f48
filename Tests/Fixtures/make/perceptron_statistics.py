"""Writes Tests/Fixtures/perceptron/statistics.json: quantiles and intervals by SciPy.

Run: python Tests/Fixtures/make/perceptron_statistics.py   (SciPy, NumPy)
"""

import json
import pathlib

import numpy as np
from scipy import special, stats


def main():
    degrees = [1, 2, 3, 4, 5, 9, 10, 29, 30, 67, 99, 100, 249, 999, 1000, 12.5, 1e5]
    shares = [0.5, 0.500001, 0.6, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.9999]
    t = [[d, p, float(stats.t.ppf(p, d))] for d in degrees for p in shares]
    parts = [0.5, 1, 2.5, 10, 100, 500.5]
    beta = [
        [x, a, b, float(special.betainc(a, b, x))]
        for x in [1e-6, 0.01, 0.2, 0.5, 0.77, 0.999]
        for a in parts
        for b in parts
    ]
    generator = np.random.default_rng(3)
    samples = []
    for n in [2, 3, 5, 17, 1000]:
        values = np.round(generator.normal(20, 5, n), 6)
        low, high = stats.t.interval(0.95, n - 1, values.mean(), stats.sem(values))
        samples.append(
            {
                "values": values.tolist(),
                "mean": float(values.mean()),
                "deviation": float(values.std(ddof=1)),
                "interval": [float(low), float(high)],
            }
        )
    proportions = []
    for k, n in [(0, 1), (1, 1), (0, 20), (3, 20), (20, 20), (17, 1000), (999, 1000)]:
        interval = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
        proportions.append([k, n, float(interval.low), float(interval.high)])
    welch = []
    for n, m in [(2, 2), (3, 40), (200, 1000)]:
        a, b = np.round(generator.normal(5, 2, n), 6), np.round(generator.normal(4, 7, m), 6)
        low, high = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
        welch.append({"a": a.tolist(), "b": b.tolist(), "interval": [float(low), float(high)]})
    target = pathlib.Path(__file__).parents[1] / "perceptron" / "statistics.json"
    record = {"t": t, "beta": beta, "samples": samples, "proportions": proportions, "welch": welch}
    target.write_text(json.dumps(record, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
