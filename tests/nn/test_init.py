"""Weights begin as the formulas say, in place, and the same way from the same seed."""

import numpy as np
import pytest

from minigrad import Tensor
from minigrad.nn import Module, Parameter, init

RANDOM = [
    init.uniform_,
    init.normal_,
    init.trunc_normal_,
    init.xavier_uniform_,
    init.xavier_normal_,
    init.kaiming_uniform_,
    init.kaiming_normal_,
    init.orthogonal_,
]
ALL = [*RANDOM, init.zeros_, init.ones_, init.eye_, lambda t: init.constant_(t, 0.5)]


class Recurrent(Module):
    """The parameters of a cell with any number of gates, as PyTorch names them."""

    def __init__(self, gates, D=3, H=4, ending="", bias=True):
        shapes = {"weight_ih": (gates * H, D), "weight_hh": (gates * H, H)}
        if bias:
            shapes |= {"bias_ih": (gates * H,), "bias_hh": (gates * H,)}
        for name, shape in shapes.items():
            setattr(self, name + ending, Parameter(np.full(shape, 7.0)))


class Model(Module):
    """Several recurrent parts, and something else."""

    def __init__(self, *gates):
        self.layers = [Recurrent(g, ending="_l0_reverse") for g in gates]
        self.head = Parameter(np.full((2, 2), 7.0))


# Filling


@pytest.mark.parametrize("fill", ALL)
def test_leaves_are_filled_in_place_and_returned(fill):
    t = Tensor(np.full((3, 4), np.nan, np.float32), requires_grad=True)
    array = t.data
    assert fill(t) is t
    assert t.data is array
    assert array.dtype == np.float32
    assert np.all(np.isfinite(array))


@pytest.mark.parametrize("fill", ALL)
def test_arrays_are_filled_also_through_views(fill):
    whole = np.full((4, 6), 7.0)
    block = whole[1:3].T
    assert fill(block) is block
    assert np.all(whole[[0, 3]] == 7.0)
    assert not np.any(whole[1:3] == 7.0)


@pytest.mark.parametrize("fill", ALL)
def test_a_recorded_computation_keeps_its_numbers(fill):
    t = Tensor(np.full((2, 2), 3.0), requires_grad=True)
    loss = np.sum(t * t)
    fill(t)
    loss.backward()
    assert np.array_equal(t.grad, np.full((2, 2), 6.0))


@pytest.mark.parametrize("fill", RANDOM)
def test_a_seed_and_its_generator_draw_the_same_and_a_generator_goes_on(fill):
    shape, rng = (3, 4), np.random.default_rng(5)
    first, second = fill(np.empty(shape), rng=rng), fill(np.empty(shape), rng=rng)
    assert np.array_equal(fill(np.empty(shape), rng=5), first)
    assert not np.array_equal(first, second)
    assert not np.array_equal(fill(np.empty(shape)), fill(np.empty(shape)))


@pytest.mark.parametrize("fill", ALL)
@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (1, 1)])
def test_empty_and_single(fill, shape):
    assert fill(np.empty(shape)).shape == shape


# The distributions

MANY = (200, 500)


@pytest.mark.parametrize(
    ("fill", "std"),
    [
        (lambda t: init.uniform_(t, 1.0, 4.0, rng=0), 3 / 12**0.5),
        (lambda t: init.normal_(t, 5.0, 0.3, rng=0), 0.3),
        (lambda t: init.xavier_uniform_(t, 2.0, rng=0), 2 * (2 / 700) ** 0.5),
        (lambda t: init.xavier_normal_(t, 2.0, rng=0), 2 * (2 / 700) ** 0.5),
        (lambda t: init.kaiming_uniform_(t, rng=0), (2 / 500) ** 0.5),
        (lambda t: init.kaiming_normal_(t, mode="fan_out", nonlinearity="relu", rng=0), (2 / 200) ** 0.5),
        (lambda t: init.kaiming_normal_(t, 1.0, rng=0), (1 / 500) ** 0.5),
        (lambda t: init.kaiming_uniform_(t, nonlinearity="tanh", rng=0), 5 / 3 * (1 / 500) ** 0.5),
    ],
)
def test_standard_deviations(fill, std):
    assert np.isclose(np.std(fill(np.empty(MANY))), std, rtol=0.02)


def test_fans_count_further_axes():
    x = init.kaiming_uniform_(np.empty((50, 20, 3, 5)), nonlinearity="linear", rng=0)
    assert np.isclose(np.max(x), (3 / (20 * 15)) ** 0.5, rtol=0.01)


@pytest.mark.parametrize(
    ("mean", "std", "a", "b"),
    [(0.0, 1.0, -2.0, 2.0), (1.0, 0.5, -np.inf, 1.2), (0.0, 1.0, 4.0, 5.0), (3.0, 2.0, -9.0, -8.0), (0, 1, 30, np.inf)],
)
def test_a_cut_normal_distribution_has_the_right_density(mean, std, a, b):
    x = init.trunc_normal_(np.empty(20_000), mean, std, a, b, rng=0)
    grid = np.linspace(max(a, mean - 60 * std), min(b, mean + 60 * std), 1_000_001)
    nearest = min(max(mean, a), b)
    density = np.exp((nearest - mean) ** 2 / (2 * std**2) - (grid - mean) ** 2 / (2 * std**2))
    below = np.cumsum(density) / np.sum(density)
    assert a <= np.min(x) <= np.max(x) <= b
    observed = np.arange(1, x.size + 1) / x.size
    assert np.max(abs(np.interp(np.sort(x), grid, below) - observed)) < 2 / x.size**0.5  # Kolmogorov and Smirnov


