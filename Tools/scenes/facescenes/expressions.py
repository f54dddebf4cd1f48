"""Expressions: Ekman and Friesen's action units of each emotion, and face units to show them.

Prototypes: P. Ekman and W. V. Friesen, *Facial Action Coding System: Investigator's Guide*
(Consulting Psychologists Press, 1978), its table of emotion predictions, and *Unmasking the Face*
(Prentice-Hall, 1975). Numbers are action units (AU).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from . import source

EMOTIONS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")

# Action unit -> face units at full strength. A name without a side has a left and a right half.
UNITS: dict[int, dict[str, float]] = {
    1: {"browInnerUp": 2.6},  # inner brow raiser
    2: {"browOuterUp": 2.1},  # outer brow raiser
    4: {"browDown": 1.7},  # brow lowerer
    5: {"eyeWide": 1.4},  # upper lid raiser
    6: {"cheekSquint": 1.0, "eyeSquint": 0.35},  # cheek raiser
    7: {"eyeSquint": 1.0},  # lid tightener
    9: {"noseSneer": 1.7},  # nose wrinkler
    10: {"mouthUpperUp": 1.3},  # upper lip raiser
    12: {"mouthSmile": 1.25},  # lip corner puller
    14: {"mouthDimple": 1.0},  # dimpler
    15: {"mouthFrown": 1.7},  # lip corner depressor
    16: {"mouthLowerDown": 0.9},  # lower lip depressor
    17: {"mouthShrugLower": 0.9},  # chin raiser
    18: {"mouthPucker": 0.8},  # lip pucker
    20: {"mouthStretch": 1.5},  # lip stretcher
    22: {"mouthFunnel": 0.8},  # lip funneler
    23: {"mouthPress": 0.6, "mouthRollLower": 0.6, "mouthRollUpper": 0.6},  # lip tightener
    24: {"mouthPress": 1.0, "mouthRollLower": 0.3},  # lip pressor
    25: {"mouthLowerDown": 0.35, "mouthUpperUp": 0.25, "jawOpen": 0.05},  # lips part
    26: {"jawOpen": 0.5},  # jaw drop
    27: {"jawOpen": 0.95},  # mouth stretch
    34: {"cheekPuff": 0.7},  # cheeks puffed
    43: {"eyeBlink": 0.8},  # eyes closed
}

# Emotion -> its variants: the action units that make each up, at full strength.
PROTOTYPES: dict[str, list[dict[int, float]]] = {
    "neutral": [{}],
    "happy": [{12: 1, 6: 1, 25: 0.9}, {12: 1, 6: 1, 25: 0.8, 26: 0.9}, {12: 1, 6: 0.9}],
    "sad": [{1: 1, 4: 0.6, 15: 1, 43: 0.45}, {15: 1, 1: 1, 17: 0.6, 43: 0.5},
            {1: 1, 15: 1, 4: 0.5, 43: 0.45, 25: 0.6, 26: 0.4}],
    "surprise": [{1: 1, 2: 1, 5: 0.9, 26: 1}, {1: 1, 2: 1, 5: 1, 27: 0.8},
                 {2: 1, 1: 0.9, 5: 1, 25: 0.7}],
    "fear": [{20: 1, 1: 1, 2: 0.5, 4: 0.85, 5: 1, 25: 0.9}, {20: 1, 1: 1, 4: 0.85, 5: 1, 26: 0.7},
             {5: 1, 1: 1, 4: 0.85, 20: 1, 25: 1, 27: 0.4}],
    "angry": [{4: 1, 5: 0.6, 7: 0.6, 23: 1}, {4: 1, 7: 0.8, 24: 1, 17: 0.5},
              {4: 1, 5: 0.7, 7: 0.5, 10: 0.4, 25: 1, 16: 0.7, 26: 0.7}],
    "disgust": [{9: 1, 10: 1, 17: 0.6, 7: 0.5}, {9: 1, 10: 1, 25: 0.7, 7: 0.5, 26: 0.4},
                {9: 1, 10: 0.9, 15: 0.7, 7: 0.6}],
}

SPEECH = ({26: 0.5}, {22: 0.8}, {18: 0.7}, {25: 0.9}, {24: 0.6}, {20: 0.5, 25: 0.6},
          {16: 0.7, 26: 0.4})


@dataclass(frozen=True)
class Expression:
    """What a face shows: amounts of face units, and of the action units they came from."""

    units: dict[str, float]
    actions: dict[int, float]
    strength: float
    second: str  # the emotion mixed in, or ""


@dataclass(frozen=True)
class Difficulty:
    """How plainly the faces show their emotion."""

    weakest: float = 1.0  # strength is between these
    strongest: float = 1.35
    mixed: float = 0.12  # share of faces with a second emotion
    second: float = 0.25  # at most this share of it
    missing: float = 0.05  # chance that an action unit of the prototype is not shown
    stray: float = 0.03  # mean amount of unrelated action units
    talking: float = 0.06  # share of faces in the middle of a word


def _prototype(emotion: str, level: Difficulty, rng: np.random.Generator) -> dict[int, float]:
    variants = PROTOTYPES[emotion]
    chosen = variants[rng.integers(len(variants))]
    shown = {}
    for position, (action, amount) in enumerate(chosen.items()):
        gain, dropped = rng.uniform(0.85, 1.2), rng.random() < level.missing
        if position == 0 or not dropped:
            shown[action] = amount * gain
    return shown


def draw(emotion: str, level: Difficulty, rng: np.random.Generator) -> Expression:
    """Draws one way of showing an emotion: strength, mixture, speech, asymmetry, stray units."""
    strength = float(rng.uniform(level.weakest, level.strongest))
    actions: dict[int, float] = {}
    _add(actions, _prototype(emotion, level, rng), strength)
    second, share = "", rng.uniform(0.1, level.second)
    other = EMOTIONS[rng.integers(len(EMOTIONS))]
    if rng.random() < level.mixed and other not in (emotion, "neutral"):
        second = other
        _add(actions, _prototype(other, level, rng), share)
    word, loudness = SPEECH[rng.integers(len(SPEECH))], rng.uniform(0.2, 0.7)
    if rng.random() < level.talking:
        _add(actions, word, loudness)
    for action in UNITS:
        _add(actions, {action: 1.0}, level.stray * rng.exponential() * (rng.random() < 0.35))
    return Expression(face_units(actions, rng), actions, strength, second)


def _add(actions: dict[int, float], more: dict[int, float], amount: float) -> None:
    for action, value in more.items():
        actions[action] = min(actions.get(action, 0.0) + amount * value, 1.4)


def face_units(actions: dict[int, float], rng: np.random.Generator) -> dict[str, float]:
    """Face units of some action units, the halves of the face differing a little."""
    known = set(source.face_unit_names())
    lean = rng.normal(0, 0.12)  # one half of the whole face shows more
    units: dict[str, float] = {}
    for action in sorted(actions):
        for name, amount in UNITS[action].items():
            value = amount * actions[action]
            if name in known:
                units[name] = units.get(name, 0.0) + value
                continue
            tilt = np.clip(lean + rng.normal(0, 0.08), -0.45, 0.45)
            for side, sign in (("Left", 1), ("Right", -1)):
                units[name + side] = units.get(name + side, 0.0) + value * (1 + sign * tilt)
    return {name: float(value) for name, value in units.items()}


@cache
def offsets(name: str) -> tuple[np.ndarray, np.ndarray]:
    return source.target(f"{source.FACE_UNITS}/targets/faceunits/{name}.target")


def apply(vertices: np.ndarray, units: dict[str, float]) -> np.ndarray:
    """Adds face units to a shaped mesh; left and right brows share what meets in the middle."""
    moved = vertices.copy()
    for name in sorted(units):
        index, offset = offsets(name)
        moved[index] += units[name] * offset
    return moved
