"""What gradient clipping must do, and what it must refuse."""

import math

import numpy as np

from minigrad.course.checks import Ask, Chart, chart, expect, expect_error, expect_pure, size

SIZES = dict(arrays=size, D=size, H=size)
by_value = Ask("clip_by_value", takes="grads limit", gives="clipped", **SIZES)
by_norm = Ask("clip_by_global_norm", takes="grads max_norm", gives={"clipped": "", "norm": ""}, **SIZES)


@by_value.example
@by_norm.example
def gradients(rng, arrays, D, H, least=0.1, most=10.0):
    """Of different shapes and lengths; an explosion now and then, and two that are equal. With limits of both kinds."""
    shapes = [(H,), (D, H), (H, H), (2, D, H)]
    first = rng.integers(4)  # so that a single array may have any shape
    scale = rng.choice([1e-3, 1.0, 1.0, 1e8])
    grads = [scale * rng.normal(size=shapes[(first + k) % 4]) * 10.0 ** rng.integers(-1, 2) for k in range(arrays)]
    if arrays > 4:
        grads[4] = grads[0].copy()
    largest = max(float(np.abs(g).max()) for g in grads)
    return {
        "grads": grads,
        "limit": largest * between(rng, 0.01, 2.0),
        "max_norm": global_norm(grads) * between(rng, least, most),
    }


def global_norm(grads):
    return math.sqrt(math.fsum(float(g) ** 2 for array in grads for g in array.ravel()))


def between(rng, low, high):
    """A number from low to high, evenly in its logarithm."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


@by_value.reference
def one_number_at_a_time(grads, limit):
    return [np.array([min(max(g, -limit), limit) for g in array.ravel()]).reshape(array.shape) for array in grads]


@by_norm.reference
def shortened_if_too_long(grads, max_norm):
    norm = global_norm(grads)
    return [g * (max_norm / norm) if norm > max_norm else g for g in grads], norm


test_by_value = by_value.check("by value: numbers beyond the limit", 2)
test_long_gradients = by_norm.check(
    "by norm: long gradients are shortened together", 3, "clipped", least=1e-4, most=0.9
)
test_short_gradients = by_norm.check("by norm: short gradients stay as they are", 1, "clipped", least=1.01, most=1e4)
test_returned_norm = by_norm.check("by norm: the norm before clipping is returned", 1, "norm")


@by_norm.checks("by norm: gradients that are all zero", 1, examples=24)
def test_zeros(student, clip_by_global_norm, grads, max_norm):
    zeros = [np.zeros_like(g) for g in grads]
    clipped, norm = clip_by_global_norm(grads=zeros)
    expect("clipped", clipped, zeros)
    expect("norm", norm, 0.0)


@by_norm.checks("by norm: NaN and infinity are refused", 1, needs=[test_short_gradients])
def test_not_finite(student, rng, arrays, grads, max_norm):
    spoilt = grads[rng.integers(arrays)]
    spoilt[tuple(rng.integers(n) for n in spoilt.shape)] = rng.choice([np.nan, np.inf, -np.inf])
    expect_error(student, "clip_by_global_norm", FloatingPointError, grads=grads, max_norm=max_norm)


@by_norm.checks(
    "no argument is changed, and calling again gives the same",
    1,
    needs=[test_by_value, test_short_gradients],
    examples=24,
)
def test_pure(student, grads, limit, max_norm):
    expect_pure(student, "clip_by_value", grads=grads, limit=limit)
    expect_pure(student, "clip_by_global_norm", grads=grads, max_norm=max_norm)
    expect_pure(student, "clip_by_global_norm", grads=[np.zeros_like(g) for g in grads], max_norm=max_norm)


def loss_and_gradient(w, b, T=20):
    """A recurrent network of one unit, h = tanh(w h + b), starts at 0.5 and should be there again after T steps."""
    h, dh_dw, dh_db = 0.5, 0.0, 0.0
    for _ in range(T):
        h, h_before = math.tanh(w * h + b), h
        dh_dw, dh_db = (1 - h**2) * (h_before + w * dh_dw), (1 - h**2) * (1 + w * dh_db)
    return (h - 0.5) ** 2, [np.array([2 * (h - 0.5) * dh_dw]), np.array([2 * (h - 0.5) * dh_db])]


@chart
def training(student):
    lines = {}
    for name, clip in {
        "not clipped": lambda grads: grads,
        "clipped to norm 1": lambda grads: student.clip_by_global_norm(grads=grads, max_norm=1.0)[0],
    }.items():
        (w, b), losses = (2.0, 0.0), []
        for _ in range(61):
            loss, grads = loss_and_gradient(w, b)
            losses.append(loss)
            w, b = (float(p - 0.2 * g[0]) for p, g in zip((w, b), clip(grads), strict=True))
        lines[name] = (range(61), losses)
    caption = (
        "Without clipping, one long gradient throws the weights to where the loss is flat, and learning ends. With "
        "yours it goes on."
    )
    return Chart("Training with and without your clipping", "update", "loss", lines, caption, log_y=True)
