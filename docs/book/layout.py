"""A graph in rows, as a drawing of it wants it: each thing stands above all that it leads to, and few lines cross.

    layout = Layout({"roof": {"wall"}, "wall": {"ground"}, "ground": set()})
    layout.rows     [["ground"], ["wall"], ["roof"]]
    layout.lines    [["roof", "wall"], ["wall", "ground"]]

A line that passes a row has a joint in it, (from, to, row), which takes a place of its own there.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence, Set
from graphlib import TopologicalSorter

Node = str | tuple[str, str, int]
Graph = Mapping[str, Set[str]]

SWEEPS = 24


def reduced(graph: Graph) -> dict[str, set[str]]:
    """The same graph without what is led to by way of others as well."""
    reached: dict[str, set[str]] = {}
    for node in TopologicalSorter(graph).static_order():
        reached[node] = set(graph[node]).union(*(reached[other] for other in graph[node]))
    return {node: set(others) - set().union(*(reached[other] for other in others)) for node, others in graph.items()}


class Layout:
    """The rows of a graph from the lowest to the highest, and its lines, each by the nodes that it passes."""

    def __init__(self, graph: Graph):
        heights: dict[str, int] = {}
        for node in TopologicalSorter(graph).static_order():
            heights[node] = 1 + max((heights[other] for other in graph[node]), default=-1)
        self.rows: list[list[Node]] = [[] for _ in range(1 + max(heights.values()))]
        self.lines: list[list[Node]] = []
        for node in sorted(graph):
            self.rows[heights[node]].append(node)
            for other in sorted(graph[node]):
                joints = [(node, other, row) for row in range(heights[node] - 1, heights[other], -1)]
                self.lines.append([node, *joints, other])
                for joint in joints:
                    self.rows[joint[2]].append(joint)
        self._pieces = [piece for line in self.lines for piece in itertools.pairwise(line)]
        self._beside: dict[Node, list[Node]] = {node: [] for row in self.rows for node in row}
        for above, below in self._pieces:
            self._beside[above].append(below)
            self._beside[below].append(above)
        self._untangle()

    def crossings(self) -> int:
        place = self._place()
        pairs = itertools.combinations(self._pieces, 2)
        return sum((place[a] - place[c]) * (place[b] - place[d]) < 0 for (a, b), (c, d) in pairs if self._same(a, c))

    def middles(self, width: Callable[[Node], float], gap: float, whole: float) -> dict[Node, float]:
        """The place of the middle of each node on a sheet `whole` wide: near those that it is joined with.

        They are `gap` apart, or less in a row that has no room for that.
        """
        found = {n: whole * (k + 0.5) / len(row) for row in self.rows for k, n in enumerate(row)}
        for _ in range(SWEEPS):
            for row in self.rows:
                wanted = [self._mean(node, found) for node in row]
                found.update(zip(row, _apart(wanted, [width(node) for node in row], gap, whole), strict=True))
        return found

    def _untangle(self) -> None:
        best, fewest = [*self.rows], self.crossings()
        for sweep in range(SWEEPS):
            for k in range(len(self.rows)) if sweep % 2 else reversed(range(len(self.rows))):
                place = self._place()
                self.rows[k] = sorted(self.rows[k], key=lambda node: self._mean(node, place))
            if (count := self.crossings()) < fewest:
                best, fewest = [*self.rows], count
        self.rows = best

    def _mean(self, node: Node, of: Mapping[Node, float]) -> float:
        beside = self._beside[node]
        return sum(of[other] for other in beside) / len(beside) if beside else of[node]

    def _place(self) -> dict[Node, float]:
        """The place of each node in its row, from 0 to 1."""
        return {node: (k + 0.5) / len(row) for row in self.rows for k, node in enumerate(row)}

    def _same(self, one: Node, other: Node) -> bool:
        return any(one in row and other in row for row in self.rows)


def _apart(wanted: Sequence[float], widths: Sequence[float], gap: float, whole: float) -> list[float]:
    """Places near those that are wanted, in their order, on the sheet and with a gap between them."""
    places = list(wanted)
    gap = min(gap, (whole - sum(widths)) / max(1, len(widths) - 1))
    for _ in range(200):
        for k, width in enumerate(widths):
            places[k] = min(max(places[k], width / 2), whole - width / 2)
        for k in range(len(places) - 1):
            if (short := (widths[k] + widths[k + 1]) / 2 + gap - (places[k + 1] - places[k])) > 0:
                places[k] -= short / 2
                places[k + 1] += short / 2
    return places
