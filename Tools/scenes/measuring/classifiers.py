"""The two classifiers that bound the set's difficulty: a linear one, and ResNet-18."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

from .pictures import Pictures, folds

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's


def linear(pictures: Pictures, count: int = 5) -> dict[float, float]:
    """Accuracy of logistic regression on raw pixels, by penalty C; people kept apart."""
    from sklearn.linear_model import LogisticRegression

    flat = pictures.pixels.reshape(len(pictures.pixels), -1).astype(np.float64) / 255
    accuracy = {}
    for penalty in (1e-4, 1e-3, 1e-2, 1e-1):
        right = 0
        for test in folds(pictures.people, count, 0):
            x, y = flat[~test], pictures.labels[~test]
            mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-6
            model = LogisticRegression(C=penalty, max_iter=300).fit((x - mean) / deviation, y)
            right += (model.predict((flat[test] - mean) / deviation) == pictures.labels[test]).sum()
        accuracy[penalty] = float(right / len(flat))
    return accuracy


def network(weights: Path, classes: int) -> nn.Module:
    """ResNet-18 with pretrained weights and a new classifier."""
    from torchvision.models import resnet18

    state = torch.load(weights, map_location="cpu", weights_only=True)
    model = resnet18(num_classes=state["fc.weight"].shape[0])
    model.load_state_dict(state)
    model.fc = nn.Linear(512, classes)
    return model


def tensors(pictures: Pictures) -> torch.Tensor:
    """Normalised channels-first floats."""
    x = torch.from_numpy(pictures.pixels).permute(0, 3, 1, 2).float() / 255
    return (x - torch.tensor(MEAN)[:, None, None]) / torch.tensor(DEVIATION)[:, None, None]


def _epoch(model, x, y, optimiser, batch, generator) -> None:
    model.train()
    for rows in torch.randperm(len(x), generator=generator).split(batch):
        if len(rows) < 2:
            continue
        flip = torch.rand(len(rows), generator=generator) < 0.5
        seen = torch.where(flip[:, None, None, None], x[rows].flip(3), x[rows])
        optimiser.zero_grad()
        nn.functional.cross_entropy(model(seen), y[rows]).backward()
        optimiser.step()


@torch.no_grad()
def predict(model: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """The most probable class of each picture."""
    model.eval()
    return torch.cat([model(part).argmax(1) for part in x.split(128)])


def fine_tune(pictures: Pictures, test: np.ndarray, weights: Path, epochs: int, seed: int,
              batch: int = 8, rate: float = 0.001) -> tuple[list[float], np.ndarray]:
    """The paper's recipe: SGD 0.001, momentum 0.9, batch 8, tenfold decay every 7 epochs.

    Returns the test accuracy after each epoch, and the last predictions.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    x, y = tensors(pictures), torch.from_numpy(pictures.labels)
    train, held = torch.from_numpy(~test), torch.from_numpy(test)
    model = network(weights, int(y.max()) + 1)
    optimiser = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    schedule = torch.optim.lr_scheduler.StepLR(optimiser, 7, 0.1)
    accuracy = []
    for _ in range(epochs):
        _epoch(model, x[train], y[train], optimiser, batch, generator)
        schedule.step()
        guess = predict(model, x[held])
        accuracy.append(float((guess == y[held]).float().mean()))
    return accuracy, guess.numpy()
