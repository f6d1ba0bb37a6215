"""Optimisers and schedules, under the names of torch.optim.

>>> import numpy as np
>>> from minigrad import Tensor
>>> from minigrad.optim import SGD
>>> w = Tensor([3.0, -4.0], requires_grad=True)
>>> optimizer = SGD([w], lr=0.25)
>>> for _ in range(3):
...     optimizer.zero_grad()
...     np.sum(w * w).backward()
...     optimizer.step()
>>> w.data
array([ 0.375, -0.5  ])
"""

from minigrad.optim.optimizers import SGD, Adadelta, Adagrad, Adam, AdamW, Optimizer, RMSprop
from minigrad.optim.schedules import (
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    ReduceLROnPlateau,
    Schedule,
    StepLR,
)

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "CosineAnnealingLR",
    "ExponentialLR",
    "LambdaLR",
    "LinearLR",
    "Optimizer",
    "RMSprop",
    "ReduceLROnPlateau",
    "Schedule",
    "StepLR",
]
