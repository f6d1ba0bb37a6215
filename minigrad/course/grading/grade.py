"""From a student's file to a verdict: run the checks of an exercise and keep what each of them found."""

from __future__ import annotations

import contextlib
import itertools
import math
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from minigrad.course.catalogue.course import Exercise
from minigrad.course.catalogue.own import Own
from minigrad.course.checks import charts
from minigrad.course.checks.check import Check
from minigrad.course.checks.examples import SALT
from minigrad.course.checks.expectations.arrays import true_by_chance
from minigrad.course.checks.purity import Impurity
from minigrad.course.checks.students import Answers, Call, Example, Runner, Student
from minigrad.course.diagnosis.diagnostician import Diagnostician
from minigrad.course.diagnosis.evidence import Evidence
from minigrad.course.diagnosis.fingerprints import same_outcome
from minigrad.course.diagnosis.lineup import Lineup
from minigrad.course.diagnosis.suspects import Simulated
from minigrad.course.grading.ranges import Claim, deciding_sizes, in_words
from minigrad.course.grading.reading import Unreadable, read_source
from minigrad.course.grading.rehearsal import Rehearsal
from minigrad.course.grading.warned import telling
from minigrad.course.results.outcomes import Halt, Mismatch, Outcome, StudentError
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult, Counterexample, ExerciseResult
from minigrad.course.results.wording import describe
from minigrad.course.signals import OutOfTime, budget
from minigrad.course.student.frames import Foreign, type_name
from minigrad.course.student.process import EXERCISE_SECONDS, StudentProcess, where
from minigrad.course.student.replies import written_length

CHART_SECONDS = 4.0
DIAGNOSIS_SECONDS = 30.0  # of the judge's processor
Told = Callable[[ExerciseResult], Sequence[CheckResult | None]]
MOST_SHOWN = 100_000  # numbers and characters of a value that a report may have to write down
NOT_ASKED = "The picture was not asked for"


def grade_file(exercise: Exercise, path: Path, salt: str = SALT) -> ExerciseResult:
    """Grade the file at `path`. Whatever is in it, or is not, becomes a result and never an exception."""
    seen = look_at(exercise, path)
    return seen if isinstance(seen, ExerciseResult) else grade_source(exercise, seen, path, salt)


def look_at(exercise: Exercise, path: Path) -> str | ExerciseResult:
    """The source of a file, or the result if it need not be run: it is as it was given, or no Python source."""
    try:
        source = read_source(path)
    except Unreadable as why:
        return without_running(exercise, path, why.status, str(why))
    if source == exercise.skeleton:
        return without_running(exercise, path, Status.NOT_STARTED, "")  # as running it would find
    return source


def grade_source(exercise: Exercise, source: str, path: Path, salt: str = SALT, chart: bool = True) -> ExerciseResult:
    """Grade a student's source, which came from `path`, in a process of its own.

    Args:
        chart: whether its chart is drawn, or only noted that it was not.
    """
    exercise.load()
    with StudentProcess(exercise.stem, str(path), source, exercise.imports) as process:
        result = grade_with(exercise, process, salt)
        if chart:
            draw_chart(exercise, result, process)
        elif result.status == Status.PASSED and exercise.chart:
            result.no_chart = NOT_ASKED
    return result


def prepare(process: StudentProcess, checks: Sequence[Check], salt: str) -> None:
    """Find what is expected, for as long as the process takes to start."""
    quiet = warnings.catch_warnings(action="ignore"), np.errstate(all="ignore")
    with quiet[0], quiet[1], contextlib.suppress(Exception):  # what a reference raises is found again by its check
        for _ in itertools.chain.from_iterable(check.prepared(salt) for check in checks):
            if process.started:
                return


def draw_chart(exercise: Exercise, result: ExerciseResult, process: StudentProcess) -> None:
    """Let the student's functions, if they are right, show what they do. If they cannot, that is noted."""
    if result.status == Status.PASSED and exercise.chart:
        process.deadline = time.monotonic() + CHART_SECONDS
        with warnings.catch_warnings(action="ignore"), contextlib.suppress(OutOfTime), budget(CHART_SECONDS):
            result.chart = charts.compute(exercise.chart, process)
        if result.chart is None:
            late = time.monotonic() >= process.deadline
            result.no_chart = "The picture took too long" if late else "The picture could not be drawn"
            result.repeatable = False


