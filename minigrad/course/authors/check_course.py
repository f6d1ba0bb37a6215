"""check-course: the proof that the checks say what they should.

A solution must pass, a skeleton must be "not started", every mistake must lose points and be told by its own sentence,
every correct variant must pass. Two mistakes at once may be told as both, as either of them, in general terms or not
at all, but not as a third mistake. An exercise whose mistakes survive its checks is not finished.
What is wrong with the exercise itself comes first: while its files cannot be read or its solution does not pass, no
mistake is tried.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table

from minigrad.course.catalogue.course import TESTS, Course, Exercise
from minigrad.course.catalogue.patches import Mistake, Patch, Variant, both
from minigrad.course.catalogue.trusted import where_raised
from minigrad.course.checks.students import Example, Simulation, Student
from minigrad.course.grading.grade import grade_source, grade_with
from minigrad.course.reports.screen import TITLE
from minigrad.course.results.charts import Chart
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import ExerciseResult
from minigrad.course.student.process import StudentProcess
from minigrad.course.usage import UsageError

MIN_MISTAKES, MIN_VARIANTS = 8, 3
OF_NUMBERS = re.compile(r"\b[Tt]hese (are|numbers)\b|\bnumbers of\b")
PAIRS = 12  # so many pairs of mistakes of each exercise are tried


def check_course(course: Course, console: Console) -> bool:
    """Examine every exercise, print what was found, and say whether all is well."""
    table = Table(
        "exercise", "mistakes caught and named", "variants passed", "pairs told apart", box=None, pad_edge=False
    )
    problems: list[str] = []
    tried: tuple[list[str], ...] = ([], [], [])
    with (
        ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool,
        console.status("trying every mistake and every variant"),
    ):
        for e in course.exercises:
            if broken := list(solution_problems(e)):
                table.add_row(e.name, *["not tried"] * 3)
                problems += [f"{e.name}: {p}" for p in broken]
                continue
            work = ((mistake_problem, e.mistakes), (variant_problem, e.variants), (pair_problem, pairs(e)))
            found = [list(pool.map(partial(problem, e.root, e.stem), patches)) for problem, patches in work]
            table.add_row(e.name, *(f"{f.count('')} of {len(f)}" for f in found))
            problems += [f"{e.name}: {p}" for p in [*exercise_problems(e), *itertools.chain(*found)] if p]
            for total, f in zip(tried, found, strict=True):
                total.extend(f)
    console.print(table)
    told, passed, apart = (kind.count("") for kind in tried)
    mistakes, variants, twos = map(len, tried)
    console.print(f"The right sentence comes first: {told} of {mistakes} mistakes ({told / max(1, mistakes):.1%}).")
    console.print(f"Refused: {variants - passed} of {variants} correct variants.")
    console.print(f"Told as a third mistake: {twos - apart} of {twos} pairs.")
    for problem in problems:
        console.print(f"✗ {problem}", markup=False, soft_wrap=True)
    count = f"{len(problems)} problem{'s' * (len(problems) > 1)}."
    console.print(count if problems else "The course holds together.", markup=False)
    return not problems


def solution_problems(exercise: Exercise) -> Iterator[str]:
    """Why nothing else of the exercise can be tried."""
    try:
        exercise.load()
    except (UsageError, OSError) as error:
        yield str(error)
        return
    path = exercise.root / TESTS / f"test_{exercise.file}"
    with StudentProcess(exercise.stem, exercise.file, exercise.solution, exercise.imports) as process:
        for check in exercise.checks:
            try:
                check.examine(Student(process))
            except Exception as error:  # the check's own: what the solution raises is an outcome
                yield f'the check "{check.title}" raises: {where_raised(error, path)}'
                return
    if failed := list(_not_passed("the solution", grade_source(exercise, exercise.solution, Path(exercise.file)))):
        yield from failed
        return
    for patch in [*exercise.mistakes, *exercise.variants]:
        try:
            Simulation(patch.apply(exercise.solution))
        except Exception as error:
            yield f"with the change of {patch.called!r} the solution cannot be read: {type(error).__name__}: {error}"


def exercise_problems(exercise: Exercise) -> Iterator[str]:
    """What is wrong with the exercise beside its mistakes and variants."""
    titles = [check.title for check in exercise.checks]
    for title in sorted({title for title in titles if titles.count(title) > 1}):
        yield f'several checks have the title "{title}"; give each its own'
    for title in titles:
        if len(title) > TITLE:
            yield f'the title "{title}" has {len(title)} characters; {TITLE} fit into a line of the screen'
    for path in exercise.sources:
        lines = [n for n, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1) if "TODO" in line]
        if lines:
            yield f"{path.name} has a TODO in line {lines[0]}" + f", and {len(lines) - 1} more" * (len(lines) > 1)
    if exercise.chart:
        student = Student(Simulation(exercise.solution))
        student.examples.append(Example({}))
        with warnings.catch_warnings(action="ignore"):
            try:
                drawn = exercise.chart(student)
                if not isinstance(drawn, Chart):
                    yield f"its chart is no Chart: {drawn!r:.60}"
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
    with StudentProcess(exercise.stem, exercise.file, skeleton) as process:
        untouched = grade_with(exercise, process)
    if untouched.status != Status.NOT_STARTED or untouched.points:
        verdict = f"{untouched.status.in_words} with {untouched.points} points"
        yield f"the untouched exercise is {verdict}; put # BEGIN SOLUTION and # END SOLUTION around each body"


def mistake_problem(root: Path, stem: str, mistake: Mistake) -> str:
    """What is wrong with how a mistake is graded, or ""."""
    result = _grade(Exercise(root, stem), mistake)
    if result.points == result.max_points or result.first_failure is None:
        return f"this mistake survives the checks: {mistake.says}\n  Give inputs that show it, or add a check."
    told = result.first_failure.diagnosis
    if told == mistake.says:
        return _said_of_an_exception(result, mistake)
    advice = "\n  Make them one mistake, or give inputs that tell them apart." if told else ""
    return f"this mistake: {mistake.says}\n  is told as: {told or '(nothing)'}{advice}"


def _said_of_an_exception(result: ExerciseResult, mistake: Mistake) -> str:
    """What is wrong with a sentence that speaks of numbers to a student whose code raises, or ""."""
    raises = any(check.status == Status.ERROR and check.diagnosis == mistake.says for check in result.checks)
    if not raises or not OF_NUMBERS.search(mistake.says):
        return ""
    return f"this mistake raises, and its sentence speaks of numbers that came out: {mistake.says}"


def variant_problem(root: Path, stem: str, variant: Variant) -> str:
    """What is wrong with how a correct variant is graded, or ""."""
    return "; ".join(_not_passed(f"the correct variant {variant.name!r}", _grade(Exercise(root, stem), variant)))


def pairs(exercise: Exercise) -> list[tuple[Mistake, Mistake]]:
    """A sample of the mistakes that can be made two at once, the same every time."""
    everything = list(itertools.combinations(exercise.mistakes, 2))
    random.Random(0).shuffle(everything)
    fitting = (pair for pair in everything if not both(*pair).misfit(exercise.solution))
    return list(itertools.islice(fitting, PAIRS))


def pair_problem(root: Path, stem: str, pair: tuple[Mistake, Mistake]) -> str:
    """What is wrong with how two mistakes at once are graded, or ""."""
    exercise = Exercise(root, stem)
    result = _grade(exercise, both(*pair))
    told = result.first_failure.diagnosis if result.first_failure else ""
    said = [m for m in exercise.mistakes if m.says in told]
    if not said or any(m in pair for m in said):
        return ""
    if _verdict(_grade(exercise, said[0] if len(said) == 1 else both(*said[:2]))) == _verdict(result):
        return ""  # what is said comes to the same everywhere
    return f"these mistakes at once: {pair[0].says}\n  {pair[1].says}\n  are told as: {told}"


def _grade(exercise: Exercise, patch: Patch) -> ExerciseResult:
    return grade_source(exercise, patch.apply(exercise.solution), Path(exercise.file))


def _verdict(result: ExerciseResult) -> list[tuple[Status, str]]:
    return [(check.status, check.message) for check in result.checks]


def _not_passed(what: str, result: ExerciseResult) -> Iterator[str]:
    if result.status != Status.PASSED:
        failure = result.first_failure
        yield f"{what} does not pass: {failure.title}: {failure.message}" if failure else f"{what} is {result.status}"
