"""check-course: the proof that the checks say what they should.

A solution must pass, a skeleton must be "not started", every mistake must lose points, whatever the salt, and be told
by its own sentence, every correct variant must pass. Two mistakes at once may be told as both, as either of them, in
general terms or not at all, but not as a third mistake. An exercise whose mistakes survive its checks is not finished.
Faults of the exercise itself come first: while its files cannot be read or its solution does not pass, no
mistake is tried.

The solution, the untouched exercise and the variants run in processes, as a student's file does. Mistakes and pairs are
rehearsed. The findings on an exercise are kept in the course's folder .minigrad, with the table of what every mistake
comes to, and found again only when something of it has changed.
"""

from __future__ import annotations

import ast
import contextlib
import doctest
import functools
import itertools
import json
import random
import re
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from minigrad.course.authors.course_map import misfits
from minigrad.course.authors.tables import Place, lineup, mistake_row, unconcerned
from minigrad.course.authors.work import Step, Work, bar, side_by_side
from minigrad.course.catalogue import versions
from minigrad.course.catalogue.course import TESTS, Course, Exercise
from minigrad.course.catalogue.patches import Mistake, both
from minigrad.course.catalogue.trusted import where_raised
from minigrad.course.checks.check import Check
from minigrad.course.checks.students import Example, Simulation, Student
from minigrad.course.diagnosis import table
from minigrad.course.diagnosis.lineup import Lineup
from minigrad.course.files import read_whole, write_whole
from minigrad.course.grading.grade import grade_source, grade_with, rehearse
from minigrad.course.grading.workers import workers
from minigrad.course.reports.screen import TITLE
from minigrad.course.results.charts import AnyChart
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult, ExerciseResult
from minigrad.course.student.process import StudentProcess
from minigrad.course.usage import UsageError

MIN_MISTAKES, MIN_VARIANTS = 8, 3
OF_NUMBERS = re.compile(r"\b[Tt]hese (are|numbers)\b|\bnumbers of\b")
PAIRS = 12  # so many pairs of mistakes of each exercise are tried
RARE = 1 / 8  # a mistake that no larger part of any check's examples shows is tried under other salts too
SALTS = [str(number) for number in range(1, 9)]


@dataclass
class Found:
    """The findings on one exercise; for each thing that was tried "", or what is wrong with it.

    Attributes:
        when: the time of day at which it was found.
        remembered: whether that was in an earlier run.
    """

    checks: int = 0
    seconds: float = 0.0
    broken: list[str] = field(default_factory=list)  # then nothing else was tried
    others: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    variants: list[str] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    when: str = field(default_factory=lambda: f"{datetime.now():%-d %B, %H:%M}")
    remembered: bool = False

    @property
    def tried(self) -> tuple[list[str], list[str], list[str]]:
        return self.mistakes, self.variants, self.pairs

    @property
    def problems(self) -> list[str]:
        return [p for p in itertools.chain(self.broken, self.others, *self.tried) if p]


def check_course(course: Course, console: Console, fresh: bool = False, pool: Sequence[Executor] = ()) -> bool:
    """Examine every exercise, print what was found, and say whether all is well.

    Args:
        fresh: also examine what has not changed since an earlier run.
        pool: the processes that do it, an executor for each; if none, they are started.
    """
    found = {} if fresh else {e.name: known for e in course.exercises if (known := _remembered(e))}
    works = {e.name: examination(e) for e in course.exercises if e.name not in found}
    if works:
        with contextlib.nullcontext(pool) if pool else workers() as processes, bar(console, "tried") as progress:
            for name, one, seconds in side_by_side(works, processes, progress):
                found[name] = replace(one, seconds=seconds)
                _remember(course.find(name), found[name])
    broken = any(one.broken for one in found.values())  # then the map, too, may not be made
    return _show([(e, found[e.name]) for e in course.exercises], [] if broken else misfits(course), console)


