"""Optimisers follow their formulas, in place, group by group."""

import tracemalloc

import numpy as np
import pytest

from minigrad import Tensor, nn, optim

ALL = [
    lambda params: optim.SGD(params, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
    lambda params: optim.RMSprop(params, momentum=0.9, centered=True, weight_decay=0.1),
    lambda params: optim.Adagrad(params, lr=0.1, lr_decay=0.1, weight_decay=0.1),
    lambda params: optim.Adam(params, lr=0.1, amsgrad=True, weight_decay=0.1),
    lambda params: optim.AdamW(params, lr=0.1),
    lambda params: optim.Adadelta(params, weight_decay=0.1),
]


def leaf(*shape, seed=0, dtype=float):
    return Tensor(np.random.default_rng(seed).normal(size=shape).astype(dtype), requires_grad=True)


def take_steps(optimizer, w, count):
    for _ in range(count):
        optimizer.zero_grad()
        np.sum((w * w - w) ** 2).backward()
        optimizer.step()


def test_adam_by_its_formula():
    w = leaf(3)
    x, m, v = w.numpy(), np.zeros(3), np.zeros(3)
    optimizer = optim.Adam([w], lr=0.1, betas=(0.8, 0.9), eps=1e-3)
    for t in range(1, 6):
        take_steps(optimizer, w, 1)
        g = w.grad
        m, v = 0.8 * m + 0.2 * g, 0.9 * v + 0.1 * g**2
        x = x - 0.1 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.9**t)) + 1e-3)
        assert np.allclose(w.data, x, rtol=1e-12)


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_steps_go_down_in_place_and_keep_the_precision(make, dtype):
    w = leaf(5, dtype=dtype)
    optimizer, array = make([w]), w.data
    before = np.sum((array * array - array) ** 2)
    take_steps(optimizer, w, 20)
    assert w.data is array
    assert array.dtype == dtype
    assert np.sum((array * array - array) ** 2) < before
    assert all(x.dtype == dtype for x in optimizer.state[w].values() if isinstance(x, np.ndarray))


@pytest.mark.parametrize("make", ALL)
def test_a_step_allocates_nothing_as_large_as_a_parameter(make):
    w = leaf(200, 200)
    optimizer = make([w])
    take_steps(optimizer, w, 2)
    np.sum(w * w).backward()
    tracemalloc.start()
    optimizer.step()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < w.data.nbytes / 10


@pytest.mark.parametrize("make", ALL)
def test_gradients_are_left_alone(make):
    w = leaf(3)
    np.sum(w * w).backward()
    before = w.grad.copy()
    make([w]).step()
    assert np.array_equal(w.grad, before)


@pytest.mark.parametrize("make", ALL)
def test_the_state_goes_on_where_it_was(make):
    w, twin = leaf(4), leaf(4)
    optimizer, other = make([w]), make([twin])
    take_steps(optimizer, w, 3)
    saved, numbers = optimizer.state_dict(), w.numpy()
    take_steps(optimizer, w, 3)
    twin.data = numbers
    other.load_state_dict(saved)
    take_steps(other, twin, 3)
    assert np.array_equal(w.data, twin.data)


def test_groups_have_options_of_their_own():
    a, b = leaf(2), leaf(2)
    start = b.numpy()
    optimizer = optim.SGD([{"params": [a], "lr": 0.0}, {"params": [b]}], lr=0.5)
    (np.sum(a) + np.sum(b)).backward()
    optimizer.step()
    assert np.array_equal(a.data, start)
    assert np.array_equal(b.data, start - 0.5)


def test_parameters_without_gradient_stay():
    a, b = leaf(2), leaf(2)
    optimizer = optim.Adam([a, b], lr=0.5)
    np.sum(a).backward()
    before = b.numpy()
    optimizer.step()
    assert np.array_equal(b.data, before)
    assert b not in optimizer.state


@pytest.mark.parametrize("make", ALL)
def test_frozen_parameters_stay_until_they_thaw(make):
    a, b = leaf(2), leaf(2, seed=1)
    b.requires_grad = False
    before = b.numpy()
    optimizer = make([a, b])
    take_steps(optimizer, a, 2)
    b.grad = np.ones(2)  # as of a time before it was frozen
    optimizer.step()
    assert np.array_equal(b.data, before)
    assert b not in optimizer.state
    optimizer.load_state_dict(optimizer.state_dict())
    b.requires_grad = True
    take_steps(optimizer, b, 1)
    assert not np.array_equal(b.data, before)


def test_a_parameter_that_changed_its_precision_is_told():
    linear = nn.Linear(2, 2)
    optimizer = optim.Adam(linear.parameters())
    np.sum(linear.astype(np.float32)(np.ones(2, np.float32))).backward()
    with pytest.raises(RuntimeError, match=r"Adam: a parameter of shape \(2, 2\) became float32 after the optimiser"):
        optimizer.step()


def test_parameters_without_axes_or_elements():
    a, b = leaf(), leaf(0, 3)
    optimizer = optim.SGD([a, b], lr=1.0, momentum=0.5)
    (a + np.sum(b)).backward()
    before = a.item()
    optimizer.step()
    assert a.item() == before - 1


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda w: optim.SGD([]), ValueError, "SGD: expected parameters, got none"),
        (lambda w: optim.SGD([w, w]), ValueError, "came twice"),
        (lambda w: optim.Adam([w * 1.0]), TypeError, "Adam: expected leaves that require a gradient"),
        (lambda w: optim.Adam([w.data]), TypeError, "Adam: expected leaves"),
        (lambda w: optim.Adam([Tensor([1, 2]), w]), TypeError, "Adam: expected leaves"),
        (lambda w: optim.Adam([w.detach()]), TypeError, "Adam: expected some leaf that requires a gradient"),
        (lambda w: optim.SGD([w], lr=-1.0), ValueError, "SGD: expected lr to be 0 or more, got -1.0"),
        (lambda w: optim.SGD([w], lr=float("nan")), ValueError, "expected lr"),
        (lambda w: optim.Adam([w], betas=(0.9, 1.0)), ValueError, "betas from 0 to below 1"),
        (lambda w: optim.RMSprop([w], alpha=1.5), ValueError, "alpha from 0 to 1"),
        (lambda w: optim.SGD([w], nesterov=True), ValueError, "Nesterov"),
        (
            lambda w: optim.SGD([{"params": [w], "lrr": 1.0}]),
            ValueError,
            "unknown option 'lrr'; there are lr, momentum",
        ),
        (
            lambda w: optim.SGD([w]).load_state_dict(optim.SGD([leaf(2), leaf(2)]).state_dict()),
            ValueError,
            "parameters",
        ),
    ],
)
def test_wrong_calls_say_what_was_expected(call, error, text):
    with pytest.raises(error, match=text):
        call(leaf(2))
