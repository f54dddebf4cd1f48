"""People: who they are (drawn from a seed) and the shape of their heads and bodies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from . import base, source

ETHNICITIES = ("african", "asian", "caucasian")
FOLDERS = ("cheek", "chin", "ears", "eyebrows", "eyes", "forehead", "head", "mouth", "neck", "nose")
# Targets that move the head as a whole, or deform it more than a face should be.
LEFT_OUT = ("head-trans", "head-back", "neck-trans", "neck-double", "measure-neck", "ear-shape",
            "neck-scale", "head-age", "septumangle", "nose-trans", "mouth-trans", "ear-trans",
            "forehead-scale", "forehead-nubian", "head-scale-depth")
# Targets that resemble an expression: a resting face may droop or smile a little, not more.
GENTLE = ("mouth-angles", "eyebrows-", "mouth-laugh", "mouth-upperlip", "mouth-lowerlip",
          "eye-height", "eyefold", "head-scale", "forehead-")
HAIR_STYLES = ("bald", "buzz", "short", "swept", "afro", "bob", "long", "bun", "ponytail")
FEMALE_STYLES = (0.00, 0.03, 0.08, 0.10, 0.08, 0.24, 0.27, 0.10, 0.10)
MALE_STYLES = (0.14, 0.22, 0.28, 0.20, 0.08, 0.03, 0.03, 0.01, 0.01)


@dataclass(frozen=True)
class Person:
    """One invented person: everything about them that stays the same from shot to shot."""

    number: int
    age: float  # years
    female: float  # 0..1
    ethnicity: tuple[float, float, float]  # shares of African, Asian and Caucasian shape targets
    muscle: float
    weight: float
    details: dict[str, float]  # target path -> amount
    melanin: float  # 0..1
    ruddiness: float
    freckles: float
    hair: tuple[float, float, float]  # linear RGB
    style: str
    hair_volume: float
    hairline: float  # decimetres up or down
    iris: tuple[float, float, float]
    brow: tuple[float, float, float, float]  # density, thickness, arch, height
    beard: float
    make_up: float
    glasses: bool
    seed: int


@cache
def _detail_groups() -> list[list[str]]:
    """Target paths that are drawn together: a left and its right, or one alone."""
    groups: dict[str, list[str]] = {}
    for folder in FOLDERS:
        for name in source.target_names(folder):
            if not any(part in name for part in LEFT_OUT):
                pair = name[2:] if name[:2] in ("l-", "r-") else name
                groups.setdefault(pair, []).append(f"{folder}/{name}")
    return [groups[key] for key in sorted(groups)]


def _details(rng: np.random.Generator) -> dict[str, float]:
    chosen = {}
    for group in _detail_groups():
        amount = min(abs(rng.normal(0, 0.42)), 1.0) * (rng.random() < 0.4)
        wobble = rng.normal(0, 0.06, len(group))
        if any(part in group[0] for part in GENTLE):
            amount *= 0.5
        if amount > 0:
            for path, extra in zip(group, wobble):
                chosen[path] = float(np.clip(amount + extra * (len(group) > 1), 0, 1))
    return chosen


def _hair_colour(rng: np.random.Generator, age: float, melanin: float) -> np.ndarray:
    palette = np.array([[0.012, 0.010, 0.009], [0.035, 0.019, 0.011], [0.090, 0.045, 0.020],
                        [0.300, 0.180, 0.075], [0.160, 0.045, 0.015]])
    light = max(0.0, 0.75 - melanin)
    share = np.array([0.30 + melanin, 0.35, 0.5 * light, 0.35 * light, 0.12 * light])
    colour = palette[rng.choice(5, p=share / share.sum())] * rng.uniform(0.7, 1.4)
    grey = np.clip((age - 50) / 26 + rng.normal(0, 0.25), 0, 1) * (age > 38)
    return colour * (1 - grey) + np.array([0.36, 0.35, 0.34]) * rng.uniform(0.6, 1.2) * grey


def draw(number: int, seed: int) -> Person:
    """Draws person `number` of the set with the given seed."""
    rng = np.random.default_rng([seed, 1, number])
    age = float(np.clip(rng.gamma(4.2, 9.5), 15, 82))
    female = float(np.clip(rng.choice([0.06, 0.94]) + rng.normal(0, 0.08), 0, 1))
    ethnicity = rng.dirichlet([0.45, 0.45, 0.45])
    melanin = float(np.clip(ethnicity @ [0.85, 0.33, 0.18] + rng.normal(0, 0.09), 0.03, 1))
    woman = female > 0.5
    iris = np.array([[0.05, 0.022, 0.010], [0.11, 0.06, 0.022], [0.10, 0.13, 0.05],
                     [0.10, 0.19, 0.30], [0.16, 0.19, 0.20]])
    pale = max(0.02, 0.45 - melanin)
    share = np.array([0.3 + melanin, 0.3, 0.5 * pale, 0.8 * pale, 0.4 * pale])
    grown = float(rng.choice([0, 0.25, 0.6, 1], p=[0.4, 0.25, 0.17, 0.18]))
    beard = 0.0 if woman or age < 19 else grown
    return Person(
        number=number, age=age, female=female, ethnicity=tuple(ethnicity),
        muscle=float(np.clip(rng.normal(0.5, 0.2), 0, 1)),
        weight=float(np.clip(rng.normal(0.5, 0.22), 0, 1)),
        details=_details(rng), melanin=melanin, ruddiness=float(rng.uniform(0, 1)),
        freckles=float(max(0, rng.normal(-0.3, 0.6)) * (melanin < 0.4)),
        hair=tuple(_hair_colour(rng, age, melanin)),
        style=str(rng.choice(HAIR_STYLES, p=FEMALE_STYLES if woman else MALE_STYLES)),
        hair_volume=float(rng.uniform(0.6, 1.4)), hairline=float(rng.normal(0, 0.06)),
        iris=tuple(iris[rng.choice(5, p=share / share.sum())] * rng.uniform(0.7, 1.3)),
        brow=(float(rng.uniform(0.6, 1.0)),
              float(rng.uniform(0.8, 1.4) * (0.8 + 0.3 * (not woman))),
              float(rng.uniform(0.3, 1.5)), float(rng.normal(0, 0.014))),
        beard=beard, make_up=float(rng.uniform(0.1, 1) * (rng.random() < 0.55) * woman),
        glasses=bool(rng.random() < 0.15), seed=int(rng.integers(1 << 20)),
    )


def _age_shares(age: float) -> dict[str, float]:
    """MakeHuman's ages: child at about 11 years, young at 25, old at 78."""
    if age < 25:
        young = np.clip((age - 11) / 14, 0, 1)
        return {"child": 1 - young, "young": young}
    old = np.clip((age - 25) / 53, 0, 1)
    return {"young": 1 - old, "old": old}


