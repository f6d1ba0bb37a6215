"""The student's screen. Everything here turns results into rich renderables; nothing here decides anything.

It reads at 80 columns and without colour: whatever has a colour also has a sign or a word of its own.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from rich.console import Console, Group, JustifyMethod, RenderableType
from rich.constrain import Constrain
from rich.control import Control
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.rule import Rule
from rich.segment import ControlType
from rich.table import Table
from rich.text import Text

from minigrad.course.files import legible, typed
from minigrad.course.reports.charts import draw
from minigrad.course.reports.failure import failure, printed, wrong_predictions
from minigrad.course.reports.fitted import Fitted, Part
from minigrad.course.reports.text import MARKS, WORDS, clean
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult, ExerciseResult, Heading

WELCOME = """\
Each exercise is a file that explains one idea and leaves a gap for you to fill.
Write a little, run the grader, and it tells you what is wrong and why."""

START = "before_you_start.md"  # a page beside the exercises

SCREEN = 40  # lines that a verdict on one exercise takes at most
TITLE = 56  # characters of a check's title
Columns = Sequence[tuple[int, JustifyMethod]]  # how wide each is, and where its text stands
FOLDED = Status.PASSED, Status.BLOCKED, Status.NOT_STARTED, Status.INFRA  # several such checks can stand in one line
LEAST = 6  # lines of the checks that are always shown


@dataclass(frozen=True)
class Commands:
    """The student's way to call the grader, for lines they can copy."""

    grader: str
    target: Path | None
    watching: bool = False  # files are graded as they are saved, and a key gives a hint
    notebook: bool = False  # a notebook's last cell asks
    books: Set[Path] = frozenset()  # files that are made of the cells of notebooks beside them

    def __call__(self, *words: object, target: bool = True) -> str:
        suffix = f" --target {typed(self.target)}" if self.target and target else ""
        return " ".join([self.grader, *map(str, words)]) + suffix

    def grade(self, do: str, path: Path, name: str) -> str:
        """The advice to do something, such as "change", with the file of this exercise, and how to grade it."""
        if path in self.books:
            return f"{do} {legible(path.with_suffix('.ipynb'))}\n      and run all its cells: the last one grades it"
        return f"{do} {legible(path)}, then run\n      {self(name)}"


