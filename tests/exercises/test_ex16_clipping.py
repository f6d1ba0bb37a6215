"""Gradient clipping, and the arguments that it must refuse."""

import math

import numpy as np

from minigrad.course.checks import Ask, chart, expect, expect_error, expect_pure, size
from minigrad.course.checks.through_time import (
    gradients,
    length_of_the_gradient,
    quiet_network,
    random_weights,
    stretches,
)
from minigrad.course.results.outcomes import StudentError

SIZES = dict(arrays=size, D=size, H=size)
by_value = Ask("clip_by_value", takes="grads limit", gives="clipped", **SIZES)
by_norm = Ask("clip_by_global_norm", takes="grads max_norm", gives={"clipped": "", "norm": ""}, **SIZES, digits=-1)


@by_value.example
@by_norm.example
def some_gradients(rng, arrays, D, H, least=0.1, most=10.0, digits=-1):
    """Of different shapes and lengths; an explosion now and then, and two that are equal. With limits of both kinds.

    Of digits after the point, if they are 0 or more, the norm needs one more: with fewer it is rounded to a larger one.
    """
    shapes = [(H,), (D, H), (H, H), (2, D, H), ()]
    first, scale = rng.integers(5), rng.choice([1e-6, 1.0, 1.0, 1e40])  # a single array may have any of the shapes
    sizes = scale * 10.0 ** rng.integers(-1, 2, size=arrays)
    grads = [np.asarray(sizes[k] * rng.normal(size=shapes[(first + k) % 5])) for k in range(arrays)]
    grads[4:5] = [g.copy() for g in grads[:1] if arrays > 4]
    if digits >= 0:
        length = 0.6 * 10.0**-digits / global_norm(grads)
        grads = [np.asarray(length * g) for g in grads]
    limit = max(float(np.abs(g).max()) for g in grads) * between(rng, 0.01, 2.0)
    return {"grads": grads, "limit": limit, "max_norm": global_norm(grads) * between(rng, least, most)}


