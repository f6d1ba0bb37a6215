"""A kernel computes what its cell computes step by step: values, gradients, and gradients of gradients."""

import functools
import gc
import tracemalloc
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Tensor, grad, hessian, hvp, jvp, nn, no_grad, vjp
from minigrad.nn import kernels
from minigrad.nn.cells import gru_cell, lstm_cell, rnn_cell
from minigrad.recording import watch
from minigrad.scope import Scope
from minigrad.testing import check_gradients

KINDS = {
    "tanh": (kernels.rnn["tanh"], rnn_cell, 1, 1),
    "relu": (kernels.rnn["relu"], lambda *args: rnn_cell(*args, nonlinearity="relu"), 1, 1),
    "gru": (kernels.gru, gru_cell, 3, 1),
    "lstm": (kernels.lstm, lstm_cell, 4, 2),
}


def arguments(kind, T, N, D, H, bias, masked, seed, dtype=float):
    """(x, *states, W_ih, W_hh, b_ih, b_hh, mask)"""
    _, _, gates, states = KINDS[kind]
    rng = np.random.default_rng(seed)
    shapes = [(T, N, D), *[(N, H)] * states, (gates * H, D), (gates * H, H), *[(gates * H,)] * 2 * bias]
    arrays = [rng.normal(size=shape).astype(dtype) for shape in shapes] + [None, None] * (not bias)
    mask = np.arange(T)[:, None] < rng.integers(0, T + 1, size=N) if masked else None
    return (*arrays, mask)


def step_by_step(kind, x, *rest):
    _, cell, _, states = KINDS[kind]
    state, parameters, mask = rest[:states], rest[states:-1], rest[-1]
    outputs = []
    for t in range(len(x)):
        new = cell(x[t], *state, *parameters)
        new = new if states > 1 else (new,)
        counts = np.ones((len(x[t]), 1), bool) if mask is None else mask[t][:, None]
        state = tuple(np.where(counts, after, before) for after, before in zip(new, state, strict=True))
        outputs.append(state[0] * counts)
    return np.stack([*outputs, *(state[1:] if mask is None else state)])


def split(args):
    """The arrays that are differentiated, and a function of them."""
    chosen = [i for i, a in enumerate(args) if a is not None and a.dtype != bool]

    def filled(*arrays):
        full = list(args)
        for i, a in zip(chosen, arrays, strict=True):
            full[i] = a
        return full

    return [args[i] for i in chosen], filled


drawn = given(
    kind=st.sampled_from([*KINDS]),
    sizes=st.tuples(*[st.integers(1, 4)] * 4),
    bias=st.booleans(),
    masked=st.booleans(),
    seed=st.integers(0, 1000),
)


