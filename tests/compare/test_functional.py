"""Functions that networks need and NumPy has no name for, against PyTorch."""

import numpy as np

from minigrad import functional

from .oracle import (
    Row,
    assert_same_derivatives,
    assert_same_in_float32,
    each,
    exactly,
    for_keywords,
    for_shapes,
    real,
    torch,
)

theirs = torch.nn.functional

SHAPES = [((),), ((5,),), ((2, 3),), ((2, 0, 3),)]
CLASSES = np.array([[0, 3, 1], [2, 2, 0]])
COUNTS = np.array([[True, False, True], [True, True, False]])
MASKED = torch.tensor(np.where(COUNTS, CLASSES, -100))
IGNORED = np.array([[0, 3, 1], [2, 1, 0]])
HIDDEN = torch.tensor(np.where(COUNTS, IGNORED, 1))
ALLOWED = np.array([[True, False, True, True, False], [False] * 5, [True] * 5])
WORDS = np.array([[0, 4, 4], [1, 0, 4]])


def attention(q, k, v, attn_mask=None, **options):
    """PyTorch's, by the kernel that can be differentiated twice."""
    if isinstance(attn_mask, np.ndarray):
        attn_mask = torch.tensor(attn_mask)
    k, v = k.expand(2, 5, 4), v.expand(2, 5, 2)
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        return theirs.scaled_dot_product_attention(q, k, v, attn_mask, **options)


def nll_loss(x):
    return theirs.nll_loss(x.movedim(-1, 1), torch.tensor(CLASSES))