def _show(found: list[tuple[Exercise, Found]], others: Sequence[str], console: Console) -> bool:
    if not all(one.broken for _, one in found):
        _show_tried(found, console)
    problems = [f"{e.name}: {problem}" for e, one in found for problem in one.problems]
    problems.extend(others)
    for problem in problems:
        console.print(f"✗ {problem}", markup=False, soft_wrap=True)
    for e, one in found:
        if one.remembered:
            console.print(f"{e.name}: nothing changed since {one.when}; --fresh tries it again.", markup=False)
    count = f"{len(problems)} problem{'s' * (len(problems) > 1)}."
    console.print(count if problems else "The course holds together.", markup=False)
    return not problems


def _show_tried(found: list[tuple[Exercise, Found]], console: Console) -> None:
    """A line for each exercise, and what comes of all of them."""
    columns = "exercise", "checks", "seconds", "mistakes told first", "variants", "pairs apart"
    shown = Table(*columns, box=None, pad_edge=False)
    for column in shown.columns[1:3]:
        column.justify = "right"
    for e, one in found:
        parts = [f"{part.count('')} of {len(part)}" for part in one.tried]
        shown.add_row(e.name, str(one.checks), f"{one.seconds:.1f}", *(["not tried"] * 3 if one.broken else parts))
    console.print(shown)
    mistakes, variants, pairs = ([text for _, one in found for text in one.tried[i]] for i in range(3))
    told, passed, apart = (kind.count("") for kind in (mistakes, variants, pairs))
    share = told / max(1, len(mistakes))
    console.print(f"The right sentence comes first: {told} of {len(mistakes)} mistakes ({share:.1%}).")
    console.print(f"Refused: {len(variants) - passed} of {len(variants)} correct variants.")
    console.print(f"Told as a third mistake: {len(pairs) - apart} of {len(pairs)} pairs.")


def _key(exercise: Exercise) -> str:
    """A digest of all that is examined."""
    file = exercise.root / "exercises" / exercise.file
    return versions.digest([exercise.version.encode(), file.read_bytes() if file.is_file() else b""])


def _place_of(exercise: Exercise) -> Path:
    return exercise.root / versions.FOLDER / f"{exercise.stem}.checked"


def _remembered(exercise: Exercise) -> Found | None:
    """The findings of an earlier run, if nothing has changed."""
    with contextlib.suppress(Exception):  # what cannot be read is found again
        kept = json.loads(read_whole(_place_of(exercise)))
        if kept.pop("key") == _key(exercise):
            return Found(**{**kept, "remembered": True})
    return None


def _remember(exercise: Exercise, found: Found) -> None:
    place = _place_of(exercise)
    with contextlib.suppress(OSError, UsageError):  # then it is not remembered
        kept = json.dumps({**asdict(found), "key": _key(exercise)}).encode()
        place.parent.mkdir(exist_ok=True)
        write_whole(place, kept)


def examination(exercise: Exercise) -> Work[Found]:
    """All that is tried of an exercise."""
    place = Place(exercise.root, exercise.stem, exercise.version)
    [broken] = yield Step([(solution_problems, place)])
    if broken:
        return Found(broken=broken)
    count = len(exercise.mistakes)
    kinds = (mistake_problem, exercise.mistakes), (variant_problem, exercise.variants)
    one_each = [(problem, place, i) for problem, changes in kinds for i in range(len(changes))]
    others, *found = yield Step([(exercise_problems, place), *one_each])
    mistakes, variants = found[:count], found[count:]
    table.write(exercise, {**table.read(exercise), "mistakes": [row for _, row in mistakes]})
    twos = yield Step([(pair_problem, place, i) for i in range(len(pairs(exercise)))])
    return Found(len(exercise.checks), 0.0, [], others, [problem for problem, _ in mistakes], variants, twos)


