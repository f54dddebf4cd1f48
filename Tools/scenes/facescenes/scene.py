"""A scene: everything that a shot needs is drawn from its seed, then rendered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from . import (
    backdrop,
    body,
    expressions,
    film,
    hair,
    light,
    people,
    pose,
    props,
    raster,
    shade,
    skin,
    wardrobe,
)

WIDTH, HEIGHT, FINER = 480, 384, 2  # pixels; each is the mean of FINER x FINER
FACE = 2.05  # decimetres from chin to hairline, about


@dataclass(frozen=True)
class Shot:
    """What is to be seen: who, showing what, in which of the set's shots."""

    person: int
    number: int
    emotion: str

    @property
    def name(self) -> str:
        """The picture's path in the set."""
        return f"{self.emotion}/p{self.person:03d}_s{self.number:04d}.jpg"


@dataclass(frozen=True)
class Taking:
    """Choices that do not depend on the emotion: camera, pose, gaze, light, clothes, things."""

    face: float  # height of the face in pixels
    middle: np.ndarray  # where it is, in pixels
    focal: float  # focal length in picture widths
    pose: pose.Pose
    gaze: body.Gaze
    lights: light.Lights
    outfit: wardrobe.Outfit
    thing: str
    film: film.Film
    level: float  # brightness of the background


def _bounded(rng: np.random.Generator, deviation: float, limit: float) -> float:
    return float(np.clip(rng.normal(0, deviation), -limit, limit))


def draw_taking(shot: Shot, person: people.Person, seed: int) -> Taking:
    """Draws a shot's choices; the emotion is not among what they depend on."""
    rng = np.random.default_rng([seed, 2, shot.number])
    face = float(np.clip(np.exp(rng.normal(np.log(125), 0.33)), 66, 235))
    yaw = _bounded(rng, 19, 35)
    pitch, roll, trunk = (_bounded(rng, *b) for b in ((9, 25), (14, 27), (12, 25)))
    turned = pose.Pose(yaw, pitch, roll, 0.6 * yaw + trunk)
    room = np.array([WIDTH, HEIGHT]) / 2 - face * np.array([0.62, 0.66])
    middle = np.array([WIDTH, HEIGHT]) / 2 + rng.uniform(-1, 1, 2) * np.maximum(room, 4) * [1, 0.75]
    lights = light.draw(rng)
    return Taking(
        face, middle, rng.uniform(1.3, 3.2), turned,
        body.Gaze(_bounded(rng, 11, 24) - 0.3 * yaw, _bounded(rng, 6, 14), rng.uniform(0.14, 0.24)),
        lights, wardrobe.draw(person, rng),
        str(rng.choice(props.KINDS, p=props.SHARES)) if rng.random() < 0.11 else "",
        film.draw(rng, face), float(lights.colours[0].mean() * rng.uniform(0.3, 1.3)),
    )


@lru_cache(maxsize=4)
def _person(number: int, seed: int) -> tuple[people.Person, np.ndarray]:
    person = people.draw(number, seed)
    return person, people.shape(person)


def _stage(shot: Shot, taking: Taking, expression, person, shape, seed: int):
    """All parts of a shot, and where the middle of the face is among them."""
    rng = np.random.default_rng([seed, 3, shot.number])
    moved = expressions.apply(shape, expression.units)
    posed = pose.apply(moved, taking.pose)
    texture = int(rng.integers(1 << 20))
    made = body.make(shape, posed, person, taking.gaze)
    under_hat = taking.outfit.hat in ("beanie", "cap", "brim")
    made += hair.make(shape, posed, person, person.seed, under_hat)
    made += wardrobe.make(shape, posed, taking.outfit, texture)
    if taking.thing:
        made += props.make(taking.thing, shape, posed, rng)
    nose = np.mean([centre for centre, _ in body.eye_centres(shape)], axis=0) - [0, 0.15, 0]
    return made, posed.with_head(nose[None])[0]


def _expose(lights: light.Lights, skin_look: skin.SkinLook) -> float:
    """A gain that brings a face of this tone, half adapted, to middle brightness."""
    level = lights.colours[:2].sum(axis=0).mean() * 0.45 + lights.sky.mean()
    return 0.42 / (level * np.sqrt(skin_look.tone.mean() * 0.30))


def _foreground(taking: Taking, made, centre: np.ndarray, face: skin.SkinLook) -> np.ndarray:
    """The people and things of a shot: linear RGB and cover, at picture size."""
    focal = taking.focal * WIDTH
    distance = focal * FACE / taking.face
    aside = (taking.middle - [WIDTH / 2, HEIGHT / 2]) * [1, -1] * distance / focal
    mesh = shade.join(made, np.array([aside[0], aside[1], -distance]) - centre)
    lit = shade.prepare(mesh, taking.lights, np.array([aside[0], aside[1], -distance]))
    wide, high = WIDTH * FINER, HEIGHT * FINER
    screen = shade.project(mesh.vertices, focal * FINER, wide, high)
    owner, _ = raster.visible(screen, mesh.triangles, high, wide)
    fine = shade.pixels(mesh, screen, owner, lit, face, min(30.0, 0.35 * taking.face))
    return fine.reshape(HEIGHT, FINER, WIDTH, FINER, 4).mean(axis=(1, 3))


def render(shot: Shot, seed: int, level: expressions.Difficulty) -> tuple[bytes, dict]:
    """Renders a shot: its JPEG bytes, and what the manifest says of it."""
    person, shape = _person(shot.person, seed)
    taking = draw_taking(shot, person, seed)
    acting = np.random.default_rng([seed, 4, shot.number])
    expression = expressions.draw(shot.emotion, level, acting)
    face = skin.look(person, expression.actions)
    made, centre = _stage(shot, taking, expression, person, shape, seed)
    front = _foreground(taking, made, centre, face)
    rng = np.random.default_rng([seed, 5, shot.number])
    behind = backdrop.make((WIDTH, HEIGHT), rng, taking.level)
    picture = front[..., :3] + (1 - front[..., 3:]) * behind
    picture *= _expose(taking.lights, face)
    picture = film.smear(film.blur(picture, taking.film.blur), taking.film.motion)
    return film.jpeg(film.develop(picture, taking.film, rng), taking.film.quality), _facts(
        shot, taking, expression)


def _facts(shot: Shot, taking: Taking, expression: expressions.Expression) -> dict:
    return {
        "file": shot.name, "label": shot.emotion, "group": f"p{shot.person:03d}",
        "shot": shot.number, "strength": round(expression.strength, 3),
        "mixed_with": expression.second,
        "yaw": round(taking.pose.yaw, 1), "pitch": round(taking.pose.pitch, 1),
        "roll": round(taking.pose.roll, 1), "face_pixels": round(taking.face),
        "face_middle": [round(float(v)) for v in taking.middle],
        "occluder": taking.thing, "headwear": taking.outfit.hat, "glasses": taking.outfit.glasses,
    }
