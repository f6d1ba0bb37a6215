"""The student's own part of a file, told apart from what came with it.

Some checks call a function that came with the file, which makes of numbers what cannot travel, such as a network, and
hands it to the student's. Students did not write that function, so messages do not name it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from minigrad.course.results.limits import MAX_NAME
from minigrad.course.results.outcomes import Line, StudentError
from minigrad.course.results.spelled import cut_off
from minigrad.course.results.wording import describe
from minigrad.course.student.syntax import Definition, outline

SHOWN = 3  # of the lines that an exception went through: the outermost, and the last ones


class Own:
    """The student's own functions, and those that came with the file.

    Args:
        skeleton: the file that the student was given.
        source: what they made of it, Python that can be read.
    """

    def __init__(self, skeleton: str, source: str):
        self._skeleton, self._source = skeleton, source

    @cached_property
    def _there(self) -> dict[str, Definition]:
        return {node.name: node for node in outline(self._source).definitions}

    @cached_property
    def _given(self) -> dict[str, Definition]:
        """The functions and classes without a gap that are still as they came."""
        before, now = self._skeleton.split("\n"), self._source.split("\n")
        came = {node.name: _text(before, node) for node in outline(self._skeleton).definitions if not node.has_gap}
        there = {name: node for name, node in self._there.items() if name in came}
        return {name: node for name, node in there.items() if came[name] == _text(now, node)}

    def name(self, function: str) -> str:
        """The function that is judged by a call of this one: itself, or the last of the student's that it uses."""
        if function not in self._given:
            return function
        uses, left = set[str](), [function]
        while left:
            found = (self._there[left.pop()].names & self._there.keys()) - uses
            uses |= found
            left += found & self._given.keys()
        return next((name for name in reversed(self._there) if name in uses and name not in self._given), function)

    def lines(self, lines: Sequence[Line]) -> list[Line]:
        """The lines that did not come with the file, as many as are shown."""
        own = [line for line in lines if not any(line.number in node.lines for node in self._given.values())]
        return own if len(own) <= SHOWN else [own[0], *own[1 - SHOWN :]]

    def describe(self, error: StudentError) -> str:
        """Describe an exception in a sentence that names a function of theirs."""
        if error.error == "NoSuchFunction":
            added = self._there.keys() - {node.name for node in outline(self._skeleton).definitions}
            near = difflib.get_close_matches(error.function, sorted(added), n=1, cutoff=0.75)
            said = describe(error)
            return f"{said.removesuffix('?')} to {near[0]}?" if near else said
        if error.function not in self._given:
            return describe(replace(error, lines=self.lines(error.lines)))
        own, name = self.lines(error.lines), self.name(error.function)
        if own or not error.lines:
            return describe(replace(error, function=self._around(own[0]) if own else name, lines=own))
        return describe(error, f"A line that came with the file and uses your {name}")

    def renamed(self, message: str, function: str) -> str:
        """A message that begins with the name of a function that came with the file, with the one of theirs instead."""
        return re.sub(rf"^(Your )?{re.escape(function)}\b", rf"\g<1>{self.name(function)}", message)

    def _around(self, line: Line) -> str:
        """The function in which a line is; of a class, its method."""
        top = next((node for node in self._there.values() if line.number in node.lines), None)
        method = next((node for node in top.methods if line.number in node.lines), None) if top else None
        name = f"{top.name}.{method.name}" if top and method else top.name if top else line.function
        return cut_off(name, MAX_NAME)


def _text(lines: list[str], node: Definition) -> list[str]:
    return lines[node.lines.start - 1 : node.lines.stop - 1]
