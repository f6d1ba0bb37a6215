"""Functions that act on each element alone, against PyTorch.

Where conventions differ: at ties PyTorch's fmax and fmin give the whole gradient to the first argument, minigrad shares
it; PyTorch's copysign is flat at 0, its clamp at NaN. PyTorch's versions differ from each other in clamp at its bounds,
and in fmax and fmin beside NaN, where a NaN may get a gradient.
"""

import math

import numpy as np

from .oracle import (
    Row,
    above_one,
    assert_same_derivatives,
    assert_same_in_float32,
    drawn,
    each,
    exactly,
    for_shapes,
    positive,
    real,
    torch,
    within_one,
)

dividend = drawn(lambda rng, shape: rng.uniform(54, 55, size=shape))
divisor = drawn(lambda rng, shape: rng.choice([-1, 1], size=shape) * rng.uniform(19.5, 20.5, size=shape))
lower = drawn(lambda rng, shape: rng.uniform(-0.5, -0.1, size=shape))
upper = drawn(lambda rng, shape: rng.uniform(0.1, 0.5, size=shape))


def divmod_in_pytorch(a, b):
    return torch.div(a, b, rounding_mode="floor"), torch.remainder(a, b)


ONE_ARRAY = {
    np.negative: (torch.negative, real),
    np.positive: (torch.positive, real),
    np.reciprocal: (torch.reciprocal, real),
    np.square: (torch.square, real),
    np.sqrt: (torch.sqrt, positive),
    np.cbrt: (lambda x: torch.sign(x) * torch.abs(x) ** (1 / 3), real),
    np.absolute: (torch.abs, real),
    np.fabs: (torch.abs, real),
    np.exp: (torch.exp, real),
    np.exp2: (torch.exp2, real),
    np.expm1: (torch.expm1, real),
    np.log: (torch.log, positive),
    np.log2: (torch.log2, positive),
    np.log10: (torch.log10, positive),
    np.log1p: (torch.log1p, positive),
    np.sin: (torch.sin, real),
    np.cos: (torch.cos, real),
    np.tan: (torch.tan, within_one),
    np.arcsin: (torch.arcsin, within_one),
    np.arccos: (torch.arccos, within_one),
    np.arctan: (torch.arctan, real),
    np.sinh: (torch.sinh, real),
    np.cosh: (torch.cosh, real),
    np.tanh: (torch.tanh, real),
    np.arcsinh: (torch.arcsinh, real),
    np.arccosh: (torch.arccosh, above_one),
    np.arctanh: (torch.arctanh, within_one),
    np.sinc: (torch.sinc, real),
    np.deg2rad: (torch.deg2rad, real),
    np.radians: (torch.deg2rad, real),
    np.rad2deg: (torch.rad2deg, real),
    np.degrees: (torch.rad2deg, real),
    np.nan_to_num: (torch.nan_to_num, real),
    np.copy: (torch.clone, real),
    np.conjugate: (torch.conj, real),
    np.real: (torch.real, real),
    np.real_if_close: (torch.real, real),
    np.modf: (lambda x: (torch.frac(x), torch.trunc(x)), real),
}
SHAPES = [((),), ((5,),), ((2, 3),), ((2, 0, 3),)]

TWO_ARRAYS = {
    np.add: (torch.add, real, real),
    np.subtract: (torch.subtract, real, real),
    np.multiply: (torch.multiply, real, real),
    np.divide: (torch.divide, real, positive),
    np.remainder: (torch.remainder, dividend, divisor),
    np.fmod: (torch.fmod, dividend, divisor),
    np.power: (torch.pow, positive, real),
    np.float_power: (torch.float_power, positive, real),
    np.hypot: (torch.hypot, real, real),
    np.heaviside: (lambda a, b: torch.where(a == 0, b, (a > 0).to(b)), real, real),
    np.copysign: (torch.copysign, real, real),
    np.logaddexp: (torch.logaddexp, real, real),
    np.logaddexp2: (torch.logaddexp2, real, real),
    np.arctan2: (torch.arctan2, real, real),
    np.maximum: (torch.maximum, real, real),
    np.minimum: (torch.minimum, real, real),
    np.fmax: (torch.fmax, real, real),
    np.fmin: (torch.fmin, real, real),
    np.divmod: (divmod_in_pytorch, dividend, divisor),
}
BROADCAST = [
    ((), ()),
    ((2, 3), (2, 3)),
    ((2, 3), (3,)),
    ((), (4,)),
    ((2, 1), (1, 3)),
    ((3, 1, 2), (4, 2)),
    ((0, 2), (2,)),
]