def rehearse(
    exercise: Exercise,
    source: str,
    lineup: Lineup | None = None,
    suspect: Simulated | None = None,
    known: Mapping[str, Run] | None = None,
    told: Told = lambda result: result.checks,
    salt: str = SALT,
) -> ExerciseResult:
    """The result of a source that is trusted; it runs here.

    Args:
        lineup: the suspects, if others are rehearsed with them.
        suspect: the one of them that has this source; what it came to is known from then on.
        known: what some checks come to, by their titles.
        told: of which checks of a result it is found what the student probably did, where they failed.
        salt: what examples are drawn from.
    """
    return _examined(exercise, Rehearsal(exercise, source), salt, exercise.checks, lineup, suspect, known or {}, told)


def runs_of(exercise: Exercise, source: str) -> dict[str, Run]:
    """The run of each check for a source that is trusted, by the check's title; none waits for another."""
    process, answers = Rehearsal(exercise, source), Answers()
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        return {check.title: _run(check, Student(process, answers), SALT) for check in exercise.checks}


def grade_with(
    exercise: Exercise,
    process: StudentProcess,
    salt: str = SALT,
    checks: Sequence[Check] = (),
    lineup: Lineup | None = None,
) -> ExerciseResult:
    """Run the checks, of the exercise unless others are given, against a student process.

    Args:
        salt: what examples are drawn from.
        lineup: the suspects, if others are graded with them.
    """
    return _examined(exercise, process, salt, checks or exercise.checks, lineup)


def _examined(
    exercise: Exercise,
    process: StudentProcess | Rehearsal,
    salt: str,
    checks: Sequence[Check],
    lineup: Lineup | None = None,
    suspect: Simulated | None = None,
    known: Mapping[str, Run] = MappingProxyType({}),
    told: Told = lambda result: result.checks,
) -> ExerciseResult:
    path = Path(process.file)
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):  # what came may hold any numbers
        try:
            if isinstance(process, StudentProcess):
                prepare(process, checks, salt)
            started = time.monotonic()
            process.deadline = started + EXERCISE_SECONDS
            try:
                printed = process.load()
            except (StudentError, Halt) as outcome:
                result = _not_loaded(exercise, path, outcome)
            else:
                answers: Answers = {}
                runs = _run_all(checks, process, answers, known, salt)
                touched = _code(process.source) != _code(exercise.skeleton)
                result = ExerciseResult(exercise.heading, path, [run.result for run in runs], touched=touched)
                if printed and runs:
                    result.checks[0].output = printed + result.checks[0].output
                if suspect:
                    suspect.answers = answers
                    suspect.blocked = {run.check.title for run in runs if run.result.status == Status.BLOCKED}
                    for run in runs:
                        if run.failed or run.result.status == Status.PASSED:
                            suspect.came_to(run.check, run.examples)
                try:
                    with budget(_limited(DIAGNOSIS_SECONDS, process)):
                        _tell(exercise, result, runs, process, lineup, told)
                except OutOfTime:  # on a very slow machine that can befall honest work, too: the next run looks again
                    result.repeatable = False
            result.seconds = time.monotonic() - started
        except Exception as error:  # the judge's own, whatever led to it: the other exercises are graded
            result = failed_here(exercise, path, f"{type(error).__name__}: {error}")
    return result


def failed_here(exercise: Exercise, path: Path, why: str) -> ExerciseResult:
    """The result where not the student's work is at fault but the judge."""
    message = f"The grader itself failed here: {why[:300].rstrip('.')}. This is not your fault."
    result = without_running(exercise, path, Status.INFRA, message)
    result.repeatable = False
    return result


def _not_loaded(exercise: Exercise, path: Path, outcome: StudentError | Halt) -> ExerciseResult:
    """The result of a file whose loading ended like this."""
    status = outcome.status if isinstance(outcome, Halt) else Status.ERROR
    result = without_running(exercise, path, status, describe(outcome))
    result.first_failures[0].counterexample = _counterexample(Example({}, outcome=outcome))
    result.repeatable = _repeatable(outcome)
    result.checks[0].output = outcome.printed
    return result


def _run_all(
    checks: Sequence[Check],
    process: StudentProcess | Rehearsal,
    answers: Answers,
    known: Mapping[str, Run],
    salt: str,
) -> list[Run]:
    """The runs of these checks. A check that needs one that did not pass is blocked; a run that is known is copied."""
    runs: list[Run] = []
    until = time.process_time() + _limited(EXERCISE_SECONDS, process)
    for check in checks:
        unpassed = (run.check.title for run in runs if run.result.status != Status.PASSED)
        blocking = next((title for title in unpassed if title in check.needs), None)
        if blocking:
            runs.append(_blocked(check, blocking))
        elif run := known.get(check.title):
            runs.append(replace(run, result=replace(run.result)))
        else:
            try:
                with budget(until - time.process_time()):
                    runs.append(_run(check, Student(process, answers), salt))
            except OutOfTime:
                process.deadline = 0.0  # it may have been in the middle of an answer
                runs.append(_late(check))
    _look_at_every_call(runs)
    return runs


