"""Clipping, gradient flow and padding do what their formulas say."""

import numpy as np
import pytest

from minigrad import Tensor, grad, no_grad, vjp
from minigrad.nn import Module, Parameter, Sequential, utils
from minigrad.testing import check_gradients


def leaf(g, dtype=float):
    """A leaf with this gradient."""
    t = Tensor(np.zeros(np.shape(g), dtype), requires_grad=True)
    t.grad = np.array(g, dtype)
    return t


class Two(Module):
    """Two parameters, of which the second may have a bad gradient."""

    def __init__(self, *bad):
        self.good = Parameter(np.zeros(2))
        self.bad = Parameter(np.zeros(2))
        self.good.grad, self.bad.grad = np.ones(2), np.array([*bad, 1.0])


# Clipping


def test_the_norm_is_that_of_all_gradients_together():
    a, b = leaf([3.0, 0.0]), leaf([[4.0]])
    assert utils.clip_grad_norm_([a, b], 1.0) == 5
    assert np.allclose(np.concatenate([a.grad, b.grad[0]]), [0.6, 0.0, 0.8], rtol=1e-6)


def test_gradients_are_clipped_in_place():
    t = leaf([3.0, 4.0])
    g = t.grad
    utils.clip_grad_norm_(t, 1.0)
    utils.clip_grad_value_(t, 0.7)
    assert t.grad is g
    assert np.max(g) == 0.7


def test_short_gradients_stay_as_they_are():
    t = leaf([0.3, 0.4])
    utils.clip_grad_norm_(t, 1.0)
    assert np.array_equal(t.grad, [0.3, 0.4])


@pytest.mark.parametrize("size", [1e-200, 1e-30, 1.0, 1e200])
def test_the_norm_neither_overflows_nor_underflows(size):
    t = leaf([3 * size, 4 * size])
    assert np.isclose(utils.clip_grad_norm_(t, np.inf), 5 * size, rtol=1e-14, atol=0)
    assert np.array_equal(t.grad, [3 * size, 4 * size])


def test_gradients_whose_norm_no_number_can_hold_are_clipped_too():
    t = leaf([1.5e308, 1.5e308])
    utils.clip_grad_norm_(t, 2.0)
    assert np.allclose(t.grad, 2**0.5)


def test_float32_gradients_are_summed_in_float64_and_stay_float32():
    t = leaf(np.random.default_rng(0).normal(size=100_000) * 1e30, np.float32)
    before = t.grad.astype(np.float64)
    norm = np.linalg.norm(before)
    assert np.isclose(utils.clip_grad_norm_(t, 1.0), norm, rtol=1e-12)
    assert t.grad.dtype == np.float32
    assert np.allclose(t.grad, before / norm, rtol=1e-6)


def test_float32_gradients_of_zero_have_the_norm_zero():
    assert utils.clip_grad_norm_(leaf([0.0, 0.0], np.float32), 1.0) == 0


def test_zeros_empty_and_missing_gradients():
    missing = Tensor(1.0, requires_grad=True)
    assert utils.clip_grad_norm_([leaf([0.0, 0.0]), leaf([]), missing], 0.0) == 0
    assert utils.clip_grad_norm_([missing], 1.0) == utils.clip_grad_norm_([], 1.0) == 0
    assert missing.grad is None


def test_a_parameter_that_comes_twice_counts_once():
    t = leaf([3.0, 4.0])
    assert utils.clip_grad_norm_([t, t], 2.5) == 5
    assert np.allclose(t.grad, [1.5, 2.0])


def test_modules_are_clipped_whole():
    model = Two(1.0)
    assert utils.clip_grad_norm_(Sequential(model), 1.0) == 2
    assert np.allclose([*model.good.grad, *model.bad.grad], 0.5)
    utils.clip_grad_value_(model, 0.25)
    assert np.array_equal([*model.good.grad, *model.bad.grad], [0.25] * 4)


