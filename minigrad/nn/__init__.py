"""Layers, networks and losses, under the names of torch.nn.

>>> import numpy as np
>>> from minigrad import nn
>>> net = nn.Sequential(nn.Linear(3, 4, rng=0), np.tanh, nn.Linear(4, 2, rng=1))
>>> loss = nn.CrossEntropyLoss()(net(np.ones((5, 3))), np.zeros(5, int))
>>> loss.backward()
>>> [(name, p.grad.shape) for name, p in net.named_parameters()]
[('0.weight', (4, 3)), ('0.bias', (4,)), ('2.weight', (2, 4)), ('2.bias', (2,))]
"""

from typing import NoReturn

from minigrad.elsewhere import missing as _missing
from minigrad.nn import init, utils
from minigrad.nn.activations import (
    ELU,
    GELU,
    Identity,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from minigrad.nn.attention import MultiheadAttention
from minigrad.nn.cells import GRUCell, LSTMCell, RNNCell
from minigrad.nn.containers import ModuleDict, ModuleList, Sequential
from minigrad.nn.convolution import Conv1d
from minigrad.nn.files import load, save
from minigrad.nn.layers import Dropout, Embedding, LayerNorm, Linear
from minigrad.nn.losses import BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, MSELoss, NLLLoss, SmoothL1Loss
from minigrad.nn.module import Buffer, Module, Parameter
from minigrad.nn.recurrent import GRU, LSTM, RNN

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "BCEWithLogitsLoss",
    "Buffer",
    "Conv1d",
    "CrossEntropyLoss",
    "Dropout",
    "Embedding",
    "GRUCell",
    "Identity",
    "L1Loss",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "Module",
    "ModuleDict",
    "ModuleList",
    "MultiheadAttention",
    "NLLLoss",
    "Parameter",
    "RNNCell",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "Tanh",
    "init",
    "load",
    "save",
    "utils",
]


def __dir__() -> list[str]:
    return [*__all__]


def __getattr__(name: str) -> NoReturn:
    raise _missing("minigrad.nn", name)
