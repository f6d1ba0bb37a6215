"""First values of weights. Names, arguments and formulas are those of torch.nn.init.

Every function fills a leaf or an array in place and returns it. What is random takes `rng`: a `np.random.Generator`, or
a seed for a new one; None is a new one every time. Pass one Generator around: one seed twice is the same numbers twice.

A weight has the shape (fan_out, fan_in), as in `x @ weight.T`: there are fan_out units, and fan_in numbers come in to
each. Further axes, as of convolutions, multiply both.

>>> weight = Tensor(np.empty((2, 3)), requires_grad=True)
>>> bool(np.all(abs(xavier_uniform_(weight, rng=0).data) <= np.sqrt(6 / (2 + 3))))
True

Last come recipes for recurrent networks. They find their parameters by PyTorch's names, so that they take a cell, a
layer or a model with several: weight_ih and weight_hh with the rows of one gate after those of the other, bias_ih and
bias_hh, each followed by anything, such as _l0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import numpy as np

from minigrad.elsewhere import missing
from minigrad.memory import Array
from minigrad.nn.module import Module, Parameter
from minigrad.recording import plain
from minigrad.tensor import Tensor

Filled = TypeVar("Filled", bound=Tensor | Array)
SomeModule = TypeVar("SomeModule", bound=Module)
Rng = np.random.Generator | int | None


def _fill(who: str, tensor: Filled, numbers: Callable[[tuple[int, ...]], Any]) -> Filled:
    """Write numbers(shape), of that shape or one number, into a leaf or an array."""
    if not isinstance(tensor, Tensor | np.ndarray):
        raise TypeError(f"{who}: expected a Tensor or an array to fill, got {type(tensor).__name__}.")
    if isinstance(tensor, Tensor) and tensor.origin is not None:
        raise TypeError(f"{who}: expected a leaf to fill, got a result of shape {tensor.shape}; fill a part of t.data.")
    if tensor.dtype.kind != "f":
        raise TypeError(f"{who}: expected floating-point numbers to fill, got {tensor.dtype}.")
    values = numbers(tensor.shape)  # drawn before the array is opened, so that a wrong argument changes nothing
    array: Array = tensor.data if isinstance(tensor, Tensor) else tensor
    array[...] = values
    return tensor


def constant_(tensor: Filled, val: float) -> Filled:
    """Fill with `val`.

    Raises:
        TypeError: if it is no leaf or array of floating-point numbers.
        ValueError: if `val` is no number, or does not fit.

    >>> constant_(np.empty(2), 0.5)
    array([0.5, 0.5])
    """
    return _fill("constant_", tensor, lambda shape: val)


def zeros_(tensor: Filled) -> Filled:
    """Fill with 0.

    Raises:
        TypeError: if it is no leaf or array of floating-point numbers.

    >>> zeros_(np.empty(2))
    array([0., 0.])
    """
    return _fill("zeros_", tensor, lambda shape: 0.0)


def ones_(tensor: Filled) -> Filled:
    """Fill with 1.

    Raises:
        TypeError: if it is no leaf or array of floating-point numbers.

    >>> ones_(np.empty(2))
    array([1., 1.])
    """
    return _fill("ones_", tensor, lambda shape: 1.0)


def eye_(tensor: Filled) -> Filled:
    """Fill a matrix, square or not, with 1 on its main diagonal and 0 elsewhere.

    Raises:
        ValueError: if it is no matrix.
        TypeError: if it is no leaf or array of floating-point numbers.

    >>> eye_(np.empty((2, 3)))
    array([[1., 0., 0.],
           [0., 1., 0.]])
    """
    if np.ndim(plain(tensor)) != 2:
        raise ValueError(f"eye_: expected a matrix, got shape {np.shape(plain(tensor))}.")
    return _fill("eye_", tensor, lambda shape: np.eye(shape[0], shape[1]))


def uniform_(tensor: Filled, a: float = 0.0, b: float = 1.0, *, rng: Rng = None) -> Filled:
    """Fill with numbers that are uniform between a and b.

    Raises:
        ValueError: unless a ≤ b.
        TypeError: if it is no leaf or array of floating-point numbers.

    >>> bool(abs(np.mean(uniform_(np.empty(10_000), 1.0, 3.0, rng=0)) - 2) < 0.05)
    True
    """
    _require("uniform_", a <= b, "a to be at most b", f"a = {a} and b = {b}")
    return _fill("uniform_", tensor, lambda shape: np.random.default_rng(rng).uniform(a, b, shape))


def normal_(tensor: Filled, mean: float = 0.0, std: float = 1.0, *, rng: Rng = None) -> Filled:
    """Fill with numbers that are normal with this mean and standard deviation.

    Raises:
        ValueError: unless std ≥ 0.
        TypeError: if it is no leaf or array of floating-point numbers.

    >>> bool(abs(np.std(normal_(np.empty(10_000), 0.0, 0.5, rng=0)) - 0.5) < 0.02)
    True
    """
    _require("normal_", std >= 0, "std to be 0 or more", std)
    return _fill("normal_", tensor, lambda shape: np.random.default_rng(rng).normal(mean, std, shape))


def trunc_normal_(
    tensor: Filled, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, *, rng: Rng = None
) -> Filled:
    """Fill with numbers from the part between a and b of a normal distribution.

    Drawn uniformly and kept with the probability density / highest density, else drawn again. (Robert, Simulation of
    truncated normal variables, Statistics and Computing 5, 1995, section 2.2.)

    Args:
        tensor: what to fill.
        mean, std: of the distribution before it is cut.
        a, b: where it is cut: not in units of std. Either may be infinite.

    Raises:
        ValueError: unless a ≤ b and std > 0.
        TypeError: if it is no leaf or array of floating-point numbers.

    >>> x = trunc_normal_(np.empty(1000), std=0.5, a=0.0, b=np.inf, rng=0)
    >>> bool(np.min(x) >= 0 and np.max(x) > 1)
    True
    """
    _require("trunc_normal_", a <= b, "a to be at most b", f"a = {a} and b = {b}")
    _require("trunc_normal_", 0 < std < math.inf, "std to be above 0 and finite", std)
    likeliest = (min(max(mean, a), b) - mean) / std
    reach = math.hypot(likeliest, 9.2)  # where the density is e⁻⁴² of the highest: nobody will ever see further out
    low, high = max((a - mean) / std, -reach), min((b - mean) / std, reach)

    def numbers(shape: tuple[int, ...]) -> Array:
        generator = np.random.default_rng(rng)
        z = np.empty(math.prod(shape))
        missing = np.arange(z.size)
        while missing.size:
            z[missing] = drawn = generator.uniform(low, high, missing.size)
            log_density = (likeliest - drawn) * (likeliest + drawn) / 2  # relative to the highest
            missing = missing[-generator.exponential(size=missing.size) > log_density]
        return np.clip(mean + std * z, a, b).reshape(shape)

    return _fill("trunc_normal_", tensor, numbers)


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor by which weights should be larger for the function after them, to keep the size of signals.

    1 for "linear" and "sigmoid", 5/3 for "tanh", √2 for "relu", √(2 / (1 + slope²)) for "leaky_relu", 3/4 for "selu".
    The factor of rectifiers: He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015, equation 15.

    Args:
        nonlinearity: one of these names.
        param: the negative slope of "leaky_relu", by default 0.01.

    Raises:
        ValueError: for another name.

    >>> calculate_gain("leaky_relu", 1.0)
    1.0
    """
    slope = 0.01 if param is None else param
    gains = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": 2**0.5, "selu": 0.75}
    gains["leaky_relu"] = (2 / (1 + slope**2)) ** 0.5
    _require("calculate_gain", nonlinearity in gains, f"one of {', '.join(gains)}", repr(nonlinearity))
    return gains[nonlinearity]