@drawn
def test_values_and_gradients_are_those_of_the_steps(kind, sizes, bias, masked, seed):
    args = arguments(kind, *sizes, bias, masked, seed)
    arrays, filled = split(args)
    y, pullback = vjp(lambda *a: KINDS[kind][0](*filled(*a)), *arrays)
    expected, by_steps = vjp(lambda *a: step_by_step(kind, *filled(*a)), *arrays)
    v = np.random.default_rng(seed).normal(size=y.shape)
    np.testing.assert_allclose(y, expected, rtol=1e-10, atol=1e-12)
    for got, right in zip(pullback(v), by_steps(v), strict=True):
        np.testing.assert_allclose(got, right, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_derivatives_at_both_orders(kind, masked):
    arrays, filled = split(arguments(kind, 3, 2, 2, 2, True, masked, seed=1))
    check_gradients(lambda *a: np.tanh(kernel_of(kind)(*filled(*a))), *arrays)


def kernel_of(kind):
    """The kernel, on arrays as well."""
    return lambda *args: (
        KINDS[kind][0](*args) if any(isinstance(a, Tensor) for a in args) else step_by_step(kind, *args)
    )


@drawn
def test_float32_stays_float32(kind, sizes, bias, masked, seed):
    args = arguments(kind, *sizes, bias, masked, seed, np.float32)
    arrays, filled = split(args)
    y, pullback = vjp(lambda *a: KINDS[kind][0](*filled(*a)), *arrays)
    assert y.dtype == np.float32
    assert all(g.dtype == np.float32 for g in pullback(np.ones_like(y)))
    np.testing.assert_allclose(y, step_by_step(kind, *args), rtol=1e-4, atol=1e-5)


@drawn
def test_second_derivatives_are_those_of_the_steps(kind, sizes, bias, masked, seed):
    arrays, filled = split(arguments(kind, *sizes, bias, masked, seed))
    rng = np.random.default_rng(seed)
    along = tuple(rng.normal(size=a.shape) for a in arrays)
    got = hvp(lambda *a: np.sum(np.exp(KINDS[kind][0](*filled(*a)))), tuple(arrays), along)
    expected = hvp(lambda *a: np.sum(np.exp(step_by_step(kind, *filled(*a)))), tuple(arrays), along)
    for g, right in zip(got, expected, strict=True):
        np.testing.assert_allclose(g, right, rtol=1e-9, atol=1e-11 * max(np.abs(x).max() for x in expected))


@pytest.mark.parametrize("length", [1e-30, 1.0, 1e30])
@pytest.mark.parametrize("kind", KINDS)
def test_second_derivatives_of_float32_are_linear_in_the_vector(kind, length):
    arrays, filled = split(arguments(kind, 6, 2, 3, 4, True, True, 1, np.float32))
    along = tuple(np.random.default_rng(0).normal(size=a.shape).astype(np.float32) for a in arrays)
    shorter = tuple(a * np.float32(length) for a in along)

    def products(f, dtype, vectors):
        given = (tuple(a.astype(dtype) for a in each) for each in (arrays, vectors))
        return hvp(lambda *a: np.sum(np.tanh(f(*filled(*a)))), *given)

    got = products(KINDS[kind][0], np.float32, shorter)
    for g, right in zip(got, products(lambda *a: step_by_step(kind, *a), float, along), strict=True):
        assert g.dtype == np.float32
        np.testing.assert_allclose(g / length, right, rtol=1e-3, atol=1e-4 * np.abs(right).max())


@pytest.mark.parametrize("kind", KINDS)
def test_jvp_hessian_and_third_derivatives_are_those_of_the_steps(kind):
    x, *rest = arguments(kind, 3, 1, 2, 2, True, False, seed=0)
    vector = np.random.default_rng(1).normal(size=x.shape)

    def all_orders(f):
        def loss(x):
            return np.sum(np.exp(f(x, *rest)))

        third = grad(lambda x: np.sum(hvp(loss, x, vector) ** 2))
        return jvp(lambda x: f(x, *rest), x, vector)[1], hessian(loss)(x), third(x)

    for got, right in zip(all_orders(KINDS[kind][0]), all_orders(functools.partial(step_by_step, kind)), strict=True):
        np.testing.assert_allclose(got, right, rtol=1e-8, atol=1e-10)


def test_relu_at_its_kink_has_no_second_derivative_either():
    x, h = np.zeros((4, 1, 1)), np.zeros((1, 1))
    products = hvp(
        lambda x, W: np.sum(kernels.rnn["relu"](x, h, W, W, None, None, None) ** 2), (x, h + 1), (x + 1, h + 1)
    )
    assert not any(np.any(p) for p in products)


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_derivative_takes_as_many_recorded_operations_for_a_long_sequence(kind):
    recorded = []

    def count(T):
        recorded.clear()
        x, *rest = arguments(kind, T, 1, 2, 2, True, False, seed=0)
        with Scope({watch: recorded.append}):
            hvp(lambda x: np.sum(KINDS[kind][0](x, *rest) ** 2), x, x)
        return len(recorded)

    assert count(40) == count(3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kernel_is_one_recorded_operation(kind):
    args = arguments(kind, 5, 2, 3, 4, True, False, seed=0)
    w = Tensor(args[-5], requires_grad=True)
    y = KINDS[kind][0](*args[:-5], w, *args[-4:])
    assert any(x is w for x in y.origin[1])
    with no_grad():
        assert not KINDS[kind][0](*args[:-5], w, *args[-4:]).requires_grad


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_how_many_steps_are_taken_at_a_time_changes_nothing(kind, masked, monkeypatch):
    arrays, filled = split(arguments(kind, 5, 2, 3, 4, True, masked, seed=0))
    y, pullback = vjp(lambda *a: KINDS[kind][0](*filled(*a)), *arrays)
    v = np.random.default_rng(0).normal(size=y.shape)
    in_one = pullback(v)
    for steps in 1, 2, 5:
        monkeypatch.setattr(kernels, "BLOCK", steps * 2 * 4)
        for together in 1, 2, 3, 5:  # steps whose gradients are multiplied at a time
            monkeypatch.setattr(kernels, "TOGETHER", 0)
            monkeypatch.setattr(kernels, "COLUMNS", together * 2)
            for got, right in zip(pullback(v), in_one, strict=True):
                np.testing.assert_allclose(got, right, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_of_one_argument_alone_is_what_it_is_among_all(kind):
    arrays, filled = split(arguments(kind, 5, 2, 3, 4, True, False, seed=0))
    y, pullback = vjp(lambda *a: KINDS[kind][0](*filled(*a)), *arrays)
    v = np.random.default_rng(0).normal(size=y.shape)
    for i, right in enumerate(pullback(v)):
        _, of_one = vjp(lambda a: KINDS[kind][0](*filled(*arrays[:i], a, *arrays[i + 1 :])), arrays[i])  # noqa: B023
        (alone,) = of_one(v)
        np.testing.assert_allclose(alone, right, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_backward_twice_adds(kind):
    args = arguments(kind, 5, 2, 3, 4, True, True, seed=0)
    w = Tensor(args[-5], requires_grad=True)
    y = np.sum(KINDS[kind][0](*args[:-5], w, *args[-4:]) ** 2)
    y.backward()
    once = w.grad.copy()
    y.backward()
    assert np.allclose(w.grad, 2 * once)


def test_arguments_may_be_changed_afterwards():
    args = list(arguments("lstm", 4, 2, 3, 2, True, True, seed=0))
    w = Tensor(args[3], requires_grad=True)
    y = kernels.lstm(*args[:3], w, *args[4:])
    expected = grad(lambda w: np.sum(kernels.lstm(*args[:3], w, *args[4:])))(args[3])
    for a in args:
        a[...] = 1
    np.sum(y).backward()
    assert np.array_equal(w.grad, expected)


def test_another_cotangent_in_the_same_array_is_another_gradient():
    args = arguments("tanh", 3, 2, 2, 2, True, False, seed=0)
    w = Tensor(args[2], requires_grad=True)
    y = kernels.rnn["tanh"](*args[:2], w, *args[3:])
    v = np.ones(y.shape)
    y.backward(v)
    once = w.grad.copy()
    v[:] = 2
    y.backward(v)
    assert np.allclose(w.grad, 3 * once)


def test_the_cotangent_is_left_alone():
    for kind in KINDS:
        args = arguments(kind, 3, 1, 2, 1, True, True, seed=0)
        y, pullback = vjp(lambda x: KINDS[kind][0](x, *args[1:]), args[0])  # noqa: B023
        v = np.ones(y.shape)
        pullback(v)
        assert (v == 1).all()


@pytest.mark.parametrize(("layer", "arrays"), [(nn.RNN, 4.5), (nn.GRU, 9), (nn.LSTM, 10.5)])
def test_a_step_of_training_needs_memory_for_few_arrays_of_all_states(layer, arrays):
    """The states, what the gates were, the sum's terms, and their gradients; those of gates only for some steps."""
    network = layer(2, 64, dtype=np.float32, rng=0)
    x = np.ones((256, 64, 2), np.float32)

    def step():
        np.sum(network(x)[0] ** 2).backward()

    step()
    tracemalloc.start()
    step()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < arrays * 256 * 64 * 64 * 4


@pytest.mark.exhaustive
def test_memory_of_second_derivatives_grows_with_the_steps_and_not_their_square():
    args = arguments("lstm", 40, 4, 256, 1, True, False, seed=0)
    w = Tensor(args[3], requires_grad=True)

    def peak(x):
        tracemalloc.start()
        hvp(lambda x: np.sum(kernels.lstm(x, *args[1:3], w, *args[4:]) ** 2), x, x)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    assert peak(args[0]) < 3 * peak(args[0][:20])


def test_no_cycle_holds_a_graph():
    args = arguments("lstm", 3, 2, 2, 2, True, False, seed=0)
    x = Tensor(args[0], requires_grad=True)
    gc.collect()
    gc.disable()
    try:
        y = np.sum(kernels.lstm(x, *args[1:]) ** 2)
        alive = weakref.ref(y)
        grad(lambda x: np.sum(kernels.lstm(x, *args[1:])))(args[0])
        y.backward()
        del y
        assert alive() is None
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.parametrize("sizes", [(150, 1, 2, 4), (150, 40, 2, 64)], ids=["one block", "several blocks"])
@pytest.mark.parametrize("layer", [nn.RNN, nn.GRU, nn.LSTM])
def test_faded_gradients_are_zeros_and_no_subnormal_numbers(layer, sizes, monkeypatch):
    seen, add = [], kernels._Gradients._add
    monkeypatch.setattr(kernels._Gradients, "_add", lambda self, g, steps: seen.append(g.copy()) or add(self, g, steps))
    T, N, D, H = sizes
    x = np.random.default_rng(0).normal(size=(T, N, D))

    def gradients(dtype):
        network = layer(D, H, dtype=dtype, rng=0)
        for p in network.parameters():
            p.data *= 0.3  # so that they fade soon
        np.sum(network(x.astype(dtype))[0][-1]).backward()
        return [p.grad for p in network.parameters()]

    single = gradients(np.float32)
    smallest = np.finfo(np.float32).smallest_normal
    of_gates = np.concatenate(seen, axis=1)
    left = np.abs(of_gates[of_gates != 0])
    assert smallest * 2**8 <= left.min() < smallest * 2**20  # times weights it is normal still
    assert left.size < of_gates.size
    for g, right in zip(single, gradients(np.float64), strict=True):
        np.testing.assert_allclose(g, right, rtol=1e-3, atol=1e-5 * np.abs(right).max())


@pytest.mark.parametrize("lengths", [None, [3, 1]], ids=["full", "lengths"])
@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_a_product_with_the_hessian_of_the_input_has_gradients_of_the_parameters(kind, lengths):
    """They are third derivatives: the product is recorded, since the parameters require gradients."""
    layer = kind(2, 3, rng=0)
    x, v, r = (np.random.default_rng(seed).normal(size=(3, 2, 2)) for seed in range(3))

    def product():
        return hvp(lambda x: np.sum(layer(x, lengths=lengths)[0] ** 3), x, v)

    recorded = product()
    with no_grad():
        assert np.allclose(product(), recorded.data, rtol=1e-12, atol=1e-14)
    np.sum(recorded * r).backward()
    for p in layer.parameters():
        along, step, ends = np.random.default_rng(3).normal(size=p.shape), 1e-4, []
        for sign in (1, -1, 2, -2):
            p.data += sign * step * along
            ends.append(np.sum(product().data * r))
            p.data -= sign * step * along
        slope = (8 * (ends[0] - ends[1]) - (ends[2] - ends[3])) / (12 * step)
        assert np.isclose(np.sum(p.grad * along), slope, rtol=1e-7, atol=1e-9)
