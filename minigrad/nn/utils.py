"""Tools around a network: clipping gradients, looking at how they flow, and padding sequences.

Names and numbers of what PyTorch has too are those of torch.nn.utils and torch.nn.utils.rnn.

>>> w = Tensor([3.0, 4.0], requires_grad=True)
>>> np.sum(w * w).backward()
>>> clip_grad_norm_([w], 1.0)
10.0
>>> w.grad.round(4)
array([0.6, 0.8])
"""

from __future__ import annotations

import functools
import math
import types
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

import numpy as np

from minigrad.arguments import check_range, check_shape, integers, numbers
from minigrad.elsewhere import missing
from minigrad.memory import Array
from minigrad.nn.module import Module
from minigrad.recording import no_grad, plain
from minigrad.tensor import Tensor
from minigrad.transforms import quiet_vjp

# Clipping


def clip_grad_norm_(
    parameters: Module | Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = True,
) -> float:
    """Scale all gradients by one factor, in place, so that their norm together is at most `max_norm`.

    ‖g‖ = (Σ |gᵢ|ᵖ)^(1/p) over all elements of all gradients, and g ← g · min(1, max_norm / (‖g‖ + 10⁻⁶)). (Pascanu,
    Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013, algorithm 1; the 10⁻⁶ is
    PyTorch's.) The norm is computed in float64 from gradients over the largest of their elements, so that it neither
    overflows nor underflows.

    Args:
        parameters: a module, a leaf or several; those without a gradient are left out.
        max_norm: 0 or more.
        norm_type: p above 0; `np.inf` for the largest element.
        error_if_nonfinite: whether a gradient with NaN or infinity is an error. If not, the norm says so. Either way
            all gradients stay as they are. PyTorch by default scales by such a norm: one NaN then spreads to every
            weight, infinity makes the others 0, and where it came from is lost.

    Returns:
        ‖g‖ before clipping; 0 if there is no gradient.

    Raises:
        FloatingPointError: if a gradient is not finite; it says which.
        ValueError: if `max_norm` or `norm_type` is out of its range.
        TypeError: if `parameters` is no module and not Tensors.

    >>> w = Tensor(1.0, requires_grad=True)
    >>> (3e200 * w).backward()
    >>> clip_grad_norm_(w, 1.0), float(w.grad)
    (3e+200, 1.0)
    """
    if not max_norm >= 0:
        raise ValueError(f"clip_grad_norm_: expected max_norm to be 0 or more, got {max_norm}.")
    if not float(norm_type) > 0:
        raise ValueError(f"clip_grad_norm_: expected norm_type to be above 0, got {norm_type}.")
    gradients = _gradients("clip_grad_norm_", parameters)
    largest, ratio = _norm(gradients.values(), float(norm_type))
    if not np.isfinite(largest):
        if error_if_nonfinite:
            bad = ", ".join(f"{name} ({what})" for name, g in gradients.items() if (what := _nonfinite(g)))
            raise FloatingPointError(
                f"clip_grad_norm_: expected finite gradients, got {bad}. No factor makes a good step of them, so all "
                "were left as they are. Skip the step; minigrad.detect_anomaly() finds where it came from; with "
                "error_if_nonfinite=False this only returns the norm."
            )
        return largest
    factor = (max_norm / largest) / (ratio + 1e-6 / largest)
    if factor < 1:
        for g in gradients.values():
            g *= factor
    return largest * ratio


