"""Differences, slopes and integrals, interpolation, polynomials and convolutions, against PyTorch."""

import numpy as np

from .oracle import (
    Row,
    assert_same_derivatives,
    assert_same_in_float32,
    drawn,
    each,
    exactly,
    for_keywords,
    positive,
    real,
    torch,
)

increasing = drawn(lambda rng, shape: rng.uniform(0.5, 1.5, size=shape).cumsum(-1))

DIFFERENCES = [
    *for_keywords(np.diff, torch.diff, real(4, 4, 5), n=(1, 2, 3), axis=(0, 1, -1)),
    Row(np.diff, lambda x: np.diff(x, 0), lambda x: x, real(4)),
    Row(np.diff, lambda x: np.diff(x, 5), lambda x: torch.diff(x, n=5), real(2, 4)),
    Row(
        np.diff,
        lambda x, a, b: np.diff(x, prepend=a, append=b),
        lambda x, a, b: torch.diff(x, prepend=a, append=b),
        *(real(2, 3), real(2, 1), real(2, 2)),
    ),
    Row(
        np.diff,
        lambda x, a: np.diff(x, 2, 0, prepend=a),
        lambda x, a: torch.diff(x, 2, 0, prepend=a.expand(1, 2)),
        *(real(3, 2), real()),
    ),
    Row(
        np.diff,
        lambda x: np.diff(x, axis=0, append=2.0),
        lambda x: torch.cat([torch.diff(x, dim=0), 2 - x[-1:]]).double(),
        real(3, 2),
    ),
    Row(
        np.diff,
        lambda x, a: np.diff(x, axis=1, append=a),
        lambda x, a: torch.diff(x, dim=1, append=a.expand(2, 1, 4)),
        *(real(2, 3, 4), real()),
    ),
    Row(np.ediff1d, np.ediff1d, lambda x: x.ravel().diff(), real(2, 3)),
    Row(
        np.ediff1d,
        np.ediff1d,
        lambda x, end, begin: torch.cat([begin.ravel(), x.ravel().diff(), end.ravel()]),
        *(real(2, 3), real(2), real()),
    ),
]


def gradient(x, **kwargs):
    slopes = torch.gradient(x, **kwargs)
    return slopes if len(slopes) > 1 else slopes[0]


def slopes_at(f, x):
    """The slope of the parabola through each element and its neighbours; at the ends that of the secant."""
    left, right = x[1:-1] - x[:-2], x[2:] - x[1:-1]
    inner = left**2 * f[2:] + (right**2 - left**2) * f[1:-1] - right**2 * f[:-2]
    first, last = (f[1:2] - f[:1]) / (x[1] - x[0]), (f[-1:] - f[-2:-1]) / (x[-1] - x[-2])
    return torch.cat([first, inner / (left * right * (left + right)), last])


POINTS = torch.tensor([0, 0.5, 2, 3, 3.25], dtype=torch.float64)

SLOPES = [
    *for_keywords(
        np.gradient,
        lambda x, axis, edge_order: gradient(x, dim=axis, edge_order=edge_order),
        real(3, 4, 5),
        axis=(None, 0, -1, (0, 2), (-1, 0)),
        edge_order=(1, 2),
    ),
    *(
        Row(
            np.gradient,
            lambda x, k=k: np.gradient(x, 0.5, 2.0, axis=(0, -1), edge_order=k),
            lambda x, k=k: torch.gradient(x, spacing=(0.5, 2.0), dim=(0, -1), edge_order=k),
            real(3, 4, 5),
        )
        for k in (1, 2)
    ),
    *(
        Row(
            np.gradient,
            lambda x, k=k: np.gradient(x, POINTS.numpy().astype(x.dtype), axis=1, edge_order=k),
            lambda x, k=k: gradient(x, spacing=(POINTS.to(x),), dim=1, edge_order=k),
            real(3, 5),
        )
        for k in (1, 2)
    ),
    Row(np.gradient, lambda x: np.gradient(x, 0.5), lambda x: torch.gradient(x, spacing=0.5), real(3, 4)),
    Row(np.gradient, np.gradient, lambda x, h: torch.gradient(x)[0] / h, real(5), positive()),
    Row(
        np.gradient,
        np.gradient,
        lambda x, a, b: (torch.gradient(x)[0] / a, torch.gradient(x)[1] / b),
        *(real(3, 4), positive(), positive()),
    ),
    Row(np.gradient, np.gradient, slopes_at, real(5), increasing(5)),
    Row(np.gradient, lambda f, x: np.gradient(f, x, axis=0), slopes_at, real(2), increasing(2)),
]

