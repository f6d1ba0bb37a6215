"""Optimizers must be right with gradients of all sizes, at any step."""

import numpy as np

from minigrad import Tensor, optim
from minigrad.course.checks import Ask, Chart, chart, expect, expect_pure, size, sometimes_zero, unpack

SIZES = dict(arrays=[1, 2, 3, 2, 3, 5], D=size, H=size)
BOTH = {"parameters": "", "state": ""}
sgd = Ask("sgd_momentum_step", takes="parameters grads state lr momentum", gives=BOTH, **SIZES)
adam = Ask("adam_step", takes="parameters grads state lr beta1 beta2 epsilon", gives=BOTH, **SIZES)


def gradients(rng, shapes):
    """Of both signs and of all sizes, but not 0."""
    return [rng.choice([-1.0, 1.0], size=shape) * 10.0 ** rng.uniform(-6, 2, size=shape) for shape in shapes]


def some_parameters(rng, arrays, D, H, zeros=True):
    """With gradients that are usual for each number, and those of this step: now and then some of them are 0.

    Of two that follow each other the shapes may be the same.
    """
    kinds, first = [(H,), (D, H), (D, H), (2, D, H)], rng.integers(4)
    shapes = [kinds[(first + k) % 4] for k in range(arrays)]
    parameters = [rng.normal(size=shape) for shape in shapes]
    usual = gradients(rng, shapes)
    grads = [sometimes_zero(rng, g.copy()) for g in usual] if zeros else usual
    return {"parameters": parameters, "usual": usual, "grads": grads, "lr": rng.uniform(0.01, 0.5)}


@sgd.example
def momentum_at_some_step(rng, arrays, D, H, begun=1):
    given = some_parameters(rng, arrays, D, H)
    sums = [0.0 + begun * g for g in gradients(rng, [p.shape for p in given["parameters"]])]
    return given | {"state": sums, "momentum": rng.uniform(0.3, 0.95)}


@adam.example
def adam_at_some_step(rng, arrays, D, H, begun=1, epsilon=1e-18):
    """With an epsilon that shows beside nothing but 0, unless another is asked for."""
    given = some_parameters(rng, arrays, D, H, zeros=begun)
    means = [0.0 + begun * g * rng.uniform(-0.3, 0.5, size=g.shape) for g in given["usual"]]
    moments = [begun * g**2 * rng.uniform(0.01, 2.0, size=g.shape) for g in given["usual"]]
    state = {"t": begun * int(rng.integers(1, 40)), "m": means, "v": moments}
    return given | {
        "state": state,
        "beta1": rng.uniform(0.5, 0.9),
        "beta2": rng.uniform(0.95, 0.999),
        "epsilon": epsilon,
    }


def stepped(optimizer, grads):
    """The parameters after a step of minigrad's, and what it remembers of each."""
    tensors = optimizer.param_groups[0]["params"]
    for tensor, g in zip(tensors, grads, strict=True):
        tensor.grad = g
    optimizer.step()
    return [tensor.numpy() for tensor in tensors], [optimizer.state[tensor] for tensor in tensors]


def tensors_of(parameters):
    return [Tensor(p, requires_grad=True) for p in parameters]


@sgd.reference
def the_engine_with_momentum(parameters, grads, state, lr, momentum):
    optimizer = optim.SGD(tensors_of(parameters), lr=lr, momentum=momentum)
    for tensor, m in zip(optimizer.param_groups[0]["params"], state, strict=True):
        optimizer.state[tensor] = {"step": 1, "momentum_buffer": m}
    parameters, remembered = stepped(optimizer, grads)
    return parameters, [one["momentum_buffer"] for one in remembered]


@adam.reference
def the_engine_with_adam(parameters, grads, state, lr, beta1, beta2, epsilon):
    optimizer = optim.Adam(tensors_of(parameters), lr=lr, betas=(beta1, beta2), eps=epsilon)
    for tensor, m, v in zip(optimizer.param_groups[0]["params"], state["m"], state["v"], strict=True):
        optimizer.state[tensor] = {"step": state["t"], "exp_avg": m, "exp_avg_sq": v}
    parameters, remembered = stepped(optimizer, grads)
    m, v = ([one[name] for one in remembered] for name in ("exp_avg", "exp_avg_sq"))
    return parameters, {"t": state["t"] + 1, "m": m, "v": v}


test_first_momentum = sgd.check("momentum: the first step", 1, "parameters", begun=0, examples=32)
test_momentum = sgd.check("momentum: any step", 1, "parameters", needs=[test_first_momentum])
test_sums = sgd.check("momentum: the new state", 1, "state")


