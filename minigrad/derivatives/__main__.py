"""Print what the table holds, as docs/operations.md: `python -m minigrad.derivatives`."""

from __future__ import annotations

import operator
import textwrap
from collections.abc import Iterable
from types import ModuleType

from minigrad import derivatives as table
from minigrad import functional
from minigrad.rules import COMPOSITES, CONSTANTS, RULES, Function, name_of

HEAD = """\
# Operations

These functions work on Tensors, under NumPy's own names. Every function of NumPy here is held against its derivative,
at first and second order, by `tests/derivatives`; those of `minigrad.functional` by tests of their own. A function
that is not here raises `NoDerivativeError` where it would lose a gradient. NumPy's other names for the same functions,
such as `np.abs`, `np.acos`, `np.concat`, `np.permute_dims` and `np.pow`, work as well.

This page is printed by `python -m minigrad.derivatives`.
"""


def page() -> str:
    """The page, in Markdown."""
    modules = [table.elementwise, table.reductions, table.statistics, table.shapes, table.indexing, table.calculus]
    modules += [table.linear_algebra, table.matrices]
    sections = [HEAD, *(_section(module, _names(module)) for module in modules)]
    sections.append(_section(functional, (f"minigrad.functional.{name}" for name in functional.__all__)))
    sections.append("## Constants\n\nNo gradient flows through these; they give plain arrays.\n\n")
    return "\n".join(sections) + _listed(map(name_of, CONSTANTS))


def _section(module: ModuleType, names: Iterable[str]) -> str:
    title = module.__name__.rpartition(".")[2].replace("_", " ").capitalize()
    about = (module.__doc__ or "").partition(">>>")[0].strip()
    return f"## {title}\n\n{about}\n\n{_listed(names)}"


def _names(module: ModuleType) -> Iterable[str]:
    """The functions whose derivatives stand in this module, but for its own."""
    for function in (*RULES, *COMPOSITES):
        if function is operator.getitem and module is table.indexing:
            yield "x[index]"
        elif _home(function) == module.__name__ and name_of(function).startswith("np."):
            yield name_of(function)


def _home(function: Function) -> str:
    """The module that says how to differentiate a function."""
    implementation = COMPOSITES.get(function) or next(rule for rule in RULES[function] if rule)
    return str(getattr(getattr(implementation, "func", implementation), "__module__", ""))


def _listed(names: Iterable[str]) -> str:
    listed = ", ".join(f"`{name}`" for name in sorted(set(names)))
    return textwrap.fill(listed, 120, break_long_words=False, break_on_hyphens=False) + "\n"


if __name__ == "__main__":
    print(page(), end="")
