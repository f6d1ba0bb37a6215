"""Layers, networks and losses, under the names of torch.nn.

>>> import numpy as np
>>> from minigrad import nn
>>> net = nn.Sequential(nn.Linear(3, 4, rng=0), np.tanh, nn.Linear(4, 2, rng=1))
>>> loss = nn.CrossEntropyLoss()(net(np.ones((5, 3))), np.zeros(5, int))
>>> loss.backward()
>>> [(name, p.grad.shape) for name, p in net.named_parameters()]
[('0.weight', (4, 3)), ('0.bias', (4,)), ('2.weight', (2, 4)), ('2.bias', (2,))]
"""

from minigrad.nn import init, utils
from minigrad.nn.attention import MultiheadAttention
from minigrad.nn.cells import GRUCell, LSTMCell, RNNCell
from minigrad.nn.files import load, save
from minigrad.nn.layers import Dropout, Embedding, LayerNorm, Linear
from minigrad.nn.losses import BCEWithLogitsLoss, CrossEntropyLoss, MSELoss
from minigrad.nn.module import Module, Parameter, Sequential
from minigrad.nn.recurrent import GRU, LSTM, RNN

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "Dropout",
    "Embedding",
    "GRUCell",
    "LSTMCell",
    "LayerNorm",
    "Linear",
    "MSELoss",
    "Module",
    "MultiheadAttention",
    "Parameter",
    "RNNCell",
    "Sequential",
    "init",
    "load",
    "save",
    "utils",
]