def xavier_uniform_(tensor: Filled, gain: float = 1.0, *, rng: Rng = None) -> Filled:
    """Fill with numbers that are uniform in ±gain √(6 / (fan_in + fan_out)).

    Signals then keep about their size forward, and gradients backward. (Glorot and Bengio, Understanding the difficulty
    of training deep feedforward neural networks, 2010, equation 16.)

    Raises:
        ValueError: if the tensor has fewer than 2 axes.
        TypeError: if it is no leaf or array of floating-point numbers.

    >>> bool(np.max(xavier_uniform_(np.empty((30, 20)), rng=0)) <= np.sqrt(6 / 50))
    True
    """
    bound = math.sqrt(3.0) * gain * math.sqrt(2 / max(1, sum(_fans("xavier_uniform_", tensor))))
    return _fill("xavier_uniform_", tensor, lambda shape: np.random.default_rng(rng).uniform(-bound, bound, shape))


def xavier_normal_(tensor: Filled, gain: float = 1.0, *, rng: Rng = None) -> Filled:
    """Fill with numbers that are normal with mean 0 and std gain √(2 / (fan_in + fan_out)).

    (Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010, equation 12.)

    Raises:
        ValueError: if the tensor has fewer than 2 axes.
        TypeError: if it is no leaf or array of floating-point numbers.

    >>> bool(abs(np.std(xavier_normal_(np.empty((100, 100)), rng=0)) - 0.1) < 0.01)
    True
    """
    std = gain * math.sqrt(2 / max(1, sum(_fans("xavier_normal_", tensor))))
    return _fill("xavier_normal_", tensor, lambda shape: np.random.default_rng(rng).normal(0.0, std, shape))