@adam.checks("Adam: the first step moves each number by lr", 1, begun=0, examples=32)
def test_first_adam(adam_step, parameters, grads, lr):
    moved, _ = adam_step()
    expect("parameters", moved, [p - lr * np.sign(g) for p, g in zip(parameters, grads, strict=True)])


test_adam = adam.check("Adam: any step", 1, "parameters", needs=[test_first_adam])
test_averages = adam.check("Adam: the new state", 1, "state")


@adam.checks("Adam: gradients that are 0", 1, needs=[test_first_adam], begun=0, examples=24)
def test_zeros(adam_step, rng, parameters, grads, lr):
    moved, _ = adam_step(grads=[0 * g for g in grads], epsilon=1e-8)
    expect("parameters", moved, parameters)
    some = [rng.integers(2, size=g.shape) * g for g in grads]
    moved, _ = adam_step(grads=some)
    expect("parameters", moved, [p - lr * np.sign(g) for p, g in zip(parameters, some, strict=True)])


test_epsilon = adam.check(
    "Adam: epsilon is added to the corrected root", 1, "parameters", needs=[test_adam, test_zeros], epsilon=1e-3
)


@adam.checks("both: two networks by turns, many steps", 1, needs=[test_momentum, test_adam], examples=8)
def test_turns(student, parameters, rng):
    zeros = [0 * p for p in parameters]
    for function, begin, options, engine in (
        ("sgd_momentum_step", zeros, {"lr": 0.1, "momentum": 0.9}, optim.SGD),
        (
            "adam_step",
            {"t": 0, "m": zeros, "v": zeros},
            {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-18},
            None,
        ),
    ):
        engine = engine or (lambda tensors, lr, beta1, beta2, epsilon: optim.Adam(tensors, lr, (beta1, beta2), epsilon))
        expected = [engine(tensors_of(parameters), **options) for _ in range(2)]
        networks = [(parameters, begin)] * 2
        for step in range(20):
            grads = gradients(rng, [p.shape for p in parameters])
            moved, state = networks[step % 2]
            came = getattr(student, function)(parameters=moved, grads=grads, state=state, **options)
            networks[step % 2] = moved, _ = tuple(unpack(function, came, *BOTH))
            expect("parameters", moved, stepped(expected[step % 2], grads)[0])


@adam.checks(
    "no argument is changed, and calling again gives the same", 1, needs=[test_momentum, test_adam], examples=24
)
def test_pure(student, parameters, grads, state, lr, beta1, beta2, epsilon):
    given = {"parameters": parameters, "grads": grads}
    for rate, kept in ((lr, beta1), (lr, 0.0), (0.0, beta1)):  # also where nothing is kept, and where nothing moves
        expect_pure(student, "sgd_momentum_step", **given, state=state["m"], lr=rate, momentum=kept)
        expect_pure(student, "adam_step", **given, state=state, lr=rate, beta1=kept, beta2=beta2, epsilon=epsilon)
    nothing = [0 * p for p in parameters]
    zeros = {"parameters": parameters, "grads": nothing, "state": nothing}
    expect_pure(student, "sgd_momentum_step", **zeros, lr=lr, momentum=beta1)


STEEP = 40.0  # so much steeper is the valley from side to side


@chart
def paths(student):
    """Down a narrow valley, from its upper end and one side."""
    begin = np.array([-1.0, 0.5])
    zeros = [np.zeros(2)]
    sgd = lambda momentum: (
        lambda p, g, state: student.sgd_momentum_step(parameters=p, grads=g, state=state, lr=0.045, momentum=momentum)
    )
    adam = lambda p, g, state: student.adam_step(
        parameters=p, grads=g, state=state, lr=0.1, beta1=0.9, beta2=0.999, epsilon=1e-8
    )
    lines, ends = {}, []
    for name, step, state in (
        ("no momentum", sgd(0.0), zeros),
        ("momentum 0.8", sgd(0.8), zeros),
        ("Adam", adam, {"t": 0, "m": zeros, "v": zeros}),
    ):
        path = [begin]
        for _ in range(30):
            (place,), state = step([path[-1]], [path[-1] * [1.0, STEEP]], state)
            path.append(place)
        lines[name] = tuple(np.array(path).T)
        ends.append(f"{name} {path[-1] @ (path[-1] * [1.0, STEEP]) / 2:.4f}")
    caption = (
        "Your optimizers, 30 steps each, from the left; a mark can hide another. The bottom lies at 0, 0. At the same "
        f"distance from it the walls are {STEEP:.0f} times as steep as the way down, and Adam begins at the same pace "
        f"both ways. How high above the bottom they end: {', '.join(ends)}."
    )
    return Chart("Three ways down a narrow valley", "along the valley", "across", lines, caption)
