"""Imports only point down, and docs/architecture.md lists the floors as they are."""

import ast
import functools
import re
from collections import defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]

FLOORS = {
    "elsewhere": "",
    "messages": "elsewhere",
    "rules": "messages",
    "scope": "",
    "memory": "",
    "recording": "memory messages rules scope",
    "pieces": "memory recording rules",
    "graph": "memory messages pieces recording rules",
    "tensor": "elsewhere graph memory messages recording rules",
    "arguments": "recording rules tensor",
    "functional": "arguments elsewhere messages pieces recording rules",
    "derivatives": "functional pieces recording rules tensor",
    "containers": "",
    "transforms": "containers graph messages recording rules scope tensor",
    "debug": "graph recording rules scope tensor",
    "mapping": "containers messages recording rules tensor",
    "recomputation": "containers graph memory messages recording rules scope tensor",
    "testing": "containers elsewhere graph memory messages recording rules tensor transforms",
    "optim": "arguments elsewhere memory messages tensor",
    "nn": "arguments containers elsewhere functional memory messages recording rules tensor transforms",
    "data": "arguments elsewhere memory messages",
}
"""The imports of each file or folder of minigrad from the others, from the ground up."""


@functools.cache
def imports(package):
    """The imports of each module within its package, also inside functions; types alone do not count."""
    files = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
        for file in (ROOT / package.replace(".", "/")).rglob("*.py")
    }
    found = {}
    for module, file in files.items():
        found[module] = set()
        for name in _imported(ast.parse(file.read_text("utf-8"))):
            while name and name not in files:  # it may be something in a module
                name = name.rpartition(".")[0]
            found[module] |= {name} - {"", module}
    return found


def _imported(tree):
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, "minigrad imports by full names"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield from _imported(node)


def floors(package):
    """The same for the files and folders right under a package, which itself is called by its name."""
    found = defaultdict(set)
    for module, names in imports(package).items():
        floor, *others = (name.removeprefix(f"{package}.").partition(".")[0] for name in (module, *names))
        found[floor] |= {*others} - {floor}
    return found


def test_each_floor_imports_what_the_table_says_and_only_from_below():
    found = floors("minigrad")
    assert found.keys() - FLOORS == {"minigrad", "course"}
    below = set()
    for floor, imported in FLOORS.items():
        assert found[floor] == set(imported.split()), floor
        assert found[floor] <= below, floor
        below.add(floor)


def test_no_modules_import_each_other():
    engine = {module: names for module, names in imports("minigrad").items() if "course" not in module}
    TopologicalSorter(engine).prepare()  # raises CycleError


def test_the_page_lists_the_floors_from_the_top():
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert re.findall(r"(?m)^    minigrad/(\w+)", page) == ["course", *reversed(FLOORS)]
