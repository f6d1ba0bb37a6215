"""Views into a computation: the operation where its first NaN arose, and the drawing of its graph.

>>> import numpy as np
>>> from minigrad import Tensor, draw
>>> w = Tensor([1.0, 2.0], requires_grad=True)
>>> print(draw(np.sum(np.tanh(w)), w=w))
digraph {
    rankdir=BT; node [shape=box];
    0 [label="w  (2,)", style=bold];
    1 [label="np.tanh(·)  (2,)"];
    0 -> 1;
    2 [label="np.sum(·)  ()"];
    1 -> 2;
}
"""

from __future__ import annotations

import linecache
import os
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.graph import history, parents, watch_gradient
from minigrad.recording import Recorded, plain, watch
from minigrad.rules import name_of
from minigrad.scope import Scope
from minigrad.tensor import Tensor

if TYPE_CHECKING:
    from rich.tree import Tree

OURS = tuple(os.path.dirname(str(module.__file__)) + os.sep for module in (sys.modules["minigrad"], np))


def detect_anomaly() -> Scope:
    """Inside, the recorded operation where the first NaN or infinity arises is an error, forward or backward.

    A NaN that comes in with a leaf or a constant is an error where it is first used. An infinity that comes in is
    none, since masks of -∞ are made on purpose. Every array is looked at: small operations take about three times as
    long, large ones hardly longer.

    Raises (inside, where it arises):
        FloatingPointError: naming the operation, the shapes of its arguments, and the line that called it.

    >>> w = Tensor([1.0, 0.0], requires_grad=True)
    >>> with detect_anomaly(), np.errstate(divide="ignore"):
    ...     np.sum(np.sqrt(w)).backward()
    Traceback (most recent call last):
    ...
    FloatingPointError: np.sqrt: the gradient for its argument has an infinity at index (1,), which arose here.
    Arguments of shapes (2,), called at <doctest minigrad.debug.detect_anomaly[1]>:2: np.sum(np.sqrt(w)).backward()
    """
    lines: dict[int, str] = {}

    def check_result(t: Recorded) -> None:
        lines[t.order] = _line_of_user()
        _refuse(t, "the result", plain(t), _arguments(t), lines)

    def check_gradient(t: Recorded, g: Any, gradient: Any) -> None:
        inputs = [*_arguments(t), ("the gradient of its result", plain(g))]
        _refuse(t, "the gradient for its argument", plain(gradient), inputs, lines)

    return Scope({watch: check_result, watch_gradient: check_gradient})


def _refuse(t: Recorded, what: str, y: Any, inputs: list[tuple[str, Any]], lines: dict[int, str]) -> None:
    """Raise if y has a NaN, or an infinity while its inputs have only finite numbers."""
    if np.isfinite(y).all():
        return
    for kind, is_such in (("a NaN", np.isnan), ("an infinity", np.isinf)):
        came_in = [name for name, x in inputs if is_such(x).any()]
        if not is_such(y).any() or (came_in and is_such is np.isinf):
            continue
        place = tuple(map(int, np.argwhere(is_such(y))[0])) if np.ndim(y) else ()
        how = f"came in with {came_in[0]}" if came_in else "arose here"
        shapes = ", ".join(str(np.shape(x)) for _, x in _arguments(t))
        raise FloatingPointError(
            f"{name_of(t.origin.function)}: {what} has {kind} at index {place}, which {how}.\n"  # type: ignore[union-attr]
            f"Arguments of shapes {shapes}, called at {lines.get(t.order, 'a line before detect_anomaly() began')}"
        )


def _arguments(t: Recorded) -> list[tuple[str, Any]]:
    """The numbers that t was computed from, and what they are in the call."""
    if (call := t.origin) is None:
        return []
    named = [*((f"argument {i}", x) for i, x in enumerate(call.values)), *call.keywords.items()]
    return [(name, np.asarray(x)) for name, x in named if isinstance(x, np.ndarray | np.generic | float)]


