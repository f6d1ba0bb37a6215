"""The drawings of docs/architecture.md, made from the imports of minigrad.

python docs/book/architecture.py      makes docs/floors.svg and docs/rooms.svg anew

A test holds that the stored ones are what the imports give.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

from figures.colours import standing_alone
from figures.drawing import WIDTH, Drawing
from layout import Graph, Layout, Node, reduced

from minigrad.course.catalogue.trusted import load_trusted

ROOT = Path(__file__).resolve().parents[2]
STORED = {name: ROOT / "docs" / f"{name}.svg" for name in ("floors", "rooms")}

SHARED = [
    ["recording", "memory", "rules", "messages", "scope", "elsewhere"],
    ["graph", "pieces"],
    ["tensor", "arguments"],
    ["transforms", "containers", "debug", "mapping", "recomputation"],
    ["files", "signals", "usage"],
    ["editions", "notebooks"],
]
"""Modules that share a box. All others have a box of their own."""

BOXES = {name: "\n".join(names) for names in SHARED for name in names}
FRAMEWORK, COURSE = "minigrad", "minigrad.course"
RUN = ("doctor", "__main__")  # files that are run, and that nobody imports
LINE, BROAD, BETWEEN, GAP, MARGIN = 16, 94, 34, 16, 4


def floors() -> dict[str, set[str]]:
    """The imports of each box of the framework from the others; `minigrad` has the names that everybody uses."""
    return _graph(lambda module: "" if _is_course(module) else _part(module, FRAMEWORK))


def rooms() -> dict[str, set[str]]:
    """The imports of each room of the course kit from the others and from the framework."""
    graph = _graph(lambda module: _part(module, COURSE) if _is_course(module) else FRAMEWORK)
    return {**graph, FRAMEWORK: set()}


def _graph(box_of: Callable[[str], str]) -> dict[str, set[str]]:
    """The imports between boxes, but for modules that have none, and for templates, which others will fill in."""
    graph: dict[str, set[str]] = {}
    for module, names in _imports().items():
        box = "" if ".templates." in module else box_of(module)
        if box:
            graph.setdefault(box, set()).update({box_of(name) for name in names} - {"", box})
    return graph


@functools.cache
def _imports() -> dict[str, set[str]]:
    """The imports of each module, as the test of the floors reads them."""
    return dict(load_trusted(ROOT / "tests" / "test_layers.py").imports(FRAMEWORK))


def _is_course(module: str) -> bool:
    return module == COURSE or module.startswith(f"{COURSE}.")


def _part(module: str, package: str) -> str:
    """The box of what lies right under a package. The course itself imports nothing, and has none."""
    name = module.removeprefix(f"{package}.").partition(".")[0] if module != package else FRAMEWORK
    return "" if module == COURSE or name in RUN else BOXES.get(name, name)


def draw(name: str) -> str:
    """The drawing of the floors or of the rooms, as the text of an SVG that stands alone."""
    graph, title = (
        (floors(), "The floors of minigrad") if name == "floors" else (rooms(), "The rooms of the course kit")
    )
    arrows = reduced(graph)
    says = [
        f"{_in_words(box)} to {' and '.join(_in_words(other) for other in sorted(others))}"
        for box, others in sorted(arrows.items())
        if others
    ]
    description = f"Boxes with arrows that all point down, to what is imported. They lead from {'; from '.join(says)}."
    return _drawn(arrows, title, description).svg(name, standing_alone())


def _in_words(box: str) -> str:
    return box.replace("\n", ", ")


def _drawn(arrows: Graph, title: str, description: str) -> Drawing:
    layout = Layout(arrows)
    middles = layout.middles(_width, GAP, WIDTH - 2 * MARGIN)
    highs = [max(_height(node) for node in row) for row in layout.rows]
    bottoms = [sum(highs[row:]) + BETWEEN * (len(highs) - row - 1) + 8 for row in range(len(highs))]
    drawing = Drawing(bottoms[0] + 8, title, description)
    drawing.rect(0, 0, WIDTH, drawing.height, fill="paper")
    rows = {node: k for k, row in enumerate(layout.rows) for node in row}

    def x(node: Node) -> float:
        return MARGIN + middles[node]

    for above, *joints, below in layout.lines:
        points = [(x(above), bottoms[rows[above]] - highs[rows[above]] + _height(above))]
        for joint in joints:
            bottom = bottoms[rows[joint]]
            points += [(x(joint), bottom - highs[rows[joint]]), (x(joint), bottom)]
        drawing.curve([*points, (x(below), bottoms[rows[below]] - highs[rows[below]])], "soft")
    for box in sorted(arrows):
        _box(drawing, box, x(box), bottoms[rows[box]] - highs[rows[box]])
    return drawing


def _box(drawing: Drawing, box: str, middle: float, top: float) -> None:
    colour = "orange" if box == FRAMEWORK else "blue"
    drawing.rect(middle - BROAD / 2, top, BROAD, _height(box), colour, 0.08, outline=colour, corner=5)
    for k, name in enumerate(box.split("\n")):
        drawing.text(middle, top + 18 + LINE * k, name, "middle")


def _height(node: Node) -> float:
    return LINE * len(node.split("\n")) + 12 if isinstance(node, str) else 0


def _width(node: Node) -> float:
    return BROAD if isinstance(node, str) else 12


if __name__ == "__main__":
    for name, file in STORED.items():
        file.write_text(draw(name), "utf-8")
