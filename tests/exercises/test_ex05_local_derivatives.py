"""The way back through a small function must give its slope, found by complex steps of the way forward."""

import math

import numpy as np

import minigrad
from minigrad.course.checks import Ask, Chart, chart, expect, expect_pure, size, sometimes_zero, unpack

SIZES, SLOPE = dict(N=size, D=size), {"dx": "N D"}
product = Ask("multiply_backward", takes="dout a b", gives={"da": "N D", "db": "N D"}, **SIZES)
tanh = Ask("tanh_backward", takes="dout y", gives=SLOPE, **SIZES)
curve = Ask("sigmoid", takes="x", gives={"y": "N D"}, **SIZES)
sigmoid = Ask("sigmoid_backward", takes="dout y", gives=SLOPE, **SIZES)
any_shape = Ask("sigmoid", takes="x", gives="y", axes=[0, 1, 3])
relu = Ask("relu_backward", takes="dout x", gives=SLOPE, **SIZES)
matmul = Ask("matmul_backward", takes="dout x W", gives={"dx": "N D", "dW": "D H"}, **SIZES, H=size)


def logistic(x):
    return 1 / (1 + np.exp(-x))


def numbers(rng, N, D, scale=1.0, forward=np.tanh):
    """With some that are 0, and blame of any size."""
    a, b, x = (scale * sometimes_zero(rng, rng.normal(size=(N, D))) for _ in range(3))
    x[rng.random((N, D)) < 0.2] = 0.0
    dout = 10.0 ** rng.integers(0, 3) * rng.normal(size=(N, D))
    return {"dout": dout, "a": a, "b": b, "x": x, "y": forward(x)}


def with_axes(rng, axes):
    """Arrays of no axis, of one or of three."""
    dout, a, b, x = (np.asarray(rng.normal(size=(3, 2, 4)[:axes])) for _ in range(4))
    return {"dout": dout, "a": a, "b": b, "x": x}


def matrices(rng, N, D, H):
    x, W = sometimes_zero(rng, rng.normal(size=(N, D))), rng.normal(size=(D, H))
    return {"dout": 10.0 ** rng.integers(0, 3) * rng.normal(size=(N, H)), "x": x, "W": W}


def blame(dout, f, v):
    """The blame of each number of v: an imaginary hair is added to one at a time, and all outputs are looked at."""
    hairs = 1e-20j * np.eye(v.size).reshape(v.size, *v.shape)
    return (dout * f(v + hairs).imag).reshape(v.size, -1).sum(axis=1).reshape(v.shape) / 1e-20


def opened(dout, x):
    return np.vectorize(lambda d, v: d if v > 0 else 0.0)(dout, x)


for ask in (product, tanh, curve, relu):
    ask.example(numbers)
sigmoid.example(lambda rng, N, D: numbers(rng, N, D, forward=logistic))
matmul.example(matrices)
any_shape.example(with_axes)
product.reference(lambda dout, a, b: (blame(dout, lambda v: v * b, a), blame(dout, lambda v: a * v, b)))
tanh.reference(lambda dout, x: blame(dout, np.tanh, x))
curve.reference(lambda x: np.array([[(1 + math.tanh(v / 2)) / 2 for v in row] for row in x]))
sigmoid.reference(lambda dout, x: blame(dout, logistic, x))
relu.reference(opened)
matmul.reference(lambda dout, x, W: (blame(dout, lambda v: v @ W, x), blame(dout, lambda v: x @ v, W)))

test_da = product.check("multiply: da, the blame of the first factor", 1, "da")
test_db = product.check("multiply: db, the blame of the second factor", 1, "db")
test_tanh = tanh.check("tanh: the slope from the output", 1)
test_sigmoid = curve.check("sigmoid: the curve itself", 1)
test_large = curve.check("sigmoid: numbers as large as 1000", 1, needs=[test_sigmoid], scale=1000.0)
test_sigmoid_backward = sigmoid.check("sigmoid: the slope from the output", 1)
test_relu = relu.check("ReLU: open above 0 only", 1)
test_dx = matmul.check("matmul: dx, the blame of the inputs", 1, "dx")
test_dW = matmul.check("matmul: dW, the blame of the weights", 1, "dW")


@any_shape.checks("arrays of any shape, () too", 1, needs=[test_da, test_tanh, test_sigmoid, test_relu], examples=12)
def test_shapes(student, dout, a, b, x):
    """Of what has one number for each number of its arguments, so of all but the product of matrices."""
    expect("y", student.sigmoid(x=x), logistic(x))
    da, db = unpack("multiply_backward", student.multiply_backward(dout=dout, a=a, b=b), "da", "db")
    expect("da", da, blame(dout, lambda v: v * b, a))
    expect("db", db, blame(dout, lambda v: a * v, b))
    for name, f in (("tanh", np.tanh), ("sigmoid", logistic)):
        expect(f"dx of {name}", student.call(f"{name}_backward", {"dout": dout, "y": f(x)}).value, blame(dout, f, x))
    expect("dx of ReLU", student.relu_backward(dout=dout, x=x), opened(dout, x))


@product.checks("no argument is changed, and calling again gives the same", 1, needs=[test_da], examples=16)
def test_pure(student, dout, a, b, x, y):
    expect_pure(student, "multiply_backward", dout=dout, a=a, b=b)
    for function in ("tanh_backward", "sigmoid_backward"):
        expect_pure(student, function, dout=dout, y=y)
    expect_pure(student, "sigmoid", x=x)
    expect_pure(student, "relu_backward", dout=dout, x=x)
    expect_pure(student, "matmul_backward", dout=dout, x=x, W=np.eye(x.shape[1]))


@matmul.checks("the derivatives of minigrad", 0, examples=8)
def test_engine(matmul_backward, dout, x, W):
    _, pullback = minigrad.vjp(np.matmul, x, W)
    for name, got, expected in zip(["dx", "dW"], matmul_backward(), pullback(dout), strict=True):
        expect(name, got, expected)


@chart
def slopes(student):
    x = np.linspace(-5, 5, 81)
    one = np.ones(len(x))
    through = {
        "tanh": student.tanh_backward(dout=one, y=np.tanh(x)),
        "sigmoid": student.sigmoid_backward(dout=one, y=student.sigmoid(x=x)),
        "ReLU": student.relu_backward(dout=one, x=x),
    }
    caption = "Your slopes. Where a curve is flat, no blame gets through, and what lies before it learns nothing."
    return Chart("Of a blame of 1, how much gets through?", "x", "dx", {k: (x, v) for k, v in through.items()}, caption)
