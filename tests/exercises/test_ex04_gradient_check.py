"""A gradient check must measure a difference, let some gradients through and turn others away."""

import numpy as np

import minigrad
from minigrad.course.checks import Ask, Chart, Mismatch, chart, expect, expect_finite, expect_pure, require, size

SIZES = dict(N=size, D=size, axes=2)
numerical = Ask("numerical_gradient_of", takes="rows x", gives="gradient", **SIZES)
exact = Ask("complex_step_gradient_of", takes="rows x", gives="gradient", **SIZES)
agree = Ask("gradients_agree_on", takes="rows rows_of_df x", gives="agree", n=[1, 2, 3, 5, 12, 40], power=[0, -6, 6])


def derivatives(rows, x):
    """Of Σ p x + q x (the x before it) + v tanh(r x), where before the first is the last."""
    p, q, v, r = rows
    before, after = (np.roll(x.ravel(), k) for k in (1, -1))
    bend = 1 / np.cosh(np.clip(r * x.ravel(), -300, 300)) ** 2
    return (p + q * before + np.roll(q, -1) * after + v * r * bend).reshape(x.shape)


@numerical.example
@exact.example
def a_function(rng, N, D, axes, integers=False, scale=1.0, steep=1.0):
    shape = [(), (0,), (N, D), (N,), (N, D, 2)][axes]
    x = rng.integers(-3, 4, size=shape) if integers else scale * rng.normal(size=shape) * (rng.random(shape) > 0.2)
    return {"rows": rng.uniform(-1, 1, size=(4, x.size)) * [[1], [1], [1], [steep]], "x": np.asarray(x)}


exact.reference(derivatives)

BUGS = {
    "sign": "has the wrong sign",
    "factor": "is a multiple of the right one",
    "place": "has its numbers one place off",
    "one": "is wrong in one number",
    "just": "is wrong in one number",
    "cancel": "is wrong in two numbers, whose errors cancel",
    "NaN": "has a NaN in it",
    "infinite": "has an infinite number in it",
}


@agree.example
def a_claim(rng, n, power, kinds=""):
    """A function, and the rows that its gradient is said to come of: the same, or with a bug.

    "slight" is a gradient that is right still, and "just" a bug already. Where errors cancel they are large, so that no
    tolerance hides them.
    """
    rows, x = rng.normal(size=(4, n)), rng.normal(size=n)
    cancelled = rng.random(n) < 0.4  # there p undoes all the rest
    cancelled[large := rng.integers(n)] = False
    rows[0] -= derivatives(rows, x) * cancelled
    rows[0, large] += np.copysign(10, derivatives(rows, x)[large])  # so the largest is no rest of a difference
    rows[:3] *= 10.0**power * (bool(kinds) or rng.random() < 0.9)
    right, wrong = derivatives(rows, x), rows.copy()
    least, most = (-3.9, -2.9) if "one" in kinds else (-1, 0)  # in many numbers a smaller one hides
    i, scale = rng.integers(n), np.abs(right).max()
    off = scale * 10 ** rng.uniform(least, most) * rng.choice([-1, 1])
    kind = str(rng.choice(kinds.split())) if kinds else ""
    match kind:
        case "sign":
            wrong[:3] *= -1
        case "factor":
            wrong[:3] *= rng.choice([0.5, 2, 39])
        case "place":
            wrong[0] += np.roll(right, 1) - right
        case "one":
            wrong[0, i] += off
        case "cancel":
            wrong[0, i] += off
            wrong[0, i - 1] -= off
        case "NaN" | "infinite":
            wrong[0, i] = {"NaN": np.nan, "infinite": np.inf}[kind]
        case "just":
            wrong[0, i] += 1.02e-4 * scale * np.sign(off)
        case "slight":
            wrong[0] += 9e-7 * scale * rng.choice([-1, 1])
    return {"rows": rows, "rows_of_df": wrong, "x": x, "kind": kind.removeprefix("slight")}


def expect_verdict(verdict, kind, where=""):
    """Say which gradient was let through, or that a right one was turned away."""
    said = f"This gradient {BUGS[kind]}, and it was let through." if kind else "A right gradient was turned away."
    if isinstance(verdict, bool | np.bool_):
        require("agree", bool(verdict) != bool(kind), f"agree: expected {not kind}, got {verdict}. {said}{where}")
    expect("agree", verdict, not kind)


def judged(gradients_agree_on, kind):
    expect_verdict(gradients_agree_on(), kind)


