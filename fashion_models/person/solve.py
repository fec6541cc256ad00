"""A body of given centimetres: `solve_body`.

Three girths and a stature do not determine a body. Of all shapes that have them we take the likeliest: the
parameters keep close to where they lie in people of that build (a maximum a posteriori estimate, solved by
Gauss and Newton). Weight and muscle do most, as in life, so that arms, thighs,
neck and face follow the size; girth corrections only do the rest.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from fashion_models.arrays import F32, F64, I64
from fashion_models.cache import Arrays, remember
from fashion_models.errors import SizeError
from fashion_models.person.basis import VARIATIONS, basis
from fashion_models.person.body import Body, BodyShape, build_body, template
from fashion_models.person.builds import BUILDS, Shift
from fashion_models.person.expression import NEUTRAL
from fashion_models.person.identity import Traits, traits
from fashion_models.person.measure import level_vertices, measure, trunk_edges
from fashion_models.person.model import Gender, Measurements, Person

#: Largest error of a girth or the stature that is let through [cm].
TOLERANCE = 1.0
#: How exactly the girths are met while solving [cm].
_EXACT = 0.1
_ROUNDS = 14
_TURN = 0.03
_LARGEST_STEP = 0.4
_SETTLED = 0.08


@dataclass(frozen=True)
class Knob:
    """A parameter that the solver turns.

    Attributes:
        name: Phenotype or local change.
        usual: Value in people of medium build.
        spread: How far it strays in people (standard deviation).
        low: Least value that still looks human.
        high: Greatest value.
        fuller: Change of the usual value per unit of fullness, see `fullness`.
    """

    name: str
    usual: float
    spread: float
    low: float
    high: float
    fuller: float = 0.0


_COMMON = (
    Knob("height", 0.4, 0.5, -0.1, 1.0),
    Knob("measure-waist-circ-incr", 0.0, 0.25, -1.0, 1.5),
    Knob("measure-hips-circ-incr", 0.0, 0.25, -1.2, 1.5),
    Knob("torso-scale-horiz-incr", 0.0, 0.35, -1.2, 1.6),
    Knob("torso-scale-depth-incr", 0.0, 0.35, -1.2, 1.6),
    Knob("hip-scale-horiz-incr", 0.0, 0.35, -1.2, 1.6),
    Knob("hip-scale-depth-incr", 0.0, 0.35, -1.2, 1.6),
    Knob("stomach-pregnant-incr", 0.0, 0.12, 0.0, 0.6, 0.05),
    Knob("stomach-tone-incr", 0.0, 0.25, -1.0, 0.4, -0.4),
)
_WOMEN = (
    *_COMMON,
    Knob("weight", 0.45, 0.35, -0.25, 1.25, 0.6),
    Knob("muscle", 0.42, 0.12, 0.08, 0.6, -0.25),
    Knob("cupsize", 0.5, 0.2, 0.0, 1.1, 0.15),
    Knob("buttocks-volume-incr", 0.0, 0.25, -0.8, 0.8),
    Knob("measure-bust-circ-incr", 0.0, 0.2, -1.0, 1.4),
    Knob("measure-underbust-circ-incr", 0.0, 0.2, -0.8, 1.2),
)
_MEN = (
    *_COMMON,
    Knob("weight", 0.45, 0.35, -0.25, 1.25, 0.6),
    Knob("muscle", 0.52, 0.12, 0.08, 0.75, -0.25),
    Knob("measure-bust-circ-incr", 0.0, 0.25, -1.0, 1.4),
    Knob("torso-vshape-incr", 0.0, 0.2, -0.6, 0.6),
    Knob("buttocks-volume-incr", 0.0, 0.2, -0.6, 0.6),
)


def solve_body(person: Person) -> Body:
    """The person's body.

    Args:
        person: Who; the face, age and ancestry come from the identity, the girths from the measurements.

    Returns:
        A body whose stature and girths are within `TOLERANCE` of the person's; cached. Expressions
        differ in the face alone.

    Raises:
        SizeError: No shape of the body model has these measurements.
    """
    shape_of = traits(replace(person, expression=NEUTRAL))
    wanted = _vector(person.measurements)
    knobs = _knobs(person)
    belly = BUILDS[person.build].waist_cm
    full = fullness(replace(person.measurements, waist=person.measurements.waist - belly))

    def build() -> Arrays:
        values = _solve(shape_of, knobs, wanted, full)
        shape = _with(shape_of, knobs, values)
        rest, heads = _build(shape)
        return {"values": values, "rest": rest, "heads": heads}

    key = [shape_of.as_key(), knobs, [float(w) for w in wanted], belly, _EXACT, _ROUNDS]
    found = remember("solved-body", key, build)
    body = Body(_with(shape_of, knobs, found["values"]), found["rest"], found["heads"])
    _check(person.measurements, measure(body.rest))
    if person.expression == NEUTRAL:
        return body
    return build_body(_with(traits(person), knobs, found["values"]))


def _knobs(person: Person) -> tuple[Knob, ...]:
    """What is turned, with what is expected of people of this gender and build."""
    knobs = _WOMEN if person.gender is Gender.FEMALE else _MEN
    shifts = BUILDS[person.build].shifts.get(person.gender, {})
    return tuple(_shifted(knob, shifts[knob.name]) if knob.name in shifts else knob for knob in knobs)


def _shifted(knob: Knob, shift: Shift) -> Knob:
    usual = knob.usual + shift.by
    return replace(knob, usual=usual, spread=shift.spread, low=shift.low, high=shift.high)


def fullness(measurements: Measurements) -> float:
    """How heavily built a person is: 0 medium, about −1 very slim, about 3 at size 5XL.

    The waist-to-stature ratio with 0.45 as medium and 0.15 as unit.

    Source: Ashwell, Waist-to-height ratio as a measure of central fatness, 2012.
    """
    return (measurements.waist / measurements.height - 0.45) / 0.15


def _check(asked: Measurements, found: Measurements) -> None:
    errors = {n: getattr(found, n) - getattr(asked, n) for n in ("height", "bust", "waist", "hip")}
    worst = max(errors, key=lambda n: abs(errors[n]))
    if abs(errors[worst]) > TOLERANCE:
        raise SizeError(
            f"No body has {worst} {getattr(asked, worst):g} cm together with the other measurements.",
            cure=f"The nearest possible is bust={found.bust:.0f},waist={found.waist:.0f},"
            f"hip={found.hip:.0f},height={found.height:.0f}.",
        )


def _vector(m: Measurements) -> F64:
    return np.array([m.height, m.bust, m.waist, m.hip])


def _with(shape_of: Traits, knobs: tuple[Knob, ...], values: F64) -> BodyShape:
    """The shape with the knobs at these values, and what follows a full build without being solved."""
    phenotypes, local = dict(shape_of.phenotypes), dict(shape_of.local)
    for knob, value in zip(knobs, values, strict=True):
        target = phenotypes if knob.name in VARIATIONS else local
        target[knob.name] = target.get(knob.name, 0.0) * (target is local) + float(value)
    for name, change in _soft_parts(phenotypes["weight"]).items():
        local[name] = local.get(name, 0.0) + change
    return BodyShape(
        phenotypes=tuple(sorted(phenotypes.items())),
        local=tuple(sorted(local.items())),
        expression=tuple(sorted(shape_of.expression.items())),
    )


def _soft_parts(weight: float) -> dict[str, float]:
    """A heavy person's face and neck are a little fuller than the weight alone makes them."""
    heavy = float(np.clip(weight - 0.7, 0.0, 0.6))
    return {"head-fat-incr": 0.35 * heavy, "neck-double-incr": 0.6 * heavy}


