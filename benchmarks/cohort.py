"""The cost of grading a cohort of strangers, by its size; `--kill` tries what it survives, `--field` compares.

    python -m benchmarks cohort --sizes 100 1000 --exercises rnn_cell
    python -m benchmarks cohort --kill
    python -m benchmarks cohort --field VENV/bin    # where otter-grader and nbgrader are installed

Time of the processor is that of all processes, where the system counts that in a group (for root).
Memory is the most that the process that holds the store has held at once, and the most of any worker.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import cage, field, survival
from benchmarks.groups import group, leave, used
from benchmarks.strangers import SHARES, hand_in
from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.results.status import Status

ROOT = Path(__file__).parents[1]
LOOK_SECONDS = 0.2


@dataclass
class Cost:
    """Of one run: seconds, MB, and how many files were graded."""

    wall: float
    processor: float
    store_memory: float
    worker_memory: float
    graded: int


def main(options: Sequence[str] = ()) -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser("python -m benchmarks cohort")
    parser.add_argument("--sizes", nargs="+", type=int, default=[100, 1000], help="how many submissions")
    parser.add_argument("--exercises", nargs="+", default=["rnn_cell"], help="which each of them has")
    parser.add_argument("--kill", action="store_true", help="try what a cohort survives")
    parser.add_argument("--submissions", type=int, default=600, help="with --kill: how many")
    parser.add_argument("--kills", type=int, default=30, help="with --kill: how often")
    parser.add_argument("--field", type=Path, metavar="BIN", help="compare with the otter-grader and nbgrader in there")
    asked = parser.parse_args(options)
    if asked.kill:
        survival.main(asked.submissions, asked.kills, asked.exercises)
    elif asked.field:
        field.main(asked.field.absolute())
    else:
        costs([Course(ROOT).find(name) for name in asked.exercises], asked.sizes)
        cage.main()


def costs(exercises: Sequence[Exercise], sizes: Sequence[int]) -> None:
    """Print what cohorts of these sizes cost."""
    shares = ", ".join(f"{share} % {kind}" for kind, share in SHARES.items())
    names = " ".join(exercise.name for exercise in exercises)
    heads = (
        "files/s",
        "processor, s each",
        "store holder, MB",
        "worker, MB",
        "store, KB each",
        "nothing new, s",
        "one new, s",
    )
    table = Table("submissions", *heads, title=f"{names}: {shares}; {os.cpu_count()} workers")
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            expected = hand_in(folder / "handed-in", exercises, size)
            first = _run(folder)
            _require_right(folder, expected, size * len(exercises))
            again = _run(folder)
            file = folder / "handed-in" / "s000000" / exercises[0].file
            file.write_text(file.read_text() + "# one line more\n")
            one = _run(folder)
            assert (first.graded, again.graded, one.graded) == (size * len(exercises), 0, 1)
            store = sum(place.stat().st_size for place in folder.glob("store.sqlite*"))
        table.add_row(
            f"{size:,}",
            f"{first.graded / first.wall:.1f}",
            f"{first.processor / size:.3f}",
            f"{first.store_memory:.0f}",
            f"{first.worker_memory:.0f}",
            f"{store / size / 1000:.1f}",
            f"{again.wall:.1f}",
            f"{one.wall:.1f}",
        )
    Console().print(table)


def _run(folder: Path) -> Cost:
    place = group("cohort")
    before, began = used(place), time.monotonic()
    words = "cohort", str(folder / "handed-in"), "--store", str(folder / "store.sqlite")

    def join() -> None:
        if place:
            (place / "cgroup.procs").write_text(str(os.getpid()))

    store_memory = worker_memory = 0.0
    with subprocess.Popen(
        [sys.executable, str(ROOT / "grader.py"), *words], stdout=subprocess.PIPE, text=True, preexec_fn=join
    ) as process:
        while process.poll() is None:
            store_memory = max(store_memory, _memory(process.pid))
            worker_memory = max([worker_memory, *map(_memory, survival.children(process.pid))])
            time.sleep(LOOK_SECONDS)
        said = process.stdout.read()
    assert process.returncode == 0, said
    wall, processor = time.monotonic() - began, used(place) - before
    leave(place)
    graded = re.search(r"([\d,]+) files? graded", said)
    return Cost(wall, processor, store_memory, worker_memory, int(graded[1].replace(",", "")) if graded else 0)


def _memory(pid: int) -> float:
    """The most that a process has held, in MB."""
    with contextlib.suppress(OSError):
        if found := re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()):
            return int(found[1]) / 1024
    return 0.0


def _require_right(folder: Path, expected: dict[str, set[Status]], files: int) -> None:
    with contextlib.closing(sqlite3.connect(folder / "store.sqlite")) as db:
        rows = db.execute("SELECT student, status FROM files JOIN results USING (exercise, source) WHERE counts")
        found = list(rows)
    assert len(found) == files, f"{len(found)} grades of {files} files"
    wrong = [(student, status) for student, status in found if status not in expected[student]]
    assert not wrong, wrong[:10]
