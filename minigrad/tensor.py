"""Tensor: a NumPy array that remembers how it was computed.

    >>> import numpy as np
    >>> from minigrad import Tensor
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> loss = np.sum(w * w)
    >>> loss.backward()
    >>> w.grad
    array([2., 4.])

There is no second set of functions to learn: a Tensor takes part in NumPy's own protocols, so `np.tanh(t)`,
`a @ t` and `np.concatenate([t, a])` work on it. What each of them does to gradients stands in the table of
derivatives (`minigrad.rules`, `minigrad.derivatives`); the sweep that uses it is in `minigrad.graph`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, Self

import numpy as np
from numpy.typing import DTypeLike

from minigrad.elsewhere import absent
from minigrad.graph import backward, retain
from minigrad.memory import Array, read_only
from minigrad.messages import WithAdvice, with_advice
from minigrad.recording import (
    NO_ROOT,
    Outdated,
    Recorded,
    apply,
    cast,
    check_array,
    class_of_results,
    dispatch,
    plain,
    recording,
    viewed,
    wants_gradient,
    wrap,
)
from minigrad.rules import COMPOSITES, RULES, Function, NoDerivativeError, name_of, no_rule


def _method(function: Function) -> Callable[..., Any]:
    """`function` of this Tensor, as a method."""

    def method(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        return dispatch(function, (self, *args), kwargs)

    method.__doc__ = f"`{name_of(function)}` of this Tensor, with the same arguments."
    return method


def _operator(function: Function) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The two methods behind an operator: for this Tensor on its left, and on its right."""

    def left(self: Tensor, other: Any) -> Any:
        return apply(function, (self, other), {})

    def right(self: Tensor, other: Any) -> Any:
        return apply(function, (other, self), {})

    return left, right


def _comparison(function: Function) -> Callable[..., Any]:
    """Comparisons have no derivative: they give plain boolean arrays."""
    return lambda self, other: function(plain(self), plain(other))


def _number(kind: type) -> Callable[..., Any]:
    def convert(self: Tensor) -> Any:
        self._refuse_to_drop_gradient(
            f"{kind.__name__} was about to make a plain number",
            "np.stack where Tensors are put into an array, t.item() for the number",
        )
        return kind(self._array)

    return convert


def _in_place(function: Function, sign: str, compute: Callable[..., Any] = apply) -> Callable[..., Any]:
    """`t -= step` writes into a leaf of which nothing is recorded; of a result it means `t = t - step`.

    Of a leaf that is recorded, or a view of it, it would change neither the leaf nor what it belongs to, so it is
    refused. A result, and what it is a view of, cannot be used any more under other names. Shape and dtype stay
    those of t, as for arrays. Tensors without axes are numbers, which take those of the sum.
    """

    def update(self: Tensor, other: Any) -> Any:
        recorded = recording.get() and (self.root != NO_ROOT or wants_gradient(other))
        if self._call is None and not recorded and not self._is_copy_of_part():
            array = self.data
            if not array.flags.writeable:
                raise ValueError(
                    f"Tensor: t {sign}= x of a view that is for reading only, as np.broadcast_to gives one. Write "
                    f"t = t {sign} x."
                )
            try:
                function(array, plain(other), out=array)
            except (TypeError, ValueError):
                try:
                    got = np.asarray(function(array, plain(other)))
                except (TypeError, ValueError):  # they do not even fit
                    got = np.asarray(plain(other))
                raise _other_numbers(self, sign, got) from None
            return self
        sources = viewed(self)
        if self._is_part() or (sources and sources[-1]._call is None):
            raise TypeError(
                f"Tensor: t {sign}= x of a view of another Tensor, such as t = a[0], would make a new Tensor and leave "
                f"that one as it is. t = t {sign} x makes a new Tensor. Inside no_grad() a view that is taken there "
                "changes a leaf."
            )
        if self._call is None and self.root != NO_ROOT:
            raise TypeError(
                f"Tensor: t {sign}= x of a leaf of shape {self.shape} that requires a gradient would make a new Tensor "
                f"and leave the leaf as it is. Inside no_grad() it changes the leaf; t = t {sign} x makes a new Tensor."
            )
        y = compute(function, (self, other), {})
        if self.ndim and (y.shape != self.shape or not np.can_cast(y.dtype, self.dtype, "same_kind")):
            raise _other_numbers(self, sign, y)
        if self.origin is not None and (self.ndim or sources):
            self._memory = Outdated(self, self._array, f"after t {sign}= x")
            for source in sources:
                how = f"after t {sign}= x, with t = {name_of(self.origin.function)} a view of the same numbers"
                source._memory = Outdated(source, self._array, how)
        return cast(y, self.dtype) if self.ndim and y.dtype != self.dtype else y

    return update