@pytest.mark.parametrize(("bad", "what"), [(np.nan, "NaN"), (np.inf, "infinity"), (-np.inf, "infinity")])
def test_what_is_not_finite_is_named_and_not_spread(bad, what):
    model = Two(bad)
    with pytest.raises(FloatingPointError, match=rf"expected finite gradients, got layers\.bad \({what}\)\."):
        utils.clip_grad_norm_(Around(model), 1.0)
    with pytest.raises(FloatingPointError, match=rf"got parameter 1 \({what}\)\."):
        utils.clip_grad_norm_(model.parameters(), 1.0)
    norm = utils.clip_grad_norm_(model, 1.0, error_if_nonfinite=False)
    assert np.isnan(norm) if what == "NaN" else norm == np.inf
    assert np.array_equal(model.good.grad, np.ones(2))


class Around(Module):
    def __init__(self, layers):
        self.layers = layers


def test_nan_counts_more_than_infinity():
    assert np.isnan(utils.clip_grad_norm_([leaf([np.nan]), leaf([np.inf])], 1.0, error_if_nonfinite=False))


def test_clipping_by_value_makes_infinity_the_limit():
    t = leaf([np.inf, -np.inf, 0.5])
    utils.clip_grad_value_(t, 2.0)
    assert np.array_equal(t.grad, [2.0, -2.0, 0.5])


def test_a_generator_that_is_used_up_is_told():
    parameters = Two(1.0).parameters()
    utils.clip_grad_value_(parameters, 1.0)
    with pytest.warns(UserWarning, match="can be gone through only once") as told:
        utils.clip_grad_norm_(parameters, 1.0)
    assert told[0].filename == __file__


# Gradient flow


class Cell(Module):
    """h = tanh(W_ih x + W_hh h), or of two states."""

    def __init__(self, D, H):
        rng = np.random.default_rng(0)
        self.weight_ih, self.weight_hh = Parameter(rng.normal(size=(H, D))), Parameter(rng.normal(size=(H, H)))

    def forward(self, x, h=None):
        z = x @ self.weight_ih.T
        return np.tanh(z if h is None else z + h @ self.weight_hh.T)


class TwoStates(Cell):
    def forward(self, x, state):
        h, c = state
        c = 0.9 * c + super().forward(x, h)
        return np.sin(c), c


class Layer(Module):
    """Cells above each other, as a layer is called and names its parameters in PyTorch."""

    def __init__(self, *cells, batch_first=False):
        self.batch_first, self._cells = batch_first, lambda: cells
        for k, cell in enumerate(cells):
            vars(self).update({f"weight_ih_l{k}": cell.weight_ih, f"weight_hh_l{k}": cell.weight_hh})

    def forward(self, x, state=None):
        x = np.swapaxes(x, 0, 1) if self.batch_first else x
        state = [None] * len(self._cells()) if state is None else [*state]
        outputs = []
        for y in x:
            for k, cell in enumerate(self._cells()):
                y = state[k] = cell(y, state[k])
            outputs.append(y)
        return np.stack(outputs, 1 if self.batch_first else 0), np.stack(state)


def nudged(model, x, loss, *states):
    """The norms of ∂loss/∂nudge, where what is added to each state is a nudge of 0."""

    def f(nudges):
        now, outputs = states, []
        for x_t, nudge in zip(x, nudges, strict=True):
            after = model(x_t, now if len(now) > 1 else now[0])
            now = [s + n for s, n in zip(after if len(now) > 1 else [after], nudge, strict=True)]
            outputs.append(now[0])
        return loss(np.stack(outputs))

    with no_grad():
        gradients = grad(f)([[np.zeros_like(s) for s in states] for _ in x])
    return np.array([[np.linalg.norm(g) for g in step] for step in gradients]).T


@pytest.mark.parametrize("w", [-0.5, 1.0, 3.0])
def test_a_linear_recurrence_flows_by_a_power_of_its_weight(w):
    T = 30
    flow = utils.gradient_flow(lambda x, h: w * h + x, np.ones((T, 1)), lambda h: np.sum(h[-1]), state=np.ones(1))
    assert np.allclose(flow, abs(w) ** (T - np.arange(1, T + 1)), rtol=1e-12)


