"""The functions NumPy has no name for: right at the edges, and differentiable."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Tensor, functional, grad, hessian
from minigrad.functional import cross_entropy, embedding, log_softmax, logsumexp, relu, sigmoid, softmax
from minigrad.recording import plain
from minigrad.testing import check_gradients


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def test_sigmoid_does_not_overflow():
    x = np.array([-1000.0, -40.0, 0.0, 40.0, 1000.0])
    with np.errstate(over="raise", invalid="raise"):
        y = sigmoid(x)
    assert np.allclose(y, [0, np.exp(-40), 0.5, 1, 1], rtol=1e-15, atol=0)


def test_sigmoid_keeps_float32():
    assert sigmoid(np.ones(2, np.float32)).dtype == np.float32


def test_relu_is_flat_at_zero():
    x = Tensor([-1.0, 0.0, 2.0], requires_grad=True)
    relu(x).backward(np.ones(3))
    assert x.grad.tolist() == [0, 0, 1]


@pytest.mark.parametrize("f", [softmax, log_softmax, logsumexp])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_softmax_family_has_right_gradients(f, axis):
    check_gradients(lambda x: f(x, axis=axis), normal(3, 4))


def test_logsumexp_takes_axes_as_sum_does():
    x = normal(2, 3)
    for axis in (None, 0, (0, 1)):
        for keepdims in (False, True):
            expected = np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))
            assert np.allclose(logsumexp(x, axis, keepdims), expected)
            assert np.shape(logsumexp(x, axis, keepdims)) == np.shape(expected)


@given(shift=st.floats(-1e4, 1e4), seed=st.integers(0, 100))
def test_softmax_does_not_see_a_shift(shift, seed):
    x = normal(4, seed=seed)
    assert np.allclose(softmax(x + shift), softmax(x), rtol=1e-6)


@pytest.mark.parametrize(("dtype", "large"), [(np.float32, 1e5), (np.float32, 2.0**30), (np.float64, 2.0**60)])
def test_softmax_and_its_logarithm_keep_their_digits_beside_a_large_shift(dtype, large):
    x = np.array([[0, 0, 0, 0], [0, 0, -np.inf, -np.inf]], dtype) + dtype(large)
    p = np.array([[1 / 4] * 4, [1 / 2, 1 / 2, 0, 0]])
    logarithms = np.array([[-np.log(4)] * 4, [-np.log(2), -np.log(2), -np.inf, -np.inf]])
    assert np.allclose(softmax(x), p, rtol=1e-6)
    assert np.allclose(log_softmax(x), logarithms, rtol=1e-6)
    assert np.isclose(cross_entropy(x, np.zeros(2, int)), np.log(8) / 2, rtol=1e-6)
    slopes = (p - np.array([1, 0, 0, 0])) / 2
    assert np.allclose(grad(lambda x: cross_entropy(x, np.zeros(2, int)))(x), slopes, rtol=1e-6)


@pytest.mark.parametrize("make", [list, Tensor, lambda x: np.array(x, np.uint8), lambda x: np.array(x, np.int8)])
@pytest.mark.parametrize("f", [softmax, log_softmax, logsumexp, sigmoid, functional.silu, functional.softplus])
def test_integers_count_as_floats(f, make):
    assert np.allclose(plain(f(make([0, 1, 3]))), f(np.array([0.0, 1.0, 3.0])), rtol=1e-12)
    assert np.allclose(plain(f(np.array([False, True]))), f(np.array([0.0, 1.0])), rtol=1e-12)


def test_rows_far_apart():
    x = np.array([[0.0, 900.0], [-1000.0, 1000.0]])
    assert np.allclose(log_softmax(x), [[-900, 0], [-2000, 0]])
    assert np.isfinite(grad(lambda x: np.sum(log_softmax(x)))(x)).all()


def test_a_row_of_nothing_has_the_sum_zero():
    with np.errstate(divide="ignore"):
        assert logsumexp(np.array([-np.inf, -np.inf])) == -np.inf


def test_cross_entropy_is_the_mean_over_what_counts():
    logits, targets = normal(3, 2, 4), np.array([[0, 1], [3, 2], [1, 1]])
    mask = np.array([[True, True], [False, True], [False, False]])
    each = -log_softmax(logits)[np.arange(3)[:, None], np.arange(2), targets]
    assert np.isclose(cross_entropy(logits, targets), each.mean())
    assert np.isclose(cross_entropy(logits, targets, mask), each[mask].mean())
    assert cross_entropy(logits, targets, np.zeros_like(mask)) == 0
    check_gradients(lambda x: cross_entropy(x, targets, mask), logits)


def test_what_the_mask_hides_reaches_neither_loss_nor_gradient():
    logits = np.array([[0.0, 1.0], [np.nan, -np.inf]])
    loss = lambda x: cross_entropy(x, [0, -1], [True, False])
    assert np.isfinite(loss(logits))
    assert grad(loss)(logits)[1].tolist() == [0, 0]


def test_relu_passes_nan_on():
    assert np.isnan(relu(np.array([np.nan]))).all()


def test_cross_entropy_where_the_mask_hides_an_infinity():
    logits = np.array([[0.0, 0.0], [-np.inf, 0.0]])
    assert np.isclose(cross_entropy(logits, [0, 0], [True, False]), np.log(2))


@pytest.mark.parametrize(
    ("targets", "mask", "error", "text"),
    [
        ([0, 4], None, ValueError, "from 0 to 2, got 4"),
        ([0, -1], None, ValueError, "from 0 to 2, got -1"),
        ([0.0, 1.0], None, TypeError, "integer targets, got float64"),
        ([0], None, ValueError, r"shape \(2,\).*got \(1,\)"),
        ([0, 1], [True], ValueError, r"mask.*\(2,\), got \(1,\)"),
    ],
)
def test_cross_entropy_says_what_it_expected(targets, mask, error, text):
    with pytest.raises(error, match=text):
        cross_entropy(np.zeros((2, 3)), targets, mask)


def test_embedding_is_a_product_with_one_hot_rows():
    W, ids = normal(5, 3), np.array([[0, 4], [4, 4]])
    assert np.array_equal(embedding(ids, W), np.eye(5)[ids] @ W)
    check_gradients(lambda W: embedding(ids, W), W)
    assert grad(lambda W: np.sum(embedding(ids, W)))(W)[4].tolist() == [3, 3, 3]


def test_embedding_refuses_what_is_not_a_row():
    for ids in ([5], [-1]):
        with pytest.raises(ValueError, match="from 0 to 4"):
            embedding(ids, normal(5, 3))
    with pytest.raises(TypeError, match="integer ids"):
        embedding([0.5], normal(5, 3))
    assert embedding([], normal(5, 3)).shape == (0, 3)


@pytest.mark.parametrize("rows", [[[1.0, 2.0, -np.inf], [-np.inf] * 3], [[-np.inf] * 3, [0.0, -np.inf, 3.0]]])
def test_rows_of_minus_infinity_are_impossible_and_flat(rows):
    x, possible = np.array(rows), np.isfinite(rows).any(1)
    assert (logsumexp(x)[~possible] == -np.inf).all()
    assert (log_softmax(x)[~possible] == -np.inf).all()
    assert np.allclose(np.sum(softmax(x), 1), possible, rtol=1e-15)
    for f in (
        lambda x: np.sum(np.where(possible, logsumexp(x), 0.0)),
        lambda x: np.sum(np.exp(logsumexp(x))),
        lambda x: np.sum(softmax(x) ** 2),
        lambda x: np.sum(np.where(possible[:, None] & np.isfinite(x), log_softmax(x), 0.0)),
    ):
        for derivative in grad(f)(x), hessian(f)(x):
            assert np.isfinite(derivative).all()
            assert not derivative[~possible].any()


def test_a_hidden_markov_model_with_a_state_that_cannot_be_reached():
    with np.errstate(divide="ignore"):
        start, moves = np.log([1.0, 0.0, 0.0]), np.log([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])

    def likelihood(seen, states):
        state = start[:states]
        for of_states in seen:
            state = logsumexp(state[:, None] + moves[:states, :states], axis=0) + of_states[:states]
        return logsumexp(state)

    seen = normal(4, 3)
    with_it, without = (grad(likelihood)(seen, states) for states in (3, 2))
    assert np.allclose(with_it, without)
    assert not with_it[:, 2].any()


def test_softplus_keeps_its_digits_everywhere():
    x = np.array([-np.inf, -800.0, -40.0, -1.0, 0.0, 1.0, 40.0, 800.0, np.inf])
    y = functional.softplus(x)
    np.testing.assert_allclose(y, np.logaddexp(0.0, x), rtol=1e-15)
    slope = grad(lambda x: np.sum(functional.softplus(x)))
    np.testing.assert_allclose(slope(x), functional.sigmoid(x), rtol=1e-15)
    finite = x[1:-1]
    curvature = grad(lambda x: np.sum(slope(x)))(finite)
    np.testing.assert_allclose(curvature, functional.sigmoid(finite) * functional.sigmoid(-finite), atol=1e-15)
    assert np.isnan(functional.softplus(np.nan))


@pytest.mark.parametrize("beta", [0.0, 0.5, 2.0])
def test_smooth_l1_loss_goes_over_from_a_square_to_a_line(beta):
    d = np.array([-3.0, -beta, -0.25, 0.0, 0.25, beta, 3.0])
    loss = lambda x: functional.smooth_l1_loss(x, np.zeros(7), "none", beta)
    square = np.abs(d) < beta
    expected = np.where(square, d**2 / (2 * beta or 1.0), np.abs(d) - beta / 2)
    np.testing.assert_allclose(loss(d), expected, rtol=1e-15)
    slopes = grad(lambda x: np.sum(loss(x)))(d)
    np.testing.assert_allclose(slopes, np.where(square, d / (beta or 1.0), np.sign(d)), rtol=1e-15)


def test_the_smooth_l1_loss_of_small_numbers_is_not_lost():
    """d² would be 0 in that precision, and d²/2β is not."""
    d, beta = np.array([2.0**-13, 2.0**-15], np.float16), 2.0**-12
    assert functional.smooth_l1_loss(d, np.zeros_like(d), "none", beta).tolist() == [2.0**-15, 2.0**-19]
    d, beta = np.array([1e-200]), 1e-180
    assert np.isclose(functional.smooth_l1_loss(d, [0.0], "sum", beta), 5e-221, rtol=1e-15, atol=0)
    assert np.isclose(grad(lambda d: functional.smooth_l1_loss(d, [0.0], "sum", beta))(d), 1e-20, rtol=1e-15, atol=0)


X = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]])
OPTIONS = {
    "leaky_relu": lambda x, a: functional.leaky_relu(x, a),
    "elu": lambda x, a: functional.elu(x, a),
    "softplus": lambda x, a: functional.softplus(x, a),
    "layer_norm": lambda x, a: functional.layer_norm(x, 3, eps=a),
    "dropout": lambda x, a: functional.dropout(x, a, rng=0),
    "attention": lambda x, a: functional.scaled_dot_product_attention(x, x, x, scale=a, dropout_p=a, rng=0),
    "smooth_l1_loss": lambda x, a: functional.smooth_l1_loss(x, x[::-1], beta=a),
    "cross_entropy": lambda x, a: functional.cross_entropy(x, np.array([0, 2]), label_smoothing=a),
}


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("dtype", ["f2", "f4"])
def test_a_number_of_numpy_as_an_option_leaves_the_dtype_alone(name, dtype):
    x = Tensor(X.astype(dtype), requires_grad=True)
    y, expected = OPTIONS[name](x, np.float64(0.25)), OPTIONS[name](x, 0.25)
    assert y.dtype == expected.dtype == dtype
    assert np.array_equal(y.data, expected.data)


@pytest.mark.parametrize("loss", ["mse_loss", "l1_loss", "smooth_l1_loss", "binary_cross_entropy_with_logits"])
@pytest.mark.parametrize("of", ["?", "i4", "i8", "u1"])
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_targets_that_are_no_floats_leave_the_dtype_alone(loss, of, dtype):
    x, targets = X.astype(dtype), np.array([[1, 0, 1], [0, 0, 1]])
    loss = getattr(functional, loss)
    assert loss(x, targets.astype(of)) == loss(x, targets.astype(dtype))
    assert loss(x, targets.astype(of)).dtype == loss(Tensor(x), Tensor(targets.astype(of))).dtype == dtype
    assert loss(targets, targets.astype(of)).dtype == float


def test_probabilities_as_targets_are_told_what_to_write():
    p = np.full((2, 3), 1 / 3)
    with pytest.raises(ValueError, match=r"got \(2, 3\)\. The loss of probabilities p is -np\.sum\(p \* log_softmax"):
        functional.cross_entropy(X, p)


def normal_cdf(x):
    """Φ(x) by math.erfc, with e to the power by which the rounding of x/√2 changes its square."""
    if x > 0:
        return 1 - normal_cdf(-x)
    z = -x * math.sqrt(0.5)
    return 0.5 * math.erfc(z) * math.exp(float(Fraction(z) ** 2 - Fraction(x) ** 2 / 2))


@pytest.mark.parametrize(("dtype", "most"), [(np.float64, 18.0), (np.float32, 1.5), (np.float16, 0.75)])
@pytest.mark.parametrize(
    ("f", "exact"), [(functional.erf, math.erf), (functional.erfc, math.erfc), (functional.gelu, normal_cdf)]
)
def test_erf_erfc_and_gelu_have_the_digits_they_say_over_the_whole_range(f, exact, dtype, most):
    info = np.finfo(dtype)
    z = np.concatenate([np.geomspace(float(info.tiny), 40, 4000), np.linspace(0.001, 30, 4000)]).astype(dtype)
    x = np.concatenate([z, -z])
    expected = np.array([exact(t) for t in x.tolist()])
    fits = np.abs(expected) >= info.tiny
    if f is functional.gelu:
        expected *= x
        fits &= np.abs(expected) >= info.tiny
        most += 1  # its product is rounded too
    got = f(x)
    assert got.dtype == dtype
    units = np.abs(got.astype(float) - expected) / np.spacing(np.abs(expected).astype(dtype)).astype(float)
    assert units[fits].max() <= most
    assert np.abs(got[~fits]).max(initial=0.0) <= 40 * info.tiny


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_erf_and_erfc_at_the_ends_of_the_numbers(dtype):
    least = np.finfo(dtype).smallest_subnormal
    x = np.array([np.inf, -np.inf, np.finfo(dtype).max, np.finfo(dtype).min, 0.0, -0.0, least, np.nan], dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert str(functional.erf(x).tolist()) == str([1.0, -1.0, 1.0, -1.0, 0.0, -0.0, float(least), math.nan])
        assert str(functional.erfc(x).tolist()) == str([0.0, 2.0, 0.0, 2.0, 1.0, 1.0, 1.0, math.nan])


@pytest.mark.parametrize("f", [functional.erf, functional.erfc, functional.gelu])
def test_erf_of_more_numbers_than_one_part_has_and_of_views(f):
    x = normal(2, 40_000)
    assert np.array_equal(f(x), [[*map(f, row[:3]), *f(row[3:])] for row in x])
    assert np.array_equal(f(x.T), f(x).T)
    check_gradients(f, normal(3, 4))
    check_gradients(grad(lambda x: np.sum(f(x) ** 2)), normal(3))


def test_erf_of_integers_and_of_what_is_no_real_number():
    assert functional.erf(np.arange(3)).tolist() == pytest.approx([math.erf(0), math.erf(1), math.erf(2)], rel=1e-14)
    for f in (functional.erf, functional.erfc, functional.gelu):
        with pytest.raises(TypeError, match=f"{f.__name__}: expected real numbers, got complex128"):
            f(np.array([1j]))
