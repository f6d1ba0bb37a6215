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

`nn.save` keeps a training in a file, and `nn.load` gives it back, to go on after a restart:

    nn.save({"model": model, "optimizer": optimizer, "schedule": schedule, "epoch": epoch}, "training.npz")

Make model, optimiser and schedule as at first, in this order, and then load what each of them was:

    saved = nn.load("training.npz")
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    schedule.load_state_dict(saved["schedule"])

A schedule goes on where it stood also if only the optimiser's state was loaded, whether it is made before or after;
ReduceLROnPlateau needs its own, since only that holds the measures so far. In each epoch the schedule steps last, after
all steps of the optimiser.
"""

from typing import NoReturn

from minigrad.elsewhere import missing as _missing
from minigrad.optim.optimizers import SGD, Adadelta, Adagrad, Adam, AdamW, Optimizer, RMSprop
from minigrad.optim.schedules import (
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    OneCycleLR,
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
    "OneCycleLR",
    "Optimizer",
    "RMSprop",
    "ReduceLROnPlateau",
    "Schedule",
    "StepLR",
]


def __dir__() -> list[str]:
    return [*__all__]


def __getattr__(name: str) -> NoReturn:
    raise _missing("minigrad.optim", name)