def clip_grad_value_(parameters: Module | Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Limit every element of every gradient to ±clip_value, in place. This also changes the gradient's direction.

    Infinities become the limit; NaN stays NaN.

    Args:
        parameters: a module, a leaf or several; those without a gradient are left out.
        clip_value: 0 or more.

    Raises:
        ValueError: if `clip_value` is negative or NaN.
        TypeError: if `parameters` is no module and not Tensors.

    >>> w = Tensor([0.1, 7.0], requires_grad=True)
    >>> np.sum(w * w).backward()
    >>> clip_grad_value_(w, 1.0)
    >>> w.grad
    array([0.2, 1. ])
    """
    if not clip_value >= 0:
        raise ValueError(f"clip_grad_value_: expected clip_value to be 0 or more, got {clip_value}.")
    for g in _gradients("clip_grad_value_", parameters).values():
        np.clip(g, -clip_value, clip_value, out=g)


def _gradients(who: str, parameters: Any) -> dict[str, Array]:
    """All gradients that there are, by names to speak of them; that of a parameter which comes twice, once."""
    if isinstance(parameters, Module):
        named: list[tuple[str, Any]] = list(parameters.named_parameters())
    else:
        several = [parameters] if isinstance(parameters, Tensor) else list(parameters)
        if not several and isinstance(parameters, types.GeneratorType):
            message = (
                f"{who}: an empty generator: nothing was clipped. model.parameters() can be gone through only once."
            )
            warnings.warn(message, stacklevel=3)
        named = [(f"parameter {i}", p) for i, p in enumerate(several)]
    for name, p in named:
        if not isinstance(p, Tensor):
            raise TypeError(f"{who}: expected a module or Tensors, got {type(p).__name__} as {name}.")
    first = {p: name for name, p in reversed(named)}
    return {name: p.grad for name, p in named if p.grad is not None and first[p] == name}


def _norm(arrays: Iterable[Array], p: float = 2.0) -> tuple[float, float]:
    """The norm of all elements together as the largest of them and the ratio of the norm to it; float64 throughout."""
    arrays = list(arrays)
    largest = float(np.max([np.max(np.abs(x), initial=0.0) for x in arrays], initial=0.0))
    if not np.isfinite(largest):
        return largest, 1.0
    largest = max(largest, 1e-300)  # to divide by; a float32 array would make 0 of that
    norms = [np.linalg.norm(np.abs(np.ravel(x)).astype(np.float64) / largest, p) for x in arrays if x.size]
    return largest, float(np.linalg.norm(norms, p)) if norms else 0.0


def _nonfinite(g: Array) -> str:
    return "NaN" if np.any(np.isnan(g)) else "infinity" if np.any(np.isinf(g)) else ""


# The flow of gradients


def gradient_flow(model: Callable[..., Any], inputs: Any, loss: Callable[[Any], Any], state: Any = None) -> Any:
    """‖∂loss/∂h_t‖ for every step t: whether a recurrent network's gradients vanish or explode on their way back.

    ∂loss/∂h_t = (∂loss/∂h_t)⁺ + (∂h_{t+1}/∂h_t)ᵀ ∂loss/∂h_{t+1}, from the last step to the first, where ⁺ means
    directly, not by way of later states. (Pascanu, Mikolov and Bengio, On the difficulty of training recurrent
    neural networks, 2013, equations 3 to 5.) No gradient of any parameter is touched.

    Args:
        model: a function of x_t and a state that returns the next state, such as a cell; or a recurrent layer in one
            direction, which is then taken step by step. A state is an array or, as an LSTM's, a tuple of arrays.
        inputs: x, (T, ...), or anything with T elements; for a layer what the layer takes.
        loss: a function that makes one number of the states h, (T, ...), the first of each tuple; of a layer, of the
            outputs that it would return.
        state: before the first step; None leaves it to the model.

    Returns:
        (T,) norms over all that belongs to a step: batch, layers, units. If the state is a tuple, a tuple of such, for
        an LSTM those of h and of c.

    Raises:
        ValueError: if there is no step, or a layer goes in both directions.

    With h_t = 0.5 h_{t-1} + x_t the gradient of the last state is halved at every step back:

    >>> gradient_flow(lambda x, h: 0.5 * h + x, np.ones((4, 1)), lambda h: np.sum(h[-1]), state=np.zeros(1))
    array([0.125, 0.25 , 0.5  , 1.   ])

    `plt.semilogy(gradient_flow(...))` shows a straight line.
    """
    names = [name for name, _ in model.named_parameters()] if isinstance(model, Module) else []
    layer = "weight_hh_l0" in names  # PyTorch's name, which only layers have; cells say weight_hh
    if "weight_hh_l0_reverse" in names:
        raise ValueError("gradient_flow: expected a layer in one direction, got a bidirectional one.")
    axis = int(layer and getattr(model, "batch_first", False) and np.ndim(plain(inputs)) == 3)

    def step(x: Any, *state: Any) -> Any:
        before = None if state[0] is None else state if len(state) > 1 else state[0]
        after = model(np.expand_dims(x, axis), before)[1] if layer else model(x, before)
        return tuple(after) if isinstance(after, tuple | list) else (after,)

    def loss_of(*states: Any) -> Any:
        outputs = [h[-1] if layer else h for h, *_ in states]  # a layer's output is the state of its last layer
        return loss(np.stack(outputs, axis))

    inputs = list(np.moveaxis(inputs, axis, 0)) if axis else list(inputs)
    if not inputs:
        raise ValueError("gradient_flow: expected at least one step, got no inputs.")
    with no_grad():  # the derivatives themselves are not to be differentiated
        first = step(inputs[0], *(state if isinstance(state, tuple | list) else [state]))
        states, pullbacks = [tuple(map(plain, first))], []
        for x in inputs[1:]:
            after, pullback = quiet_vjp(functools.partial(step, x), *states[-1])
            states.append(after)
            pullbacks.append(pullback)
        value, pullback = quiet_vjp(loss_of, *states)
        if np.size(value) != 1:
            raise ValueError(f"gradient_flow: expected a loss that is one number, got shape {np.shape(value)}.")
        *direct, gradient = pullback()
        gradients = [gradient]
        for pullback, now in zip(reversed(pullbacks), reversed(direct), strict=True):
            gradient = tuple(np.add(d, g) for d, g in zip(now, pullback(gradient), strict=True))
            gradients.insert(0, gradient)
    flows = tuple(np.array([math.prod(_norm([g])) for g in part]) for part in zip(*gradients, strict=True))
    return flows if len(flows) > 1 else flows[0]


# Padding


def pad_sequence(
    sequences: Sequence[Any], batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Any:
    """Sequences of different lengths as one array, with `padding_value` where they have ended.

    Nothing has to be packed, so there is no PackedSequence: recurrent layers take the lengths beside the padded array,
    `layer(x, lengths=[len(s) for s in sequences])`.

    Args:
        sequences: N arrays or Tensors, (Tᵢ, ...), alike but for their lengths.
        batch_first: return (N, T, ...) rather than (T, N, ...).
        padding_value: of the sequences' dtype.
        padding_side: "right", after a sequence, or "left", before it.

    Returns:
        (T, N, ...), T being the longest length; a Tensor if a sequence is one, and gradients flow back to it.

    Raises:
        ValueError: if there is no sequence, they do not fit together, or the side or value is none.
        TypeError: if a sequence is not numbers.

    >>> pad_sequence([np.array([1, 2, 3]), np.array([4])], batch_first=True)
    array([[1, 2, 3],
           [4, 0, 0]])
    """
    sequences = [numbers("pad_sequence", f"sequence {i}", s) for i, s in enumerate(sequences)]
    if padding_side not in ("left", "right"):
        raise ValueError(f'pad_sequence: expected padding_side "left" or "right", got {padding_side!r}.')
    if not sequences:
        raise ValueError("pad_sequence: expected at least one sequence, got none.")
    for i, s in enumerate(sequences):
        if s.ndim == 0 or s.shape[1:] != sequences[0].shape[1:]:
            like = f"(length{''.join(f', {n}' for n in sequences[0].shape[1:])}) as the first"
            raise ValueError(f"pad_sequence: expected sequences of shape {like}, got {s.shape} as number {i}.")
        with np.errstate(invalid="ignore"):  # NaN is no integer
            value = np.asarray(padding_value).astype(s.dtype)
        if s.dtype.kind in "iub" and value != padding_value:
            raise ValueError(f"pad_sequence: expected a padding_value of dtype {s.dtype}, got {padding_value}.")
    longest = max(len(s) for s in sequences)

    def padded(s: Any) -> Any:
        padding = np.full((longest - len(s), *s.shape[1:]), padding_value, s.dtype)
        return np.concatenate([s, padding] if padding_side == "right" else [padding, s])

    return np.stack([padded(s) for s in sequences], axis=0 if batch_first else 1)


def unpad_sequence(padded_sequences: Any, lengths: Any, batch_first: bool = False) -> list[Any]:
    """The sequences that `pad_sequence` padded on the right, each of its own length again.

    Args:
        padded_sequences: (T, N, ...), or (N, T, ...) if `batch_first`; an array or a Tensor.
        lengths: (N,) integers from 0 to T.

    Returns:
        N arrays or Tensors, (lengths[i], ...).

    Raises:
        ValueError: if lengths do not fit.
        TypeError: if lengths are not integers.

    >>> unpad_sequence(np.array([[1, 2, 3], [4, 0, 0]]), [3, 1], batch_first=True)
    [array([1, 2, 3]), array([4])]
    """
    rows = padded_sequences if batch_first else np.swapaxes(padded_sequences, 0, 1)
    N, T = rows.shape[:2]
    lengths = integers("unpad_sequence", "lengths", lengths)
    check_shape("unpad_sequence", "lengths", lengths, (N,))
    check_range("unpad_sequence", "lengths", lengths, T + 1)
    return [row[:length] for row, length in zip(rows, lengths.tolist(), strict=True)]


def __getattr__(name: str) -> NoReturn:
    raise missing("minigrad.nn.utils", name)