def _limited(seconds: float, process: StudentProcess | Rehearsal) -> float:
    """The time of the judge's processor that may go into what a process answers, which may be anything."""
    return seconds if isinstance(process, StudentProcess) else math.inf


def _tell(
    exercise: Exercise,
    result: ExerciseResult,
    runs: Sequence[Run],
    process: StudentProcess | Rehearsal,
    lineup: Lineup | None,
    told: Told,
) -> None:
    """Say of each run that failed what else is known: warnings, sizes, and what the student probably did."""
    late = any(run.result.status == Status.TIMEOUT for run in runs)
    result.repeatable = not late and all(_repeatable(run.failed.outcome) for run in runs if run.failed)
    for run in runs:
        if run.failed:
            everything = itertools.chain.from_iterable(other.examples for other in runs)
            run.result.warnings = telling(run.failed, run.examples, everything)
            others = itertools.chain.from_iterable(other.examples for other in runs if other is not run)
            run.result.ranges = in_words(run.claims, run.failed, others)
    if isinstance(process, StudentProcess):
        own = Own(exercise.skeleton, process.source)
        for run in runs:
            _name_their_own(own, run, process.source)
    try:
        diagnose(exercise, result, runs, process, lineup, told)
    except Exception:  # ours; a verdict does not hang on it, and the tests, which call it with no process, show it
        if not isinstance(process, StudentProcess):
            raise


@dataclass
class Run:
    """One check against one student: all that was looked at, and what came of it."""

    check: Check
    result: CheckResult
    examples: list[Example]
    failed: Example | None = None  # the smallest that shows what is wrong
    claims: list[Claim] = field(default_factory=list)  # for which sizes it is right
    impure: str = ""  # the function that is not pure in a call of another check, if nothing else is wrong

    @property
    def pure(self) -> set[str]:
        """The functions that are asked not to change what they get."""
        return {function for example in self.examples for function in example.pure}


def _run(check: Check, student: Student, salt: str) -> Run:
    result = CheckResult(check.title, check.points, Status.PASSED)
    run = Run(check, result, student.examples)
    started = time.monotonic()
    try:
        example = check.examine(student, salt)
        outcome = example.outcome if example else None
        again = outcome
        if example and not isinstance(outcome, Halt):
            student.answers = {}  # so that the function is called again
            again = student.look(check.body, example.sizes).outcome
    except Exception as error:  # whatever a student's function returns, the others are graded
        example = student.examples[-1]
        if not example.calls:
            raise  # the check itself is at fault
        function = example.calls[-1].function
        result.status = Status.ERROR
        result.message = f"{function} returned something this check cannot use ({type(error).__name__}: {error})."
        result.counterexample = _counterexample(example)
    else:
        if example is None or outcome is None:
            result.points = result.max_points
            result.output = student.examples[0].printed
        else:
            others = [str(other.outcome) for other in student.examples if isinstance(other.outcome, Mismatch)]
            said = describe(outcome)
            result.message = said.replace(true_by_chance(said, others), "", 1)
            result.status = _status(outcome, student.examples)
            result.output = example.printed
            if not isinstance(student.runner, Rehearsal):  # of which nobody reads them
                with contextlib.suppress(Exception):  # the check looks at more, and may raise for what comes then
                    run.claims = deciding_sizes(check, student.examples, student.runner, salt)
            if not isinstance(again, Halt) and again is not outcome and not same_outcome(outcome, again):
                of = outcome.label if isinstance(outcome, Mismatch) else outcome.function
                result.message = (
                    f"{of.removeprefix('answer ')}: your answer is another one each time that it is looked at."
                )
                if example.calls:
                    result.message = f"{example.calls[-1].function} gives different results for the same arguments."
                example.outcome = None
            result.counterexample = _counterexample(example)
            run.failed = example
    if calls := student.examples[-1].calls:
        result.call = f"{calls[-1].function}({', '.join(calls[-1].arguments)})"
    result.seconds = time.monotonic() - started
    return run


def _look_at_every_call(runs: Sequence[Run]) -> None:
    """Let the check that expects a function to be pure fail for a call in which it was not, wherever that was made.

    Whoever is impure only in other calls than that check's own is found by this, and nobody loses points twice.
    """
    for function in sorted({name for run in runs for name in run.pure}):
        asked = [run for run in runs if function in run.pure]
        examples = (example for run in runs for example in run.examples)
        impure = next((example for example in examples if function in example.impure), None)
        known = any(isinstance(run.failed.outcome, Impurity) for run in asked if run.failed)
        last = asked[-1].result
        if impure and not known and last.status == Status.PASSED:
            call, why = impure.impure[function]
            last.status, last.points, last.message = Status.FAILED, 0, why.message
            last.counterexample = Counterexample(impure.sizes, function, _arguments(call), why.label, _to_show(why.got))
            asked[-1].impure = function