def kaiming_uniform_(
    tensor: Filled, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Rng = None
) -> Filled:
    """Fill with numbers that are uniform in ±gain √(3 / fan).

    Args:
        tensor: what to fill.
        a: the negative slope of a "leaky_relu".
        mode: "fan_in" keeps the size of signals forward, "fan_out" that of gradients backward.
        nonlinearity: what follows the weight; its gain is that of `calculate_gain`.

    Raises:
        ValueError: if the tensor has fewer than 2 axes, or mode or nonlinearity is another word.
        TypeError: if it is no leaf or array of floating-point numbers.

    (He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015, equations 10, 14 and 15.)

    >>> bool(np.max(kaiming_uniform_(np.empty((30, 20)), rng=0)) <= np.sqrt(6 / 20))
    True
    """
    bound = math.sqrt(3.0) * _kaiming_std("kaiming_uniform_", tensor, a, mode, nonlinearity)
    return _fill("kaiming_uniform_", tensor, lambda shape: np.random.default_rng(rng).uniform(-bound, bound, shape))


def kaiming_normal_(
    tensor: Filled, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Rng = None
) -> Filled:
    """Fill with numbers that are normal with mean 0 and std gain / √fan; arguments as of `kaiming_uniform_`.

    Raises:
        ValueError: if the tensor has fewer than 2 axes, or mode or nonlinearity is another word.
        TypeError: if it is no leaf or array of floating-point numbers.

    (He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015, equations 10, 14 and 15.)

    >>> bool(abs(np.std(kaiming_normal_(np.empty((50, 200)), rng=0)) - 0.1) < 0.01)
    True
    """
    std = _kaiming_std("kaiming_normal_", tensor, a, mode, nonlinearity)
    return _fill("kaiming_normal_", tensor, lambda shape: np.random.default_rng(rng).normal(0.0, std, shape))


def _kaiming_std(who: str, tensor: Tensor | Array, a: float, mode: str, nonlinearity: str) -> float:
    _require(who, mode in ("fan_in", "fan_out"), 'mode to be "fan_in" or "fan_out"', repr(mode))
    fan_in, fan_out = _fans(who, tensor)
    return calculate_gain(nonlinearity, a) / math.sqrt(max(1, fan_in if mode == "fan_in" else fan_out))