INTEGRALS = [
    *for_keywords(np.trapezoid, lambda y, axis: torch.trapezoid(y, dim=axis), real(2, 3, 4), axis=(0, 1, -1)),
    Row(np.trapezoid, np.trapezoid, torch.trapezoid, real(2, 3, 4), increasing(4)),
    Row(np.trapezoid, np.trapezoid, torch.trapezoid, real(2, 4), increasing(2, 4)),
    Row(np.trapezoid, np.trapezoid, torch.trapezoid, real(2, 1), increasing(1)),
    Row(
        np.trapezoid,
        lambda y, x: np.trapezoid(y, x, axis=1),
        lambda y, x: torch.trapezoid(y, x[:, None], dim=1),
        *(real(2, 3, 4), increasing(3)),
    ),
    Row(
        np.trapezoid,
        lambda y, x: np.trapezoid(y, x, axis=0),
        lambda y, x: torch.trapezoid(y, x, dim=0),
        *(real(3, 2), real(3, 2)),
    ),
    Row(
        np.trapezoid,
        lambda y, h: np.trapezoid(y, dx=h, axis=0),
        lambda y, h: torch.trapezoid(y, dim=0) * h,
        *(real(3, 2), positive()),
    ),
    Row(np.trapezoid, lambda y: np.trapezoid(y, dx=0.5), lambda y: torch.trapezoid(y, dx=0.5), real(2, 3)),
]


def linspace(a, b, num=50, endpoint=True, axis=0):
    """Steps of the same length: PyTorch's own takes none from Tensors that require a gradient."""
    steps = [i / max(num - endpoint, 1) for i in range(num)]
    return torch.stack([a + (b - a) * step for step in steps], axis)


POINTS_BETWEEN = [
    Row(np.linspace, np.linspace, linspace, real(), real()),
    *for_keywords(np.linspace, linspace, real(2, 1), real(3), num=(1, 4), endpoint=(True, False), axis=(0, 1, -1)),
    Row(np.linspace, lambda a: np.linspace(a, 2.0, 5), lambda a: linspace(a, 2.0, 5), real(3)),
    Row(np.linspace, lambda b: np.linspace(1.0, b, 5), lambda b: linspace(1.0, b, 5), real(3)),
    Row(
        np.linspace,
        lambda a, b: np.linspace(a, b, 5, retstep=True),
        lambda a, b: (linspace(a, b, 5), (b - a) / 4),
        *(real(2), real(2)),
    ),
    Row(
        np.linspace,
        lambda a, b: np.linspace(a, b, 5, endpoint=False, retstep=True),
        lambda a, b: (linspace(a, b, 5, endpoint=False), (b - a) / 5),
        *(real(), real()),
    ),
]


def interp(x, xp, fp, left=None, right=None):
    """On the line between two points; NumPy's result is float64 always."""
    x, xp, fp = x.double(), torch.as_tensor(xp).double(), torch.as_tensor(fp).double()
    i = torch.searchsorted(xp, x.detach(), right=True).clamp(1, len(xp) - 1)
    y = torch.lerp(fp[i - 1], fp[i], (x - xp[i - 1]) / (xp[i] - xp[i - 1]))
    y = torch.where(x < xp[0], fp[0] if left is None else left, y)
    return torch.where(x > xp[-1], fp[-1] if right is None else right, y)


within = drawn(lambda rng, shape: rng.uniform(-0.5, 4.5, size=shape))

