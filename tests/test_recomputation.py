"""A checkpoint changes no number and no gradient, of any order; it keeps less, and notices what cannot be repeated."""

import gc
import tracemalloc
import weakref

import numpy as np
import pytest

from minigrad import Tensor, checkpoint, detect_anomaly, functional, grad, hvp, jacobian, nn, no_grad, value_and_grad
from minigrad.testing import check_gradients


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def block(x, w):
    return np.tanh(x @ w) + x


def test_gradients_of_both_orders_are_right():
    f = checkpoint(block)
    check_gradients(f, normal(3, 2), normal(2, 2, seed=1))
    check_gradients(lambda x, w: f(f(x, w), w), normal(3, 2), normal(2, 2, seed=1))
    assert np.array_equal(f(normal(3, 2), normal(2, 2)), block(normal(3, 2), normal(2, 2)))


@pytest.mark.parametrize("transform", [grad, jacobian, lambda f: grad(grad(f)), lambda f: lambda x: hvp(f, x, 2.0)])
def test_transforms_go_through(transform):
    f = lambda x: np.sin(x * x) * x
    assert np.allclose(transform(checkpoint(f))(0.7), transform(f)(0.7), rtol=1e-14)
    assert np.allclose(transform(lambda x: checkpoint(grad(f))(x) * x)(0.7), transform(lambda x: grad(f)(x) * x)(0.7))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_that_the_function_refers_to_get_their_gradients(dtype):
    layers = [nn.Linear(3, 3, rng=i, dtype=dtype) for i in range(4)]
    twins = [nn.Linear(3, 3, rng=i, dtype=dtype) for i in range(4)]
    x, y = (Tensor(normal(5, 3).astype(dtype), requires_grad=True) for _ in range(2))
    h, k = x, y
    for layer, twin in zip(layers, twins, strict=True):
        h, k = checkpoint(lambda h, layer=layer: np.tanh(layer(h)))(h), np.tanh(twin(k))
    assert np.array_equal(h.data, k.data)
    for _ in range(2):
        np.sum(h).backward()
        np.sum(k).backward()
    for layer, twin in zip(layers, twins, strict=True):
        assert layer.weight.grad.dtype == dtype
        np.testing.assert_allclose(layer.weight.grad, twin.weight.grad, rtol=1e-5)
        np.testing.assert_allclose(layer.bias.grad, twin.bias.grad, rtol=1e-5)
    np.testing.assert_allclose(x.grad, y.grad, rtol=1e-5)