def _name_their_own(own: Own, run: Run, source: str) -> None:
    """Let what is said of a check speak of the student's functions, and not of those that came with the file."""
    result, outcome = run.result, run.failed.outcome if run.failed else None
    shown = result.counterexample
    if isinstance(outcome, StudentError) and run.failed and run.failed.calls:
        result.message = own.describe(outcome)
    elif shown and shown.function:
        result.message = own.renamed(result.message, shown.function)
        if mine := own.lines(shown.lines):  # of a time-out
            there, here = where(shown.lines, shown.function, source), where(mine, own.name(shown.function), source)
            result.message = result.message.replace(there, here)
    if shown:
        shown.lines = own.lines(shown.lines) or shown.lines[-1:]
        shown.function = own.name(shown.function)


def _counterexample(example: Example) -> Counterexample:
    shown = Counterexample(example.sizes)
    if example.calls and getattr(example.outcome, "error", "") != "NoSuchFunction":
        last = example.calls[-1]  # a check may hand on what an earlier call returned
        shown.function, shown.arguments = last.function, _arguments(last)
    match example.outcome:
        case Mismatch() as m:
            shown.label, shown.wrong = m.label, m.wrong
            shown.got, shown.expected = _to_show(m.got), _to_show(m.expected)
        case StudentError() | Halt() as stopped:
            shown.lines = stopped.lines
    return shown


def _arguments(call: Call) -> dict[str, Any]:
    return {name: _to_show(argument) for name, argument in call.arguments.items()}


def _to_show(value: Any) -> Any:
    """The value, or what stands in a report for one that is too large for it."""
    return value if written_length(value) <= MOST_SHOWN else Foreign(type_name(value), "too large to be shown")


def _repeatable(outcome: BaseException | None) -> bool:
    """True if another run must come to this: it was no accident, and neither time nor memory came to an end."""
    return not isinstance(outcome, Halt | None) and getattr(outcome, "error", "") != "MemoryError"


def _status(outcome: Outcome, examples: Sequence[Example]) -> Status:
    if isinstance(outcome, Halt):
        return outcome.status
    if isinstance(outcome, Mismatch):
        return Status.FAILED
    unwritten = "NotImplementedError" in outcome.kinds and all(e.outcome for e in examples)
    return Status.NOT_STARTED if unwritten else Status.ERROR


def _code(source: str) -> list[str]:
    """The lines of a file that are neither empty nor a comment."""
    return [line.strip() for line in source.split("\n") if line.strip() and not line.strip().startswith("#")]


def without_running(exercise: Exercise, path: Path, status: Status, message: str) -> ExerciseResult:
    """The same verdict for every check, of a file that cannot be run."""
    checks = [CheckResult(check.title, check.points, status, message=message) for check in exercise.checks]
    return ExerciseResult(exercise.heading, path, checks, message=message, touched=status != Status.NOT_STARTED)


def _late(check: Check) -> Run:
    """The run of a check in which, or before which, the judge had no more time for what was answered."""
    why = f"To look at what your functions return takes more than {EXERCISE_SECONDS:g} s. Is it far too large?"
    return Run(check, CheckResult(check.title, check.points, Status.TIMEOUT, message=why), [])


def _blocked(check: Check, by: str) -> Run:
    result = CheckResult(check.title, check.points, Status.BLOCKED, message=f'Waits for the check "{by}".')
    return Run(check, result, [])


def diagnose(
    exercise: Exercise,
    result: ExerciseResult,
    runs: Sequence[Run],
    student: Runner,
    lineup: Lineup | None,
    told: Told,
) -> None:
    """Say for each of these checks that failed what the student probably did.

    It is noted as well whether known mistakes can be told.
    """
    evidence = [Evidence(run.check, run.failed, run.examples) for run in runs]
    diagnostician = Diagnostician(exercise, evidence, lineup, student)
    result.mistakes_known = diagnostician.knows_mistakes
    wanted = told(result)
    for i, run in enumerate(runs):
        if not any(check is run.result for check in wanted):
            continue
        called = run.failed and run.failed.calls  # a prediction is told by its own sentence
        wrong = called and run.result.status in (Status.FAILED, Status.ERROR)
        if not wrong and not run.impure:
            continue
        run.result.diagnosis = diagnostician.diagnose(i) if wrong else diagnostician.of_impure(run.impure)
    result.repeatable &= not diagnostician.hurried
