"""Lists of numbers are as good as arrays wherever these are taken; and where no numbers came, the argument is named."""

import functools

import numpy as np
import pytest

from minigrad import functional, nn

rng = np.random.default_rng(0)
R = lambda *shape: rng.normal(size=shape)
IDS, LENGTHS, SOME = np.array([0, 2]), np.array([4, 2]), np.array([True, False])
SHARES = np.abs(R(3))


def named(f, *names):
    """f of arguments by these names, in this order."""
    return lambda *args: f(**dict(zip(names, args, strict=True)))


def of_states(layer):
    return lambda x, h, c: layer(x, (h, c))


ATTENTION = nn.MultiheadAttention(4, 2, rng=0)
CALLS = {
    **{
        f.__name__: (f, R(3))
        for f in (
            *(functional.sigmoid, functional.relu, functional.leaky_relu, functional.elu, functional.softplus),
            *(functional.silu, functional.gelu, functional.erf, functional.erfc),
        )
    },
    "logsumexp": (functional.logsumexp, R(2, 3)),
    "softmax": (functional.softmax, R(2, 3)),
    "log_softmax": (functional.log_softmax, R(2, 3)),
    "embedding": (functional.embedding, IDS, R(3, 2)),
    "layer_norm": (lambda x, w, b: functional.layer_norm(x, 3, w, b), R(2, 3), R(3), R(3)),
    "scaled_dot_product_attention": (functional.scaled_dot_product_attention, R(2, 3), R(4, 3), R(4, 2), R(2, 4)),
    "conv1d": (functional.conv1d, R(2, 3, 5), R(4, 3, 2), R(4)),
    "cross_entropy": (
        named(functional.cross_entropy, "logits", "targets", "mask", "weight"),
        *(R(2, 3), IDS, SOME, SHARES),
    ),
    "nll_loss": (
        named(functional.nll_loss, "log_probabilities", "targets", "mask", "weight"),
        *(R(2, 3), IDS, SOME, SHARES),
    ),
    **{f.__name__: (f, R(3), R(3)) for f in (functional.mse_loss, functional.l1_loss, functional.smooth_l1_loss)},
    "binary_cross_entropy_with_logits": (
        named(functional.binary_cross_entropy_with_logits, "logits", "targets", "pos_weight"),
        *(R(2, 3), np.abs(R(2, 3)), SHARES),
    ),
    "Linear": (nn.Linear(3, 2, rng=0), R(2, 3)),
    "RNN": (nn.RNN(3, 2, rng=0), R(4, 2, 3), R(1, 2, 2), LENGTHS),
    "GRU": (nn.GRU(3, 2, rng=0), R(4, 3), R(1, 2)),
    "LSTM": (of_states(nn.LSTM(3, 2, rng=0)), R(4, 2, 3), R(1, 2, 2), R(1, 2, 2)),
    "RNNCell": (nn.RNNCell(3, 2, rng=0), R(2, 3), R(2, 2)),
    "GRUCell": (nn.GRUCell(3, 2, rng=0), R(2, 3), R(2, 2)),
    "LSTMCell": (of_states(nn.LSTMCell(3, 2, rng=0)), R(2, 3), R(2, 2), R(2, 2)),
    "MultiheadAttention": (
        lambda q, k, v, padding, mask: ATTENTION(q, k, v, padding, attn_mask=mask),
        *(R(2, 3, 4), R(5, 3, 4), R(5, 3, 4), np.zeros((3, 5), bool), R(2, 5)),
    ),
    "CrossEntropyLoss": (lambda w: nn.CrossEntropyLoss(w)(np.ones((2, 3)), IDS), SHARES),
    "NLLLoss": (lambda w: nn.NLLLoss(w)(np.ones((2, 3)), IDS), SHARES),
    "BCEWithLogitsLoss": (lambda w: nn.BCEWithLogitsLoss(pos_weight=w)(np.ones(3), np.ones(3)), SHARES),
    "pad_sequence": (lambda a, b: nn.utils.pad_sequence([a, b]), R(2, 3), R(4, 3)),
}
PLACES = [(who, i) for who, (_, *args) in CALLS.items() for i in range(len(args))]


def called(who, i, x):
    f, *args = CALLS[who]
    return f(*args[:i], x, *args[i + 1 :])


def numbers_in(y):
    parts = y if isinstance(y, tuple) else (y,)
    return np.concatenate([np.ravel(numbers_in(p) if isinstance(p, tuple) else getattr(p, "data", p)) for p in parts])


@pytest.mark.parametrize(("who", "i"), PLACES)
def test_a_list_is_as_good_as_an_array(who, i):
    array = CALLS[who][1 + i]
    assert np.array_equal(numbers_in(called(who, i, array.tolist())), numbers_in(called(who, i, array)))


WRONG = {"ragged": [[1.0], [1.0, 2.0]], "words": np.full((2, 3), "a"), "a word": "abc"}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize(("who", "i"), PLACES)
def test_what_is_no_numbers_is_told_by_its_name(who, i, wrong):
    with pytest.raises(TypeError, match=rf"^{who}: expected .*(numbers|integer)"):
        called(who, i, WRONG[wrong])


@pytest.mark.parametrize("shape", [(2,), (4,), (2, 3), (3, 1), (1, 1, 1)])
def test_a_weight_of_positives_broadcasts_to_the_logits(shape):
    x, t = np.ones(3), np.ones(3)
    f = functools.partial(functional.binary_cross_entropy_with_logits, x, t)
    with pytest.raises(
        ValueError, match=r"binary_cross_entropy_with_logits: expected a pos_weight that broadcasts to \(3,\), got \("
    ):
        f(pos_weight=np.ones(shape))
    assert f(pos_weight=np.ones(())) == f(pos_weight=np.ones(1)) == f(pos_weight=[1, 1, 1]) == f()


@pytest.mark.parametrize("i", [1.0, "1", True, None.__class__])
def test_the_row_of_padding_is_an_integer(i):
    for call in (lambda: nn.Embedding(3, 2, padding_idx=i), lambda: functional.embedding([1], np.eye(3), i)):
        with pytest.raises(ValueError, match=r"mbedding: expected an integer padding_idx.*3"):
            call()
    assert nn.Embedding(3, 2, padding_idx=np.int8(-1)).padding_idx == 2


def test_one_number_is_no_table_of_embeddings():
    with pytest.raises(ValueError, match=r"^embedding: expected W of shape \(V, D\), got one number"):
        functional.embedding([0], 2.0)
