"""The reference: which public names there are, on which page each stands, and the page that lists all of them.

What is said of a name is its docstring, which mkdocstrings puts in the place of `::: minigrad.grad`. `docstrings.py`
makes Markdown of it.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import docstrings

from minigrad import Tensor, data
from minigrad.derivatives.__main__ import page as operations

MANY = 20
"""A module with more names than this has a page for each of its files."""

NAMES = (
    "",
    "functional",
    "nn",
    "nn.init",
    "nn.utils",
    "optim",
    "testing",
    "testing.strategies",
    "testing.plugin",
    "data",
)
MODULES = [
    *(importlib.import_module(f"minigrad.{name}".rstrip(".")) for name in NAMES),
    *(module for name in data.__all__ if isinstance(module := getattr(data, name), ModuleType)),
    importlib.import_module("minigrad.data.drawing"),
]
"""The modules that people import from, in the order of the menu."""


FOUND_FIRST = "---\nsearch:\n  boost: 2\n---"
"""A search for a name is for its entry, before pages that use it."""


def public(module: ModuleType) -> dict[str, Any]:
    """The functions and classes that a module offers, by name."""
    names = getattr(module, "__all__", [name for name in vars(module) if name[0] != "_"])
    things = {name: getattr(module, name) for name in names}
    if module.__name__ == "minigrad.testing.plugin":  # pytest calls everything else in it
        return {"gradcheck": module.gradcheck}
    own = hasattr(module, "__all__")
    return {
        name: thing
        for name, thing in things.items()
        if isinstance(thing, type | FunctionType) and (own or thing.__module__ == module.__name__)
    }


@functools.cache
def pages() -> dict[str, str]:
    """The pages in Markdown by their places: of each module, or of each file of a large one, and the index."""
    found = {place: _page(title, module, names) for place, title, module, names in _groups()}
    return {**found, "reference/index.md": _index()}


def menu() -> list[dict[str, Any]]:
    """The pages as mkdocs wants them: a large module, and what has modules in it, is a section of its own."""
    sections: dict[str, list[dict[str, str]]] = {}
    for place, title, *_ in _groups():
        sections.setdefault(title.split(".")[0].split(":")[0], []).append({title: place})
    entries = [entry[0] if len(entry) == 1 else {section: entry} for section, entry in sections.items()]
    return [{"All names": "reference/index.md"}, *entries]


@functools.cache
def anchors() -> dict[str, str]:
    """The place of the entry of each public name and method, seen from another page of the reference."""
    found = {}
    for place, _, module, names in _groups():
        for name in names:
            thing = getattr(module, name)
            members = [f".{m}" for m in vars(thing) if m[0] != "_"] if isinstance(thing, type) else []
            for member in ("", *members):
                full = f"{module.__name__}.{name}{member}"
                for path in (
                    full,
                    f"{inspect.unwrap(thing).__module__}.{name}{member}",
                ):  # and from where it is defined
                    found[path] = f"{place.removeprefix('reference/')}#{full}"
    return found


def link(name: str, reader: str) -> str:
    """A name in backticks as a link to its entry, as the docstring of `reader` means it; or as it is."""
    bare, known = name.strip("`"), anchors()
    homes = [reader.rsplit(".", n)[0] for n in range(1, reader.count(".") + 1)]
    full = next((full for full in (*(f"{home}.{bare}" for home in homes), bare) if full in known), None)
    return f"[{name}]({known[full]})" if full and known[full] != known.get(reader) else name


def _groups() -> Iterator[tuple[str, str, ModuleType, list[str]]]:
    """For each page its place, its title, the module that its names are imported from, and these in its order."""
    for module in MODULES:
        short = module.__name__.removeprefix("minigrad").lstrip(".")
        names = dict(sorted(public(module).items(), key=lambda item: _place_in_source(item[1])))
        if module.__name__ == "minigrad":
            yield "reference/minigrad.md", "minigrad", module, [name for name in names if name != "Tensor"]
            yield "reference/tensor.md", "Tensor", module, ["Tensor"]
        elif len(names) <= MANY:
            yield f"reference/{short}.md", short, module, [*names]
        else:
            files: dict[str, list[str]] = {}
            for name, thing in names.items():
                files.setdefault(inspect.unwrap(thing).__module__.rpartition(".")[2], []).append(name)
            for file in sorted(files):
                yield f"reference/{short}.{file}.md", f"{short}: {file}", module, files[file]


def _place_in_source(thing: Any) -> tuple[str, int]:
    home = sys.modules[inspect.unwrap(thing).__module__]
    return home.__name__, [*vars(home)].index(thing.__name__)


def _page(title: str, module: ModuleType, names: list[str]) -> str:
    """The page of some names of a module."""
    home = inspect.getmodule(getattr(module, names[0])) if ":" in title or title == "Tensor" else module
    about = docstrings.markdown(inspect.getdoc(home) or "", lambda name: link(name, f"{module.__name__}.-"))
    entries = "\n\n".join(f"::: {module.__name__}.{name}" for name in names)
    return "\n\n".join([FOUND_FIRST, f"# {title}", about, entries, *[_other_methods()] * (title == "Tensor")]) + "\n"


def _other_methods() -> str:
    """The methods of a Tensor that are NumPy's functions, and attributes whose docstring is one line."""
    lines = [
        "## What arrays have too",
        "Each is NumPy's function of this Tensor, with the same arguments, or what it says.",
        "",
    ]
    for name, member in vars(Tensor).items():
        about = inspect.getdoc(member) or ""
        if name[0] != "_" and about and ">>>" not in about:
            lines.append(f'- <a id="minigrad.Tensor.{name}"></a>`{name}`: {docstrings.summary(about)}')
    return "\n".join(lines)


def _index() -> str:
    """All names with their first sentences, and NumPy's functions that have derivatives."""
    lines = [
        "# All names",
        "Each name leads to its entry: how it is called, its formula, what it raises, and an example.",
    ]
    for _, title, module, names in _groups():
        lines.append(f"\n## {title}\n")
        for name in sorted(names, key=str.casefold):
            about = inspect.getdoc(getattr(module, name)) or ""
            reader = f"{module.__name__}.{name}"
            said = docstrings.summary(about, functools.partial(link, reader=reader))
            lines.append(f"- [`{name}`]({anchors()[reader]}): {said}")
    return "\n".join([*lines, "", *_of_numpy()]) + "\n"


def _of_numpy() -> Iterator[str]:
    """NumPy's functions that have derivatives, each a link to the page that lists them."""
    yield "## NumPy's functions\n"
    yield "These take Tensors and have derivatives, at first and at any higher order.\n"
    for section in operations().split("\n## ")[1:]:
        title, text = section.split("\n", 1)
        names = re.findall(r"`(np\.[\w.]+)`", text.split("\n\n")[-1])
        if names and title != "Constants":
            anchor = title.lower().replace(" ", "-")
            yield f"**{title}**: " + ", ".join(f"[`{name}`](../docs/operations.md#{anchor})" for name in names) + "\n"
