"""Recurrent layers: padding changes nothing, options combine, wrong shapes are told in the words of the user."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Tensor, nn
from minigrad.nn.cells import lstm_cell
from minigrad.testing import check_gradients, strategies

from ..conftest import quick
from .networks import with_parameters

LAYERS = {"RNN": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}
CELLS = {"RNN": nn.RNNCell, "GRU": nn.GRUCell, "LSTM": nn.LSTMCell}


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def parts(state):
    return state if isinstance(state, tuple) else (state,)


@pytest.mark.parametrize("kind", LAYERS)
def test_a_layer_is_its_cell_at_every_step(kind):
    layer, cell = LAYERS[kind](3, 4, rng=0), CELLS[kind](3, 4, rng=1)
    cell.load_state_dict({name.removesuffix("_l0"): p for name, p in layer.state_dict().items()})
    x = np.random.default_rng(0).normal(size=(5, 2, 3))
    outputs, final = layer(x)
    state = None
    for t in range(5):
        state = cell(x[t], state)
        assert np.allclose(outputs[t].data, parts(state)[0].data)
    for s, end in zip(parts(state), parts(final), strict=True):
        assert np.allclose(end[0].data, s.data)


@given(
    batch=strategies.sequences(max_size=3),
    kind=st.sampled_from([*LAYERS]),
    bidirectional=st.booleans(),
    num_layers=st.integers(1, 2),
)
def test_padding_changes_no_output_state_or_gradient(batch, kind, bidirectional, num_layers):
    size = batch.x.shape[2]
    layer = LAYERS[kind](size, 2, num_layers, bidirectional=bidirectional, rng=0)
    x = Tensor(batch.x, requires_grad=True)
    outputs, state = layer(x, lengths=batch.lengths)
    (np.sum(outputs**2) + sum(np.sum(s**2) for s in parts(state))).backward()
    assert not outputs.data[~batch.mask].any()
    assert not x.grad[~batch.mask].any()
    together = {name: p.grad for name, p in layer.named_parameters()}
    layer.zero_grad()
    for n, length in enumerate(batch.lengths):
        alone = Tensor(batch.x[:length, n], requires_grad=True)
        y, end = layer(alone)
        (np.sum(y**2) + sum(np.sum(s**2) for s in parts(end))).backward()
        assert np.allclose(outputs.data[:length, n], y.data)
        assert np.allclose(x.grad[:length, n], alone.grad)
        for s, e in zip(parts(state), parts(end), strict=True):
            assert np.allclose(s.data[:, n], e.data)
    for name, p in layer.named_parameters():
        assert np.allclose(p.grad, together[name]), name


@pytest.mark.parametrize("kind", LAYERS)
def test_batch_first_and_no_batch(kind):
    x = np.random.default_rng(0).normal(size=(5, 2, 3))
    outputs, state = LAYERS[kind](3, 4, rng=0)(x)
    first, same = LAYERS[kind](3, 4, batch_first=True, rng=0)(np.swapaxes(x, 0, 1))
    single, end = LAYERS[kind](3, 4, rng=0)(x[:, 0])
    assert np.array_equal(np.swapaxes(first.data, 0, 1), outputs.data)
    assert np.allclose(single.data, outputs.data[:, 0])
    for a, b, c in zip(parts(state), parts(same), parts(end), strict=True):
        assert np.array_equal(a.data, b.data)
        assert np.allclose(c.data, a.data[:, 0])


def test_a_sequence_without_a_step_keeps_its_state():
    h = np.ones((1, 2, 4))
    outputs, end = nn.GRU(3, 4, rng=0)(np.ones((3, 2, 3)), h, lengths=[0, 2])
    assert np.array_equal(end.data[:, 0], h[:, 0])
    assert not outputs.data[:, 0].any()


@pytest.mark.parametrize("kind", LAYERS)
def test_a_batch_of_no_sequences_gives_none_and_zero_gradients(kind):
    layer = LAYERS[kind](3, 4, bidirectional=True, rng=0)
    x = Tensor(np.ones((5, 0, 3)), requires_grad=True)
    outputs, state = layer(x)
    np.sum(outputs).backward()
    assert (outputs.shape, parts(state)[0].shape, x.grad.shape) == ((5, 0, 8), (2, 0, 4), (5, 0, 3))
    assert all(p.grad.shape == p.shape and not p.grad.any() for p in layer.parameters())


def test_dropout_is_between_layers_and_in_training_only():
    layer = nn.LSTM(3, 4, num_layers=2, dropout=0.5, rng=0)
    x = np.ones((5, 2, 3))
    assert not np.array_equal(layer(x)[0].data, layer(x)[0].data)
    layer.eval()
    assert np.array_equal(layer(x)[0].data, layer(x)[0].data)
    alone = nn.LSTM(3, 4, dropout=0.5, rng=0)
    assert np.array_equal(alone(x)[0].data, alone(x)[0].data)


# Projections


@pytest.mark.parametrize("lengths", [[3, 3], [3, 1]])
def test_a_projected_layer_is_its_cell_and_a_matrix_at_every_step(lengths):
    lstm = nn.LSTM(2, 4, proj_size=3, rng=0)
    parameters = {name.removesuffix("_l0"): p.data for name, p in lstm.named_parameters()}
    W_hr = parameters.pop("weight_hr")
    x, h, c = normal(3, 2, 2), normal(2, 3), normal(2, 4)
    outputs, (h_T, c_T) = lstm(x, (h[None], c[None]), lengths)
    for t in range(3):
        h_next, c_next = lstm_cell(x[t], h, c, *parameters.values())
        counts = (t < np.array(lengths))[:, None]
        h, c = np.where(counts, h_next @ W_hr.T, h), np.where(counts, c_next, c)
        np.testing.assert_allclose(outputs.data[t], np.where(counts, h, 0.0), rtol=1e-12)
    np.testing.assert_allclose(h_T.data[0], h, rtol=1e-12)
    np.testing.assert_allclose(c_T.data[0], c, rtol=1e-12)


@pytest.mark.parametrize("options", quick(1, [{}, {"num_layers": 2, "bidirectional": True, "bias": False}]), ids=str)
@pytest.mark.parametrize("lengths", quick(1, [None, [3, 1]]))
def test_projected_layers_have_right_gradients_of_both_orders(options, lengths):
    lstm = nn.LSTM(2, 4, proj_size=3, rng=0, **options)
    count = 4 if options else 1
    x, state = normal(3, 2, 2), (normal(count, 2, 3), normal(count, 2, 4))
    outputs, (h, c) = lstm(x, state, lengths)
    assert outputs.shape == (3, 2, 6 if options else 3)
    assert (h.shape, c.shape) == ((count, 2, 3), (count, 2, 4))
    f = lambda parameters, x, *state: with_parameters(lstm, parameters)(x, state, lengths)[0]
    check_gradients(f, lstm.state_dict(), x, *state, fast=True, rtol=1e-8)


def test_recipes_know_the_gates_of_a_projected_layer():
    lstm = nn.LSTM(2, 4, num_layers=2, proj_size=2, rng=0)
    nn.init.forget_bias_(nn.init.orthogonal_gates_(lstm, rng=0), 3.0)
    for layer in "01":
        weight, biases = (getattr(lstm, f"{name}_l{layer}").data for name in ("weight_hh", "bias_ih"))
        for block in np.split(weight, 4):
            np.testing.assert_allclose(block.T @ block, np.eye(2), atol=1e-12)
        assert (biases == 3.0).tolist() == [False] * 4 + [True] * 4 + [False] * 8


def test_projections_keep_the_precision_and_take_every_form_of_input():
    lstm = nn.LSTM(2, 4, proj_size=1, batch_first=True, dtype=np.float32, rng=0)
    x = normal(2, 3, 2).astype(np.float32)
    outputs, (h, c) = lstm(x)
    assert outputs.dtype == h.dtype == c.dtype == np.float32
    assert outputs.shape == (2, 3, 1)
    single, _ = lstm(x[0])
    np.testing.assert_allclose(single.data, outputs.data[0], rtol=1e-6)
    assert lstm(x[:0])[0].shape == (0, 3, 1)
    assert repr(lstm) == "LSTM(2, 4, batch_first=True, proj_size=1)"


@pytest.mark.parametrize("kind", CELLS)
def test_cells_have_right_gradients(kind):
    cell = CELLS[kind](2, 3, rng=0)
    x = np.random.default_rng(0).normal(size=(2, 2))
    names = [name for name, _ in cell.named_parameters()]

    def run(x, *arrays):
        for name, a in zip(names, arrays, strict=True):
            vars(cell)[name] = a
        return parts(cell(x, cell(x)))[0]

    check_gradients(run, x, *(p.numpy() for p in cell.parameters()))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: nn.LSTM(3, 4)(np.ones((5, 2, 4))), r"LSTM: expected the input of shape \(T, N, 3\), got \(5, 2, 4\)"),
        (lambda: nn.LSTM(3, 4, batch_first=True)(np.ones((5, 2, 4))), r"shape \(N, T, 3\), got \(5, 2, 4\)"),
        (
            lambda: nn.GRU(3, 4)(np.ones((5, 4))),
            r"GRU: expected an input without a batch of shape \(T, 3\), got \(5, 4\)",
        ),
        (lambda: nn.GRU(3, 4)(np.ones(3)), r"shape \(T, N, 3\), got \(3,\)"),
        (lambda: nn.RNN(3, 4)(np.ones((0, 2, 3))), "RNN: expected at least one step"),
        (lambda: nn.RNN(3, 4)(np.ones((5, 2, 3)), np.ones((2, 4))), r"initial h of shape \(1, 2, 4\), got \(2, 4\)"),
        (
            lambda: nn.LSTM(5, 7, 2)(np.ones((4, 3, 5)), np.zeros((2, 3, 7))),
            r"LSTM: expected the initial state as \(h_0, c_0\), of shapes \(2, 3, 7\) and \(2, 3, 7\), got one array",
        ),
        (
            lambda: nn.LSTM(3, 4)(np.ones((5, 3)), [np.ones((1, 4))]),
            r"of shapes \(1, 4\) and \(1, 4\), got 1 in a list",
        ),
        (
            lambda: nn.GRU(3, 4)(np.ones((5, 2, 3)), (np.ones((1, 2, 4)),) * 2),
            r"GRU: expected the initial state as one array h_0, of shape \(1, 2, 4\), got 2 in a tuple",
        ),
        (
            lambda: nn.GRUCell(3, 4)(np.ones((2, 3)), (np.ones((2, 4)),) * 2),
            r"GRUCell: expected the state as one array h, of shape \(2, 4\), got 2 in a tuple",
        ),
        (
            lambda: nn.LSTMCell(3, 4)(np.ones((2, 3)), np.ones((2, 4))),
            r"LSTMCell: expected the state as \(h, c\), of shapes \(2, 4\) and \(2, 4\), got one array of shape",
        ),
        (lambda: nn.RNN(3, 4)(np.ones((5, 2, 3)), lengths=[5]), r"lengths of shape \(2,\), got \(1,\)"),
        (lambda: nn.RNN(3, 4)(np.ones((5, 2, 3)), lengths=[5, 6]), "lengths from 0 to 5, got 6"),
        (lambda: nn.RNN(3, 4)(np.ones((5, 2, 3)), lengths=[5.0, 2.5]), "expected integer lengths, got float64"),
        (lambda: nn.RNN(3, 4, nonlinearity="sigmoid"), "RNN: expected nonlinearity 'tanh' or 'relu', got 'sigmoid'"),
        (lambda: nn.LSTM(3, 4, hiden=2), r"^LSTM: expected LSTM\(input_size, .*hiden"),
        (lambda: nn.LSTM(3, 4, proj_size=4), "LSTM: expected proj_size below hidden_size=4, got 4"),
        (
            lambda: nn.LSTM(3, 4, proj_size=2)(np.ones((5, 2, 3)), (np.ones((1, 2, 4)), np.ones((1, 2, 4)))),
            r"initial h of shape \(1, 2, 2\), got \(1, 2, 4\)",
        ),
        (lambda: nn.RNN(3, 0), "RNN: expected hidden_size to be an integer of 1 or more, got 0"),
        (lambda: nn.LSTMCell(3, 4)(np.ones((2, 5))), r"LSTMCell: expected x of shape \(2, 3\), got \(2, 5\)"),
        (
            lambda: nn.GRUCell(3, 4)(np.ones((2, 3)), np.ones((2, 3))),
            r"GRUCell: expected h of shape \(2, 4\), got \(2, 3\)",
        ),
    ],
)
def test_a_wrong_shape_says_what_was_expected(call, text):
    with pytest.raises((ValueError, TypeError), match=text):
        call()


def test_representations_show_sizes_and_options():
    assert repr(nn.LSTM(3, 4, 2, bidirectional=True)) == "LSTM(3, 4, num_layers=2, bidirectional=True)"
    assert repr(nn.RNNCell(3, 4)) == "RNNCell(3, 4)"


def test_recipes_and_clipping_fit_the_layers():
    lstm = nn.LSTM(3, 4, rng=0)
    nn.init.forget_bias_(lstm, 2.0)
    nn.init.orthogonal_gates_(lstm, rng=0)
    rnn = nn.init.identity_rnn_(nn.RNN(3, 4, nonlinearity="relu"), rng=0)
    assert np.array_equal(rnn.weight_hh_l0.data, np.eye(4))
    np.sum(lstm(np.ones((5, 2, 3)))[0]).backward()
    assert nn.utils.clip_grad_norm_(lstm, 0.1) > 0.1
    flow = nn.utils.gradient_flow(lstm, np.ones((5, 2, 3)), lambda h: np.sum(h[-1]))
    assert flow[0].shape == (5,)