INTERPOLATIONS = [
    Row(np.interp, np.interp, interp, within(6), increasing(4), real(4)),
    Row(np.interp, np.interp, interp, within(2, 5), increasing(4), real(4), real(), real()),
    Row(np.interp, np.interp, interp, within(), increasing(4), real(4)),
    Row(np.interp, np.interp, interp, exactly(-1, 0.5, 9), increasing(4), real(4)),  # beyond both ends
    Row(
        np.interp,
        lambda f: np.interp([0.0, 1.0], [0, 1], f, left=-5, right=5),  # on both ends
        lambda f: f.double(),
        real(2),
    ),
    Row(
        np.interp,
        lambda x: np.interp(x, [0, 1, 3], [1, -1, 2], left=-5, right=5),
        lambda x: interp(x, [0, 1, 3], [1, -1, 2], left=-5, right=5),
        within(8),
    ),
    Row(
        np.interp,
        lambda f: np.interp([-1, 0, 0.5, 2], [0, 1], f),
        lambda f: torch.stack([f[0], f[0], f.mean(), f[1]]).double(),
        real(2),
    ),
]


def vander(x, N=None, increasing=False):
    """As a composition: no gradient flows through PyTorch's own. NumPy's result is float64 always."""
    powers = torch.stack([x.double() ** k for k in range(len(x) if N is None else N)], 1)
    return powers if increasing else powers.flip(1)


POLYNOMIALS = [
    *(
        Row(np.polyval, np.polyval, lambda p, x: sum(c * x**k for k, c in enumerate(p.flip(0))), *draws)
        for draws in [(real(4), real(2, 3)), (real(1), real(2)), (real(3), real())]
    ),
    Row(np.polyval, lambda x: np.polyval([1.0, 0.0, 2.0], x), lambda x: x.double() ** 2 + 2, real(2, 3)),
    Row(np.polyval, lambda p: np.polyval(p, 2.0), lambda p: p.double() @ torch.tensor([4.0, 2, 1]).double(), real(3)),
    Row(np.vander, np.vander, vander, real(4)),
    *for_keywords(
        np.vander,
        vander,
        real(3),
        N=(None, 1, 5),
        increasing=(False, True),
    ),
    Row(np.vander, lambda x: np.vander(x, 4), lambda x: vander(x, 4), exactly(0, 1, -1)),
]


def correlate(a, v, mode):
    """The longer array, framed by zeros, under the windows of the shorter one."""
    if len(a) < len(v):
        return correlate(v, a, mode).flip(0)
    m = len(v)
    frame = {"full": (m - 1, m - 1), "same": (m // 2, (m - 1) // 2), "valid": (0, 0)}[mode]
    return torch.conv1d(torch.nn.functional.pad(a, frame)[None, None], v[None, None])[0, 0]


def convolve(a, v, mode):
    return correlate(a, v.flip(0), mode) if len(a) >= len(v) else correlate(v, a.flip(0), mode)


MODES = ("full", "same", "valid")
LENGTHS = [(5, 3), (3, 5), (5, 2), (2, 5), (4, 4), (3, 1), (1, 3)]

CONVOLUTIONS = [
    Row(np.convolve, np.convolve, lambda a, v: convolve(a, v, "full"), real(5), real(3)),
    Row(np.correlate, np.correlate, lambda a, v: correlate(a, v, "valid"), real(5), real(3)),
    *(
        row
        for f, theirs in {np.convolve: convolve, np.correlate: correlate}.items()
        for n, m in LENGTHS
        for row in for_keywords(f, theirs, real(n), real(m), mode=MODES)
    ),
]

ROWS = [
    *DIFFERENCES,
    *SLOPES,
    *INTEGRALS,
    *POINTS_BETWEEN,
    *INTERPOLATIONS,
    *POLYNOMIALS,
    *CONVOLUTIONS,
]


@each(ROWS)
def test_derivatives(row):
    assert_same_derivatives(row)


@each(ROWS)
def test_float32(row):
    assert_same_in_float32(row)
