"""Writes ../features_pca.json: scikit-learn's PCA of tall, wide and square tables.

Run: python features_pca.py   (numpy, scikit-learn)
"""

import json
import pathlib

import numpy as np
from sklearn.decomposition import PCA

random = np.random.default_rng(7)
cases = []
for rows, columns, components in ((40, 6, 5), (12, 30, 5), (9, 9, 3), (25, 1, 1), (5, 3, 3)):
    factors = random.normal(size=(rows, columns)) * np.linspace(3, 0.2, columns)
    table = factors @ random.normal(size=(columns, columns)) + 10 * random.normal(size=columns)
    pca = PCA(components, svd_solver="full").fit(table)
    other = table[:4] + random.normal(size=(4, columns))
    cases.append({
        "rows": table.tolist(), "mean": pca.mean_.tolist(),
        "components": pca.components_.tolist(),
        "explainedVariance": pca.explained_variance_.tolist(),
        "explainedVarianceRatio": pca.explained_variance_ratio_.tolist(),
        "other": other.tolist(), "scores": pca.transform(other).tolist()})
target = pathlib.Path(__file__).parent.parent / "features_pca.json"
target.write_text(json.dumps(cases) + "\n")