def _fans(who: str, tensor: Tensor | Array) -> tuple[int, int]:
    shape = np.shape(plain(tensor))
    _require(who, len(shape) >= 2, "a weight of shape (fan_out, fan_in, ...)", f"shape {shape}")
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def orthogonal_(tensor: Filled, gain: float = 1.0, *, rng: Rng = None) -> Filled:
    """Fill with gain times a random matrix whose rows, or if there are more rows than columns, columns are orthonormal.

    A square one changes no vector's length, however often it is applied. Axes after the first are taken as one. It
    is the Q of the QR decomposition of a normal matrix, with signs such that the diagonal of R is positive: then every
    orthogonal matrix is equally likely. (Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of
    learning in deep linear neural networks, 2014, section 3; Mezzadri, How to generate random matrices from the
    classical compact groups, 2007, section 5.)

    Raises:
        ValueError: if the tensor has fewer than 2 axes.
        TypeError: if it is no leaf or array of floating-point numbers.

    >>> Q = orthogonal_(np.empty((2, 3)), rng=0)
    >>> np.allclose(Q @ Q.T, np.eye(2))
    True
    """
    _fans("orthogonal_", tensor)

    def numbers(shape: tuple[int, ...]) -> Array:
        rows, columns = shape[0], math.prod(shape[1:])
        normal = np.random.default_rng(rng).normal(size=(max(rows, columns), min(rows, columns)))
        Q, R = np.linalg.qr(normal)
        Q *= gain * np.where(np.diagonal(R) < 0, -1.0, 1.0)
        return np.reshape(Q if rows >= columns else Q.T, shape)

    return _fill("orthogonal_", tensor, numbers)


def identity_rnn_(module: SomeModule, scale: float = 1.0, *, rng: Rng = None) -> SomeModule:
    """Let recurrent networks of rectified linear units begin by copying their state: h_t = relu(h_{t-1} + W_ih x_t).

    W_hh = scale · I, biases 0, and W_ih normal with std 0.001. (Le, Jaitly and Hinton, A simple way to initialize
    recurrent networks of rectified linear units, 2015, sections 2 and 4. There a scale of 0.01, which forgets, is used
    for speech.)

    Args:
        module: a cell, a layer, or a model whose recurrent parts all are plain RNNs.
        scale: what is left of a state after a step.

    Returns:
        the module.

    Raises:
        ValueError: if there is no recurrent parameter, or gates; then nothing is changed.
        TypeError: if it is no module.

    >>> cell = Module()
    >>> cell.weight_ih, cell.weight_hh = Parameter(np.ones((2, 3))), Parameter(np.ones((2, 2)))
    >>> identity_rnn_(cell, rng=0).weight_hh
    Parameter([[1., 0.],
               [0., 1.]], requires_grad=True)
    """
    generator = np.random.default_rng(rng)
    for parts in _recurrent("identity_rnn_", module, gates=1, need=("weight_ih",)):
        eye_(parts["weight_hh"]).data *= scale
        normal_(parts["weight_ih"], 0.0, 0.001, rng=generator)
        for name in parts.keys() & {"bias_ih", "bias_hh"}:
            zeros_(parts[name])
    return module


