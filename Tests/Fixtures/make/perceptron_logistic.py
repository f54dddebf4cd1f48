"""Writes Tests/Fixtures/perceptron/logistic.json: multinomial logistic regression by scikit-learn.

Run: python Tests/Fixtures/make/perceptron_logistic.py   (scikit-learn 1.9, NumPy)
"""

import json
import pathlib

import numpy as np
from sklearn.linear_model import LogisticRegression


def main():
    generator = np.random.default_rng(11)
    cases = []
    for rows, features, classes, c in [(60, 4, 3, 1.0), (90, 10, 7, 1.0), (40, 2, 4, 0.1)]:
        centres = generator.normal(size=(classes, features))
        labels = np.arange(rows) % classes
        x = np.round(centres[labels] + 1.5 * generator.normal(size=(rows, features)), 6)
        model = LogisticRegression(C=c, tol=1e-10, max_iter=100000).fit(x, labels)
        cases.append(
            {
                "features": x.tolist(),
                "labels": labels.tolist(),
                "classes": classes,
                "c": c,
                "weights": model.coef_.tolist(),
                "intercepts": model.intercept_.tolist(),
                "predictions": model.predict(x).tolist(),
            }
        )
    target = pathlib.Path(__file__).parents[1] / "perceptron" / "logistic.json"
    target.write_text(json.dumps({"cases": cases}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
