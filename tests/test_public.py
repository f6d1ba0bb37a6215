"""Each public name says how it is used, in an example that is run."""

import inspect
import subprocess
import sys
from types import ModuleType
from typing import NoReturn

import pytest

import minigrad
from minigrad import Tensor, data, functional, nn, optim, testing
from minigrad.data import drawing
from minigrad.testing import strategies


def public(module):
    """The functions and classes that a module offers."""
    names = getattr(module, "__all__", [name for name in vars(module) if name[0] != "_"])
    things = (getattr(module, name) for name in names)
    functions = (thing for thing in things if isinstance(thing, type | type(public)))
    return [f for f in functions if hasattr(module, "__all__") or f.__module__ == module.__name__]


METHODS = [
    thing
    for name, thing in vars(Tensor).items()
    if name[0] != "_" and isinstance(thing, property | type(public)) and "same arguments" not in (thing.__doc__ or "")
]
DATA = [data, drawing, *(module for name in data.__all__ if inspect.ismodule(module := getattr(data, name)))]
MODULES = (minigrad, functional, nn, nn.init, nn.utils, optim, testing, strategies, *DATA)
FOREIGN = {NoReturn, ModuleType}  # of Python, for annotations
EVERYTHING = {thing for module in MODULES for thing in public(module)}


@pytest.mark.parametrize("thing", [*sorted(EVERYTHING, key=repr), *METHODS], ids=lambda f: getattr(f, "__name__", None))
def test_every_public_function_shows_one_use(thing):
    short_properties = {
        Tensor.shape,
        Tensor.ndim,
        Tensor.size,
        Tensor.dtype,
        Tensor.nbytes,
        Tensor.itemsize,
        Tensor.T,
        Tensor.mT,
    }
    errors = isinstance(thing, type) and issubclass(thing, Exception)
    data = thing in (strategies.Cell, strategies.Sequences)
    if thing in short_properties or errors or data:
        assert thing.__doc__
    else:
        assert ">>>" in inspect.getdoc(thing)


@pytest.mark.parametrize("package", [minigrad, nn, optim, functional, data, testing], ids=lambda m: m.__name__)
def test_a_package_shows_its_public_names_and_no_others(package):
    others = {name for name in dir(package) if not name.startswith("_")} - {*package.__all__}
    assert not [name for name in others if callable(getattr(package, name)) and getattr(package, name) not in FOREIGN]


def test_import_minigrad_imports_none_of_pytest_hypothesis_and_rich_and_no_data():
    code = "import sys, minigrad; print({'pytest', 'hypothesis', 'rich', 'minigrad.data'}.intersection(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_submodules_are_there_when_they_are_asked_for():
    code = "import minigrad; minigrad.nn.Linear; minigrad.optim.SGD; minigrad.testing.check_gradients; minigrad.data"
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="no attribute 'optimizer'"):
        minigrad.optimizer  # noqa: B018