def orthogonal_gates_(module: SomeModule, gain: float = 1.0, *, rng: Rng = None) -> SomeModule:
    """Let every gate's own H × H block of every weight_hh begin as gain times a random orthogonal matrix.

    The whole of a weight_hh with several gates could only have orthonormal columns; each gate would then shrink the
    state. Input weights and biases stay as they are. In an LSTM with a projection to P numbers the blocks are H × P,
    with orthogonal columns. (Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning in
    deep linear neural networks, 2014, section 3.)

    Args:
        module: a cell, a layer, or a model with recurrent parts of any kind.
        gain: as of `orthogonal_`.

    Returns:
        the module.

    Raises:
        ValueError: if there is no recurrent parameter, or one is not made of square blocks; then nothing is changed.
        TypeError: if it is no module.

    >>> cell = Module()
    >>> cell.weight_hh = Parameter(np.zeros((8, 2)))
    >>> block = orthogonal_gates_(cell, rng=0).weight_hh.data[2:4]
    >>> np.allclose(block @ block.T, np.eye(2))
    True
    """
    generator = np.random.default_rng(rng)
    for parts in _recurrent("orthogonal_gates_", module):
        weight = parts["weight_hh"].data
        for block in np.split(weight, len(weight) // _hidden_size(parts)):
            orthogonal_(block, gain, rng=generator)
    return module


def forget_bias_(module: SomeModule, value: float = 1.0) -> SomeModule:
    """Let LSTMs begin by remembering: with the bias `value` the forget gate starts about as open as σ(value).

    There are two biases, which are added: f = σ(W_if x + b_if + W_hf h + b_hf). b_if becomes `value` and b_hf 0, so
    that `value` is their sum. Other gates' biases stay as they are. (Gers, Schmidhuber and Cummins, Learning to forget,
    2000; Jozefowicz, Zaremba and Sutskever, An empirical exploration of recurrent network architectures, 2015.)

    Args:
        module: a cell, a layer, or a model whose recurrent parts all are LSTMs: 4 gates, the second being f.
        value: the sum of the two biases.

    Returns:
        the module.

    Raises:
        ValueError: if there is no recurrent parameter, or one without biases or of no LSTM; then nothing is changed.
        TypeError: if it is no module.

    >>> cell = Module()
    >>> cell.weight_hh = Parameter(np.zeros((4, 1)))
    >>> cell.bias_ih, cell.bias_hh = Parameter(np.zeros(4)), Parameter(np.ones(4))
    >>> np.add(forget_bias_(cell, 2.0).bias_ih.data, cell.bias_hh.data)
    array([1., 2., 1., 1.])
    """
    for parts in _recurrent("forget_bias_", module, gates=4, need=("bias_ih", "bias_hh")):
        H = _hidden_size(parts)
        parts["bias_ih"].data[H : 2 * H] = value
        parts["bias_hh"].data[H : 2 * H] = 0.0
    return module


def _recurrent(
    who: str, module: Module, gates: int | None = None, need: tuple[str, ...] = ()
) -> list[dict[str, Parameter]]:
    """For each weight_hh of a module, it and its siblings by their names in PyTorch, without endings such as _l0."""
    if not isinstance(module, Module):
        raise TypeError(f"{who}: expected a Module, got {type(module).__name__}.")
    named = dict(module.named_parameters())
    found = []
    for name, weight in named.items():
        owner, dot, last = name.rpartition(".")
        if not last.startswith("weight_hh"):
            continue
        ending = last.removeprefix("weight_hh")
        names = ("weight_hh", "weight_ih", "weight_hr", "bias_ih", "bias_hh")
        full = {part: f"{owner}{dot}{part}{ending}" for part in names}
        parts = {part: named[its] for part, its in full.items() if its in named}
        H = _hidden_size(parts) if weight.ndim == 2 else 0
        if H == 0 or weight.shape[0] % H or gates not in (None, weight.shape[0] // H):
            kind = {None: "(G·H, H), G gates", 1: "(H, H), a plain RNN's", 4: "(4·H, H), an LSTM's"}[gates]
            raise ValueError(
                f"{who}: expected weights of shape {kind}, got {name} of shape {weight.shape}. "
                "Of a model with several kinds, pass the part that is meant."
            )
        if missing := [full[part] for part in need if part not in parts]:
            raise ValueError(
                f"{who}: expected {', '.join(need)} beside {name}, but there is no {' and no '.join(missing)}."
            )
        found.append(parts)
    _require(who, bool(found), "recurrent parameters, named weight_hh...", f"only {', '.join(named) or 'none at all'}")
    return found


def _hidden_size(parts: dict[str, Parameter]) -> int:
    """H: the rows of a gate. Where a projection makes h shorter, it is not the columns of weight_hh."""
    return int(parts["weight_hr" if "weight_hr" in parts else "weight_hh"].shape[-1])


def _require(who: str, condition: bool, expected: str, got: Any) -> None:
    if not condition:
        raise ValueError(f"{who}: expected {expected}, got {got}.")


def __getattr__(name: str) -> NoReturn:
    raise missing("minigrad.nn.init", name)