def _build(shape: BodyShape) -> tuple[F64, F64]:
    b = basis()
    return b.rest(b.coefficients(dict(shape.phenotypes), dict(shape.local), dict(shape.expression)))


def _solve(shape_of: Traits, knobs: tuple[Knob, ...], wanted: F64, full: float) -> F64:
    """Turn the knobs until the identity-pose body has the wanted stature and girths [cm], shape (K,).

    ``full`` is the person's `fullness`.

    Each round measures the whole body; only the slopes come from the unposed trunk.
    """
    low, high = (np.array([getattr(k, side) for k in knobs]) for side in ("low", "high"))
    centre = np.clip([k.usual + k.fuller * full for k in knobs], low, high)
    values = centre
    best, least = values, np.inf
    for turn in range(_ROUNDS):
        rest, _ = _build(_with(shape_of, knobs, values))
        missed = wanted - _vector(measure(rest))
        if np.abs(missed).max() < least:
            best, least = values, float(np.abs(missed).max())
        step = _step(_slopes(shape_of, knobs, values), missed, values - centre, knobs, values, _reach(turn))
        if least < _EXACT and np.abs(step).max() < _SETTLED:
            break
        values = values + step
    return best


def _slopes(shape_of: Traits, knobs: tuple[Knob, ...], values: F64) -> F64:
    """Change of stature and girths per turn of each knob [cm], (4, K); central, so kinks are averaged."""
    out = np.empty((4, len(knobs)))
    for i in range(len(knobs)):
        turned = [values.copy(), values.copy()]
        turned[0][i] -= _TURN
        turned[1][i] += _TURN
        less, more = (_vector(measure(_trunk(_with(shape_of, knobs, v)))) for v in turned)
        out[:, i] = (more - less) / (2 * _TURN)
    return out