ROWS = [
    *for_shapes(functional.sigmoid, torch.sigmoid, (real,), *SHAPES),
    *for_shapes(functional.relu, torch.relu, (real,), *SHAPES),
    *for_keywords(functional.logsumexp, torch.logsumexp, real(2, 3, 4), axis=(0, -1, (0, -1)), keepdims=(False, True)),
    Row(functional.logsumexp, lambda x: functional.logsumexp(x, None), lambda x: x.ravel().logsumexp(0), real(2, 3)),
    *for_keywords(functional.softmax, torch.softmax, real(2, 3, 4), axis=(0, 1, -1)),
    *for_keywords(functional.log_softmax, torch.log_softmax, real(2, 3, 4), axis=(0, 1, -1)),
    Row(
        functional.cross_entropy,
        lambda x: functional.cross_entropy(x, CLASSES),
        lambda x: theirs.cross_entropy(x.flatten(0, 1), torch.tensor(CLASSES).ravel()),
        real(2, 3, 4),
    ),
    Row(
        functional.cross_entropy,
        lambda x: functional.cross_entropy(x, CLASSES, COUNTS),
        lambda x: theirs.cross_entropy(x.flatten(0, 1), MASKED.ravel()),
        real(2, 3, 4),
    ),
    Row(
        functional.embedding,
        lambda W: functional.embedding(WORDS, W),
        lambda W: theirs.embedding(torch.tensor(WORDS), W),
        real(5, 2),
    ),
    *(
        Row(
            functional.cross_entropy,
            lambda x, options=options: functional.cross_entropy(x, IGNORED, COUNTS, ignore_index=1, **options),
            lambda x, options=options: theirs.cross_entropy(x.movedim(-1, 1), HIDDEN, ignore_index=1, **options),
            real(2, 3, 4),
        )
        for reduction in ("mean", "sum", "none")
        for options in ({"reduction": reduction}, {"reduction": reduction, "label_smoothing": 0.3})
    ),
    *for_keywords(functional.mse_loss, theirs.mse_loss, real(2, 3), real(2, 3), reduction=("mean", "sum", "none")),
    *for_keywords(
        functional.binary_cross_entropy_with_logits,
        theirs.binary_cross_entropy_with_logits,
        exactly(-30, -1, 0, 0.5, 30),
        exactly(0, 1, 0.25, 0.5, 1),
        reduction=("mean", "sum", "none"),
    ),
    Row(
        functional.embedding,
        lambda W: functional.embedding(WORDS, W, -1),
        lambda W: theirs.embedding(torch.tensor(WORDS), W, -1),
        real(5, 2),
    ),
    Row(
        functional.layer_norm,
        lambda x, weight, bias: functional.layer_norm(x, (3, 4), weight, bias, 1e-3),
        lambda x, weight, bias: theirs.layer_norm(x, (3, 4), weight, bias, 1e-3),
        *(real(2, 3, 4), real(3, 4), real(3, 4)),
    ),
    Row(functional.layer_norm, lambda x: functional.layer_norm(x, 4), lambda x: theirs.layer_norm(x, [4]), real(4)),
    Row(functional.dropout, lambda x: functional.dropout(x, 1.0), lambda x: theirs.dropout(x, 1.0), real(3)),
    Row(functional.dropout, lambda x: functional.dropout(x, 0.0), lambda x: theirs.dropout(x, 0.0), real(3)),
    *(
        Row(
            functional.scaled_dot_product_attention,
            lambda q, k, v, options=options: functional.scaled_dot_product_attention(q, k, v, **options),
            lambda q, k, v, options=options: attention(q, k, v, **options),
            *(real(2, 3, 4), real(2, 5, 4), real(2, 5, 2)),
        )
        for options in [{}, {"is_causal": True}, {"attn_mask": ALLOWED, "scale": 0.3}]
    ),
    Row(
        functional.scaled_dot_product_attention,
        functional.scaled_dot_product_attention,
        lambda q, k, v, mask: attention(q, k, v, mask),
        *(real(2, 3, 4), real(5, 4), real(1, 5, 2), real(3, 5)),
    ),
    *for_shapes(functional.softmax, lambda x: x.softmax(-1), (real,), ((0, 3),), ((5, 0, 0),)),
    *(
        Row(ours, ours, counterpart, real(2, 3))
        for ours, counterpart in [
            (functional.erf, torch.erf),
            (functional.erfc, torch.erfc),
            (functional.gelu, theirs.gelu),
            (functional.silu, theirs.silu),
            (functional.softplus, theirs.softplus),
            (functional.elu, theirs.elu),
            (functional.leaky_relu, theirs.leaky_relu),
        ]
    ),
    Row(functional.elu, functional.elu, theirs.elu, exactly(0, -40, 40), second_order=False),
    Row(functional.leaky_relu, functional.leaky_relu, theirs.leaky_relu, exactly(0, -40, 40)),
    Row(functional.gelu, functional.gelu, theirs.gelu, exactly(0, -5, 5, 40, -40)),
    Row(functional.nll_loss, lambda x: functional.nll_loss(x, CLASSES), nll_loss, real(2, 3, 4)),
    *for_keywords(functional.l1_loss, theirs.l1_loss, real(2, 3), real(2, 3), reduction=("mean", "sum", "none")),
    *for_keywords(functional.smooth_l1_loss, theirs.smooth_l1_loss, real(2, 3), real(2, 3), beta=(0.0, 0.5, 1.0)),
    Row(
        functional.binary_cross_entropy_with_logits,
        lambda x, t: functional.binary_cross_entropy_with_logits(x, t, pos_weight=np.float32([0.5, 2.0, 3.0])),
        lambda x, t: theirs.binary_cross_entropy_with_logits(x, t, pos_weight=torch.tensor([0.5, 2.0, 3.0])),
        *(real(2, 3), real(2, 3)),
    ),
    Row(
        functional.conv1d,
        lambda x, W, b: functional.conv1d(x, W, b, 2, 3, 2, 2),
        lambda x, W, b: theirs.conv1d(x, W, b, 2, 3, 2, 2),
        *(real(2, 4, 9), real(6, 2, 3), real(6)),
    ),
    Row(
        functional.conv1d,
        lambda x, W: functional.conv1d(x, W, padding="causal"),
        lambda x, W: theirs.conv1d(theirs.pad(x, (2, 0)), W),
        *(real(2, 4, 5), real(3, 4, 3)),
    ),
    *for_shapes(functional.log_softmax, lambda x: x.log_softmax(-1), (real,), ((0, 3),), ((5, 0, 0),)),
    # Ties, kinks and large numbers
    Row(functional.relu, functional.relu, torch.relu, exactly(0, -0.0, 1, -1)),
    Row(functional.sigmoid, functional.sigmoid, torch.sigmoid, exactly(0, 40, -40, 1000, -1000)),
    Row(functional.logsumexp, functional.logsumexp, lambda x: x.logsumexp(-1), exactly(1000, 1000, -1000)),
    Row(functional.softmax, functional.softmax, lambda x: x.softmax(-1), exactly(1000, 999, -1000)),
    Row(functional.log_softmax, functional.log_softmax, lambda x: x.log_softmax(-1), exactly(1000, 999, -1000)),
]


@each(ROWS)
def test_derivatives(row):
    assert_same_derivatives(row)


@each(ROWS)
def test_float32(row):
    assert_same_in_float32(row)
