"""minigrad: a small reverse-mode autograd engine on NumPy.

NumPy is the op set; minigrad is a table of its derivatives.

    >>> import numpy as np
    >>> import minigrad
    >>> def f(x):
    ...     return np.sum(np.tanh(x) ** 2)
    >>> minigrad.grad(f)(np.array([0.0, 1.0])).round(4)
    array([0.    , 0.6397])
"""

from minigrad import derivatives, functional
from minigrad.graph import grad, value_and_grad, vjp
from minigrad.tensor import NoDerivativeError, Tensor, no_grad, primitive

__all__ = [
    "NoDerivativeError",
    "Tensor",
    "derivatives",
    "functional",
    "grad",
    "no_grad",
    "primitive",
    "value_and_grad",
    "vjp",
]
__version__ = "0.1.0"
