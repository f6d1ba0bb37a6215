"""The grader as somebody types it: in this process, which is quick, at 80 columns and without colour."""

import contextlib
import io
import shutil
import signal
import subprocess
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from minigrad.course.cli.main import main
from minigrad.course.signals import STOPS

ROOT = Path(__file__).parents[2]


def typed(*arguments, root=ROOT, cwd=ROOT, stdin="", grader=True):
    """The grader's answer to these words, in the course in `root`, as a process that has ended.

    Without `grader` it is `python -m minigrad.course` that answers.
    """
    out, err = io.StringIO(), io.StringIO()
    handlers = {number: signal.getsignal(number) for number in STOPS}
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.chdir(cwd)
        patch.setattr("sys.stdin", io.StringIO(stdin))
        patch.setenv("COLUMNS", "80")
        patch.setenv("NO_COLOR", "1")
        try:
            code = main([str(argument) for argument in arguments], root, grader)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def copy_course(root, folder, names):
    """Copy some exercises of a course, all that belongs to them, into another folder."""
    for name in names:
        for path in (
            *root.glob(f"exercises/ex??_{name}.py"),
            *root.glob(f"solutions/ex??_{name}.py"),
            *root.glob(f"tests/exercises/*ex??_{name}.*"),
        ):
            (folder / path.relative_to(root)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / path.relative_to(root))


class Here(Executor):
    """Processes for work on what is trusted, but for the processes: all is done here, at once."""

    def submit(self, function, /, *args, **keywords):
        future = Future()
        future.set_result(function(*args, **keywords))
        return future