def _three(value: float, what: str) -> dict[str, float]:
    low, high = max(0.0, 1 - 2 * value), max(0.0, 2 * value - 1)
    return {f"min{what}": low, f"average{what}": 1 - low - high, f"max{what}": high}


def _macro_targets(person: Person) -> dict[str, float]:
    """Target path -> amount for sex, age, ethnicity, muscle and weight: products of shares."""
    amounts = {}
    for sex, s in (("female", person.female), ("male", 1 - person.female)):
        for age, a in _age_shares(person.age).items():
            for name, e in zip(ETHNICITIES, person.ethnicity):
                amounts[f"macrodetails/{name}-{sex}-{age}"] = s * a * e
            for muscle, m in _three(person.muscle, "muscle").items():
                for weight, w in _three(person.weight, "weight").items():
                    amounts[f"macrodetails/universal-{sex}-{age}-{muscle}-{weight}"] = s * a * m * w
    return amounts


def shape(person: Person) -> np.ndarray:
    """The person's vertices (V, 3) at rest, without expression, in decimetres."""
    vertices = base.load().rest.copy()
    for path, amount in (_macro_targets(person) | person.details).items():
        if amount > 1e-6:
            index, offset = _target(path)
            vertices[index] += amount * offset
    return vertices


@cache
def _target(path: str) -> tuple[np.ndarray, np.ndarray]:
    return source.target(f"{source.BODY}/targets/{path}.target.gz")
