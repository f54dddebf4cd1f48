"""Writes Tests/Fixtures/perceptron/training.json: whole training trajectories by PyTorch.

Run: python Tests/Fixtures/make/perceptron_training.py   (PyTorch 2.11, NumPy)

Each case starts from given weights, sees the rows in a given order, and is trained in float64 and
again in float32. The file keeps the start, the mean loss of every epoch and the weights at the end
in float64, and how far float32 ended from them: the yardstick for another float32 program.
"""

import json
import pathlib

import numpy as np
import torch

ACTIVATIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}
CASES = [
    # activation, inputs, hidden, outputs, batch, epochs, optimizer
    ("sigmoid", 10, 30, 7, 1, 30, {"name": "sgd", "rate": 0.05, "momentum": 0.0}),
    ("sigmoid", 10, 30, 7, 1, 30, {"name": "adam", "rate": 0.001}),
    ("sigmoid", 10, 30, 7, 1, 30, {"name": "sgd", "rate": 0.02, "momentum": 0.9}),
    ("tanh", 10, 30, 7, 1, 20, {"name": "sgd", "rate": 0.02, "momentum": 0.0}),
    ("relu", 10, 30, 7, 1, 20, {"name": "sgd", "rate": 0.02, "momentum": 0.0}),
    ("sigmoid", 17, 6, 3, 5, 20, {"name": "sgd", "rate": 0.1, "momentum": 0.5}),
    ("tanh", 3, 5, 10, 4, 20, {"name": "adam", "rate": 0.01}),
    ("relu", 33, 11, 2, 7, 20, {"name": "adam", "rate": 0.003}),
    ("sigmoid", 1, 1, 2, 1, 20, {"name": "sgd", "rate": 0.1, "momentum": 0.0}),
]


def train(case, start, features, labels, dtype):
    activation, inputs, hidden, outputs, batch, epochs, rule = case
    names = ["hiddenWeights", "hiddenBias", "outputWeights", "outputBias"]
    w = {n: torch.tensor(start[n], dtype=dtype, requires_grad=True) for n in names}
    if rule["name"] == "sgd":
        optimizer = torch.optim.SGD(w.values(), lr=rule["rate"], momentum=rule["momentum"])
    else:
        optimizer = torch.optim.Adam(w.values(), lr=rule["rate"])
    x = torch.tensor(features, dtype=dtype)
    y = torch.tensor(labels)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for first in range(0, len(y), batch):
            rows = slice(first, first + batch)
            optimizer.zero_grad()
            h = ACTIVATIONS[activation](x[rows] @ w["hiddenWeights"].T + w["hiddenBias"])
            logits = h @ w["outputWeights"].T + w["outputBias"]
            loss = torch.nn.functional.cross_entropy(logits, y[rows])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y[rows])
        losses.append(total / len(y))
    return losses, {n: v.detach().numpy() for n, v in w.items()}


def main():
    generator = np.random.default_rng(20241122)
    cases = []
    for case in CASES:
        activation, inputs, hidden, outputs, batch, epochs, rule = case
        rows = 23
        features = generator.normal(size=(rows, inputs)).astype(np.float32)
        labels = generator.integers(0, outputs, rows)

        def draw(*shape, fan_in):
            bound = fan_in**-0.5
            return generator.uniform(-bound, bound, shape).astype(np.float32)

        start = {
            "hiddenWeights": draw(hidden, inputs, fan_in=inputs),
            "hiddenBias": draw(hidden, fan_in=inputs),
            "outputWeights": draw(outputs, hidden, fan_in=hidden),
            "outputBias": draw(outputs, fan_in=hidden),
        }
        losses, end = train(case, start, features, labels, torch.float64)
        _, single = train(case, start, features, labels, torch.float32)
        drift = max(float(np.abs(end[n] - single[n]).max()) for n in end)
        listed = lambda a: [round(float(v), 9) for v in a.ravel()]
        cases.append(
            {
                "activation": activation,
                "shape": [inputs, hidden, outputs],
                "batch": batch,
                "epochs": epochs,
                "optimizer": rule,
                "features": listed(features),
                "labels": labels.tolist(),
                "start": {n: listed(v) for n, v in start.items()},
                "losses": [round(v, 12) for v in losses],
                "end": {n: listed(v) for n, v in end.items()},
                "float32Drift": drift,
            }
        )
        print(activation, case[1:], "loss", losses[0], "->", losses[-1], "drift", drift)
    target = pathlib.Path(__file__).parents[1] / "perceptron" / "training.json"
    target.write_text(json.dumps({"cases": cases}, indent=None, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
