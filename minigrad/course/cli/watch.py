"""`grader.py watch`: save a file and see its verdict.

Fifty times a second the current file is read, and some of the others in turn. They are not listened for, since events
of the file system do not arrive on network drives and in some containers. A process for the next save waits with
everything loaded but the file. While nothing is saved, the judge finds what a verdict will ask for, a little at a time.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.cli import options as common
from minigrad.course.cli import targets
from minigrad.course.cli.ahead import load_ahead
from minigrad.course.cli.reset import start_again
from minigrad.course.cli.terminal import keys
from minigrad.course.diagnosis.lineup import Lineup
from minigrad.course.files import legible
from minigrad.course.grading.grade import draw_chart, grade_with, look_at
from minigrad.course.grading.pool import Job, grade_all
from minigrad.course.grading.reading import Unreadable, read_bytes
from minigrad.course.grading.remembered import Memory
from minigrad.course.reports import screen
from minigrad.course.reports.charts import draw
from minigrad.course.reports.text import clean
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import ExerciseResult
from minigrad.course.student.process import StudentProcess
from minigrad.course.training import scoreboard
from minigrad.course.usage import UsageError

POLL_SECONDS = 0.02
LOOK_SECONDS = 0.0005  # that all these looks take, so that a machine at rest is at rest
AHEAD_SECONDS = 0.01  # of work between two looks at the files
SETTLED_SECONDS = 0.01  # a file that has not changed for so long is written to its end
GONE_SECONDS = 0.3  # an editor that saves may remove the file, or empty it, for a moment

# Each key has a word that stands for it in the bar below, if it stands there, and a description of what it does.
KEYS = {
    "h": ("hint", "a hint; the next one when it is pressed again"),
    "n": ("next", "the next exercise"),
    "p": ("previous", "the exercise before"),
    "g": ("grade", "grade this exercise again as it is"),
    "l": ("list", "all exercises, and the points so far"),
    "a": ("all", "grade all exercises, and show the first that falls short"),
    "r": ("reset", "begin this exercise again; what you wrote is kept"),
    "?": ("help", "this list"),
    "q": ("quit", "end"),
}
FEW_KEYS = "hn?q"  # those in the bar of a narrow terminal
LINES_BELOW = 2  # the bar, and a blank line above it


def parser() -> common.Parser:
    text = "Grade each file as you save it, and show the verdict. Keys give hints and lead to other exercises."
    parser = common.Parser("watch", "watch [options]", text)
    common.add_target(parser)
    common.add_fresh(parser)
    common.add_salt(parser)
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    target = targets.target_of(course, options)
    targets.require_exercises(course, target)
    command = targets.commands_of(course, options, watching=bool(sys.stdin and sys.stdin.isatty()))
    memory = targets.memory_of(course, [target / course.exercises[0].file], options)
    for exercise in course.exercises:
        exercise.load()
    load_ahead()
    gc.freeze()  # what is loaded is no garbage; to look through it took a quarter of the time of a verdict
    with keys() as key:
        Watch(course, target, console, command, options.salt, memory, key).run()
    return common.OK


class Watch:
    """A watch on a folder of files, and the screen that shows their verdicts.

    Args:
        target: the folder of the student's files.
        command: how the student is told to go on.
        key: waits some seconds for a key, and returns it or "".
    """

    def __init__(
        self,
        course: Course,
        target: Path,
        console: Console,
        command: screen.Commands,
        salt: str,
        memory: Memory | None,
        key: Callable[[float], str],
    ):
        self.course, self.console, self.command, self.salt = course, console, command, salt
        self.memory, self.key = memory, key
        self.paths = {exercise: target / exercise.file for exercise in course.exercises}
        self.seen = {exercise: _content(path) for exercise, path in self.paths.items()}
        self.results: dict[Exercise, ExerciseResult] = {}
        self.current = course.exercises[0]
        self.others = itertools.cycle(course.exercises)  # in the order in which they are looked at
        self.hinted: dict[Exercise, int] = {}  # the hint of each that was shown last
        self.ready: StudentProcess | None = None
        self.lineup: Lineup | None = None  # the suspects of the exercise that was got ready last
        self.ahead: Iterator[None] = iter(())  # the steps of what can be found before that is graded
        self.untrained = scoreboard.untrained(course) if memory else []

    def run(self) -> None:
        """Until q is pressed."""
        try:
            self.grade_everything()
            self.turn_to(self.at_hand())
            while (key := self.key(POLL_SECONDS).lower()) != "q":
                if key:
                    self.press(key)
                if saved := self.saved():
                    self.current = saved
                    self.grade()
                elif not key:
                    self.look_ahead()
            screen.erase_line(self.console)
        finally:
            if self.ready:
                self.ready.close()

    def press(self, key: str) -> None:
        match key:
            case "h" if self.current.hints:
                hints = self.current.hints
                level = self.hinted[self.current] = self.hinted.get(self.current, 0) % len(hints) + 1
                more = "Not enough? Press h again." if level < len(hints) else "That was the last one."
                self.show(screen.hint(self.current.heading, hints, level, more), keep=True)
            case "n" | "p":
                exercises = self.course.exercises
                step = 1 if key == "n" else -1
                self.turn_to(exercises[(exercises.index(self.current) + step) % len(exercises)])
            case "g":
                self.grade()
            case "l":
                self.show(screen.overview(self.ordered(), self.height), keep=True)
            case "?":
                self.show(_help(), keep=True)
            case "r":
                self.reset()
            case "a":
                screen.erase_line(self.console)
                self.grade_everything()
                self.current = self.at_hand()
                self.show(self.report(self.ordered()))
                self.get_ready()

    def at_hand(self) -> Exercise:
        """The exercise that a report on all of them shows."""
        unfinished = [e for e in self.course.exercises if self.results[e].status != Status.PASSED]
        started = [e for e in unfinished if self.results[e].falls_short]
        return (started or unfinished or self.course.exercises)[0]

    def turn_to(self, exercise: Exercise) -> None:
        self.current = exercise
        self.show_verdict()
        self.get_ready()

    def saved(self) -> Exercise | None:
        """An exercise whose file has another content than when it was last looked at.

        The current one is looked at, and of the others, in turn, as many as a moment allows.
        """
        until = time.monotonic() + LOOK_SECONDS
        for exercise in itertools.chain([self.current], itertools.islice(self.others, len(self.paths))):
            path = self.paths[exercise]
            if _content(path) != self.seen[exercise]:
                self.seen[exercise], before = _settled(path), self.seen[exercise]
                if self.seen[exercise] != before:
                    return exercise
            if exercise != self.current and time.monotonic() > until:
                break
        return None

    def grade(self) -> None:
        """Grade the current exercise in the process that waits for it."""
        exercise, path = self.current, self.paths[self.current]
        key = self.memory.key(exercise, path) if self.memory else ""
        seen = look_at(exercise, path)
        if isinstance(seen, ExerciseResult):
            self.results[exercise] = seen
            self.show_verdict()
        else:
            if self.console.is_terminal:
                screen.erase_line(self.console)
                self.console.print(Text(f"Grading {path.name} ...", style="dim"), end="")
            process = self.get_ready()
            process.name, process.file, process.imports = exercise.stem, str(path), exercise.imports
            process.source, self.ready = seen, None
            with process:
                result = self.results[exercise] = grade_with(exercise, process, self.salt, lineup=self.lineup)
                self.show_verdict()
                draw_chart(exercise, result, process)
            if (result.chart or result.no_chart) and self.console.is_terminal:
                self.show_verdict()
            elif result.chart:
                self.console.print(draw(result.chart))
            if self.memory:
                self.memory.put(exercise, result, key)
        self.get_ready()

    def get_ready(self) -> StudentProcess:
        """A process that waits for the file of any exercise, and the suspects of the current one."""
        if self.ready is None or not self.ready.alive:
            if self.ready:
                self.ready.close()
            self.ready = StudentProcess("", "", "")
            self.ready.spawn()
        if self.lineup is None or self.lineup.exercise != self.current:
            self.lineup = Lineup(self.current)
            self.ahead = self.lineup.look_ahead(self.salt)
        return self.ready

    def look_ahead(self) -> None:
        """Do a little of what can be done before the current exercise is graded."""
        until = time.monotonic() + AHEAD_SECONDS
        with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):  # a mistake may come to any numbers
            for _ in self.ahead:
                if time.monotonic() > until:
                    break

    def grade_everything(self) -> None:
        with screen.progress(self.console, len(self.paths)) as advance:
            jobs = [Job(exercise, path) for exercise, path in self.paths.items()]
            for job, result in grade_all(jobs, self.salt, self.memory):
                self.results[job.exercise] = result
                advance(result)

    def ordered(self) -> list[ExerciseResult]:
        return [self.results[exercise] for exercise in self.course.exercises]

    def reset(self) -> None:
        path = self.paths[self.current]
        if os.path.exists(path):
            self.say(f"Start {legible(path)} again from its beginning? What you wrote is kept. y or n")
            while not (answer := self.key(1.0)):
                pass
            if answer.lower() != "y":
                return self.show_verdict()
        try:
            backup = start_again(self.current, path)
        except (UsageError, OSError) as error:
            return self.say(f"{legible(path)} stays as it is: {error}")
        self.seen[self.current] = _content(path)
        self.grade()
        if backup:
            self.show(screen.to_copy(f"What you had is in {legible(backup)}.", ""), keep=True)
        return None

    @property
    def height(self) -> int:
        """Lines that there are for a verdict."""
        return self.console.height - LINES_BELOW if self.console.is_terminal else screen.SCREEN

    def show_verdict(self) -> None:
        self.show(self.report([self.results[self.current]]))

    def report(self, results: Sequence[ExerciseResult]) -> RenderableType:
        solved = {exercise.name for exercise, result in self.results.items() if result.status == Status.PASSED}
        trainings = scoreboard.waiting(self.untrained, {result.exercise.name for result in results}, solved)
        return screen.report(self.course.headings, results, self.command, self.height, trainings)

    def say(self, text: str) -> None:
        self.show(Text(clean(text)))

    def show(self, renderable: RenderableType, keep: bool = False) -> None:
        """On a clear screen, or, to keep what is there, below it. The last line is that of the keys."""
        if keep:
            screen.erase_line(self.console)
        else:
            self.console.clear()
        self.console.print(renderable, crop=False)  # a path may be longer than a line
        if self.console.is_terminal:
            self.console.print(Text(f"\n{_bar(self.console.width)}", style="dim"), end="")
        else:
            self.console.print()


def _bar(width: int) -> str:
    bar = "  ".join(f"{key} {word}" for key, (word, _) in KEYS.items())
    return bar if len(bar) < width else "  ".join(f"{key} {KEYS[key][0]}" for key in FEW_KEYS)


def _help() -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for key, (_, does) in KEYS.items():
        table.add_row(Text(f"  {key}", style="bold"), does)
    return table


def _content(path: Path) -> bytes | None:
    """The content of the file; None if there is none that can be read."""
    try:
        return read_bytes(path)
    except (OSError, Unreadable):
        return None


def _settled(path: Path) -> bytes | None:
    """The content of a file that is being written, once that is over."""
    began, content = time.monotonic(), _content(path)
    while True:
        time.sleep(SETTLED_SECONDS)
        before, content = content, _content(path)
        if content == before and (content or time.monotonic() - began > GONE_SECONDS):
            return content