def solution_problems(place: Place) -> list[str]:
    """The reasons why nothing else of the exercise can be tried."""
    try:
        exercise = place.exercise()
    except (UsageError, OSError) as error:
        return [str(error)]
    if taken := list(_taken_otherwise(exercise)):
        return taken
    if raised := _raised_by_a_check(exercise):
        return [raised]
    result = grade_source(exercise, exercise.solution, Path(exercise.file), chart=False)
    return list(_not_passed("the solution", result)) or [
        f"with the change of {patch.called!r} the solution cannot be read: {why}"
        for patch in [*exercise.mistakes, *exercise.variants]
        if (why := _unreadable(patch.apply(exercise.solution)))
    ]


def _taken_otherwise(exercise: Exercise) -> Iterator[str]:
    """The functions of the solution that have other parameters than an Ask passes to them, in its order."""
    defined = {node.name: node.args for node in ast.parse(exercise.solution).body if isinstance(node, ast.FunctionDef)}
    for ask in exercise.asks:
        if (has := defined.get(ask.function)) and not has.vararg:
            names = [parameter.arg for parameter in (*has.posonlyargs, *has.args)]
            needed = len(names) - len(has.defaults)
            if ask.takes != names[: max(needed, len(ask.takes))]:
                said, there = (", ".join(some) or "nothing" for some in (ask.takes, names))
                yield f"the Ask of {ask.function}: takes says {said}; the function has {there}"


def _raised_by_a_check(exercise: Exercise) -> str:
    """The exception that a check itself raises, or "": one that the solution raises is an outcome."""
    for check in exercise.checks if not _unreadable(exercise.solution) else ():
        try:
            with warnings.catch_warnings(action="ignore"):  # a solution may refuse a sum that overflows
                check.examine(Student(Simulation(exercise.solution)))
        except Exception as error:
            where = where_raised(error, exercise.root / TESTS / f"test_{exercise.file}")
            return f'the check "{check.title}" raises: {where}'
    return ""


def _unreadable(source: str) -> str:
    """The reason why a source is no file of Python that can be run, or ""."""
    try:
        _ = Simulation(source).module
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def exercise_problems(place: Place) -> list[str]:
    """The problems of the exercise beside its mistakes and variants."""
    return list(_exercise_problems(place.exercise()))


def _exercise_problems(exercise: Exercise) -> Iterator[str]:
    titles = [check.title for check in exercise.checks]
    for title in sorted({title for title in titles if titles.count(title) > 1}):
        yield f'several checks have the title "{title}"; give each its own'
    for title in titles:
        if len(title) > TITLE:
            yield f'the title "{title}" has {len(title)} characters; {TITLE} fit into a line of the screen'
    text = re.sub(r"\s+", " ", exercise.solution)
    for word in exercise.notes.get("words", {}):
        if f"*{word}*".casefold() not in text.casefold():
            yield f"its notes explain the word {word!r}, and the solution's text never has it as *{word}*"
    for path in exercise.sources:
        lines = [n for n, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1) if "TODO" in line]
        if lines:
            yield f"{path.name} has a TODO in line {lines[0]}" + f", and {len(lines) - 1} more" * (len(lines) > 1)
    yield from _untrue_examples(exercise)
    for ask in exercise.asks:
        yield from ask.misfits()
    if exercise.chart:
        student = Student(Simulation(exercise.solution))
        student.examples.append(Example({}))
        with warnings.catch_warnings(action="ignore"):
            try:
                drawn = exercise.chart(student)
                if not isinstance(drawn, AnyChart):
                    yield f"its chart is neither Chart, Bars, Grid nor Words: {drawn!r:.60}"
            except Exception as error:
                yield f"its chart raises: {where_raised(error, exercise.root / TESTS / f'test_{exercise.file}')}"
    if len(exercise.mistakes) < MIN_MISTAKES:
        yield f"has {len(exercise.mistakes)} mistakes, fewer than {MIN_MISTAKES}"
    if len(exercise.variants) < MIN_VARIANTS:
        yield f"has {len(exercise.variants)} correct variants, fewer than {MIN_VARIANTS}"
    if not exercise.hints or not all(hint.strip() for hint in exercise.hints):
        yield "has no hints, or an empty one"
    skeleton = exercise.skeleton
    file = exercise.root / "exercises" / exercise.file
    if not file.is_file() or file.read_text(encoding="utf-8") != skeleton:
        yield f"{file.name} is not what its solution generates: python grader.py reset {exercise.name}"
    with StudentProcess(exercise.stem, exercise.file, skeleton, exercise.imports) as process:
        untouched = grade_with(exercise, process)
    if untouched.status != Status.NOT_STARTED or untouched.points:
        verdict = f"{untouched.status.in_words} with {untouched.points} points"
        yield f"the untouched exercise is {verdict}; put # BEGIN SOLUTION and # END SOLUTION around each body"