def test_a_cut_to_one_point_is_that_point():
    assert np.array_equal(init.trunc_normal_(np.empty(3), a=2.0, b=2.0), [2.0, 2.0, 2.0])


@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (5, 3), (2, 3, 2), (1, 4)])
def test_orthogonal_matrices_square_or_not(shape):
    Q = init.orthogonal_(np.empty(shape), 3.0, rng=0).reshape(shape[0], -1) / 3
    product = Q @ Q.T if Q.shape[0] <= Q.shape[1] else Q.T @ Q
    assert np.allclose(product, np.eye(min(Q.shape)), atol=1e-14)


def test_every_orthogonal_matrix_is_equally_likely():
    rng = np.random.default_rng(0)
    traces = [np.trace(init.orthogonal_(np.empty((3, 3)), rng=rng)) for _ in range(4000)]
    assert abs(np.mean(traces)) < 0.06  # of the Haar measure the mean is 0 and the variance 1; LAPACK's own Q is off
    assert abs(np.var(traces) - 1) < 0.1


# Recipes


def test_an_identity_rnn_copies_its_state():
    cell = Recurrent(1, D=300)
    assert init.identity_rnn_(cell, 0.5, rng=0) is cell
    assert np.array_equal(cell.weight_hh.data, 0.5 * np.eye(4))
    assert not np.any(cell.bias_ih.data)
    assert not np.any(cell.bias_hh.data)
    assert np.isclose(np.std(cell.weight_ih.data), 0.001, rtol=0.1)


@pytest.mark.parametrize("gates", [1, 3, 4])
def test_each_gate_is_orthogonal_by_itself(gates):
    cell = init.orthogonal_gates_(Recurrent(gates), 2.0, rng=0)
    blocks = cell.weight_hh.data.reshape(gates, 4, 4)
    assert np.allclose(blocks @ blocks.mT, 4 * np.eye(4))
    assert len(np.unique(blocks[:, 0, 0])) == gates
    assert np.all(cell.weight_ih.data == 7)


def test_the_forget_gates_two_biases_add_up_to_the_value():
    cell = init.forget_bias_(Recurrent(4), 1.5)
    assert np.array_equal((cell.bias_ih.data + cell.bias_hh.data).reshape(4, 4)[:, 0], [14, 1.5, 14, 14])


def test_recipes_reach_every_recurrent_part_of_a_model():
    model = Model(4, 4)
    init.forget_bias_(init.orthogonal_gates_(model))
    for layer in model.layers:
        assert np.all(layer.bias_ih_l0_reverse.data[4:8] == 1)
        assert np.allclose(layer.weight_hh_l0_reverse.data[:4] @ layer.weight_hh_l0_reverse.data[:4].T, np.eye(4))
    assert np.all(model.head.data == 7)


def test_without_biases_there_is_less_to_do():
    cell = init.identity_rnn_(Recurrent(1, bias=False))
    assert np.array_equal(cell.weight_hh.data, np.eye(4))


@pytest.mark.parametrize(("recipe", "fits"), [(init.identity_rnn_, 1), (init.forget_bias_, 4)])
def test_where_a_recipe_does_not_fit_nothing_is_changed(recipe, fits):
    model = Model(fits, 3)
    with pytest.raises(ValueError, match=r"got layers.1.weight_hh_l0_reverse of shape \(12, 4\)"):
        recipe(model)
    assert all(np.all(p.data == 7) for p in model.parameters())


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: init.uniform_([0.0]), TypeError, "uniform_: expected a Tensor or an array to fill, got list"),
        (lambda: init.zeros_(np.zeros(2, int)), TypeError, "zeros_: expected floating-point numbers.*int64"),
        (lambda: init.ones_(Parameter([1.0]) * 2), TypeError, "ones_: expected a leaf to fill, got a result"),
        (lambda: init.uniform_(np.zeros(2), 1.0, 0.0), ValueError, "uniform_: expected a to be at most b, got a = 1"),
        (lambda: init.normal_(np.zeros(2), std=-1.0), ValueError, "normal_: expected std to be 0 or more, got -1.0"),
        (lambda: init.trunc_normal_(np.zeros(2), std=0.0), ValueError, "trunc_normal_: expected std to be above 0"),
        (lambda: init.trunc_normal_(np.zeros(2), a=np.nan), ValueError, "trunc_normal_: expected a to be at most b"),
        (lambda: init.xavier_uniform_(np.zeros(2)), ValueError, r"xavier_uniform_: expected a weight .*got shape \(2,"),
        (lambda: init.orthogonal_(np.zeros(2)), ValueError, "orthogonal_: expected a weight of shape"),
        (lambda: init.eye_(np.zeros(2)), ValueError, "eye_: expected a matrix"),
        (lambda: init.kaiming_normal_(np.zeros((2, 2)), mode="fan"), ValueError, "kaiming_normal_: expected mode"),
        (lambda: init.calculate_gain("gelu"), ValueError, "calculate_gain: expected one of linear, .* got 'gelu'"),
        (lambda: init.forget_bias_(Model()), ValueError, "forget_bias_: expected recurrent parameters, .*only head"),
        (lambda: init.forget_bias_(Recurrent(4, bias=False)), ValueError, "no bias_ih and no bias_hh"),
        (lambda: init.identity_rnn_(np.eye(2)), TypeError, "identity_rnn_: expected a Module, got ndarray"),
    ],
)
def test_wrong_calls_say_what_was_expected(call, error, text):
    with pytest.raises(error, match=text):
        call()
