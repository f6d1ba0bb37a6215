"""A figure is a function that draws with the functions of an exercise's solution.

    @figure("unroll", after="The idea")
    def unrolled(solution):
        hs = solution.rnn_forward(...)
        drawing = Drawing(...)
        ...
        return drawing

It stands in the chapter of this exercise, at the end of the section that begins with these words in bold. Its numbers
come from the solution, so that it shows what the student's own functions will do. In its caption, `names` are set as
code.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from figures.drawing import Drawing
from minigrad.course.catalogue.course import Course
from minigrad.course.catalogue.trusted import load_trusted

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        exercise: the name of the exercise in whose chapter it stands.
        after: the words in bold with which the section before it begins, without their last mark.
        draw: a function of the module of the solution that draws it.
    """

    exercise: str
    after: str
    draw: Callable[[Any], Drawing]

    def drawing(self) -> Drawing:
        exercise = Course(ROOT).find(self.exercise)
        return self.draw(load_trusted(ROOT / "solutions" / exercise.file))

    def html(self) -> str:
        """The HTML for the page: the picture, and its caption below it. No line of it is empty."""
        drawing = self.drawing()
        caption = re.sub("`(.+?)`", r"<code>\1</code>", html.escape(drawing.caption))
        return "\n".join(
            [
                '<figure class="figure">',
                drawing.svg(f"figure-{self.exercise.replace('_', '-')}"),
                f"<figcaption>{caption}</figcaption>",
                "</figure>",
            ]
        )

    def put_into(self, chapter: str) -> str:
        """The Markdown of its chapter, with the figure at the end of its section."""
        section = re.search(
            rf"^\*\*{re.escape(self.after)}[.:?!]?\*\*.*?(?=^\*\*|^```|\Z)", chapter, re.MULTILINE | re.DOTALL
        )
        if section is None:
            raise ValueError(f"the chapter of {self.exercise} has no section that begins with **{self.after}**")
        return f"{chapter[: section.end()].rstrip()}\n\n{self.html()}\n\n{chapter[section.end() :]}"


FIGURES: dict[str, Figure] = {}


def with_figure(chapter: str, exercise: str) -> str:
    """The chapter of an exercise in Markdown, with its figure, if it has one."""
    return FIGURES[exercise].put_into(chapter) if exercise in FIGURES else chapter


def figure(exercise: str, after: str) -> Callable[[Callable[[Any], Drawing]], Callable[[Any], Drawing]]:
    """Make a function the figure of an exercise."""

    def register(draw: Callable[[Any], Drawing]) -> Callable[[Any], Drawing]:
        FIGURES[exercise] = Figure(exercise, after, draw)
        return draw

    return register
