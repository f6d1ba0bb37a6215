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
@pytest.mark.parametrize("size", [1e-4, 1000.0])
def test_half_precision_steps_as_single_does(make, size):
    """The square of either is 0 or infinite in half precision, and so were the steps."""
    half, single = (Tensor(np.ones(3, dtype), requires_grad=True) for dtype in (np.float16, np.float32))
    optimizers = [make([half]), make([single])]
    g = (np.array([size, -size, size]) / [1, 2, 4]).astype(np.float16)
    half.grad, single.grad = g, g.astype(np.float32)
    for optimizer in optimizers:
        optimizer.step()
    assert half.dtype == np.float16
    assert np.array_equal(half.data, single.data.astype(np.float16))
    again = make([half])
    again.load_state_dict(optimizers[0].state_dict())
    names = [name for name, x in optimizers[1].state[single].items() if isinstance(x, np.ndarray)]
    assert all(np.array_equal(again.state[half][name], optimizers[1].state[single][name]) for name in names)


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


def velocities(gradients, momentum, dampening):
    m = None
    for g in gradients:
        m = g if m is None else momentum * m + (1 - dampening) * g
        yield m


def test_momentum_begins_with_the_first_gradient_that_it_sees():
    w = leaf(2)
    optimizer = optim.SGD([w], lr=0.1, dampening=0.5)
    w.grad = np.array([7.0, 7.0])
    optimizer.step()
    optimizer.param_groups[0]["momentum"] = 0.9
    gradients = [np.array([1.0, -2.0]), np.array([3.0, 1.0]), np.array([0.5, 0.0])]
    for w.grad, m in zip(gradients, velocities(gradients, 0.9, 0.5), strict=True):
        before = w.numpy()
        optimizer.step()
        assert np.allclose(before - w.data, 0.1 * m, rtol=1e-12)
        assert w.grad is not optimizer.state[w]["momentum_buffer"]