BY_A_NUMBER = [
    *(Row(np.power, lambda x, b=b: x**b, lambda x, b=b: x**b, real(2, 3)) for b in (0, 1, 2, 3, 4, -1, -2)),
    *(Row(np.power, lambda x, b=b: x**b, lambda x, b=b: x**b, positive(2, 3)) for b in (0.5, 1.5, -0.5)),
    *(Row(np.power, lambda x, a=a: a**x, lambda x, a=a: a**x, real(2, 3)) for a in (0.5, 1, 2)),
    Row(np.remainder, lambda x: x % 3, lambda x: x % 3, dividend(4)),
    Row(np.subtract, lambda x: 1 - x, lambda x: 1 - x, real(4)),
    Row(np.divide, lambda x: 1 / x, lambda x: 1 / x, positive(4)),
]

CHOICES = [
    Row(np.clip, lambda x: np.clip(x, -0.5, 0.5), lambda x: torch.clamp(x, -0.5, 0.5), real(4, 5)),
    Row(np.clip, lambda x: np.clip(x, None, 0.5), lambda x: torch.clamp(x, max=0.5), real(4, 5)),
    Row(np.clip, lambda x: np.clip(x, 0.5, None), lambda x: torch.clamp(x, min=0.5), real(4, 5)),
    Row(np.clip, np.clip, torch.clamp, real(4, 5), lower(5), upper(4, 5)),
    Row(np.clip, lambda x, a, b: np.clip(x, min=a, max=b), torch.clamp, real(4, 5), lower(4, 1), upper()),
    Row(np.clip, lambda x, a: np.clip(x, min=a), lambda x, a: torch.clamp(x, min=a), real(4, 5), lower(5)),
    Row(np.clip, lambda x, b: np.clip(x, max=b), lambda x, b: torch.clamp(x, max=b), real(5), upper(4, 5)),
    Row(np.clip, lambda x, a: np.clip(x, a, None), lambda x, a: torch.clamp(x, min=a), real(4, 5), lower(5)),
    Row(np.clip, lambda x, b: np.clip(x, None, b), lambda x, b: torch.clamp(x, max=b), real(4, 5), upper(5)),
    Row(np.where, lambda a, b: np.where(a > b, a, b), lambda a, b: torch.where(a > b, a, b), real(3, 4), real(4)),
    Row(np.where, lambda a: np.where(a > 0, a, 0.5), lambda a: torch.where(a > 0, a, 0.5), real(3, 4)),
    Row(np.where, lambda a: np.where(a > 0, 0.5, a), lambda a: torch.where(a > 0, 0.5, a), real(3, 4)),
    Row(np.select, lambda a, b: np.select([a > 0], [a], b), lambda a, b: torch.where(a > 0, a, b), real(4), real(4)),
    Row(
        np.select,
        lambda a, b, c: np.select([a > 0.5, a > -0.5], [a, b], c),  # the first condition that is true
        lambda a, b, c: torch.where(a > 0.5, a, torch.where(a > -0.5, b, c)),
        *(real(3, 4), real(4), real()),
    ),
    Row(
        np.select,
        lambda a, b: np.select([a > 0, a < -0.5], [a * b, b]),
        lambda a, b: torch.where(a > 0, a * b, torch.where(a < -0.5, b, 0)),
        *(real(3, 4), real(4)),
    ),
]

OTHERS = [
    # A constant comes out: x is added
    Row(np.imag, lambda x: x + np.imag(x), lambda x: x + 0, real(2, 3)),
    Row(np.angle, lambda x: x + np.angle(x), lambda x: x + torch.angle(x), real(2, 3)),
    Row(np.angle, lambda x: x + np.angle(x, deg=True), lambda x: x + torch.rad2deg(torch.angle(x)), real(2, 3)),
    *(
        Row(
            np.astype,
            lambda x, dtype=dtype: np.astype(x, dtype),
            lambda x, theirs=theirs: x.to(theirs),
            real(2, 3),
        )
        for dtype, theirs in [(np.float64, torch.float64), (np.float32, torch.float32)]
    ),
    Row(np.astype, lambda x: x * np.astype(x, int), lambda x: x * x.trunc().double().detach(), dividend(3)),
    Row(np.copy, lambda x: np.copy(x, order="F"), torch.clone, real(2, 3)),
    Row(np.ldexp, lambda x: np.ldexp(x, 3), lambda x: 8 * x, real(2, 3)),
    Row(np.ldexp, lambda x: np.ldexp(x, [1, -2, 0]), lambda x: x * torch.tensor([2, 0.25, 1]).to(x), real(2, 3)),
    Row(np.ldexp, lambda x: np.ldexp(x, [[1], [-2]]), lambda x: torch.stack([x * 2, x / 4]), real(3)),
    Row(
        np.nan_to_num,
        lambda x: np.nan_to_num(x, nan=1.0, posinf=2.0, neginf=3.0),
        lambda x: torch.nan_to_num(x, 1.0, 2.0, 3.0),
        exactly(math.nan, math.inf, -math.inf, 1),
    ),
]

