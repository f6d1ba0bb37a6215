"""minigrad: a small reverse-mode autograd engine on NumPy.

NumPy is the op set; minigrad is a table of its derivatives.

    >>> import numpy as np
    >>> import minigrad
    >>> def f(x):
    ...     return np.sum(np.tanh(x) ** 2)
    >>> minigrad.grad(f)(np.array([0.0, 1.0])).round(4)
    array([0.    , 0.6397])
"""

import importlib
from types import ModuleType

from minigrad import derivatives, functional
from minigrad.debug import detect_anomaly, draw
from minigrad.elsewhere import missing as _missing
from minigrad.mapping import vmap
from minigrad.recomputation import checkpoint
from minigrad.recording import enable_grad, is_grad_enabled, no_grad, primitive, set_grad_enabled
from minigrad.rules import NoDerivativeError
from minigrad.tensor import Tensor
from minigrad.transforms import grad, grad_and_aux, hessian, hvp, jacobian, jvp, value_and_grad, vjp

__all__ = [
    "NoDerivativeError",
    "Tensor",
    "checkpoint",
    "derivatives",
    "detect_anomaly",
    "draw",
    "enable_grad",
    "functional",
    "grad",
    "grad_and_aux",
    "hessian",
    "hvp",
    "is_grad_enabled",
    "jacobian",
    "jvp",
    "no_grad",
    "primitive",
    "set_grad_enabled",
    "value_and_grad",
    "vjp",
    "vmap",
]
__version__ = "0.1.0"


def __dir__() -> list[str]:
    return [*__all__, "data", "nn", "optim", "testing"]


def __getattr__(name: str) -> ModuleType:
    """Submodules that not everybody needs are imported when they are asked for."""
    if name in ("data", "nn", "optim", "testing"):
        return importlib.import_module(f"minigrad.{name}")
    raise _missing("minigrad", name)
