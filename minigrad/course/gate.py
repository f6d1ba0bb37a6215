"""check-course: the proof that the checks say what they should.

A solution must pass, a skeleton must be "not started", every mistake must lose points and be told by its own sentence,
every correct variant must pass. An exercise whose mistakes survive its checks is not finished.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table

from minigrad.course.catalogue import Course, Exercise
from minigrad.course.grading import grade_source, grade_with
from minigrad.course.process import StudentProcess
from minigrad.course.results import NOT_STARTED, PASSED, ExerciseResult

MIN_MISTAKES, MIN_VARIANTS = 8, 3


def check_course(course: Course, console: Console) -> bool:
    """Examine every exercise, print what was found, and say whether all is well."""
    table = Table("exercise", "mistakes caught and named", "variants passed", box=None, pad_edge=False)
    problems: list[str] = []
    with (
        ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool,
        console.status("trying every mistake and every variant"),
    ):
        for e in course.exercises:
            mistakes = list(pool.map(partial(mistake_problem, e.root, e.stem), range(len(e.mistakes))))
            variants = list(pool.map(partial(variant_problem, e.root, e.stem), range(len(e.variants))))
            table.add_row(e.name, *(f"{found.count('')} of {len(found)}" for found in (mistakes, variants)))
            problems += [f"{e.name}: {p}" for p in [*exercise_problems(e), *mistakes, *variants] if p]
    console.print(table)
    for problem in problems:
        console.print(f"✗ {problem}", markup=False, soft_wrap=True)
    console.print(f"{len(problems)} problems." if problems else "The course holds together.", markup=False)
    return not problems


def exercise_problems(exercise: Exercise) -> Iterator[str]:
    """What is wrong with the exercise itself."""
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
    yield from _not_passed("the solution", grade_source(exercise, exercise.solution, Path(exercise.file)))
    with StudentProcess(exercise.stem, exercise.file, skeleton) as process:
        untouched = grade_with(exercise, process)
    if untouched.status != NOT_STARTED or untouched.points:
        yield f"the skeleton is {untouched.status} with {untouched.points} points"


def mistake_problem(root: Path, stem: str, k: int) -> str:
    """What is wrong with how the k-th mistake is graded, or ""."""
    exercise = Exercise(root, stem)
    mistake = exercise.mistakes[k]
    result = grade_source(exercise, mistake.apply(exercise.solution), Path(exercise.file))
    if result.points == result.max_points or result.first_failure is None:
        return f"this mistake survives the checks: {mistake.says}"
    told = result.first_failure.diagnosis
    return "" if told == mistake.says else f"this mistake: {mistake.says}\n  is told as: {told or '(nothing)'}"


def variant_problem(root: Path, stem: str, k: int) -> str:
    """What is wrong with how the k-th correct variant is graded, or ""."""
    exercise = Exercise(root, stem)
    variant = exercise.variants[k]
    result = grade_source(exercise, variant.apply(exercise.solution), Path(exercise.file))
    return "; ".join(_not_passed(f"the correct variant {variant.says!r}", result))


def _not_passed(what: str, result: ExerciseResult) -> Iterator[str]:
    if result.status != PASSED:
        failure = result.first_failure
        yield f"{what} does not pass: {failure.name}: {failure.message}" if failure else f"{what} is {result.status}"
