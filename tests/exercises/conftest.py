"""Under pytest, the checks of an exercise are held against its solution, or with --target against a student's file.

The solution runs in a process of its own. A student's file runs in this one, so that a debugger stops in it.
"""

import io
import sys
import types
import warnings
from pathlib import Path

import pytest

from minigrad.course.catalogue.course import Exercise
from minigrad.course.checks.students import Example, Student
from minigrad.course.grading.reading import Unreadable, read_source
from minigrad.course.results.outcomes import Mismatch, StudentError
from minigrad.course.results.wording import describe
from minigrad.course.student.child import call as call_in
from minigrad.course.student.frames import read_frame, write_frame
from minigrad.course.student.process import StudentProcess
from minigrad.course.student.replies import read_reply


def pytest_addoption(parser):
    text = "debug what you wrote: run the checks on this file, or on the exercise's file in this folder"
    parser.addoption("--target", metavar="PATH", help=text)


def pytest_configure(config):
    target = config.getoption("target", None)
    if target and not Path(target).exists():
        raise pytest.UsageError(f"--target {target} does not exist. Give it an exercise file, or the folder of them.")


class StudentHere(Student):
    """A student's file in this process, under its real path; the first exception leaves a check as it is."""

    def __init__(self, name, path):
        self.examples = []
        self.results = types.ModuleType("results")  # stands for the module where only its results are looked at
        self.module = types.ModuleType(name)
        self.module.__file__ = str(path)
        sys.modules[name] = self.module
        exec(compile(read_source(path), path, "exec", dont_inherit=True), self.module.__dict__)

    def call(self, function, arguments, inspect=False):
        __tracebackhide__ = True
        written = getattr(self.module, function, None)
        if written is None:
            pytest.fail(describe(StudentError(function, "NoSuchFunction", "")), pytrace=False)
        args = across({"args": list(arguments.values())})["args"]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("default")  # even where pytest makes errors of them
                value = written(*args)
        except pytest.exit.Exception:  # the debugger was left
            raise
        except Exception as error:
            kinds = [kind.__name__ for kind in type(error).__mro__]
            raise StudentError(function, kinds[0], str(error), kinds) from error
        setattr(self.results, function, lambda *_: value)
        answer = call_in(self.results, {"function": function, "args": args, "inspect": inspect})
        return read_reply(across(answer), function)

    def look(self, body, case):
        example = Example(case)
        self.examples.append(example)
        try:
            body(self, **case)
        except (Mismatch, StudentError) as error:
            outcome = error
        else:
            return example
        error = outcome.__cause__ or outcome
        if error is not outcome:
            error.add_note(describe(outcome))
        error.add_note("The example: " + ", ".join(f"{name} = {n}" for name, n in case.items() if name != "seed"))
        check = outcome.__traceback__.tb_next
        check.tb_next = None if error is outcome else error.__traceback__.tb_next  # from here into the student's code
        raise error.with_traceback(outcome.__traceback__)


def across(message):
    """What comes of a message on its way between two processes."""
    stream = io.BytesIO()
    write_frame(stream, message)
    stream.seek(0)
    return read_frame(stream)


@pytest.fixture(scope="module")
def make_student(request):
    """A function that makes a student of the exercise, for one check after the other."""
    exercise = Exercise(Path(__file__).parents[2], request.path.stem.removeprefix("test_"))
    if target := request.config.getoption("target", None):
        path = Path(target).resolve()
        path = path / exercise.file if path.is_dir() else path
        try:
            student = StudentHere(exercise.stem, path)
        except Unreadable as why:
            pytest.fail(f"{why} It was looked for in {path.parent}.", pytrace=False)
        yield lambda: student
    else:
        with StudentProcess(exercise.stem, exercise.file, exercise.solution) as process:
            yield lambda: Student(process)


@pytest.fixture
def student(make_student):
    return make_student()