def test_a_loss_of_every_step_adds_up():
    flow = utils.gradient_flow(lambda x, h: h + x, np.ones((4, 1)), np.sum, state=np.ones(1))
    assert np.array_equal(flow, [4.0, 3.0, 2.0, 1.0])


def test_gradients_that_explode_are_told_as_long_as_they_are_finite():
    flow = utils.gradient_flow(
        lambda x, h: 1e50 * h, np.ones((6, 1)), lambda h: 3 * h[-1, 0] + 4 * h[-1, 1], np.zeros(2)
    )
    assert np.allclose(flow / 5, 10.0 ** np.arange(250, -1, -50), rtol=1e-12)


def test_cells():
    x, h = np.random.default_rng(1).normal(size=(5, 2, 3)), np.ones((2, 4))
    cell, loss = Cell(3, 4), lambda h: np.sum(h * h)
    assert np.allclose(utils.gradient_flow(cell, x, loss, h), nudged(cell, x, loss, h)[0], rtol=1e-12)
    assert np.allclose(utils.gradient_flow(cell, Tensor(x), loss), nudged(cell, x, loss, 0 * h)[0], rtol=1e-12)


def test_a_state_of_several_parts_has_a_flow_for_each():
    x, state = np.random.default_rng(1).normal(size=(5, 2, 3)), (np.ones((2, 4)), np.zeros((2, 4)))
    cell, loss = TwoStates(3, 4), lambda h: np.sum(h[-1] ** 3)
    flows = utils.gradient_flow(cell, x, loss, state)
    assert np.allclose(flows, nudged(cell, x, loss, *state), rtol=1e-12)


@pytest.mark.parametrize("batch_first", [False, True])
def test_layers_are_taken_step_by_step(batch_first):
    x, cell = np.random.default_rng(1).normal(size=(5, 2, 3)), Cell(3, 4)
    layer = Layer(cell, batch_first=batch_first)
    of_layer = utils.gradient_flow(layer, Tensor(np.swapaxes(x, 0, 1) if batch_first else x), weighted(batch_first))
    assert np.allclose(of_layer, utils.gradient_flow(cell, x, weighted(False)), rtol=1e-12)


def weighted(batch_first):
    weights = np.random.default_rng(2).normal(size=(5, 2, 4))
    return lambda h: np.sum(h * (np.swapaxes(weights, 0, 1) if batch_first else weights))


def test_layers_above_each_other_are_one_state():
    x, below, above = np.random.default_rng(1).normal(size=(5, 2, 3)), Cell(3, 4), Cell(4, 4)

    def both(x, state):
        h = below(x, state[0])
        return np.stack([h, above(h, state[1])])

    of_both = nudged(both, x, lambda h: np.sum(h[:, -1] ** 2), np.zeros((2, 2, 4)))[0]
    assert np.allclose(utils.gradient_flow(Layer(below, above), x, lambda h: np.sum(h**2)), of_both, rtol=1e-12)


def test_parameters_and_their_gradients_are_left_alone():
    cell = Cell(3, 4)
    utils.gradient_flow(cell, np.ones((5, 3)), np.sum)
    assert all(p.grad is None for p in cell.parameters())


# Padding


@pytest.mark.parametrize("batch_first", [False, True])
def test_unpadding_gives_back_what_was_padded(batch_first):
    sequences = [np.arange(1.0, n + 1) for n in (2, 0, 3)]
    padded = utils.pad_sequence(sequences, batch_first, padding_value=np.nan)
    assert padded.shape == (3, 3)
    for s, back in zip(sequences, utils.unpad_sequence(padded, [2, 0, 3], batch_first), strict=True):
        assert np.array_equal(s, back)