def _untrue_examples(exercise: Exercise) -> Iterator[str]:
    """The worked examples of the solution, lines that begin with >>>, that do not come to what stands below them."""
    runner = doctest.DebugRunner(verbose=False)
    for example in doctest.DocTestFinder().find(Simulation(exercise.solution).module, exercise.name):
        try:
            runner.run(example, clear_globs=False)
        except (doctest.DocTestFailure, doctest.UnexpectedException) as why:
            came = why.got if isinstance(why, doctest.DocTestFailure) else repr(why.exc_info[1])
            shown, said = (text.strip() for text in (why.example.source, why.example.want))
            yield f"the example {shown!r} of its solution gives {came.strip()!r:.200}; below it stands {said!r:.200}"


def mistake_problem(place: Place, i: int) -> tuple[str, table.Row]:
    """The problem with how the i-th mistake is graded, or ""; and its row in the table."""
    exercise, suspects = place.exercise(), lineup(place)
    mistake = exercise.mistakes[i]
    source, known = mistake.apply(exercise.solution), unconcerned(place, i)
    speaks_of_numbers = bool(OF_NUMBERS.search(mistake.says))

    def told(result: ExerciseResult) -> list[CheckResult | None]:
        raising = [check for check in result.checks if speaks_of_numbers and check.status == Status.ERROR]
        return [result.first_failure, *raising]

    result = rehearse(exercise, source, suspects, suspects.mistakes[i], known, told)
    row = mistake_row(place, i)
    problem = _told_otherwise(mistake, result) or _misspelt(mistake, row)
    return problem or _passes_by_chance(exercise, mistake, source, row), row


def _misspelt(mistake: Mistake, row: table.Row) -> str:
    """The complaint that a name in a mistake's code is nowhere defined, so that it is not the one meant; or ""."""
    raised = {found[2] for came in row.values() for found in came or () if found and found[0] == "error"}
    name = next((text for text in sorted(raised) if text.startswith("NameError")), "")
    return f"this mistake: {mistake.says}\n  raises {name}\n  Is a name in its code misspelt?" if name else ""


def _passes_by_chance(exercise: Exercise, mistake: Mistake, source: str, row: table.Row) -> str:
    """Another salt under which a mistake that few examples show gets all points, or ""."""
    shown = {title: table.share_wrong(came) if came else 0.0 for title, came in row.items()}
    showing = sorted((check for check in exercise.checks if shown[check.title]), key=lambda c: -shown[c.title])
    for salt in SALTS if max(shown.values()) <= RARE else ():
        if _fails_one(showing, source, salt):
            continue
        result = rehearse(exercise, source, salt=salt, told=lambda _: [])
        if result.points == result.max_points:
            return f"this mistake survives under the salt {salt}: {mistake.says}\n  Draw what shows it more often."
    return ""


def _fails_one(checks: Sequence[Check], source: str, salt: str) -> bool:
    """True if an example of these checks shows a mistake under a salt: the first one that does is enough."""
    student = Student(Simulation(source))
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        try:
            return any(student.look(check.body, sizes).outcome for check in checks for sizes in check.drawn(salt))
        except Exception:  # what came is of no use to the check, which fails for that
            return True


