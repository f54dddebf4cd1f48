"""Source pictures: small crops of a face that moves freely, with labels but no expression.

They are for pretraining (`Tools/pretrain`). People, skin, hair, clothes, light, film and background are
drawn as for the scenes; the face is moved by action units and face units that are drawn
independently of each other, so that no prototype of an emotion is behind any picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from . import (
    backdrop,
    body,
    expressions,
    film,
    hair,
    landmarks,
    light,
    people,
    pose,
    props,
    raster,
    shade,
    skin,
    source,
    wardrobe,
)

SIDE, FINER = 72, 2  # pixels; each is the mean of FINER x FINER
SPAN = 2.25  # decimetres that a crop shows at the depth of the face: a found box and its margin
FACE = 2.05  # decimetres from chin to hairline, about
LOWEST = 4.6  # rest height below which a crop shows nothing
EFFORT = shade.Effort(shadow=224, sky=72, directions=10, radius=2.1)
TURNS = ((20, 45), (10, 28), (14, 30))  # yaw, pitch, roll: deviation and limit, degrees
STRONGEST = 1.4


@dataclass(frozen=True)
class Crop:
    """A picture (SIDE, SIDE, 3) of bytes and what is known of it."""

    pixels: np.ndarray
    labels: dict[str, np.ndarray]


def movement(rng: np.random.Generator) -> expressions.Expression:
    """Draws what a face does: each action unit, and each face unit, by itself or not at all."""
    share, stray = rng.uniform(0.0, 0.34), rng.uniform(0.0, 0.10)
    actions = {unit: float(rng.uniform(0, STRONGEST)) for unit in expressions.UNITS
               if rng.random() < share}
    units = expressions.face_units(actions, rng)
    for name in source.face_unit_names():
        if rng.random() < stray:
            units[name] = units.get(name, 0.0) + float(rng.uniform(0, 1))
    return expressions.Expression(units, actions, 0.0, "")


@lru_cache(maxsize=2)
def _person(number: int, seed: int) -> tuple[people.Person, np.ndarray]:
    person = people.draw(number, seed)
    return person, people.shape(person)


def _parts(person: people.Person, shape, posed: pose.Posed, gaze, outfit, rng):
    under_hat = outfit.hat in ("beanie", "cap", "brim")
    made = body.make(shape, posed, person, gaze, LOWEST)
    made += hair.make(shape, posed, person, person.seed, under_hat)
    made += wardrobe.make(shape, posed, outfit, 0, LOWEST)
    if rng.random() < 0.11:
        made += props.make(str(rng.choice(props.KINDS, p=props.SHARES)), shape, posed, rng)
    return made


def _turned(rng: np.random.Generator) -> pose.Pose:
    yaw, pitch, roll = (float(np.clip(rng.normal(0, d), -m, m)) for d, m in TURNS)
    return pose.Pose(yaw, pitch, roll, 0.6 * yaw + float(np.clip(rng.normal(0, 12), -25, 25)))


def _gaze(yaw: float, rng: np.random.Generator) -> body.Gaze:
    aside, up = (float(np.clip(rng.normal(0, d), -m, m)) for d, m in ((11, 24), (6, 14)))
    return body.Gaze(aside - 0.3 * yaw, up, rng.uniform(0.14, 0.24))


def _camera(rng: np.random.Generator) -> tuple[float, np.ndarray]:
    """Focal length in pixels, and where the face's middle lies before the camera (decimetres)."""
    span = SPAN * np.exp(rng.normal(0, 0.09))
    focal = rng.uniform(4.0, 9.0)  # crop widths: a crop is a part of a wider picture
    aside = np.clip(rng.normal(0, 0.045, 2), -0.12, 0.12) * span
    return focal * SIDE, np.array([aside[0], aside[1] - 0.02, -focal * span])


def _exposure(lights: light.Lights, look: skin.SkinLook) -> float:
    level = lights.colours[:2].sum(axis=0).mean() * 0.45 + lights.sky.mean()
    return 0.42 / (level * np.sqrt(look.tone.mean() * 0.30))


def _film(rng: np.random.Generator) -> film.Film:
    """A film for a crop: a found face is larger than this and made smaller, which evens out grain."""
    drawn = film.draw(rng, SIDE * FACE / SPAN)
    return replace(drawn, grain=0.6 * drawn.grain, colour_grain=0.6 * drawn.colour_grain,
                   vignette=0.3 * drawn.vignette)


def _develop(front: np.ndarray, lights: light.Lights, look: skin.SkinLook, rng) -> np.ndarray:
    level = float(lights.colours[0].mean() * rng.uniform(0.3, 1.3))
    behind = backdrop.make((2 * SIDE, 2 * SIDE), rng, level)[:SIDE, :SIDE]
    picture = (front[..., :3] + (1 - front[..., 3:]) * behind) * _exposure(lights, look)
    drawn = _film(rng)
    picture = film.smear(film.blur(picture, drawn.blur), drawn.motion)
    return film.develop(picture, drawn, rng)


def render(number: int, person_number: int, seed: int) -> Crop:
    """Renders crop `number`: person `person_number` of this seed, everything else from `number`."""
    rng = np.random.default_rng([seed, 6, number])
    person, shape = _person(person_number, seed)
    moves, turned, lights = movement(rng), _turned(rng), light.draw(rng)
    look = skin.look(person, moves.actions)
    moved = expressions.apply(shape, moves.units)
    posed = pose.apply(moved, turned)
    outfit = wardrobe.draw(person, rng)
    made = _parts(person, shape, posed, _gaze(turned.yaw, rng), outfit, rng)
    nose = np.mean([centre for centre, _ in body.eye_centres(shape)], axis=0) - [0, 0.24, 0]
    focal, place = _camera(rng)
    shift = place - posed.with_head(nose[None])[0]
    mesh = shade.join(made, shift)
    lit = shade.prepare(mesh, lights, place, EFFORT)
    fine = SIDE * FINER
    screen = shade.project(mesh.vertices, focal * FINER, fine, fine)
    owner, _ = raster.visible(screen, mesh.triangles, fine, fine)
    front = shade.pixels(mesh, screen, owner, lit, look, 0.35 * SIDE)
    front = front.reshape(SIDE, FINER, SIDE, FINER, 4).mean(axis=(1, 3))
    marked = landmarks.load().vertices
    seen = shade.project(posed.vertices[marked] + shift, focal / SIDE, 1, 1)[:, :2]
    return Crop(_develop(front, lights, look, rng),
                _labels(person, turned, lights, seen, moved[marked] - nose))


def _labels(person: people.Person, turned: pose.Pose, lights: light.Lights, seen, solid) -> dict:
    """Points in crop widths from the upper left corner; solid ones in the head's frame."""
    return {
        "person": np.int32(person.number), "female": np.float32(person.female),
        "age": np.float32(person.age),
        "pose": np.array([turned.yaw, turned.pitch, turned.roll], np.float32),
        "light": lights.directions[0].astype(np.float32),
        "points": seen.astype(np.float32), "solid": solid.astype(np.float32),
    }