def test_containers_go_in_and_out():
    def f(state, scale):
        h, (c, _) = state["h"], state["rest"]
        return {"h": np.tanh(h * c), "rest": (c + h, "a word")}, scale, np.arange(3), state["h"]

    def total(h, c, f):
        out, scale, plain, same = f({"h": h, "rest": (c, None)}, 2)
        assert (scale, plain.tolist(), out["rest"][1]) == (2, [0, 1, 2], "a word")
        return np.sum(out["h"] ** 2) + np.sum(out["rest"][0] * out["h"]) + np.sum(same)

    check_gradients(lambda h, c: total(h, c, checkpoint(f)), normal(2), normal(2, seed=1))
    one, other = (grad(total, argnums=(0, 1))(normal(2), normal(2, seed=1), g) for g in (f, checkpoint(f)))
    np.testing.assert_allclose(one, other, rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_real_and_complex_results_beside_each_other(dtype):
    """pytest makes an error of NumPy's warning that imaginary parts are discarded."""

    def f(x):
        return np.sum(x * x), np.exp(1j * x), x * np.array([1, 2j], np.result_type(x.dtype, np.complex64))

    def total(f):
        return lambda x: sum(np.sum(np.real(part * np.conj(part * (1 + 2j)))) for part in f(x))

    x = normal(2).astype(dtype)
    y, expected = checkpoint(f)(Tensor(x, requires_grad=True)), f(x)
    assert [part.dtype for part in y] == [part.dtype for part in expected]
    assert all(np.array_equal(part.data, other) for part, other in zip(y, expected, strict=True))
    tolerance = 100 * np.finfo(dtype).eps
    for transform in grad, lambda f: grad(lambda x: np.sum(grad(f)(x) ** 2)):
        got, right = transform(total(checkpoint(f)))(x), transform(total(f))(x)
        assert got.dtype == dtype
        assert np.allclose(got, right, rtol=tolerance, atol=tolerance)


def test_a_recurrent_network_in_pieces():
    lstm = nn.LSTM(2, 3, rng=0)
    piece = checkpoint(lambda x, state: lstm(x, state))

    def loss(x, run):
        state, total = (np.zeros((1, 2, 3)), np.zeros((1, 2, 3))), 0.0
        for t in range(0, 6, 2):
            outputs, state = run(x[t : t + 2], state)
            total = total + np.sum(outputs**2)
        return total

    x = normal(6, 2, 2)
    (value, gradient), (expected, right) = (value_and_grad(loss)(x, run) for run in (piece, lstm))
    np.testing.assert_allclose(value.data, expected.data, rtol=1e-14)
    np.testing.assert_allclose(gradient.data, right.data, rtol=1e-12)


def test_it_keeps_nothing_of_what_is_computed_on_the_way():
    seen = []

    def f(x):
        h = np.tanh(x)
        seen.append(weakref.ref(h))
        return np.exp(h)

    x = Tensor(normal(3), requires_grad=True)
    y = checkpoint(f)(x)
    assert seen[0]() is None
    np.sum(y).backward()
    assert np.allclose(x.grad, np.exp(np.tanh(x.data)) * (1 - np.tanh(x.data) ** 2))
    assert len(seen) == 2


def test_memory_is_that_of_the_pieces():
    def peak(run):
        x = Tensor(normal(1000), requires_grad=True)
        gc.collect()
        tracemalloc.start()
        h = x
        for _ in range(10):
            h = run(h)
        np.sum(h).backward()
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    def ten(h):
        for _ in range(10):
            h = np.tanh(h)
        return h

    assert peak(checkpoint(ten)) < peak(ten) / 3


def test_random_numbers_that_are_drawn_anew_are_noticed():
    dropout = nn.Dropout(0.5, rng=0)
    x = Tensor(np.ones(50), requires_grad=True)
    y = checkpoint(dropout)(x)
    with pytest.raises(
        RuntimeError,
        match=r"minigrad\.checkpoint: the function computed other numbers .* functional\.dropout\(x, p, rng=seed\)",
    ):
        np.sum(y).backward()
    y = checkpoint(lambda x, seed: functional.dropout(x, 0.5, rng=seed))(x, 7)
    np.sum(y).backward()
    assert np.array_equal(x.grad, y.data)


def test_what_was_changed_meanwhile_is_noticed():
    w, x = Tensor([1.0, 2.0], requires_grad=True), np.ones(2)
    y = checkpoint(lambda: w * x)()
    x[0] = 5.0
    with pytest.raises(RuntimeError, match="other numbers"):
        np.sum(y).backward()
    boxes = [w]
    y = checkpoint(lambda: boxes[0] * 2.0)()
    boxes[0] = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="something from other Tensors"):
        np.sum(y).backward()
    answers = [[w * 1.0, w * 2.0], [w * 1.0]]
    y, _ = checkpoint(lambda: [a + 0.0 for a in answers.pop(0)])()
    with pytest.raises(RuntimeError, match="a result of another form"):
        np.sum(y).backward()


def test_where_nothing_is_recorded_the_function_is_called_once():
    calls = []

    def f(x):
        calls.append(x)
        return x * 2

    assert checkpoint(f)(3.0) == 6.0
    with no_grad():
        assert not checkpoint(f)(Tensor(3.0, requires_grad=True)).requires_grad
    x = Tensor(3.0, requires_grad=True)
    assert checkpoint(lambda x: x)(x) is x
    assert len(calls) == 2


def test_an_anomaly_inside_is_found_there():
    x = Tensor([1.0, 0.0], requires_grad=True)
    with detect_anomaly(), np.errstate(divide="ignore"), pytest.raises(FloatingPointError, match=r"np\.sqrt"):
        np.sum(checkpoint(np.sqrt)(x)).backward()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda f: checkpoint(f, np.ones(2), 3.0), r"expected checkpoint\(f\), got 3 .* checkpoint\(f\)\(x, y\) for"),
        (lambda f: checkpoint(f, use_reentrant=False), "Leave use_reentrant out"),
        (lambda f: checkpoint(f, policy=None), "policy by name"),
        (lambda f: checkpoint(), "missing a required argument: 'f'"),
        (lambda f: checkpoint(f(1.0, 2.0)), "expected a function, got float"),
        (
            lambda f: checkpoint(f)(1.0),
            r"expected f\(x, w\), got 1 argument by position: missing a required argument: 'w'",
        ),
        (lambda f: checkpoint(f)(1.0, v=2.0), r"expected f\(x, w\), got 1 argument by position and v by name"),
        (lambda f: no_grad()(checkpoint(f))(1.0, 2.0, 3.0), r"expected f\(x, w\), got 3 arguments .* too many"),
    ],
)
def test_arguments_that_do_not_fit_are_told(call, text):
    def f(x, w):
        return x * w

    with pytest.raises(TypeError, match=f"^checkpoint: .*{text}"):
        call(f)
