"""What gradient clipping must do, and what it must refuse."""

import math

import numpy as np

from minigrad.course.checks import check, expect, expect_error, expect_pure, require, seed, size, unpack

SIZES = dict(arrays=size, D=size, H=size, seed=seed)


def gradients(arrays, D, H, seed):
    """One to four gradients of different shapes, of very different lengths."""
    rng = np.random.default_rng(seed)
    shapes = [(H,), (D, H), (H, H), (2, D, H)][:arrays]
    return [rng.normal(size=shape) * 10.0 ** rng.integers(-2, 2) for shape in shapes]


def global_norm(grads):
    return math.sqrt(math.fsum(float(g) ** 2 for array in grads for g in array.ravel()))


def fraction(seed, low, high):
    return float(np.random.default_rng([seed, 1]).uniform(low, high))


def expect_arrays(function, got, want):
    require(
        function,
        isinstance(got, list | tuple),
        f"{function}: expected a list of arrays, got {'None' if got is None else type(got).__name__}.",
    )
    require(
        function, len(got) == len(want), f"{function}: expected {len(want)} arrays, as many as came; got {len(got)}."
    )
    for i, (g, w) in enumerate(zip(got, want, strict=True)):
        expect(f"clipped[{i}]", g, w)


@check("by value: numbers beyond the limit", points=2, **SIZES)
def test_by_value(student, arrays, D, H, seed):
    grads = gradients(arrays, D, H, seed)
    limit = fraction(seed, 0.1, 2.0)
    want = [np.array([min(max(g, -limit), limit) for g in array.ravel()]).reshape(array.shape) for array in grads]
    expect_arrays("clip_by_value", student.clip_by_value(grads=grads, limit=limit), want)


@check("by norm: gradients that are too long are shortened together", points=3, **SIZES)
def test_long_gradients(student, arrays, D, H, seed):
    grads = gradients(arrays, D, H, seed)
    norm = global_norm(grads)
    max_norm = norm * fraction(seed, 0.1, 0.9)
    clipped, _ = unpack(
        "clip_by_global_norm", student.clip_by_global_norm(grads=grads, max_norm=max_norm), "clipped", "norm"
    )
    expect_arrays("clip_by_global_norm", clipped, [g * (max_norm / norm) for g in grads])


@check("by norm: gradients that are short enough stay as they are", points=1, **SIZES)
def test_short_gradients(student, arrays, D, H, seed):
    grads = gradients(arrays, D, H, seed)
    max_norm = global_norm(grads) * fraction(seed, 1.01, 5.0)
    clipped, _ = unpack(
        "clip_by_global_norm", student.clip_by_global_norm(grads=grads, max_norm=max_norm), "clipped", "norm"
    )
    expect_arrays("clip_by_global_norm", clipped, grads)


@check("by norm: the norm before clipping is returned", points=1, **SIZES)
def test_returned_norm(student, arrays, D, H, seed):
    grads = gradients(arrays, D, H, seed)
    norm = global_norm(grads)
    max_norm = norm * fraction(seed, 0.1, 5.0)
    _, got = unpack(
        "clip_by_global_norm", student.clip_by_global_norm(grads=grads, max_norm=max_norm), "clipped", "norm"
    )
    expect("the norm", got, norm)


@check("by norm: gradients that are all zero", points=1, arrays=size, D=size, H=size, seed=seed)
def test_zeros(student, arrays, D, H, seed):
    grads = [np.zeros_like(g) for g in gradients(arrays, D, H, seed)]
    result = student.clip_by_global_norm(grads=grads, max_norm=fraction(seed, 0.1, 5.0))
    clipped, norm = unpack("clip_by_global_norm", result, "clipped", "norm")
    expect_arrays("clip_by_global_norm", clipped, grads)
    expect("the norm", norm, 0.0)


@check("by norm: NaN and infinity are refused", points=1, **SIZES)
def test_not_finite(student, arrays, D, H, seed):
    grads = gradients(arrays, D, H, seed)
    rng = np.random.default_rng([seed, 2])
    spoilt = grads[rng.integers(arrays)]
    spoilt[tuple(rng.integers(n) for n in spoilt.shape)] = rng.choice([np.nan, np.inf, -np.inf])
    max_norm = fraction(seed, 0.1, 5.0)
    expect_error(student, "clip_by_global_norm", FloatingPointError, grads=grads, max_norm=max_norm)


@check("arguments stay as they are, and the same call gives the same arrays", points=1, **SIZES)
def test_pure(student, arrays, D, H, seed):
    grads = gradients(arrays, D, H, seed)
    max_norm = global_norm(grads) * fraction(seed, 0.1, 0.9)
    expect_pure(student, "clip_by_value", grads=grads, limit=fraction(seed, 0.1, 2.0))
    expect_pure(student, "clip_by_global_norm", grads=grads, max_norm=max_norm)
