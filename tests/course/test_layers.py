"""A folder of the course kit may import only those that stand above it here."""

import ast
import re
from pathlib import Path

from minigrad.course.cli.early import COMMANDS

KIT = Path(__file__).parents[2] / "minigrad" / "course"

# Each folder or module, with those that it may import anywhere in it, also in functions.
MAY_IMPORT = {
    "usage": "",
    "signals": "",
    "files": "usage",
    "results": "",
    "student": "signals results",
    "checks": "signals results student",
    "catalogue": "usage files results student checks",
    "diagnosis": "files signals results student checks catalogue",
    "grading": "usage files signals results student checks catalogue diagnosis",
    "properties": "results student checks catalogue diagnosis grading",
    "editions": "usage files catalogue",
    "notebooks": "usage files catalogue",
    "reports": "usage files results",
    "authors": "usage files signals results student checks catalogue diagnosis grading reports",
    "training": "usage files results student catalogue",
    "cohort": "usage files signals results student checks catalogue diagnosis grading reports",
    "cli": "usage files signals results student checks catalogue diagnosis grading editions notebooks reports "
    "authors training cohort",
    "doctor": "results student catalogue editions cli",
    "__init__": "",
    "__main__": "cli",
}


def imported(file):
    """The folders and modules of the kit that a file imports."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            if name.startswith("minigrad.course."):
                yield name.split(".")[2]


def test_each_folder_imports_only_what_it_may():
    for place in KIT.iterdir():
        files = [f for f in place.rglob("*.py") if "templates" not in f.parts] if place.is_dir() else [place]
        if files and place.name != "__pycache__":
            may = {place.stem, *MAY_IMPORT[place.stem].split()}
            wrong = {(file.name, name) for file in files for name in imported(file) if name not in may}
            assert not wrong, f"{place.stem} imports what it may not: {wrong}"


def test_nothing_below_imports_the_course():
    for file in KIT.parent.rglob("*.py"):
        assert file.is_relative_to(KIT) or not list(imported(file)), file


def test_each_folder_lists_its_modules():
    for package in KIT.rglob("__init__.py"):
        listed = re.findall(r"(?m)^ *(\w+)/?  +\S", ast.get_docstring(ast.parse(package.read_text("utf-8"))) or "")
        commands = COMMANDS.values() if package.parent.name == "cli" else ()
        there = {path.stem for path in package.parent.iterdir() if not path.name.startswith("__")}
        if listed:
            assert sorted([*listed, *commands]) == sorted(there), package.parent.name


def test_the_architecture_page_says_what_each_room_may_import():
    page = (KIT.parents[1] / "docs" / "architecture.md").read_text("utf-8")
    table = dict(re.findall(r"(?m)^\| `(\w+)/` \| .+ \| (.*?) ?\|$", page))
    rooms = {room: names for room, names in MAY_IMPORT.items() if (KIT / room).is_dir() and room != "cli"}
    said = {room: table[room].split(", ") if table[room] else [] for room in rooms}
    assert said == {room: [name for name in names.split() if (KIT / name).is_dir()] for room, names in rooms.items()}