def report(
    course: Sequence[Heading],
    results: Sequence[ExerciseResult],
    command: Commands,
    height: int = SCREEN,
    trainings: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> RenderableType:
    """The whole verdict: the exercises, the one at hand, and the next step.

    Args:
        course: all exercises that there are.
        height: lines that a verdict on one exercise may take.
        trainings: those to point to, and the exercises that each waits for; none if it can begin.
    """
    below = functools.partial(_below, course, results, trainings=trainings, command=command)
    at_hand = next((r for r in results if r.falls_short), None)
    if len(results) == 1:
        [alone] = results
        above = Part(_checks(alone), least=LEAST, shorter=_checks(alone, brief=True))
        return Fitted([above, *below(at_hand)], height)
    fresh = all(r.status == Status.NOT_STARTED for r in results)
    parts: list[RenderableType] = [Text(WELCOME), *_start(results), Text()] if fresh else []
    parts.extend([overview(results, height // 2), Text()])
    if at_hand:
        parts.extend([_title(at_hand), Text()])
    return Group(*parts, Fitted(list(below(at_hand)), height))


def _start(results: Sequence[ExerciseResult]) -> Iterator[Text]:
    """A line that says where to begin, if the course has a page for that."""
    page = results[0].path.parent / START
    if os.path.isfile(page):
        yield to_copy(f"New to this? Read {legible(page)} first.", "bold")


def _below(
    course: Sequence[Heading],
    results: Sequence[ExerciseResult],
    at_hand: ExerciseResult | None,
    trainings: Mapping[str, Sequence[str]],
    command: Commands,
) -> Iterator[Part]:
    """The parts below the exercises, or below the checks of the only one."""
    alone = results[0] if len(results) == 1 else None
    if at_hand and (checks := at_hand.first_failures):
        if predictions := [check for check in checks if check.is_prediction]:
            yield wrong_predictions(predictions)
        for check in checks[len(predictions) :]:
            yield from failure(check)
    elif alone and alone.checks[0].output.strip():
        yield Part(printed(alone.checks[0].output), 0)
    if alone and alone.chart:
        yield Part(draw(alone.chart), indent=2)
    if alone and alone.no_chart:
        again = "press g" if command.watching else command(alone.exercise.name)
        yield Part(to_copy(f"{alone.no_chart} this time, and is left out. To try again:\n      {again}", "dim"))
    if at_hand and not at_hand.mistakes_known:
        yield Part(Text("The students' edition can name known mistakes only without --salt.", style="dim"))
    if any(r.remembered for r in results):
        yield Part(_remembered(results), least=0)
    yield Part(Group(*_next_step(course, results, command), *_training(trainings, alone, command)))


def _training(
    trainings: Mapping[str, Sequence[str]], alone: ExerciseResult | None, command: Commands
) -> Iterator[RenderableType]:
    """The first training that can begin; or else, below an exercise that is solved, what the first one waits for."""
    ready = next((name for name, lacking in trainings.items() if not lacking), None)
    if ready:
        yield to_copy(f"Your functions can learn now: {command('train', ready)}", "bold cyan")
    elif trainings and alone and alone.status == Status.PASSED:
        name, lacking = next(iter(trainings.items()))
        yield Text(f"Your functions can learn when these are solved too: {', '.join(lacking)}", style="cyan")
        yield to_copy(f"      {command('train', name)}", "cyan")


def erase_line(console: Console) -> None:
    """Make the line in which the cursor stands empty."""
    console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))


@contextlib.contextmanager
def progress(console: Console, total: int) -> Iterator[Callable[[ExerciseResult], None]]:
    """While files are graded: how many are, and what came of the last. It leaves nothing behind.

    Of one file it says no more than that it is graded: to load what draws a bar takes a fiftieth of a verdict.
    """
    if total == 1:
        if console.is_terminal:
            console.print(Text("Grading ...", style="dim"), end="")
        try:
            yield lambda result: None
        finally:
            erase_line(console)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    with Progress(
        BarColumn(24),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        console=console,
        transient=True,
        disable=not console.is_interactive,
    ) as bar:
        task = bar.add_task("grading", total=total)

        def advance(result: ExerciseResult) -> None:
            mark, style = MARKS[result.status]
            bar.update(task, advance=1, description=f"[{style}]{mark}[/] {result.exercise.name}")

        yield advance


def overview(results: Sequence[ExerciseResult], height: int) -> RenderableType:
    """Every exercise and the points so far. Beyond `height` lines, each chapter but that of the next step is folded."""
    chapters = [list(group) for _, group in itertools.groupby(results, key=lambda r: r.exercise.chapter)]
    folds = len(results) + len(chapters) + 2 > height
    following = _following(results)
    parts = (_exercises(c) if not folds or any(r is following for r in c) else _folded(c) for c in chapters)
    return Group(*parts, _total(results))


def contents(points: Mapping[Heading, int]) -> RenderableType:
    """The exercises by chapter, and what each is worth."""
    return _by_chapter(("", "", exercise, f"{n} points") for exercise, n in points.items())


def hint(exercise: Heading, hints: Sequence[str], level: int, more: str) -> RenderableType:
    """One hint, and how to get another."""
    return Group(
        Text(f"{exercise.number} {exercise.name}, hint {level} of {len(hints)}", style="bold"),
        Padding(Text(hints[level - 1]), (0, 0, 0, 2)),
        to_copy(more, "dim"),
    )


def _by_chapter(rows: Iterable[tuple[str, str, Heading, str]]) -> RenderableType:
    """A line for each exercise, below the names of the chapters: mark, style of mark and score, exercise, score."""
    parts: list[RenderableType] = []
    columns: Columns = ((2, "right"), (2, "right"), (18, "left"), (37, "left"), (9, "right"))
    for chapter, group in itertools.groupby(rows, key=lambda row: row[2].chapter):
        lines = (
            (Text(mark, style), str(e.number), e.name, e.title, Text(score, style)) for mark, style, e, score in group
        )
        parts.extend([Text(chapter, style="bold"), _table(columns, lines)])
    return Group(*parts)


def _table(columns: Columns, rows: Iterable[Sequence[RenderableType]]) -> RenderableType:
    """Rows in columns of these widths. Where the terminal is narrow the widest gives way, not marks and points."""
    table, widest = Table.grid(padding=(0, 1), expand=True), max(columns)[0]
    for width, justify in columns:
        if width == widest:
            table.add_column(justify=justify, ratio=1)
        else:
            table.add_column(justify=justify, width=width, no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return Constrain(table, sum(width for width, _ in columns) + len(columns) - 1)


def _exercises(results: Sequence[ExerciseResult]) -> RenderableType:
    def score(r: ExerciseResult) -> str:
        if r.status == Status.NOT_STARTED:
            return "no file" if r.message else ""
        return f"{'?' if r.status == Status.INFRA else r.points}/{r.max_points}"

    return _by_chapter((*MARKS[r.status], r.exercise, score(r)) for r in results)


def _folded(chapter: Sequence[ExerciseResult]) -> RenderableType:
    """A chapter in one line: what is passed, what falls short, and the points."""
    passed = [r.exercise.name for r in chapter if r.status == Status.PASSED]
    short = [r.exercise.name for r in chapter if r.falls_short]
    said = (
        f"{len(passed)} of {len(chapter)} passed"
        if passed or short
        else f"{len(chapter)} exercise{'s' * (len(chapter) > 1)}"
    )
    if short:
        said += f"; to do: {', '.join(short)}"
    elif len(passed) == len(chapter):
        said = f"{len(passed)} passed: {', '.join(passed)}"
    mark, style = MARKS[Status.worst(r.status for r in chapter)]
    unknown = any(r.status == Status.INFRA for r in chapter)
    points, max_points = sum(r.points for r in chapter), sum(r.max_points for r in chapter)
    score = f"{'?' if unknown else points}/{max_points}" if passed or short else ""
    title, about = (Text(text, no_wrap=True, overflow="ellipsis") for text in (chapter[0].exercise.chapter, said))
    columns: Columns = ((2, "right"), (25, "left"), (33, "left"), (9, "right"))
    return _table(columns, [(Text(mark, style), title, about, Text(score, style))])


def _total(results: Sequence[ExerciseResult]) -> RenderableType:
    points, max_points = sum(r.points for r in results), sum(r.max_points for r in results)
    done = sum(r.status == Status.PASSED for r in results)
    unknown = any(r.status == Status.INFRA for r in results)
    summary = f"{'?' if unknown else points} of {max_points} points, {done} of {len(results)} exercises"
    bar = ProgressBar(total=max_points, completed=points, complete_style="green", finished_style="green")
    row = Table.grid(padding=(0, 1))
    row.add_column()
    if points:
        row.add_column(max_width=24)  # it gives way where the terminal is narrow
    row.add_column(no_wrap=True)
    row.add_row(Text("  "), *([bar] if points else []), Text(summary))
    return Padding(row, (1, 0, 0, 0))


def _remembered(results: Sequence[ExerciseResult]) -> RenderableType:
    count = sum(r.remembered for r in results)
    which = "It" if len(results) == 1 else "All of them" if count == len(results) else f"{count} of them"
    return Text(f"{which} had not changed since the last run: not graded again (--fresh does).", style="dim")


def _checks(result: ExerciseResult, brief: bool = False) -> RenderableType:
    """The exercise at hand: each of its checks with its points, and below those that are blocked why they are.

    In brief, those that are alike stand in one line; but what fails has its name there too.
    """
    lines: list[Sequence[RenderableType]] = []
    for (status, why), group in itertools.groupby(result.checks, key=lambda check: (check.status, _waits(check))):
        checks = list(group)
        rows = [(check.title, check.points, check.max_points) for check in checks]
        if brief and len(checks) > 1 and status in FOLDED:
            points, max_points = sum(check.points for check in checks), sum(check.max_points for check in checks)
            rows = [(f"{len(checks)} checks", points, max_points)]
        mark, style = MARKS[status]
        for title, points, max_points in rows:
            score = Text(f"{'?' if status == Status.INFRA else points}/{max_points}", style)
            word = Text(WORDS.get(status, ""), style)
            lines.append((Text(mark, style), title, word, score))
        if why and not brief:
            lines.append(("", Text(why, style="dim")))
    return Group(_title(result), _table(((3, "right"), (TITLE, "left"), (11, "right"), (5, "right")), lines))


def _waits(check: CheckResult) -> str:
    """The reason why a blocked check waits."""
    return check.message if check.status == Status.BLOCKED else ""


def _title(result: ExerciseResult) -> RenderableType:
    exercise = result.exercise
    points = "?" if result.status == Status.INFRA else result.points
    score = f", {points} of {result.max_points} points: {exercise.title}"
    title = Text.assemble((f"{exercise.number} {exercise.name}", "bold"), score)
    return Rule(title, align="left", style="dim")


def _following(results: Sequence[ExerciseResult]) -> ExerciseResult | None:
    """The exercise that the next step is about: the first that falls short, or else the first that is not solved."""
    falling_short = (r for r in results if r.falls_short)
    unfinished = (r for r in results if r.status != Status.PASSED)
    return next(falling_short, None) or next(unfinished, None)


def _next_step(
    course: Sequence[Heading], results: Sequence[ExerciseResult], command: Commands
) -> Iterator[RenderableType]:
    """Exactly one thing to do."""
    r = _following(results)
    if r is None:
        yield _after_success(course, results, command)
    elif r.status == Status.INFRA:
        do = "press g" if command.watching else f"run {command(r.exercise.name)}"
        yield to_copy(f"Next: grade it again: {do}", "bold")
    elif r.message and not os.path.isfile(r.path):
        new = "press r for a new one" if command.watching else f"run {command('reset', r.exercise.name)}"
        if r.status == Status.NOT_STARTED:
            yield to_copy(f"{r.message}\nNext: {new}", "bold")
        elif os.path.lexists(r.path):
            yield to_copy(f"Next: move {legible(r.path)} away, then {new}", "bold")
        else:
            again = "" if command.watching else f", then run\n      {command(r.exercise.name)}"
            yield to_copy(f"Next: give it the name {legible(r.path)}{again}", "bold")
    elif r.message.endswith(" is empty.") and not command.notebook:
        new = "press r for a new file" if command.watching else f"run {command('reset', r.exercise.name)}"
        yield to_copy(f"Next: {new}", "bold")
    else:
        do = f"Next: {'open' if r.status == Status.NOT_STARTED else 'change'}"
        if command.watching and r.path not in command.books:
            yield Text(clean(f"{do} {legible(r.path)} and save it. Stuck? Press h."), style="bold")
        elif command.notebook:
            yield Text("Next: change your cells, run them, and then this one.", style="bold")
            yield to_copy(f"Stuck? In a terminal: {command('hint', r.exercise.name, target=False)}", "dim")
        else:
            yield to_copy(command.grade(do, r.path, r.exercise.name), "bold")
            yield to_copy(f"Stuck? {command('hint', r.exercise.name, target=False)}", "dim")


def to_copy(text: str, style: str) -> Text:
    """A line to copy from: however long, it is not broken."""
    return Text(clean(text), style=style, no_wrap=True, overflow="ignore")


def _after_success(course: Sequence[Heading], results: Sequence[ExerciseResult], command: Commands) -> RenderableType:
    if len(results) == len(course):
        return Text("Every exercise is solved. That was all of it.", style="bold green")
    following = next((e for e in course if e.number > results[-1].exercise.number), None)
    path = results[-1].path.parent / f"{following.stem}.py" if following else None
    if path and (command.notebook or path in command.books):
        path = path.with_suffix(".ipynb")
    if following and path and os.path.isfile(path):
        do = "Press n for" if command.watching else "Next:"
        return to_copy(
            f"Solved. {do} exercise {following.number}, {following.title}\n      open {legible(path)}", "bold green"
        )
    return to_copy("Solved. Press a for all." if command.watching else f"Solved. Next: {command()}", "bold green")