LATER = [
    (optim.SGD, {"momentum": 0.9, "nesterov": True}),
    (optim.SGD, {"momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1}),
    (optim.RMSprop, {"momentum": 0.9}),
    (optim.RMSprop, {"centered": True, "momentum": 0.5, "alpha": 0.5}),
    (optim.Adam, {"amsgrad": True, "betas": (0.5, 0.5)}),
    (optim.AdamW, {"amsgrad": True, "weight_decay": 0.5}),
    (optim.Adagrad, {"lr_decay": 0.5, "initial_accumulator_value": 1.0}),
    (optim.Adadelta, {"rho": 0.5, "eps": 1e-3}),
]


@pytest.mark.parametrize(("kind", "options"), LATER)
def test_options_may_be_turned_on_after_a_step_and_off_again(kind, options):
    """A state that an option begins with is 0, as if all gradients before had been."""
    w = leaf(4)
    optimizer = kind([w], lr=0.01)
    defaults = {name: optimizer.param_groups[0][name] for name in options}
    take_steps(optimizer, w, 2)
    for changed in (options, defaults, options):
        optimizer.param_groups[0].update(changed)
        before = w.numpy()
        take_steps(optimizer, w, 2)
        assert np.isfinite(w.data).all()
        assert (w.data != before).all()
        twin = Tensor(w.data, requires_grad=True)
        other = kind([twin], lr=0.01)
        other.load_state_dict(optimizer.state_dict())
        take_steps(optimizer, w, 1)
        take_steps(other, twin, 1)
        assert np.array_equal(w.data, twin.data)


@pytest.mark.parametrize(("kind", "options"), LATER)
def test_a_state_from_before_an_option_was_on_is_gone_on_from(kind, options):
    w, twin = leaf(4), leaf(4)
    optimizer, other = kind([w], lr=0.01), kind([twin], lr=0.01, **options)
    take_steps(optimizer, w, 2)
    saved = optimizer.state_dict()
    for group in saved["param_groups"]:
        group.update(options)
    twin.data = w.numpy()
    other.load_state_dict(saved)
    optimizer.param_groups[0].update(options)
    take_steps(optimizer, w, 2)
    take_steps(other, twin, 2)
    assert np.array_equal(w.data, twin.data)


def test_the_largest_square_is_that_since_amsgrad_was_on():
    w = leaf(1)
    optimizer = optim.Adam([w], betas=(0.0, 0.0), eps=0.0, lr=1.0)
    steps = []
    for g, amsgrad in ((8.0, False), (4.0, True), (2.0, True), (1.0, False)):
        optimizer.param_groups[0]["amsgrad"] = amsgrad
        w.grad, before = np.array([g]), w.numpy()
        optimizer.step()
        steps += (before - w.data).tolist()
    assert np.allclose(steps, [1, 1, 0.5, 1])


def test_the_mean_gradient_is_that_since_centered_was_on():
    w = leaf(1)
    optimizer = optim.RMSprop([w], alpha=0.5, eps=0.0, lr=1.0)
    v, mean = 0.0, None
    for g, centered in ((1.0, False), (64.0, True), *[(1.0, False)] * 9, (3.0, True), (1.0, True)):
        optimizer.param_groups[0]["centered"] = centered
        w.grad, before = np.array([g]), w.item()
        optimizer.step()
        v = 0.5 * v + 0.5 * g * g
        mean = 0.5 * (mean or 0.0) + 0.5 * g if centered else None
        assert np.isclose(before - w.item(), g / np.sqrt(v - (mean or 0.0) ** 2))


def test_a_schedule_begins_with_momentum_after_a_step():
    w = leaf(3)
    optimizer = optim.RMSprop([w], lr=0.01)
    take_steps(optimizer, w, 1)
    optim.OneCycleLR(optimizer, max_lr=0.1, total_steps=4, max_momentum=0.9)
    v = optimizer.state[w]["square_avg"].copy()
    take_steps(optimizer, w, 1)
    v = 0.99 * v + 0.01 * w.grad**2
    assert np.allclose(optimizer.state[w]["momentum_buffer"], w.grad / (np.sqrt(v) + 1e-8))


WRONG_STATES = {
    "of a parameter that is not there": (lambda s: s["state"].update({5: s["state"][0]}), "of 1 parameters, .*of 5"),
    "of no number": (lambda s: s["state"].update(bias=s["state"][0]), "of 1 parameters, .*of bias"),
    "with a part less": (
        lambda s: s["state"][0].pop("exp_avg"),
        "exp_avg of parameter 0, got step, exp_avg_sq",
    ),
    "without steps": (lambda s: s["state"][0].pop("step"), "step of parameter 0"),
    "empty": (lambda s: s["state"][0].clear(), "step of parameter 0, got nothing"),
    "of another shape": (
        lambda s: s["state"][0].update(exp_avg=np.zeros(3)),
        r"exp_avg .* of shape \(2,\), got \(3,\)",
    ),
    "of no shape": (lambda s: s["state"][0].update(exp_avg=0.0), r"exp_avg of parameter 0 of shape \(2,\), got \(\)"),
    "of many steps": (
        lambda s: s["state"][0].update(step=np.zeros(2)),
        r"step of parameter 0 of shape \(\), got \(2,\)",
    ),
    "of an option": (lambda s: s["state"][0].update(max_exp_avg_sq=np.zeros(3)), r"max_exp_avg_sq .* got \(3,\)"),
    "in a list": (lambda s: s.update(state=[s["state"][0]]), "dictionaries of state"),
    "of a number": (lambda s: s["state"].update({0: 1.0}), "dictionaries of state"),
    "of a group that is none": (lambda s: s.update(param_groups=[[0]]), "dictionaries of state"),
    "of one group alone": (lambda s: s.update(param_groups=s["param_groups"][0]), "dictionaries of state"),
    "of groups that are a number": (lambda s: s.update(param_groups=1), "dictionaries of state"),
    "without parameters": (lambda s: s["param_groups"][0].pop("params"), r"groups of \[1\] parameters, got \[0\]"),
    "of no groups": (lambda s: s.update(param_groups=[]), r"groups of \[1\] parameters, got \[\]"),
}


@pytest.mark.parametrize(("spoil", "text"), WRONG_STATES.values(), ids=WRONG_STATES)
def test_a_wrong_state_is_told_and_nothing_of_it_taken_over(spoil, text):
    w = leaf(2)
    optimizer = optim.Adam([w], lr=0.1)
    take_steps(optimizer, w, 2)
    before = optimizer.state_dict()
    wrong = optimizer.state_dict()
    wrong["param_groups"][0]["lr"] = 7.0
    spoil(wrong)
    with pytest.raises(ValueError, match=rf"^Adam\.load_state_dict: expected .*{text}"):
        optimizer.load_state_dict(wrong)
    assert optimizer.param_groups[0]["lr"] == 0.1
    assert all(np.array_equal(optimizer.state[w][name], x) for name, x in before["state"][0].items())


def test_a_state_may_have_been_in_a_file_of_text():
    w, twin = leaf(2), leaf(2)
    optimizer, other = optim.Adam([w]), optim.Adam([twin])
    take_steps(optimizer, w, 2)
    saved = optimizer.state_dict()
    other.load_state_dict({**saved, "state": {str(i): state for i, state in saved["state"].items()}})
    assert np.array_equal(other.state[twin]["exp_avg"], optimizer.state[w]["exp_avg"])


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
        (lambda w: optim.SGD([{"params": [w], "nesterov": True}]), ValueError, "Nesterov"),
        (
            lambda w: optim.SGD([{"params": [w], "dampening": 0.5}], momentum=0.5, nesterov=True),
            ValueError,
            "and no dampening",
        ),
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


def test_an_optimiser_shows_its_options():
    p, q = (Tensor(1.0, requires_grad=True) for _ in range(2))
    assert repr(optim.AdamW([p, q], lr=0.5)) == (
        "AdamW(2 parameters, lr=0.5, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.01, amsgrad=False)"
    )
    two = optim.RMSprop([{"params": [p], "lr": 0.25}, {"params": [q]}], lr=0.5)
    assert repr(two).startswith("RMSprop(1 parameter, lr=0.25, ")
    assert "; 1 parameter, lr=0.5, " in repr(two)


def test_a_gradient_that_is_a_tensor_is_told():
    w = nn.Linear(2, 3).weight
    w.grad = Tensor(np.ones((3, 2)))
    optimizer, before = optim.SGD([w], lr=0.5), w.numpy()
    with pytest.raises(
        TypeError, match=r"^SGD: expected p\.grad, .* got a Tensor, for the parameter p of shape \(3, 2\)"
    ):
        optimizer.step()
    assert np.array_equal(w.data, before)
    w.grad = w.grad.data
    optimizer.step()
    assert np.array_equal(w.data, before - 0.5)
