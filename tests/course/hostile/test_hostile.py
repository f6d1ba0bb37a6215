"""Whatever a file does: it gets what it is worth in time, nothing survives it, and the next one is graded as ever.

What only a cage holds against is skipped where there is none.
"""

import contextlib
import ctypes
import hashlib
import io
import json
import os
import re
import time
from pathlib import Path

import pytest
from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.grading.pool import Job, grade_all
from minigrad.course.reports import screen
from minigrad.course.results.status import Status
from minigrad.course.student import process
from minigrad.course.student.cage import confined, probe
from minigrad.course.student.seccomp import LIBRARY
from minigrad.course.student.start import FORKS, Nursery

from ..commands import copy_course
from ..exercises import with_few_examples, without_predictions
from ..processes import family
from .files import FILES, FORBIDDEN, HONEST

ROOT = Path(__file__).parents[3]
SECRET = "what nobody may read"
SECONDS = 40.0  # more than all checks of an exercise may take together
MOST_WRITTEN = 1_000_000  # bytes of a report
COMMAND = re.compile(r"^\s*::[a-z]|##\w*\[|[\x00-\x08\x0b-\x1f\x7f-\x9f]", re.MULTILINE)  # to a runner or a terminal
IN_A_CAGE = 3  # processes that a cage consists of: bubblewrap outside and inside, and the nursery

pytestmark = pytest.mark.skipif(not FORKS, reason="judges are forked on Linux only")


@pytest.fixture(scope="module")
def confinement():
    return probe([ROOT])


@pytest.fixture(scope="module")
def others():
    """Processes that other tests have left running."""
    Nursery.stop()
    return family(os.getpid())


@pytest.fixture(scope="module")
def course(tmp_path_factory, confinement, others):
    """A course with secrets in it, graded in a cage if there is one."""
    root = tmp_path_factory.mktemp("course")
    copy_course(ROOT, root, ["rnn_cell"])
    (root / "secret.txt").write_text(SECRET)
    course = Course(root)
    with_few_examples(without_predictions(course.exercises[0]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET", SECRET)
        with confined(confinement, [ROOT, root]):
            yield course


@pytest.fixture(autouse=True)
def short_deadlines(monkeypatch):
    monkeypatch.setattr(process, "CALL_SECONDS", 1.0)
    monkeypatch.setattr(process, "LOAD_SECONDS", 2.0)


def numbers():
    """The numbers of the forbidden calls that this system has."""
    library = ctypes.CDLL(LIBRARY)
    names = [written.partition("(")[0] for written in FORBIDDEN.split()]
    found = {name: library.seccomp_syscall_resolve_name(name.encode()) for name in names}
    return {name: number for name, number in found.items() if number >= 0}


def written_out(file, course):
    """The source of a hostile file, with what it wants to know of this machine."""
    if not file.caged:
        return file.source
    places = [
        ROOT / "grader.py",
        ROOT / "tests",
        ROOT / "solutions",
        ROOT / "minigrad" / "course" / "grading",
        course.root,
    ]
    places += [course.root / "secret.txt", Path(__file__), Path.home() / ".bashrc"]
    return f"NUMBERS = {numbers()}\nPLACES = {[str(place) for place in places]}\n{file.source}"


def snapshot(root):
    return {
        (str(path), path.lstat().st_mode): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in sorted(root.rglob("*"))
    }


def graded(course, source):
    (exercise,) = course.exercises
    path = course.root / "handed_in.py"
    path.write_text(source, "utf-8")
    try:
        ((_, result),) = grade_all([Job(exercise, path)], "hostile")
    finally:
        path.unlink()
    return result


@pytest.mark.parametrize(
    "file", [pytest.param(f, id=f.name, marks=[pytest.mark.exhaustive] * (not f.quick)) for f in FILES]
)
def test_each_ends_as_it_must_and_the_next_is_graded_as_ever(file, course, confinement, others):
    if file.caged and not confinement.strong:
        pytest.skip(f"this needs a cage. {confinement.why}")
    waiting = max(len(family(os.getpid()) - others), IN_A_CAGE if confinement.strong else 1)
    before, started = snapshot(course.root), time.monotonic()
    result = graded(course, written_out(file, course))
    took = time.monotonic() - started
    said = [(check.status, check.message) for check in result.checks]
    assert result.status in file.ends, said
    assert result.points == (result.max_points if result.status == Status.PASSED else 0), said
    assert took < SECONDS
    assert not COMMAND.search(on_the_screen(result))
    written = json.dumps(result.as_data(), default=repr, ensure_ascii=False).encode()
    assert SECRET.encode() not in written
    assert len(written) < MOST_WRITTEN
    assert snapshot(course.root) == before
    assert graded(course, HONEST).status == Status.PASSED
    assert survivors(others, waiting) == []


def on_the_screen(result):
    """The screen of 80 columns that shows a result, without colours of its own."""
    console = Console(width=80, color_system=None, file=io.StringIO())
    console.print(screen.report([result.exercise], [result], screen.Commands("python grader.py", None)))
    return console.file.getvalue()


def survivors(others, most):
    """The processes left, after a moment to go, beyond `most` that wait for the next file."""
    until = time.monotonic() + 2.0
    while len(left := family(os.getpid()) - others) > most and time.monotonic() < until:
        time.sleep(0.05)
    return [_about(pid) for pid in sorted(left, key=int)][most:]


def _about(pid):
    """A process as somebody who looks for it needs it."""
    with contextlib.suppress(OSError):
        return pid, Path(f"/proc/{pid}/stat").read_text().split()[1:4], Path(f"/proc/{pid}/cmdline").read_text()[:300]
    return pid
