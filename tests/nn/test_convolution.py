"""A convolution follows its sum, and a causal one sees nothing of what is later."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Tensor, functional, nn
from minigrad.testing import check_gradients

from .networks import with_parameters


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def by_its_sum(x, W, b, stride, before, after, dilation, groups):
    """The formula, number by number."""
    N = len(x)
    x = np.pad(x, ((0, 0), (0, 0), (before, after)))
    outputs, of_group, K = W.shape
    steps = (x.shape[2] - dilation * (K - 1) - 1) // stride + 1
    y = np.zeros((N, outputs, steps))
    for n, o, t in np.ndindex(*y.shape):
        first = o // (outputs // groups) * of_group
        terms = (W[o, c, k] * x[n, first + c, stride * t + dilation * k] for c in range(of_group) for k in range(K))
        y[n, o, t] = b[o] + sum(terms)
    return y


@given(
    st.integers(1, 3),
    st.integers(1, 2),
    st.integers(1, 2),
    st.integers(1, 2),
    st.sampled_from([0, 1, "same", "causal"]),
)
def test_a_convolution_is_its_sum(K, stride, dilation, groups, padding):
    stride = 1 if padding == "same" else stride
    x, W, b = normal(2, 4, 7), normal(6, 4 // groups, K, seed=1), normal(6, seed=2)
    span = dilation * (K - 1)
    zeros = {"same": (span // 2, span - span // 2), "causal": (span, 0)}.get(padding, (padding, padding))
    expected = by_its_sum(x, W, b, stride, *zeros, dilation, groups)
    f = lambda x, W, b: functional.conv1d(x, W, b, stride, padding, dilation, groups)
    np.testing.assert_allclose(f(x, W, b), expected, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(f(*map(Tensor, (x, W, b))).data, expected, rtol=1e-12, atol=1e-13)
    check_gradients(f, x, W, b, fast=True)


def test_the_layer_has_right_gradients():
    conv = nn.Conv1d(2, 4, 3, padding="causal", dilation=2, groups=2, rng=0)
    f = lambda parameters, x: with_parameters(conv, parameters)(x)
    check_gradients(f, conv.state_dict(), normal(2, 2, 5))


@given(st.integers(0, 5), st.integers(1, 3), st.integers(1, 3))
def test_a_causal_output_depends_on_no_later_step(t, K, dilation):
    conv = nn.Conv1d(2, 3, K, padding="causal", dilation=dilation, rng=0)
    x = normal(1, 2, 6)
    changed = x.copy()
    changed[:, :, t + 1 :] = 100.0
    before, after = conv(x).data, conv(changed).data
    assert before.shape == (1, 3, 6)
    assert np.array_equal(before[:, :, : t + 1], after[:, :, : t + 1])


def test_without_a_batch_and_in_single_precision():
    conv = nn.Conv1d(2, 3, 2, bias=False, dtype=np.float32, rng=0)
    x = normal(2, 5).astype(np.float32)
    assert conv(x).dtype == np.float32
    assert np.array_equal(conv(x).data, conv(x[None]).data[0])
    assert list(conv.state_dict()) == ["weight"]
    assert repr(conv) == "Conv1d(2, 3, kernel_size=2, bias=False)"


def test_an_empty_batch():
    assert nn.Conv1d(2, 3, 2)(np.ones((0, 2, 5))).shape == (0, 3, 4)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: nn.Conv1d(3, 4, 2)(np.ones((5, 7, 3))),
            ValueError,
            r"input of shape \(N, 3, L\), got \(5, 7",
        ),
        (lambda: nn.Conv1d(3, 4, 2)(np.ones(3)), ValueError, r"expected input of shape \(N, 3, L\), got \(3,\)"),
        (
            lambda: nn.Conv1d(3, 4, 3)(np.ones((1, 3, 2))),
            ValueError,
            "the 3 steps that the kernel spans, got 2",
        ),
        (lambda: nn.Conv1d(3, 4, 0), ValueError, "Conv1d: expected kernel_size to be an integer of 1 or more, got 0"),
        (lambda: nn.Conv1d(3, 4, 2, groups=2), ValueError, "Conv1d: expected groups that divide in_channels=3"),
        (lambda: nn.Conv1d(3, 4, 2, padding="full"), ValueError, "expected padding to be a number, 'same', 'causal'"),
        (lambda: nn.Conv1d(3, 4, 2, 2, "same"), ValueError, "expected stride 1 with padding 'same', got 2"),
        (lambda: nn.Conv1d(3, 4, 2, dtype=int), TypeError, "floating-point"),
        (
            lambda: functional.conv1d(np.ones((1, 2, 3)), np.ones((3, 1, 1)), groups=2),
            ValueError,
            "2 dividing O, got O = 3",
        ),
        (lambda: functional.conv1d(np.ones((1, 2, 3)), np.ones((3, 2, 1)), np.ones(2)), ValueError, r"bias .*\(3,\)"),
    ],
)
def test_wrong_calls_say_what_was_expected(call, error, text):
    with pytest.raises(error, match=text):
        call()