def _line_of_user() -> str:
    frame = sys._getframe(1)
    while frame.f_back and frame.f_code.co_filename.startswith(OURS):
        frame = frame.f_back
    file, line = frame.f_code.co_filename, frame.f_lineno
    return f"{file}:{line}: {linecache.getline(file, line).strip()}"


class Drawing:
    """A graph, to be printed: `print(drawing)` gives Graphviz text, `rich.print(drawing)` a tree."""

    def __init__(self, output: Tensor, names: dict[str, Tensor]):
        self.output = output
        self.names = {t: name for name, t in names.items()}

    def __str__(self) -> str:
        """The graph in the DOT language; each arrow goes from an argument to a result."""
        lines = ["digraph {", "    rankdir=BT; node [shape=box];"]
        numbers: dict[Tensor, int] = {}
        for t in history([self.output]):
            numbers[t] = len(numbers)
            label = self._label(t).replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
            lines.append(f'    {numbers[t]} [label="{label}"{", style=bold" * (t.origin is None)}];')
            lines += [f"    {numbers[parent]} -> {numbers[t]};" for parent in parents(t)]
        return "\n".join([*lines, "}"])

    __repr__ = __str__

    def __rich__(self) -> Tree:
        """A tree that grows from the output to the leaves. What is used more than once is numbered and drawn once."""
        from rich.text import Text
        from rich.tree import Tree

        uses = Counter(parent for t in history([self.output]) for parent in parents(t))
        numbers: dict[Tensor, int] = {}
        root = Tree("", hide_root=True)
        to_draw = [(root, self.output)]
        while to_draw:
            branch, t = to_draw.pop()
            again = t in numbers
            if uses[t] > 1 and t.origin:
                numbers.setdefault(t, len(numbers) + 1)
            number = f"#{numbers[t]} " if t in numbers else ""
            twig = branch.add(Text(number + ("as above" if again else self._label(t)), "" if t.origin else "bold"))
            if not again:
                to_draw += [(twig, parent) for parent in reversed(parents(t))]
        return root

    def _label(self, t: Tensor) -> str:
        """Such as `np.sum(·, axis=0)  (3,)`, with a dot for every argument that is in the graph."""
        dtype = "" if t.dtype == np.float64 else f" {t.dtype}"
        if (call := t.origin) is None:
            return f"{self.names.get(t, 'leaf')}  {t.shape}{dtype}"
        inside = [*map(_short, call.operands), *(f"{name}={_short(x)}" for name, x in call.keywords.items())]
        name = f"{self.names[t]} = " if t in self.names else ""
        return f"{name}{name_of(call.function)}({', '.join(inside)})  {t.shape}{dtype}"


def _short(x: Any) -> str:
    """An argument in a few letters."""
    if isinstance(x, Tensor) and x.requires_grad:
        return "·"
    if isinstance(x, np.ndarray | Tensor):
        return f"array{x.shape}"
    text = f"({', '.join(map(_short, x))})" if isinstance(x, list | tuple) else str(x)
    return text if len(text) <= 40 else text[:39] + "…"


def draw(output: Tensor, **names: Tensor) -> Drawing:
    """The graph that `output` was computed by, for `print` (Graphviz text) and for `rich.print` (a tree).

    Args:
        output: a Tensor that requires a gradient.
        names: what Tensors of the graph are called, as in `draw(loss, W=W, b=b)`.

    Raises:
        TypeError: if `output` is not a Tensor.

    >>> import rich
    >>> x = Tensor(2.0, requires_grad=True)
    >>> h = np.tanh(x)
    >>> rich.print(draw(h * h + 1.0, x=x))
    np.add(·, 1.0)  ()
    └── np.multiply(·, ·)  ()
        ├── #1 np.tanh(·)  ()
        │   └── x  ()
        └── #1 as above
    """
    if not isinstance(output, Tensor):
        raise TypeError(f"draw: expected a Tensor, got {type(output).__name__}; an array has no history.")
    for name, t in names.items():
        if not isinstance(t, Tensor):
            raise TypeError(f"draw: expected a Tensor that is called {name}, got {type(t).__name__}.")
    return Drawing(output, names)