def near(numerical_gradient_of, rows, x):
    """To eight digits, which two sides reach and one side does not."""
    expected = derivatives(rows, x)
    got = expect_finite("gradient", numerical_gradient_of(), x.shape)
    off = np.abs(got - expected) > 1e-8 * (2 + np.abs(expected).max(initial=0))
    if off.any():
        first = tuple(np.argwhere(off)[0])
        count = f"{off.sum()} of {off.size} numbers are" if off.size > 1 else "the number is"
        said = f"gradient: {count} off by more than rounding: expected {expected[first]:.9g}, got {got[first]:.9g}."
        raise Mismatch("gradient", said, got, expected, off)


ODD = dict(N=2, D=1, axes=[0, 1, 3, 4], integers=True, examples=24)
test_number = numerical.checks("numerical: a function of one number", 1, N=1, D=1)(near)
test_array = numerical.checks("numerical: every number of an array", 1, needs=[test_number], examples=40)(near)
test_odd = numerical.checks("numerical: integers, in any shape", 1, needs=[test_array], **ODD)(near)
test_exact = exact.check("complex step: every number, to all digits", 1, scale=1000.0, steep=10000.0, examples=40)
test_exact_odd = exact.check("complex step: integers, in any shape", 1, needs=[test_exact], **ODD)
test_right = agree.checks("agree: right ones, from 10⁻⁶ to 10⁶", 1)(judged)

SOME = dict(needs=[test_right], n=[2, 3, 5, 12, 40], power=0, examples=32)
MANY = dict(needs=[test_right], n=[2, 3, 5, 40, 400, 400], examples=36, kinds="one just slight")
test_all = agree.checks("agree: wrong in sign, size or order", 1, kinds="sign factor place", **SOME)(judged)
test_one = agree.checks("agree: one wrong of many, and right ones a bit off", 1, **MANY)(judged)
test_some = agree.checks("agree: wrong in ways that hide", 1, kinds="cancel NaN infinite", **SOME)(judged)


@exact.checks("agree: x of any shape, () and (0,) too", 1, needs=[test_right], axes=[0, 1, 2, 3, 4], examples=24)
def test_shapes(student, rows, x):
    where = f" x has the shape {x.shape}."
    expect_verdict(student.gradients_agree_on(rows=rows, rows_of_df=rows, x=x), "", where)
    if x.size:
        turned = rows * [[-1], [-1], [-1], [1]]
        expect_verdict(student.gradients_agree_on(rows=rows, rows_of_df=turned, x=x), "sign", where)


@exact.checks("no argument is changed, and calling again gives the same", 1, needs=[test_array], examples=16)
def test_pure(student, rows, x):
    expect_pure(student, "numerical_gradient_of", rows=rows, x=x)
    expect_pure(student, "complex_step_gradient_of", rows=rows, x=x)
    expect_pure(student, "gradients_agree_on", rows=rows, rows_of_df=rows, x=x)


@exact.checks("the derivatives of minigrad", 0, examples=8)
def test_engine(complex_step_gradient_of, rows, x):
    p, q, v, r = (row.reshape(x.shape) for row in rows)
    gradient = minigrad.grad(lambda x: (p * x + q * x * np.roll(x, 1) + v * np.tanh(r * x)).sum())(x)
    expect("gradient", complex_step_gradient_of(), gradient)


@chart
def how_small_is_small_enough(student):
    """tanh at 0.5, magnified: what is nudged by h there, is nudged by h times the magnification here."""

    def measured(how, magnified, x=0.5):
        rows = np.array([[0.0], [0.0], [1 / magnified], [magnified]])
        return float(how(rows=rows, x=np.array([x / magnified]))[0])

    h = 1 / measured(student.numerical_gradient_of, 1e12, 0.0) / 1e12  # from -1 to 1 within the nudge
    true, powers, lines = 1 - np.tanh(0.5) ** 2, np.arange(-15, 0.1, 0.5), {}
    ways = {"two sides": student.numerical_gradient_of, "complex step": student.complex_step_gradient_of}
    for name, how in ways.items():
        lines[name] = powers, [max(abs(measured(how, 10.0**k / h) / true - 1), 1e-17) for k in powers]
    caption = "Your two measurements of one slope. Too large a nudge lies, too small a one drowns: a V."
    return Chart("How small is small enough?", "nudge, 10 to the", "error", lines, caption, log_y=True)
