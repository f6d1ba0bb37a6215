"""Functions of `minigrad.functional` and NumPy that stand between layers, as modules with their options.

Sequential takes the functions themselves too: `Sequential(Linear(3, 4), np.tanh)`.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minigrad import functional
from minigrad.messages import instead_of
from minigrad.nn.module import Module


class Activation(Module):
    """A function as a module. The options, which a call of the function gets by name, are arguments and attributes.

    Raises:
        TypeError: if an option is given that it does not have.

    >>> class Cube(Activation):
    ...     function = lambda x, scale: scale * x**3
    ...     options = {"scale": 1.0}
    >>> Cube(), Cube(2.0)(np.array([3.0]))
    (Cube(scale=1.0), array([54.]))
    """

    function: ClassVar[Any]
    options: ClassVar[dict[str, Any]] = {}
    """Their names, and what they are by default."""

    def __init__(self, *args: Any, **options: Any):
        given = {**dict(zip(self.options, args, strict=False)), **options}
        if len(given) < len(args) + len(options) or not given.keys() <= self.options.keys():
            got = ", ".join([*map(repr, args), *(f"{name}={value!r}" for name, value in options.items())])
            expected = f"{type(self).__name__}: expected the options {[*self.options]} at most"
            raise TypeError(f"{expected}, got {got}.{instead_of(options.keys() - self.options.keys())}")
        vars(self).update({**self.options, **given})

    def forward(self, x: Any) -> Any:
        return type(self).function(x, **self._chosen())

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={value!r}" for name, value in self._chosen().items())

    def _chosen(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.options}


class Identity(Activation):
    """x as it is.

    Raises:
        TypeError: if an option is given that it does not have.

    >>> Identity()(3.0)
    3.0
    """

    function = staticmethod(lambda x: x)


class ReLU(Activation):
    """max(x, 0); see `functional.relu`.

    Raises:
        TypeError: if an option is given that it does not have; and when called, if x is not numbers.

    >>> ReLU()(np.array([-1.0, 2.0]))
    array([0., 2.])
    """

    function = staticmethod(functional.relu)


class LeakyReLU(Activation):
    """x where x > 0, and `negative_slope` times x elsewhere; see `functional.leaky_relu`.

    Raises:
        TypeError: if an option is given that it does not have; and when called, if x is not numbers.

    >>> LeakyReLU(0.1)(np.array([-1.0, 2.0]))
    array([-0.1,  2. ])
    """

    function = staticmethod(functional.leaky_relu)
    options: ClassVar[dict[str, Any]] = {"negative_slope": 0.01}


class ELU(Activation):
    """x where x > 0, and `alpha` times eˣ - 1 elsewhere; see `functional.elu`.

    Raises:
        TypeError: if an option is given that it does not have; and when called, if x is not numbers.

    >>> ELU(2.0)(np.array([-1000.0, 2.0]))
    array([-2.,  2.])
    """

    function = staticmethod(functional.elu)
    options: ClassVar[dict[str, Any]] = {"alpha": 1.0}


class Softplus(Activation):
    """log(1 + e^βx) / β; see `functional.softplus`.

    Raises:
        TypeError: if an option is given that it does not have; and when called, if x is not numbers.

    >>> Softplus()(np.array([-1000.0, 0.0])).round(4)
    array([0.    , 0.6931])
    """

    function = staticmethod(functional.softplus)
    options: ClassVar[dict[str, Any]] = {"beta": 1.0}


class SiLU(Activation):
    """x σ(x); see `functional.silu`.

    Raises:
        TypeError: if an option is given that it does not have; and when called, if x is not numbers.

    >>> SiLU()(np.array([0.0, 1.0])).round(4)
    array([0.    , 0.7311])
    """

    function = staticmethod(functional.silu)


class GELU(Activation):
    """x Φ(x), or its approximation by tanh; see `functional.gelu`.

    Raises:
        TypeError: if an option is given that it does not have; and when called, if x is not numbers.
        ValueError: when called, if `approximate` is not "none" or "tanh".

    >>> GELU()(np.array([0.0, 1.0])).round(4), GELU(approximate="tanh")(np.array([1.0])).round(4)
    (array([0.    , 0.8413]), array([0.8412]))
    """

    function = staticmethod(functional.gelu)
    options: ClassVar[dict[str, Any]] = {"approximate": "none"}


class Sigmoid(Activation):
    """1 / (1 + e⁻ˣ); see `functional.sigmoid`.

    Raises:
        TypeError: if an option is given that it does not have; and when called, if x is not numbers.

    >>> Sigmoid()(np.array([0.0, 1000.0]))
    array([0.5, 1. ])
    """

    function = staticmethod(functional.sigmoid)


class Tanh(Activation):
    """(eˣ - e⁻ˣ) / (eˣ + e⁻ˣ), by `np.tanh`.

    Raises:
        TypeError: if an option is given that it does not have; and when called, if x is not numbers.

    >>> Tanh()(np.array([0.0, 1000.0]))
    array([0., 1.])
    """

    function = staticmethod(np.tanh)


class Softmax(Activation):
    """eˣ / Σ eˣ along `axis`; see `functional.softmax`. (PyTorch's `dim` is `axis` here, the last one by default.)

    Raises:
        TypeError: if an option is given that it does not have; and when called, if x is not numbers.
        ValueError: when called, if x has no such axis.

    >>> Softmax()(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    """

    function = staticmethod(functional.softmax)
    options: ClassVar[dict[str, Any]] = {"axis": -1}


class LogSoftmax(Activation):
    """log softmax(x) along `axis`; see `functional.log_softmax`.

    Raises:
        TypeError: if an option is given that it does not have; and when called, if x is not numbers.
        ValueError: when called, if x has no such axis.

    >>> LogSoftmax()(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """

    function = staticmethod(functional.log_softmax)
    options: ClassVar[dict[str, Any]] = {"axis": -1}