def test_gradients_flow_through_padding_and_unpadding():
    rng = np.random.default_rng(0)
    sequences = [rng.normal(size=(n, 2)) for n in (2, 3)]

    def there_and_back(*sequences):
        return utils.unpad_sequence(utils.pad_sequence(sequences, padding_side="right") ** 2, [1, 3])

    check_gradients(lambda *s: np.concatenate(there_and_back(*s)), *sequences)
    _, pullback = vjp(there_and_back, *sequences)
    first, _ = pullback([np.ones((1, 2)), np.ones((3, 2))])
    assert np.array_equal(first[1], np.zeros(2))


def test_arrays_stay_arrays_and_one_tensor_makes_a_tensor():
    assert type(utils.pad_sequence([[1.0], [2.0, 3.0]])) is np.ndarray
    mixed = utils.pad_sequence([np.ones(1), Tensor([2.0, 3.0], requires_grad=True)])
    assert mixed.requires_grad
    assert mixed.tolist() == [[1.0, 2.0], [0.0, 3.0]]


def test_the_dtype_is_that_of_the_sequences():
    assert utils.pad_sequence([np.ones(1, np.float32), np.ones(2, np.float32)], padding_value=0.1).dtype == np.float32
    assert utils.pad_sequence([[1], [2, 3]], padding_value=-100).dtype == np.int64


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: utils.clip_grad_norm_([], -1.0), ValueError, "clip_grad_norm_: expected max_norm .*got -1.0"),
        (lambda: utils.clip_grad_norm_([], np.nan), ValueError, "expected max_norm to be 0 or more, got nan"),
        (lambda: utils.clip_grad_norm_([], 1.0, 0.0), ValueError, "expected norm_type to be above 0, got 0.0"),
        (lambda: utils.clip_grad_norm_([np.ones(1)], 1.0), TypeError, "Tensors, got ndarray as parameter 0"),
        (lambda: utils.clip_grad_value_([], -1.0), ValueError, "clip_grad_value_: expected clip_value .*got -1.0"),
        (lambda: utils.gradient_flow(None, [], np.sum), ValueError, "expected at least one step, got no inputs"),
        (
            lambda: utils.gradient_flow(Cell(1, 2), np.ones((3, 1)), np.tanh),
            ValueError,
            r"one number, got shape \(3, 2",
        ),
        (lambda: utils.pad_sequence([]), ValueError, "pad_sequence: expected at least one sequence, got none"),
        (lambda: utils.pad_sequence([[1.0]], padding_side="top"), ValueError, "padding_side .*got 'top'"),
        (
            lambda: utils.pad_sequence([[[1, 2]], [3]]),
            ValueError,
            r"\(length, 2\) as the first, got \(1,\) as number 1",
        ),
        (lambda: utils.pad_sequence([1.0]), ValueError, r"got \(\) as number 0"),
        (lambda: utils.pad_sequence([[1]], padding_value=0.5), ValueError, "padding_value of dtype int64, got 0.5"),
        (lambda: utils.pad_sequence([[1]], padding_value=np.nan), ValueError, "padding_value of dtype int64, got nan"),
        (lambda: utils.unpad_sequence(np.ones((2, 1)), [3]), ValueError, "expected lengths from 0 to 2, got 3"),
        (lambda: utils.unpad_sequence(np.ones((2, 1)), [1, 1]), ValueError, r"lengths of shape \(1,\), got \(2,\)"),
        (lambda: utils.unpad_sequence(np.ones((2, 1)), [1.0]), TypeError, "expected integer lengths, got float64"),
    ],
)
def test_wrong_calls_say_what_was_expected(call, error, text):
    with pytest.raises(error, match=text):
        call()


def test_a_bidirectional_layer_has_no_flow_from_step_to_step():
    layer = Layer(Cell(3, 4))
    layer.weight_hh_l0_reverse = Parameter(np.eye(4))
    with pytest.raises(ValueError, match="gradient_flow: expected a layer in one direction"):
        utils.gradient_flow(layer, np.ones((5, 3)), np.sum)
