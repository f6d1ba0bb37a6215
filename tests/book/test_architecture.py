"""The drawings of the architecture page are what the imports give, and their arrows can be followed."""

import itertools
import re
import xml.etree.ElementTree as ET
from graphlib import TopologicalSorter
from pathlib import Path

import architecture
import pytest
from hypothesis import given
from hypothesis import strategies as st
from layout import Layout, reduced

from minigrad.course.catalogue.trusted import load_trusted

ROOT = Path(__file__).parents[2]
DRAWINGS = {"floors": architecture.floors, "rooms": architecture.rooms}
SVG = "{http://www.w3.org/2000/svg}"

numbers = st.integers(2, 9)
graphs = numbers.flatmap(
    lambda n: st.lists(st.tuples(*[st.integers(0, n - 1)] * 2).filter(lambda e: e[0] < e[1]), max_size=15).map(
        lambda edges: {f"{k}": {f"{low}" for low, high in edges if high == k} for k in range(n)}
    )
)


def reached(graph):
    found = {}
    for node in TopologicalSorter(graph).static_order():
        found[node] = set(graph[node]).union(*(found[other] for other in graph[node]))
    return found


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_stored_drawing_is_what_the_imports_give(name):
    stored = architecture.STORED[name].read_text("utf-8")
    assert stored == architecture.draw(name), "make it anew: python docs/book/architecture.py"


def test_every_floor_and_every_room_is_in_a_box():
    floors = load_trusted(ROOT / "tests" / "test_layers.py").FLOORS
    rooms = load_trusted(ROOT / "tests" / "course" / "test_layers.py").MAY_IMPORT
    left_out = {*architecture.RUN, "__init__"}
    assert names(architecture.floors()) == {*floors, "minigrad"}
    assert names(architecture.rooms()) == {*rooms, "minigrad"} - left_out


def names(graph):
    return {name for box in graph for name in box.split("\n")}


@pytest.mark.parametrize("name", DRAWINGS)
def test_there_are_few_boxes_and_all_arrows_point_down(name):
    graph = DRAWINGS[name]()
    assert len(graph) <= 25
    layout = Layout(reduced(graph))
    rows = {node: k for k, row in enumerate(layout.rows) for node in row}
    for line in layout.lines:
        assert all(rows[above] == rows[below] + 1 for above, below in itertools.pairwise(line))


@pytest.mark.parametrize("name", DRAWINGS)
def test_boxes_lie_apart_and_no_arrow_goes_through_one(name):
    svg = ET.parse(architecture.STORED[name]).getroot()
    width, height = map(float, svg.get("viewBox").split()[2:])
    filled = [shape for shape in svg.findall(f"{SVG}rect") if shape.get("fill-opacity")]
    boxes = [[float(shape.get(key)) for key in ("x", "y", "width", "height")] for shape in filled]
    for x, y, w, h in boxes:
        assert 0 <= x <= x + w <= width
        assert 0 <= y <= y + h <= height
    for (x, y, w, h), (x1, y1, w1, h1) in itertools.combinations(boxes, 2):
        assert x + w < x1 or x1 + w1 < x or y + h < y1 or y1 + h1 < y
    parts = [part for arrow in svg.findall(f"{SVG}path") for part in upright(arrow.get("d"))]
    assert parts
    for x1, y1 in parts:
        assert not [box for box in boxes if box[0] <= x1 <= box[0] + box[2] and box[1] < y1 < box[1] + box[3]]


def upright(way):
    """The middles of the upright parts of an arrow, which lie beside the boxes that it passes."""
    corners = [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", way)]
    ends = corners[::3]
    return [((x0 + x1) / 2, (y0 + y1) / 2) for (x0, y0), (x1, y1) in itertools.pairwise(ends) if x0 == x1]


@given(graphs)
def test_what_is_left_of_a_graph_leads_to_the_same_and_nothing_twice(graph):
    less = reduced(graph)
    assert reached(less) == reached(graph)
    for node, others in less.items():
        for other in others:
            assert other not in set().union(*(reached(less)[third] for third in others - {other})), (node, other)


@given(graphs)
def test_each_line_of_a_layout_goes_down_row_by_row(graph):
    layout = Layout(graph)
    rows = {node: k for k, row in enumerate(layout.rows) for node in row}
    assert sorted((line[0], line[-1]) for line in layout.lines) == sorted((a, b) for a in graph for b in graph[a])
    assert {node for line in layout.lines for node in line} | set(graph) == set(rows)
    for line in layout.lines:
        assert [rows[node] for node in line] == list(range(rows[line[0]], rows[line[-1]] - 1, -1))


def test_lines_that_need_not_cross_do_not():
    assert Layout({"a": {"y"}, "b": {"x"}, "x": set(), "y": set()}).crossings() == 0


@given(graphs)
def test_things_in_a_row_keep_their_order_and_lie_on_the_sheet(graph):
    layout = Layout(graph)
    whole = 40.0 * max(map(len, layout.rows))
    middles = layout.middles(lambda node: 20, 5, whole)
    for row in layout.rows:
        places = [middles[node] for node in row]
        assert all(place - 10 >= -0.5 and place + 10 <= whole + 0.5 for place in places)
        assert all(right - left >= 24.5 for left, right in itertools.pairwise(places))
