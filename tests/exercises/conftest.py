"""Under pytest, the checks of an exercise are properties of its solution, or with --target of a student's file.

The solution runs here, and in a thorough run in a process of its own, where the grader's table is looked at too. A
student's file runs in this process, so that a debugger stops in it.
"""

from pathlib import Path

import hypothesis
import pytest

from minigrad.course.catalogue.course import Exercise
from minigrad.course.checks.check import Check
from minigrad.course.checks.students import Simulation, Student
from minigrad.course.grading.reading import Unreadable
from minigrad.course.properties.here import FileHere
from minigrad.course.properties.property import property_of
from minigrad.course.results.outcomes import Mismatch, StudentError
from minigrad.course.results.status import Status
from minigrad.course.results.wording import describe
from minigrad.course.student.process import StudentProcess

EXAMPLES = 100  # of each check that hypothesis looks at in a student's file


def pytest_addoption(parser):
    text = "debug what you wrote: run the checks on this file, or on the exercise's file in this folder"
    parser.addoption("--target", metavar="PATH", help=text)


def pytest_configure(config):
    target = config.getoption("target", None)
    if target and not Path(target).exists():
        raise pytest.UsageError(f"--target {target} does not exist. Give it an exercise file, or the folder of them.")


def pytest_pycollect_makeitem(collector, name, obj):
    """Make a property of each check, in the module too, where pytest looks it up."""
    if isinstance(obj, Check):
        setattr(collector.obj, name, property_of(name, obj, settings(collector.config)))
        return pytest.Function.from_parent(collector, name=name)
    return None


def settings(config):
    """Other examples each time for a student's file, with those that failed first; the same ones for a solution."""
    if config.getoption("target", None):
        database = hypothesis.settings.get_profile("default").database
        return hypothesis.settings(
            deadline=None,
            derandomize=False,
            database=database,
            max_examples=EXAMPLES,
            report_multiple_bugs=False,
            phases=[phase for phase in hypothesis.Phase if phase is not hypothesis.Phase.explain],
        )
    seeded = config.getoption("--hypothesis-seed", None) is not None
    return hypothesis.settings(derandomize=hypothesis.settings.default.derandomize and not seeded)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    """First what the grader looks at, then hypothesis; and what is wrong stops in the student's own function."""
    __tracebackhide__ = has_a_traceback
    check = getattr(pyfuncitem.obj, "check", None)
    if check is None:
        return (yield)
    runner = pyfuncitem.funcargs["runner"]
    if isinstance(runner, StudentProcess) and (found := check.examine(Student(runner))):
        raise found.outcome
    if not isinstance(runner, FileHere):
        return (yield)
    graded = runner.graded.get(check.title)
    if graded and graded.status == Status.TIMEOUT and not pyfuncitem.config.getoption("usepdb"):
        pytest.fail(f"{graded.message} With --pdb it runs here until Ctrl-C, and the debugger stops in it.", False)
    if error := runner.found(check):
        raise shown(error)
    try:
        return (yield)
    except (Mismatch, StudentError) as outcome:
        drawn = outcome
    error = runner.outcome(check, drawn.sizes)
    if error is None:
        raise drawn
    for note in getattr(drawn, "__notes__", []):  # how hypothesis calls it
        error.add_note(note)
    raise shown(error)


def has_a_traceback(excinfo):
    return not isinstance(excinfo.value, pytest.fail.Exception)


def shown(error):
    """An exception as pytest shows it: where none of the student's lines is at fault, a sentence and no traceback."""
    if isinstance(error, StudentError):
        return pytest.fail.Exception("\n".join([describe(error), *getattr(error, "__notes__", [])]), pytrace=False)
    return error


def file_here(exercise, path):
    try:
        return FileHere(exercise, path)
    except Unreadable as error:
        why = error
    return pytest.fail(f"{why} It was looked for in {path.parent}.", pytrace=False)


@pytest.fixture(scope="module")
def runner(request):
    """The runner that answers calls of the exercise's functions."""
    exercise = Exercise(Path(__file__).parents[2], request.path.stem.removeprefix("test_"))
    if target := request.config.getoption("target", None):
        path = Path(target).resolve()
        path = path / exercise.file if path.is_dir() else path
        yield file_here(exercise, path)
    elif request.config.option.markexpr == "exhaustive":
        with StudentProcess(exercise.stem, exercise.file, exercise.solution, exercise.imports) as process:
            yield process
    else:
        yield Simulation(exercise.solution)
