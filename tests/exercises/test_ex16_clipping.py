"""What gradient clipping must do, and what it must refuse."""

import math

import numpy as np

from minigrad.course.checks import (
    Chart,
    Mismatch,
    chart,
    check,
    expect,
    expect_error,
    expect_pure,
    in_words,
    require,
    seed,
    size,
    unpack,
)

SIZES = dict(arrays=size, D=size, H=size, seed=seed)


def gradients(arrays, D, H, seed):
    """Gradients of different shapes and lengths; an explosion now and then, and two that are equal."""
    rng = np.random.default_rng(seed)
    shapes = [(H,), (D, H), (H, H), (2, D, H)]
    grads = [rng.normal(size=shapes[k % 4]) * 10.0 ** rng.integers(-1, 2) for k in range(arrays)]
    if arrays > 4:
        grads[4] = grads[0].copy()
    scale = rng.choice([1e-3, 1.0, 1.0, 1e8])
    return [scale * g for g in grads]


def global_norm(grads):
    return math.sqrt(math.fsum(float(g) ** 2 for array in grads for g in array.ravel()))


def between(seed, low, high):
    """A number from low to high, evenly in its logarithm."""
    return float(np.exp(np.random.default_rng([seed, 1]).uniform(np.log(low), np.log(high))))


def expect_arrays(function, got, want):
    if not isinstance(got, list | tuple):
        raise Mismatch(function, f"{function}: expected a list of arrays, got {in_words(got)}.")
    require(
        function, len(got) == len(want), f"{function}: expected {len(want)} arrays, as many as came; got {len(got)}."
    )
    for i, (g, w) in enumerate(zip(got, want, strict=True)):
        try:
            expect(f"clipped[{i}]", g, w)
        except Mismatch as mismatch:
            mismatch.whole = got
            raise


@check("by value: numbers beyond the limit", points=2, **SIZES)
def test_by_value(student, arrays, D, H, seed):
    grads = gradients(arrays, D, H, seed)
    limit = between(seed, 0.01, 2.0) * float(max(np.abs(g).max() for g in grads))
    want = [np.array([min(max(g, -limit), limit) for g in array.ravel()]).reshape(array.shape) for array in grads]
    expect_arrays("clip_by_value", student.clip_by_value(grads=grads, limit=limit), want)


@check("by norm: long gradients are shortened together", points=3, **SIZES)
def test_long_gradients(student, arrays, D, H, seed):
    grads = gradients(arrays, D, H, seed)
    norm = global_norm(grads)
    max_norm = norm * between(seed, 1e-4, 0.9)
    clipped, _ = unpack(
        "clip_by_global_norm", student.clip_by_global_norm(grads=grads, max_norm=max_norm), "clipped", "norm"
    )
    expect_arrays("clip_by_global_norm", clipped, [g * (max_norm / norm) for g in grads])


@check("by norm: short gradients stay as they are", points=1, **SIZES)
def test_short_gradients(student, arrays, D, H, seed):
    grads = gradients(arrays, D, H, seed)
    max_norm = global_norm(grads) * between(seed, 1.01, 1e4)
    clipped, _ = unpack(
        "clip_by_global_norm", student.clip_by_global_norm(grads=grads, max_norm=max_norm), "clipped", "norm"
    )
    expect_arrays("clip_by_global_norm", clipped, grads)


@check("by norm: the norm before clipping is returned", points=1, **SIZES)
def test_returned_norm(student, arrays, D, H, seed):
    grads = gradients(arrays, D, H, seed)
    norm = global_norm(grads)
    max_norm = norm * between(seed, 0.1, 10.0)
    _, got = unpack(
        "clip_by_global_norm", student.clip_by_global_norm(grads=grads, max_norm=max_norm), "clipped", "norm"
    )
    expect("the norm", got, norm)


@check("by norm: gradients that are all zero", points=1, examples=24, **SIZES)
def test_zeros(student, arrays, D, H, seed):
    grads = [np.zeros_like(g) for g in gradients(arrays, D, H, seed)]
    result = student.clip_by_global_norm(grads=grads, max_norm=between(seed, 0.1, 5.0))
    clipped, norm = unpack("clip_by_global_norm", result, "clipped", "norm")
    expect_arrays("clip_by_global_norm", clipped, grads)
    expect("the norm", norm, 0.0)
    expect_pure(student, "clip_by_global_norm", grads=grads, max_norm=between(seed, 0.1, 5.0))


@check("by norm: NaN and infinity are refused", needs=[test_short_gradients], points=1, **SIZES)
def test_not_finite(student, arrays, D, H, seed):
    grads = gradients(arrays, D, H, seed)
    rng = np.random.default_rng([seed, 2])
    spoilt = grads[rng.integers(arrays)]
    spoilt[tuple(rng.integers(n) for n in spoilt.shape)] = rng.choice([np.nan, np.inf, -np.inf])
    max_norm = between(seed, 0.1, 5.0)
    expect_error(student, "clip_by_global_norm", FloatingPointError, grads=grads, max_norm=max_norm)


@check(
    "no argument is changed, and calling again gives the same",
    needs=[test_by_value, test_short_gradients],
    points=1,
    examples=24,
    **SIZES,
)
def test_pure(student, arrays, D, H, seed):
    grads = gradients(arrays, D, H, seed)
    max_norm = global_norm(grads) * between(seed, 0.1, 10.0)
    largest = float(max(np.abs(g).max() for g in grads))
    expect_pure(student, "clip_by_value", grads=grads, limit=largest * between(seed, 0.1, 2.0))
    expect_pure(student, "clip_by_global_norm", grads=grads, max_norm=max_norm)


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
