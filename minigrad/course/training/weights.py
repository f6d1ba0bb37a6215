"""The numbers that a model learns, until students have written an optimiser themselves."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.optim import Adam, LinearLR
from minigrad.tensor import Tensor


class Weights:
    """Arrays by name, and Adam, which changes them against their gradients, in the end by less and less.

    >>> w = Weights(rate=0.1, steps=10, W=np.ones((2, 2)), b=np.zeros(2))
    >>> w.learn(W=np.full((2, 2), 3.0), b=np.zeros(2))
    >>> w.W.round(6)
    array([[0.9, 0.9],
           [0.9, 0.9]])
    >>> w.count
    6

    Args:
        rate: how far a weight goes in the first step.
        steps: after so many of them it does not move any more. Without it the rate stays as it is.
    """

    def __init__(self, rate: float, steps: int | None = None, **arrays: Any):
        self._tensors = {name: Tensor(array, requires_grad=True) for name, array in arrays.items()}
        self._adam = Adam(self._tensors.values(), lr=rate)
        end = 1.0 if steps is None else 0.0
        self._rate = LinearLR(self._adam, start_factor=1.0, end_factor=end, total_iters=max(steps or 1, 1))

    def __getattr__(self, name: str) -> np.ndarray[Any, Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._tensors[name].data

    @property
    def count(self) -> int:
        """The count of numbers to learn."""
        return sum(tensor.size for tensor in self._tensors.values())

    def learn(self, **gradients: Any) -> None:
        """A step against these gradients."""
        for name, gradient in gradients.items():
            self._tensors[name].grad = np.asarray(gradient)
        self._adam.step()
        self._rate.step()

    def state_dict(self) -> dict[str, Any]:
        """All that a step changes."""
        arrays = {name: tensor.data.copy() for name, tensor in self._tensors.items()}
        return {"arrays": arrays, "adam": self._adam.state_dict(), "rate": self._rate.state_dict()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        for name, tensor in self._tensors.items():
            tensor.data[...] = state_dict["arrays"][name]
        self._adam.load_state_dict(state_dict["adam"])
        self._rate.load_state_dict(state_dict["rate"])


class OwnWeights:
    """Arrays by name as in `Weights`, which the student's own Adam changes, that of exercise 26.

    Args:
        optimizers: the student's exercise.
        rate, steps: as in `Weights`.
    """

    def __init__(self, optimizers: Any, rate: float, steps: int, **arrays: Any):
        self._arrays = {name: np.asarray(array) for name, array in arrays.items()}
        self._optimizers, self._rate, self._steps = optimizers, rate, steps
        zeros = [np.zeros(array.shape) for array in self._arrays.values()]
        self._adam: dict[str, Any] = {"t": 0, "m": zeros, "v": zeros}

    def __getattr__(self, name: str) -> np.ndarray[Any, Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._arrays[name]

    @property
    def count(self) -> int:
        """The count of numbers to learn."""
        return sum(array.size for array in self._arrays.values())

    def learn(self, **gradients: Any) -> None:
        """A step against these gradients: one for each array."""
        moved, self._adam = self._optimizers.adam_step(
            parameters=[*self._arrays.values()],
            grads=[gradients[name] for name in self._arrays],
            state=self._adam,
            lr=self._rate * max(0.0, 1 - self._adam["t"] / self._steps),
        )
        self._arrays = dict(zip(self._arrays, moved, strict=True))

    def state_dict(self) -> dict[str, Any]:
        """All that a step changes."""
        return {"arrays": self._arrays, "adam": self._adam}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        self._arrays, self._adam = dict(state_dict["arrays"]), dict(state_dict["adam"])
