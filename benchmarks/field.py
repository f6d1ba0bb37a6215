"""The same exercise graded by otter-grader, by nbgrader and by `grader.py cohort`, in turns on one machine.

Each grades right files of rnn_cell, one after the other. The checks make the same calls and ask for the same numbers:
what the grader's checks call the solution with is recorded, with what it answers. For the two others that is read from
a file, and numpy.allclose compares. So they need not compute what is expected, nor import minigrad; they draw nothing,
and run what students wrote in the process of the tests, or in a kernel.

otter-grader is asked as its manual says where there is no Docker, `otter run` for each submission: `otter grade` starts
a container besides for each. nbgrader is asked once for all students of a round: `nbgrader autograde`.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.groups import group, used
from benchmarks.strangers import hand_in
from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.checks.students import Student
from minigrad.course.grading.rehearsal import Rehearsal
from minigrad.course.results.status import Status

ROOT = Path(__file__).parents[1]
AIM = 10  # times as many submissions a minute as either of them
CALLS = "calls.pickle"

_TEST = """import pickle
import numpy as np
for name, arguments, right in pickle.load(open({calls!r}, "rb"))[{title!r}]:
    found = eval(name)
    assert np.allclose(found(*arguments), right, rtol=1e-6, atol=1e-9) if callable(found) else found == right
