"""Functions that networks need and NumPy does not have. Each takes arrays or Tensors alike.

>>> import numpy as np
>>> softmax(np.array([0.0, 0.0]))
array([0.5, 0.5])
"""

from typing import NoReturn

from minigrad.elsewhere import missing as _missing
from minigrad.functional.activations import elu, erf, erfc, gelu, leaky_relu, relu, sigmoid, silu, softplus
from minigrad.functional.convolution import conv1d
from minigrad.functional.layers import (
    dropout,
    embedding,
    layer_norm,
    log_softmax,
    logsumexp,
    scaled_dot_product_attention,
    softmax,
)
from minigrad.functional.losses import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    l1_loss,
    mse_loss,
    nll_loss,
    smooth_l1_loss,
)
from minigrad.messages import with_advice as _with_advice

__all__ = [
    "binary_cross_entropy_with_logits",
    "conv1d",
    "cross_entropy",
    "dropout",
    "elu",
    "embedding",
    "erf",
    "erfc",
    "gelu",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "log_softmax",
    "logsumexp",
    "mse_loss",
    "nll_loss",
    "relu",
    "scaled_dot_product_attention",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softplus",
]
globals().update({_name: _with_advice()(globals()[_name]) for _name in __all__})


def __dir__() -> list[str]:
    return [*__all__]


def __getattr__(name: str) -> NoReturn:
    raise _missing("minigrad.functional", name)
