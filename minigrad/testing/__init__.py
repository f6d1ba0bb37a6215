"""Checks that a gradient is right, for use from pytest.

>>> import numpy as np
>>> from minigrad.testing import check_gradients
>>> check_gradients(np.tanh, np.array([0.5, 1.0]))
('complex step', 'complex step')
"""

from typing import NoReturn

from minigrad.elsewhere import missing as _missing
from minigrad.testing.comparison import GradientError
from minigrad.testing.gradients import check_gradients

__all__ = ["GradientError", "check_gradients"]


def __getattr__(name: str) -> NoReturn:
    raise _missing("minigrad.testing", name)