def _other_numbers(t: Tensor, sign: str, got: Any) -> TypeError:
    return TypeError(
        f"Tensor: expected t {sign}= x to keep t's shape {t.shape} and dtype {t.dtype}, got {got.shape} and "
        f"{got.dtype}; t = t {sign} x makes a new Tensor."
    )


@class_of_results
class Tensor(Recorded, WithAdvice):
    """An array with a history.

    Args:
        data: anything that `np.array` makes numbers of; it is copied. Python numbers and lists become float64 where
            they are floats; float32 arrays stay float32.
        requires_grad: whether operations on this Tensor are recorded, so that `backward` reaches it.

    Attributes:
        data: the plain array; see there what may be written into it.
        grad: the gradient as a plain array of the same shape and dtype, or None before the first `backward`.
        requires_grad: True for a leaf that asked for it and for everything recorded from it.

    Raises:
        TypeError: if `data` is not numbers, integers or booleans ask for gradients, or it holds Tensors that
            require one; if it is a masked array or an np.matrix.
        ValueError: if it has rows of different lengths.

    >>> t = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> t @ t.T
    Tensor([[ 5., 11.],
            [11., 25.]], from np.matmul)
    """

    __slots__ = ()
    __hash__ = object.__hash__

    def __init__(self, data: Any, requires_grad: bool = False):
        check_array("Tensor", data)
        try:
            array = np.array(data)
        except ValueError:  # NumPy's own does not name Tensor
            raise ValueError("Tensor: expected numbers, got rows of different lengths.") from None
        if array.dtype.kind not in "biufc":
            raise TypeError(f"Tensor: expected numbers, got {type(data).__name__} of dtype {array.dtype}.")
        if requires_grad:
            require_inexact(array.dtype, "Tensor")
        self._begin(array, requires_grad)

    @property
    def requires_grad(self) -> bool:
        """True if operations on this Tensor are recorded. A leaf can be told so later; a result cannot.

        Raises:
            TypeError: on assignment, if this Tensor is a result, or holds integers.

        >>> t = Tensor([1.0, 2.0])
        >>> t.requires_grad = True
        >>> t
        Tensor([1., 2.], requires_grad=True)
        """
        return self.root != NO_ROOT

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if self.origin is not None:
            raise TypeError("Tensor: requires_grad of a result follows from its arguments; t.detach() is a constant.")
        if wanted:
            require_inexact(self.dtype, "Tensor")
        self.root = self.order if wanted else NO_ROOT

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Set `requires_grad`, and return this Tensor.

        Raises:
            TypeError: if it is a result, or holds integers.

        >>> Tensor([1.0, 2.0]).requires_grad_()
        Tensor([1., 2.], requires_grad=True)
        """
        self.requires_grad = requires_grad
        return self

    @property
    def is_leaf(self) -> bool:
        """True unless a recorded operation made it. `backward` leaves a leaf's gradient, if it requires one, in `grad`.

        >>> x = Tensor([1.0, 2.0], requires_grad=True)
        >>> x.is_leaf, (x * x).is_leaf, (x.detach() * 2).is_leaf
        (True, False, True)
        """
        return self.origin is None

    def retain_grad(self) -> None:
        """Let `backward` leave the gradient of this result in its `grad` too, as that of a leaf.

        Raises:
            TypeError: if it requires no gradient.

        >>> x = Tensor([1.0, 2.0], requires_grad=True)
        >>> h = x * x
        >>> h.retain_grad()
        >>> np.sum(h * h).backward()
        >>> h.grad
        array([2., 8.])
        """
        if not self.requires_grad:
            raise TypeError("Tensor.retain_grad: this Tensor requires no gradient, so that none reaches it.")
        if self.origin is not None:
            retain(self)

    # The numbers of a leaf may be written to while recorded operations still need the old ones

    @property
    def data(self) -> Array:
        """The plain array. Writing into it never makes the gradient of an earlier computation wrong.

        The array of a leaf can be written to, as optimisers do: `w.data -= 0.1 * w.grad`. After a `backward` that
        reached the leaf, it happens in place. Before it, recorded operations keep the numbers that they were computed
        from, and `data` is a copy. Assigning to `data` copies. The array of a result is for reading only ("assignment
        destination is read-only", says NumPy): `t.numpy()` is a copy to write into, np.where makes another result.

        Raises:
            TypeError: on assignment, if this Tensor is a result, or of a lesser kind of numbers, such as integers.
            ValueError: on assignment, if the shape is another.

        >>> w = Tensor([1.0, 2.0], requires_grad=True)
        >>> y = np.sum(w * w)
        >>> w.data[0] = 100.0
        >>> y.backward()
        >>> w.grad
        array([2., 4.])
        """
        if self.origin is not None:
            return read_only(plain(self))
        memory = self._memory
        assert memory is not None  # a leaf has one
        if memory.part:
            return read_only(self._array)
        array = (self._move() if memory.lent else memory).open()
        return array if self._view is None else self._view(array)

    @data.setter
    def data(self, value: Any) -> None:
        if self.origin is not None:
            raise TypeError(
                f"Tensor: t.data of a result, from {name_of(self.origin.function)}, cannot be assigned to. Write t = a "
                "new Tensor, such as np.where(chosen, x, t); t.numpy() is a copy to write into."
            )
        if self._memory and self._memory.is_open_at(value, self._view):
            return  # w.data -= step ends in such an assignment
        check_array("Tensor.data", value)
        array = np.asarray(plain(value))
        if array.shape != self.shape:
            raise ValueError(f"Tensor: expected data of the same shape {self.shape}, got {array.shape}.")
        if not np.can_cast(array.dtype, self.dtype, "same_kind"):
            raise TypeError(f"Tensor: expected data that {self.dtype} can hold, got {array.dtype}.")
        self._own(np.array(array, dtype=self.dtype))

    # The view from outside

    shape = property(lambda self: self._array.shape, doc="The length of each axis.")
    ndim = property(lambda self: self._array.ndim, doc="The number of axes.")
    size = property(lambda self: self._array.size, doc="The number of elements.")
    dtype = property(lambda self: self._array.dtype, doc="The kind of numbers, such as float64.")
    itemsize = property(lambda self: self._array.itemsize, doc="The number of bytes that an element takes.")
    nbytes = property(lambda self: self._array.nbytes, doc="The number of bytes that all elements take.")

    def __repr__(self) -> str:
        name = type(self).__name__
        text = np.array2string(self._array, separator=", ", prefix=f"{name}(")
        shape = f", shape={self.shape}" if "..." in text or not self.size else ""
        dtype = "" if self.dtype in (np.float64, np.int64, np.bool_) else f", dtype={self.dtype}"
        how = f", from {name_of(self.origin.function)}" if self.origin else ", requires_grad=True" * self.requires_grad
        return f"{name}({text}{shape}{dtype}{how})"

    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    def __contains__(self, value: Any) -> bool:
        return plain(value) in self._array

    def __bool__(self) -> bool:
        return bool(self._array)

    def __format__(self, spec: str) -> str:
        return format(self._array[()], spec) if spec else repr(self)

    def __reduce__(self) -> Any:
        """Pickles hold the numbers, not the history; so do copies of leaves."""
        return type(self), (self._array.copy(), self.requires_grad and self.origin is None)

    def __copy__(self) -> Tensor:
        if self.origin is not None:
            self._refuse_to_drop_gradient("copy was about to make a leaf", "np.copy(t)")
        return type(self)(*self.__reduce__()[1])

    def __deepcopy__(self, memo: Any) -> Tensor:
        return self.__copy__()

    def __getattr__(self, name: str) -> NoReturn:
        raise absent("Tensor", self, name)

    # Ways out, for the numbers without the history

    def item(self, *index: Any) -> Any:
        """The only element as a Python number, or the one at an index.

        Raises:
            ValueError: if there are more elements, or none, and no index.
            IndexError: if there is no such index.

        >>> Tensor([2.0]).item()
        2.0
        """
        return plain(self).item(*index)

    def tolist(self) -> Any:
        """The numbers in nested lists.

        >>> Tensor([[1.0, 2.0]]).tolist()
        [[1.0, 2.0]]
        """
        return plain(self).tolist()

    def numpy(self) -> Array:
        """A copy of the array.

        >>> Tensor([1.0, 2.0]).numpy()
        array([1., 2.])
        """
        array: Array = plain(self)
        return array.copy()

    def detach(self) -> Tensor:
        """The same numbers as a constant: no gradient flows back from here. It is a copy, which `numpy` gives too.

        >>> x = Tensor(3.0, requires_grad=True)
        >>> (x * x.detach()).backward()
        >>> x.grad
        array(3.)
        """
        constant: Tensor = wrap(plain(self).copy())
        return constant

    # Doors through which a gradient must not leave unseen

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        self._refuse_to_drop_gradient(
            "NumPy was about to make a plain array", "np.stack, np.concatenate or np.where to put Tensors together"
        )
        if copy is False:
            raise ValueError("Tensor: np.asarray(t, copy=False) would share memory with t; t.data does.")
        return np.array(self._array, dtype=dtype)

    __float__, __int__, __complex__ = _number(float), _number(int), _number(complex)

    def __index__(self) -> int:
        try:
            return operator.index(self._array)
        except TypeError:
            raise TypeError(
                f"Tensor: expected one integer where Python counts, got {self.dtype} of shape {self.shape}. "
                "int(t.item()) is the integer of one number."
            ) from None

    def _refuse_to_drop_gradient(self, what: str, instead: str) -> None:
        if self.requires_grad and recording.get():
            raise NoDerivativeError(
                f"{what} of a Tensor t of shape {self.shape}, which would drop its gradient. "
                f"Use {instead}, or t.detach() or t.numpy() where no gradient is wanted."
            )

    def _is_copy_of_part(self) -> bool:
        """True if it was copied from a result, of which NumPy would have made a view."""
        return self._memory is not None and self._memory.part

    def _is_part(self) -> bool:
        """True for a leaf that is a view of another Tensor, or a copy in the place of one."""
        return self._call is None and (self._view is not None or self._is_copy_of_part())

    def __setitem__(self, index: Any, value: Any) -> None:
        if self.origin is not None or (recording.get() and (self.requires_grad or wants_gradient(value))):
            raise TypeError(
                "Tensor: t[index] = value would change numbers that recorded operations still need, or lose a gradient."
                " Build a new Tensor with np.where, np.concatenate or np.stack; or fill a plain array first and make a "
                "Tensor of it. A leaf can be written into inside no_grad()."
            )
        if self._is_copy_of_part():
            raise TypeError(
                "Tensor: t[index] = value of a part of a result would not reach that one, whose numbers recorded "
                "operations still need. Make it a Tensor of its own, with np.copy."
            )
        if isinstance(value, Tensor) and self._is_seen_at(plain(index), value):
            raise TypeError(
                "Tensor: t[i] = t[j], with t[i] in use as a view of t, would change that too, as in a swap or shuffle "
                "of rows. Write t.data[[i, j]] = t.data[[j, i]], rng.shuffle(t.data), or keep np.copy(t[i])."
            )
        try:
            self.data[plain(index)] = plain(value)
        except (ValueError, IndexError) as error:
            raise type(error)(f"Tensor: t[index] = value, t of shape {self.shape}: {error}.") from None

    def _is_seen_at(self, index: Any, value: Tensor) -> bool:
        """True if another view than `value`, which is one too, is of just the numbers at the index."""
        if self._memory is None or self._memory is not value._memory or self._memory.shared is None:
            return False
        place = self._array[index].__array_interface__
        views = [t for t in self._memory.shared.values() if t is not self and t is not value]
        return any(t._array.__array_interface__ == place for t in views)

    # NumPy's protocols: np.tanh(t) and np.sum(t) come in here

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        if method != "__call__":
            raise no_rule(f"{name_of(ufunc)}.{method}")
        if not kwargs and ufunc in RULES and ufunc not in COMPOSITES:
            return apply(ufunc, args, kwargs)
        return dispatch(ufunc, args, kwargs)

    def __array_function__(self, function: Function, types: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        return dispatch(function, args, kwargs)

    def __pow__(self, other: Any) -> Any:
        return COMPOSITES[np.power](self, other)

    # Operators and methods of arrays, so that x + y and x.sum() read the same for both

    __add__, __radd__ = _operator(np.add)
    __sub__, __rsub__ = _operator(np.subtract)
    __mul__, __rmul__ = _operator(np.multiply)
    __truediv__, __rtruediv__ = _operator(np.divide)
    _, __rpow__ = _operator(np.power)
    __mod__, __rmod__ = _operator(np.remainder)
    __matmul__, __rmatmul__ = _operator(np.matmul)
    __iadd__, __isub__ = _in_place(np.add, "+"), _in_place(np.subtract, "-")
    __imul__, __itruediv__ = _in_place(np.multiply, "*"), _in_place(np.divide, "/")
    __imod__, __imatmul__ = _in_place(np.remainder, "%"), _in_place(np.matmul, "@")
    __ipow__, __ifloordiv__ = _in_place(np.power, "**", dispatch), _in_place(np.floor_divide, "//", dispatch)
    __eq__, __ne__ = _comparison(operator.eq), _comparison(operator.ne)
    __lt__, __le__ = _comparison(operator.lt), _comparison(operator.le)
    __gt__, __ge__ = _comparison(operator.gt), _comparison(operator.ge)
    __neg__, __pos__, __abs__ = _method(np.negative), _method(np.positive), _method(np.absolute)
    __floordiv__, __divmod__, __round__ = _method(np.floor_divide), _method(np.divmod), _method(np.round)

    def __rfloordiv__(self, other: Any) -> Any:
        return dispatch(np.floor_divide, (other, self), {})

    def __rdivmod__(self, other: Any) -> Any:
        return dispatch(np.divmod, (other, self), {})

    def __getitem__(self, index: Any) -> Any:
        return apply(operator.getitem, (self, plain(index)), {})

    sum, mean, prod = _method(np.sum), _method(np.mean), _method(np.prod)
    var, std, max, min = _method(np.var), _method(np.std), _method(np.max), _method(np.min)
    argmax, argmin, argsort = _method(np.argmax), _method(np.argmin), _method(np.argsort)
    any, all, round, nonzero = _method(np.any), _method(np.all), _method(np.round), _method(np.nonzero)
    cumsum, cumprod, clip = _method(np.cumsum), _method(np.cumprod), _method(np.clip)
    dot, trace, diagonal = _method(np.dot), _method(np.trace), _method(np.diagonal)
    ravel, squeeze, swapaxes = _method(np.ravel), _method(np.squeeze), _method(np.swapaxes)
    take, repeat, copy, conj = _method(np.take), _method(np.repeat), _method(np.copy), _method(np.conjugate)
    T = property(_method(np.transpose), doc="The axes in reverse order.")
    mT = property(_method(np.matrix_transpose), doc="The last two axes exchanged.")  # noqa: N815

    def reshape(self, *shape: Any, order: Any = "C", copy: bool | None = None) -> Any:
        """`np.reshape`, with the shape as one tuple or as several numbers.

        Raises:
            ValueError: if the shape is for another number of elements.

        >>> Tensor([1.0, 2.0, 3.0, 4.0]).reshape(2, 2)
        Tensor([[1., 2.],
                [3., 4.]])
        """
        how = {} if order == "C" and copy is None else {"order": order, "copy": copy}
        return apply(np.reshape, (self, shape[0] if len(shape) == 1 else shape), how)

    @with_advice()
    def flatten(self, order: Any = "C") -> Any:
        """The elements in one row, which is a copy; `np.ravel` gives a view where it can.

        Raises:
            TypeError: if `order` is an axis, from which torch.flatten begins.

        >>> Tensor([[1.0, 2.0]]).flatten()
        Tensor([1., 2.])
        """
        if isinstance(order, int):
            raise TypeError(
                f"Tensor.flatten: expected no argument, or an order such as 'C', got {order}. To flatten from axis "
                f"{order} on write t.reshape(*t.shape[:{order}], -1)."
            )
        return apply(np.reshape, (self, -1), {"copy": True, "order": order})

    def transpose(self, *axes: Any) -> Any:
        """`np.transpose`, with the axes as one tuple or as several numbers; in reverse order by default.

        Raises:
            ValueError: if the axes are not those of this Tensor.

        >>> Tensor([[[1.0, 2.0]]]).transpose(2, 0, 1).shape
        (2, 1, 1)
        """
        return apply(np.transpose, (self, axes[0] if len(axes) == 1 else axes or None), {})

    @with_advice()
    def astype(self, dtype: DTypeLike, *, copy: bool = True) -> Any:
        """The same numbers as another dtype. Integers and booleans are constants: a plain array.

        It is a new Tensor, whatever `copy` says.

        Raises:
            TypeError: if dtype is not one of numbers.

        >>> Tensor([1.5]).astype("float32")
        Tensor([1.5], dtype=float32)
        >>> Tensor([1.5]).astype(int)
        array([1])
        """
        if np.issubdtype(dtype, np.inexact):
            return cast(self, np.dtype(dtype))
        if np.dtype(dtype).kind not in "biu":
            raise TypeError(f"Tensor.astype: expected a dtype of numbers, got {np.dtype(dtype)}.")
        return self._array.astype(dtype)

    @with_advice()
    def backward(self, gradient: Any = None) -> None:
        """Add ∂self/∂leaf to the `grad` of every leaf that requires one.

        The graph is kept, so a second call adds the same gradients again. `grad` holds plain arrays; for
        gradients that can be differentiated further use `minigrad.grad` or `minigrad.vjp`.

        In half precision, what several uses of a leaf give is added up in single within a call. What several calls give
        is added in the dtype of the leaf, as in PyTorch: there 2048 + 1 is 2048, so sum the losses of many calls first.

        Args:
            gradient: ∂loss/∂self, of the same shape as self; 1 by default, for an output of one element.

        Raises:
            RuntimeError: if nothing was recorded on the way to this Tensor, or if a leaf that it was recorded with was
                opened with `.data` after an earlier `backward`.
            ValueError: if `gradient` is missing for several elements, or has another shape; or if a `grad` that was
                assigned has.
            TypeError: if a complex gradient meets something real.

        >>> x = Tensor([1.0, 2.0], requires_grad=True)
        >>> (x * x).backward(np.array([1.0, 10.0]))
        >>> x.grad
        array([ 2., 40.])
        """
        backward(self, gradient)


def require_inexact(dtype: np.dtype[Any], who: str) -> None:
    """Raise TypeError unless gradients make sense for numbers of this dtype."""
    if not np.issubdtype(dtype, np.inexact):
        raise TypeError(
            f"{who}: expected floating-point numbers to differentiate, got {dtype}."
            + " Write 3.0 instead of 3, or convert with np.asarray(x, dtype=float)." * (dtype.kind in "biu")
        )