def between(rng, low, high):
    """A number from low to high, evenly in its logarithm."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def global_norm(grads):
    return math.sqrt(math.fsum(float(g) ** 2 for array in grads for g in array.ravel()))


@by_value.reference
def one_number_at_a_time(grads, limit):
    return [np.array([min(max(g, -limit), limit) for g in array.ravel()]).reshape(array.shape) for array in grads]


@by_norm.reference
def of_their_direction(grads, max_norm):
    """The direction, which is as long as 1, times the length that is allowed."""
    norm = global_norm(grads)
    return [g / norm * min(norm, max_norm) for g in grads], norm


test_by_value = by_value.check("by value: numbers beyond the limit", 1, examples=64)


@by_value.checks("by value: infinity is limited, and NaN raises nothing", 1, needs=[test_by_value], arrays=[1, 2, 20])
def test_not_finite_by_value(clip_by_value, rng, arrays, grads, limit):
    spoilt = grads[rng.integers(arrays)]
    place = tuple(rng.integers(n) for n in spoilt.shape)
    spoilt[place] = np.nan
    clip_by_value(grads=grads)
    spoilt[place] = rng.choice([np.inf, -np.inf])
    expect("clipped", clip_by_value(grads=grads), one_number_at_a_time(grads, limit))


LONG = dict(least=1e-4, most=0.9)
test_long_gradients = by_norm.check("by norm: long gradients are shortened together", 2, "clipped", **LONG)
SHORT = dict(least=1.001, most=1.5, digits=[0, 1, 2, 3, 4, 5, 6, 7, 8])
test_short_gradients = by_norm.check("by norm: short gradients stay as they are", 1, "clipped", **SHORT)
test_returned_norm = by_norm.check("by norm: the norm before clipping is returned", 1, "norm")


@by_norm.checks("by norm: cut into more arrays, they become the same", 1, needs=[test_long_gradients], **LONG)
def test_rows(clip_by_global_norm, grads, max_norm, H):
    expected, _ = of_their_direction(grads, max_norm)
    got, _ = clip_by_global_norm(grads=rows(grads, H))
    expect("clipped", got, rows(expected, H))


def rows(arrays, H):
    return [row for array in arrays for row in (array.reshape(-1, H) if array.ndim else [array])]


@by_norm.checks("by norm: gradients that are all zero", 1, examples=24)
def test_zeros(clip_by_global_norm, grads):
    zeros = [np.zeros_like(g) for g in grads]
    clipped, norm = clip_by_global_norm(grads=zeros)
    expect("clipped", clipped, zeros)
    expect("norm", norm, 0.0)


@by_norm.checks("by norm: NaN and infinity are refused", 1, needs=[test_short_gradients, test_returned_norm])
def test_not_finite(student, rng, arrays, grads, max_norm):
    spoilt = grads[rng.integers(arrays)]
    spoilt[tuple(rng.integers(n) for n in spoilt.shape)] = number = rng.choice([np.nan, np.inf, -np.inf, 1e200])
    if not np.isfinite(number):
        expect_error(student, "clip_by_global_norm", FloatingPointError, grads=grads, max_norm=max_norm)
        return
    try:
        clipped, norm = student.clip_by_global_norm(grads=grads, max_norm=max_norm)
    except StudentError as raised:  # the square of that number is infinite
        if "FloatingPointError" not in raised.kinds:
            raise
    else:  # the norm was found without its square
        expect("norm", norm, 1e200)
        expect("clipped", clipped, [g / 1e200 * max_norm for g in grads])


PURE = "no argument is changed, and calling again gives the same"


@by_norm.checks(PURE, 1, needs=[test_by_value, test_short_gradients], examples=16)
def test_pure(student, grads, limit, max_norm):
    expect_pure(student, "clip_by_value", grads=grads, limit=limit)
    expect_pure(student, "clip_by_value", grads=grads, limit=200 * limit)  # which limits nothing
    expect_pure(student, "clip_by_global_norm", grads=grads, max_norm=max_norm)
    expect_pure(student, "clip_by_global_norm", grads=[np.zeros_like(g) for g in grads], max_norm=max_norm)


def loss(w, b):
    """A recurrent network of one unit starts at 0.5 and should be there again after 20 steps."""
    h = 0.5
    for _ in range(20):
        h = np.tanh(w * h + b)
    return (h - 0.5) ** 2


def learned(clip):
    """That loss after 200 steps of learning, and the norms of its gradients as they came."""
    weights, norms = np.array([2.0, 0.0]), []
    for _ in range(200):
        grads = [np.array(loss(*(weights + nudge)).imag / 1e-20) for nudge in 1e-20j * np.eye(2)]
        clipped, norm = clip(grads=grads, max_norm=1.0)
        norms.append(norm)
        weights = weights - 0.1 * np.array(clipped)
    return loss(*weights), norms


@chart
def before_and_after(student):
    lines = {}
    for radius in (3.0, 0.5):
        before = gradients(quiet_network(random_weights(radius)))
        after, _ = student.clip_by_global_norm(grads=before, max_norm=10.0)
        lines[f"radius {radius:g}"] = stretches(before)
        lines[f"radius {radius:g}, clipped"] = stretches(after)
    end, norms = learned(student.clip_by_global_norm)
    unclipped, _ = learned(lambda grads, max_norm: (grads, global_norm(grads)))
    caption = (
        "What exploded comes down as a whole, and the shape stays. Another run, with max_norm 1: one "
        "unit learns for 200 steps. You cut "
        f"{sum(norm > 1 for norm in norms)} gradients, the longest from {max(norms):.0f} to 1. Its loss ends at "
        f"{end:.6f}, without clipping at {unclipped:.6f}."
    )
    return length_of_the_gradient("clipped to a norm of 10", lines, caption)