def _told_otherwise(mistake: Mistake, result: ExerciseResult) -> str:
    """The reason why this is not the result that the mistake should have, or ""."""
    if result.points == result.max_points or result.first_failure is None:
        return f"this mistake survives the checks: {mistake.says}\n  Give inputs that show it, or add a check."
    told = result.first_failure.diagnosis
    if told == mistake.says:
        return _said_of_an_exception(result, mistake)
    advice = "\n  Make them one mistake, or give inputs that tell them apart." if told else ""
    return f"this mistake: {mistake.says}\n  is told as: {told or '(nothing)'}{advice}"


def _said_of_an_exception(result: ExerciseResult, mistake: Mistake) -> str:
    """The complaint that a sentence speaks of numbers to a student whose code raises, or ""."""
    raises = any(check.status == Status.ERROR and check.diagnosis == mistake.says for check in result.checks)
    if not raises or not OF_NUMBERS.search(mistake.says):
        return ""
    return f"this mistake raises, and its sentence speaks of numbers that came out: {mistake.says}"


def variant_problem(place: Place, i: int) -> str:
    """The problem with how the i-th correct variant is graded, or ""."""
    exercise = place.exercise()
    variant = exercise.variants[i]
    result = grade_source(exercise, variant.apply(exercise.solution), Path(exercise.file), chart=False)
    return "; ".join(_not_passed(f"the correct variant {variant.name!r}", result))


def pairs(exercise: Exercise) -> list[tuple[Mistake, Mistake]]:
    """A sample of the mistakes that can be made two at once, the same every time."""
    everything = list(itertools.combinations(exercise.mistakes, 2))
    random.Random(0).shuffle(everything)
    fitting = (pair for pair in everything if both(*pair).fits(exercise.solution))
    return list(itertools.islice(fitting, PAIRS))


def pair_problem(place: Place, i: int) -> str:
    """The problem with how the i-th pair of mistakes at once is graded, or "". The results of each alone are looked up.

    A slip is no third mistake. It can only be told before one, so it is suspected only where one would be told.
    """
    exercise, both_at_once, suspects, all_suspects = _with_table(place)
    pair = both_at_once[i]
    return _told_as_a_third(exercise, suspects, pair) and _told_as_a_third(exercise, all_suspects, pair)


@functools.lru_cache(1)
def _with_table(place: Place) -> tuple[Exercise, list[tuple[Mistake, Mistake]], Lineup, Lineup]:
    """The exercise read anew, with its table; its pairs; and its suspects, without slips and with them."""
    exercise = Exercise(place.root, place.stem)
    exercise.load()
    return exercise, pairs(exercise), Lineup(exercise, has_slips=False), Lineup(exercise)


def _told_as_a_third(exercise: Exercise, suspects: Lineup, pair: tuple[Mistake, Mistake]) -> str:
    """The problem if these two at once are told as a third mistake, or ""."""
    solution = exercise.solution
    source = both(*pair).apply(solution)
    result = rehearse(exercise, source, suspects, told=lambda result: [result.first_failure])
    told = result.first_failure.diagnosis if result.first_failure else ""
    said = [m for m in exercise.mistakes if m.says in told]
    if not said or any(m in pair for m in said):
        return ""
    meant = [*said, *(both(*two) for two in itertools.combinations(said, 2))]  # several may have one sentence
    sources = (change.apply(solution) for change in meant if change.fits(solution))
    if any(_verdict(rehearse(exercise, source, suspects, told=lambda _: [])) == _verdict(result) for source in sources):
        return ""  # what is said comes to the same everywhere
    return f"these mistakes at once: {pair[0].says}\n  {pair[1].says}\n  are told as: {told}"


def _verdict(result: ExerciseResult) -> list[tuple[Status, str]]:
    return [(check.status, check.message) for check in result.checks]


def _not_passed(what: str, result: ExerciseResult) -> Iterator[str]:
    if result.status != Status.PASSED:
        failure = result.first_failure
        yield f"{what} does not pass: {failure.title}: {failure.message}" if failure else f"{what} is {result.status}"