"""


class Recorded(Rehearsal):
    """Notes what the solution is asked, and what it answers."""

    def __init__(self, exercise: Exercise):
        super().__init__(exercise, exercise.solution)
        self.calls: list[tuple] = []

    def call(self, function, args):
        reply = super().call(function, args)
        self.calls.append((function, args, reply.value))
        return reply


def recorded(exercise: Exercise, salt: str) -> dict[str, list[tuple]]:
    """The questions of each check, and the right answers."""
    found = {}
    for check in exercise.checks:
        runner = Recorded(exercise)
        assert check.wider(check.examples, salt).examine(Student(runner), salt) is None
        found[check.title] = runner.calls
    return found


@dataclass
class Grader:
    """A grader, and how long it took in each round.

    Attributes:
        grade: these sources; it returns how many were right.
    """

    grade: Callable[[list[str]], int]
    at_once: int
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def round(self, sources: list[str], name: str) -> None:
        place = group(name)
        before, began = used(place), time.monotonic()
        child = os.fork()
        if not child:  # in a group of its own, with all that it starts
            if place:
                (place / "cgroup.procs").write_text(str(os.getpid()))
            try:
                os._exit(self.grade(sources) != len(sources))
            except BaseException as error:
                print(error, flush=True)
                os._exit(2)
        assert os.waitpid(child, 0)[1] == 0, f"{name} did not find all of them right"
        self.seconds.append((time.monotonic() - began) / len(sources))
        self.processor.append((used(place) - before) / len(sources))


def _run(bin: Path, folder: Path, program: str, *words: str) -> None:
    path = os.pathsep.join([str(bin), os.environ["PATH"]])
    done = subprocess.run(
        [bin / program, *words], cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{program} {' '.join(words)}: {done.stderr[-2000:]}"


class Otter:
    """An autograder of otter-grader, made once."""

    def __init__(self, folder: Path, exercise: Exercise, bin: Path):
        self.folder, self.file, self.bin = folder, exercise.file, bin
        (folder / "out").mkdir()
        tests = folder / "tests"
        tests.mkdir()
        for n, check in enumerate(exercise.checks):
            body = _TEST.format(calls=str(folder / CALLS), title=check.title)
            lines = [f">>> {line}" if line[0] != " " else f"... {line}" for line in body.splitlines()]
            case = {"code": "\n".join([*lines, "..."]), "hidden": False, "locked": False}
            suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
            (tests / f"q{n}.py").write_text(
                f"OK_FORMAT = True\n\ntest = {{'name': 'q{n}', 'points': {check.points}, 'suites': [{suite!r}]}}\n"
            )
        (folder / "requirements.txt").write_text("numpy\n")
        self._run("generate", "-t", "tests", "-o", "autograder.zip", "--no-environment")

    def _run(self, *words: str) -> None:
        _run(self.bin, self.folder, "otter", *words)

    def __call__(self, sources: list[str]) -> int:
        right = 0
        for source in sources:
            (self.folder / self.file).write_text(source)
            self._run("run", "-a", "autograder.zip", "-o", "out", "--no-logo", self.file)
            tests = json.loads((self.folder / "out" / "results.json").read_text())["tests"]
            right += all(t.get("score") == t.get("max_score") for t in tests if "max_score" in t)
        return right


class Nbgrader:
    """A course of nbgrader with one assignment, made once."""

    def __init__(self, folder: Path, exercise: Exercise, bin: Path):
        self.folder, self.bin = folder, bin
        source = folder / "source" / "ps1"
        source.mkdir(parents=True)
        (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'rnn'\n")
        shutil.copy(folder / CALLS, source)
        cells = [self._cell("answer", exercise.skeleton, solution=True)]
        for n, check in enumerate(exercise.checks):
            text = _TEST.format(calls=CALLS, title=check.title)
            cells.append(self._cell(f"test{n}", text, grade=True, locked=True, points=check.points))
        self.points = sum(check.points for check in exercise.checks)
        kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        book = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        (source / "p1.ipynb").write_text(json.dumps(book))
        self._run("generate_assignment", "ps1", "--create")
        self.released = json.loads((folder / "release" / "ps1" / "p1.ipynb").read_text())

    @staticmethod
    def _cell(id: str, text: str, solution=False, grade=False, locked=False, points=0) -> dict:
        about = {"schema_version": 3, "grade_id": id, "solution": solution, "grade": grade, "locked": locked}
        about |= {"task": False} | ({"points": points} if grade else {})
        return {
            "cell_type": "code",
            "id": id,
            "execution_count": None,
            "outputs": [],
            "metadata": {"nbgrader": about},
            "source": text,
        }

    def _run(self, *words: str) -> None:
        _run(self.bin, self.folder, "nbgrader", *words)

    def __call__(self, sources: list[str]) -> int:
        for part in ("submitted", "autograded"):
            shutil.rmtree(self.folder / part, ignore_errors=True)
        for n, source in enumerate(sources):
            place = self.folder / "submitted" / f"s{n}" / "ps1"
            place.mkdir(parents=True)
            book = json.loads(json.dumps(self.released))
            book["cells"][0]["source"] = source
            (place / "p1.ipynb").write_text(json.dumps(book))
        self._run("autograde", "ps1", "--create", "--force")
        self._run("export", "--to", "grades.csv")
        rows = [line.split(",") for line in (self.folder / "grades.csv").read_text().splitlines()]
        score = rows[0].index("score")
        return sum(row[score] not in ("", "score") and float(row[score]) == self.points for row in rows)


class Cohort:
    """This grader, with one worker, in cages."""

    def __init__(self, folder: Path, exercise: Exercise, bin: Path):
        self.folder, self.file, self.bin = folder, exercise.file, bin
        folder.mkdir(exist_ok=True)

    def __call__(self, sources: list[str]) -> int:
        for n, source in enumerate(sources):
            place = self.folder / "handed-in" / f"s{n}"
            place.mkdir(parents=True, exist_ok=True)
            (place / self.file).write_text(source)
        for old in self.folder.glob("store.sqlite*"):
            old.unlink()
        words = "cohort", "handed-in", "--store", "store.sqlite", "--workers", "1", "--jsonl", "grades.jsonl"
        _run(self.bin, self.folder, "python", str(ROOT / "grader.py"), *words)
        lines = (self.folder / "grades.jsonl").read_text().splitlines()
        return sum(row["score"] == row["max_score"] for row in map(json.loads, lines))


def main(bin: Path, rounds: int = 3, theirs: int = 8, ours: int = 100) -> None:
    """Print how many submissions a minute each of them grades.

    Args:
        bin: of the virtual environment in which the two others are installed.
    """
    exercise = Course(ROOT).find("rnn_cell")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        calls = recorded(exercise, "field")
        for who in ("otter", "nbgrader"):
            (folder / who).mkdir()
            with (folder / who / CALLS).open("wb") as file:
                pickle.dump(calls, file)
        graders = {
            "otter-grader": Grader(Otter(folder / "otter", exercise, bin), theirs),
            "nbgrader": Grader(Nbgrader(folder / "nbgrader", exercise, bin), theirs),
            "minigrad": Grader(Cohort(folder / "minigrad", exercise, bin), ours),
        }
        for n in range(rounds):
            for who, grader in graders.items():
                grader.round(_right(folder / f"{who}-{n}", exercise, grader.at_once, n), who)
    table = Table("", "submissions a minute", "processor, s each", "times as many", title="rnn_cell, one at a time")
    for who, grader in graders.items():
        times = [a / b for a, b in zip(grader.seconds, graders["minigrad"].seconds, strict=True)]
        ratio = "" if who == "minigrad" else f"{statistics.median(times):.0f} (aim {AIM})"
        a_minute = 60 / statistics.median(grader.seconds)
        table.add_row(who, f"{a_minute:.0f}", f"{statistics.median(grader.processor):.2f}", ratio)
    asked = f"{rounds} rounds in turns; {sum(map(len, calls.values()))} calls of each file; no Docker"
    Console().print(table, asked)


def _right(place: Path, exercise: Exercise, count: int, seed: int) -> list[str]:
    """Make `count` right files, all different."""
    expected = hand_in(place, [exercise], 3 * count, seed)
    right = [student for student, may_be in expected.items() if may_be == {Status.PASSED}]
    return [(place / student / exercise.file).read_text() for student in right[:count]]