def _reach(turn: int) -> float:
    """Longest step of a round: smaller after some, since knobs with a kink at 0 make long steps swing."""
    return float(_LARGEST_STEP * min(1.0, 0.7 ** (turn - 4)))


def _step(slopes: F64, missed: F64, off: F64, knobs: tuple[Knob, ...], values: F64, reach: float) -> F64:
    """Likeliest bounded step that makes up for what is missed, shape (K,)."""
    from scipy.optimize import lsq_linear

    spread = np.array([k.spread for k in knobs])
    system = np.concatenate([slopes / _EXACT, np.diag(1 / spread)])
    target = np.concatenate([missed / _EXACT, -off / spread])
    low = np.maximum([k.low for k in knobs] - values, -reach)
    high = np.minimum([k.high for k in knobs] - values, reach)
    found = lsq_linear(system, target, bounds=(low - 1e-9, high + 1e-9), method="bvls")
    return np.asarray(found.x, np.float64)


@dataclass(frozen=True, eq=False)
class _TrunkBasis:
    """The basis on those vertices alone that are measured: indices, and one matrix (K, 3n)."""

    vertices: I64
    displacements: sparse.csr_matrix


@functools.cache
def _trunk_basis() -> _TrunkBasis:
    """Vertices between mid-thigh and neck, the feet and the crown."""
    b, t = basis(), template()
    z = b.unposed(b.coefficients({}, {}, {}))[:, 2]
    skin = t.groups["body"]
    low, high = z[skin].min(), z[skin].max()
    share = (z - low) / (high - low)
    trunk = np.unique(trunk_edges())
    trunk = trunk[(share[trunk] > 0.38) & (share[trunk] < 0.86)]
    ends = skin[(share[skin] < 0.03) | (share[skin] > 0.97)]
    kept = np.unique(np.concatenate([trunk, ends, level_vertices()])).astype(np.int64)
    matrix = sparse.hstack([axis[:, kept] for axis in b.displacements]).tocsr()
    return _TrunkBasis(kept, matrix)


def _trunk(shape: BodyShape) -> F64:
    """Unposed vertices, right where they are measured, elsewhere all in the middle [m], shape (V, 3)."""
    b, part = basis(), _trunk_basis()
    weights = b.coefficients(dict(shape.phenotypes), dict(shape.local), {})
    used = np.flatnonzero(weights)
    moved: F32 = np.asarray(weights[used].astype(np.float32) @ part.displacements[used])
    points = b.vertices[part.vertices] + moved.reshape(3, -1).T
    vertices = np.tile(points.mean(axis=0), (len(b.vertices), 1))
    vertices[part.vertices] = points
    return vertices