FAR_APART = exactly(0, 1000, -1000), exactly(0, -1000, -1000)


def steep_on_bounds(x, low, high):
    return torch.where((low <= x) & (x <= high), x, torch.clamp(x, low, high).detach())


def whichever_is_a_number(a, b):
    return torch.where(torch.isnan(a), b, a)


TIES_AND_KINKS = [
    Row(np.absolute, abs, abs, exactly(0, -0.0, 1, -1)),
    Row(np.fabs, np.fabs, torch.abs, exactly(0, -0.0, 1, -1)),
    Row(np.maximum, np.maximum, torch.maximum, exactly(1, 2, 3), exactly(1, 3, 2)),
    Row(np.minimum, np.minimum, torch.minimum, exactly(1, 2, 3), exactly(1, 3, 2)),
    Row(
        np.maximum,
        lambda x: np.maximum(x, 0.0),
        lambda x: torch.maximum(x, torch.zeros_like(x)),
        exactly(0, -0.0, 1, -1),
    ),
    Row(np.fmax, np.fmax, torch.maximum, exactly(1, 2, 3), exactly(1, 3, 2)),
    Row(np.fmin, np.fmin, torch.minimum, exactly(1, 2, 3), exactly(1, 3, 2)),
    Row(np.fmax, np.fmax, whichever_is_a_number, exactly(1, math.nan), exactly(math.nan, 2)),
    Row(np.fmin, np.fmin, whichever_is_a_number, exactly(1, math.nan), exactly(math.nan, 2)),
    Row(np.clip, np.clip, torch.clamp, exactly(0, 1.5, 3), exactly(2, 2, 2), exactly(1, 1, 1)),
    Row(np.clip, lambda x: np.clip(x, -1, 1), lambda x: steep_on_bounds(x, -1, 1), exactly(-2, -1, 0, 1, 2)),
    Row(np.clip, lambda x: np.clip(x, 1, 1), lambda x: steep_on_bounds(x, 1, 1), exactly(0, 1, 2)),
    Row(np.power, lambda x: x**2, lambda x: x**2, exactly(0, -1)),
    Row(np.power, lambda x: x**3, lambda x: x**3, exactly(0, -1)),
    Row(np.power, lambda x: x**0, lambda x: x**0, exactly(0, -1)),
    Row(np.nan_to_num, np.nan_to_num, torch.nan_to_num, exactly(math.nan, math.inf, -math.inf, 1)),
    Row(np.remainder, np.remainder, torch.remainder, exactly(5.5, -5.5, 5.5, -5.5), exactly(2, 2, -2, -2)),
    Row(
        np.divmod,
        np.divmod,
        divmod_in_pytorch,
        exactly(5.5, -5.5, 5.5, -5.5),
        exactly(2, 2, -2, -2),
    ),
    Row(np.modf, np.modf, lambda x: (torch.frac(x), torch.trunc(x)), exactly(2.5, -2.5, 2, -2, 0)),
    Row(np.fmod, np.fmod, torch.fmod, exactly(5.5, -5.5, 5.5, -5.5), exactly(2, 2, -2, -2)),
    Row(np.expm1, np.expm1, torch.expm1, exactly(1e-12, -40, 0)),
    Row(np.arctan2, np.arctan2, torch.arctan2, exactly(0, 1, -1, 0), exactly(1, 0, 0, -1)),
    Row(np.hypot, np.hypot, torch.hypot, exactly(0, 1, -1), exactly(1, 0, 0)),
    Row(np.tanh, np.tanh, torch.tanh, exactly(0, 50, -50)),
    Row(np.power, np.power, torch.pow, exactly(0, 0, 1), exactly(2, 3, 0), second_order=False),
    Row(np.sinc, np.sinc, torch.sinc, exactly(0, 1, -1, 2), second_order=False),
    Row(np.logaddexp, np.logaddexp, torch.logaddexp, *FAR_APART, second_order=False),
    Row(np.logaddexp2, np.logaddexp2, torch.logaddexp2, *FAR_APART, second_order=False),
]

ROWS = [
    *(row for f, (theirs, *draws) in ONE_ARRAY.items() for row in for_shapes(f, theirs, draws, *SHAPES)),
    *(row for f, (theirs, *draws) in TWO_ARRAYS.items() for row in for_shapes(f, theirs, draws, *BROADCAST)),
    *BY_A_NUMBER,
    *CHOICES,
    *OTHERS,
    *TIES_AND_KINKS,
]


@each(ROWS)
def test_derivatives(row):
    assert_same_derivatives(row)


@each(ROWS)
def test_float32(row):
    assert_same_in_float32(row)
