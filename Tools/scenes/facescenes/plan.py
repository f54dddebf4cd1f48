"""The plan of the set: how many of each emotion, and who shows what in which shot."""

from __future__ import annotations

import numpy as np

from .scene import Shot

# The sizes of SFEW 2.0's classes, as the reference study uses them: 675 pictures.
COUNTS = {"angry": 100, "disgust": 75, "fear": 100, "happy": 100, "neutral": 100, "sad": 100,
          "surprise": 100}
PEOPLE = 75


def shots(seed: int) -> list[Shot]:
    """Every shot of the set, by number.

    People differ in how often they appear and in what they tend to show, as actors do; so who it
    is tells a little about the label, and a split that shares people measures that too.
    """
    rng = np.random.default_rng([seed, 0])
    labels = [label for label, count in COUNTS.items() for _ in range(count)]
    presence = rng.uniform(0.6, 1.6, PEOPLE)
    habits = rng.dirichlet([2.5] * len(COUNTS), PEOPLE).T * presence  # (label, person)
    row = {label: k for k, label in enumerate(COUNTS)}
    taken = np.zeros(PEOPLE)
    people = np.empty(len(labels), dtype=int)
    for k in rng.permutation(len(labels)):
        share = habits[row[labels[k]]] * (taken < 15) * np.where(taken < 4, 3.0, 1.0)
        people[k] = rng.choice(PEOPLE, p=share / share.sum())
        taken[people[k]] += 1
    numbers = rng.permutation(len(labels))
    made = [Shot(int(p), int(n), label) for p, n, label in zip(people, numbers, labels)]
    return sorted(made, key=lambda shot: shot.number)
