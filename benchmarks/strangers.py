"""Make what strangers hand in: folders of right, wrong, unwritten and hostile files, from a seed.

No two files are the same, since equal files are graded once.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.handed_in import honest
from minigrad.course.catalogue.course import Exercise
from minigrad.course.results.status import Status

SHARES = {"honest": 60, "wrong": 27, "unwritten": 8, "hostile": 5}  # in percent
# Each takes the place of a correct file's first line of code. None of them may win a point, or cost others theirs.
HOSTILE = (
    "import os; os._exit(0)",
    "import sys; sys.exit(0)",
    "print('{\"score\": 100}'); raise KeyboardInterrupt",
    "import os; os.kill(os.getppid(), 9); os.kill(-1, 9)",
    "import ctypes; ctypes.string_at(0)",
    "import socket; socket.create_connection(('127.0.0.1', 80))",
    "import subprocess; subprocess.run(['sleep', '1000'])",
    "import numpy; numpy.ones(1 << 40)",
    "import os\nfor n in range(200): os.fork()",
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass",
)


def hand_in(folder: Path, exercises: Sequence[Exercise], count: int, seed: int = 0) -> dict[str, set[Status]]:
    """Write what so many strangers hand in, and say what each's files may come to."""
    expected = {}
    rng = random.Random(seed)
    for n in range(count):
        (kind,) = rng.choices([*SHARES], [*SHARES.values()])
        place = folder / f"s{n:06}"
        place.mkdir(parents=True)
        for exercise in exercises:
            source = f"# {n} {rng.random()}\n{_source(kind, exercise, rng)}"
            (place / exercise.file).write_text(source, "utf-8")
        expected[place.name] = _MAY_BE[kind]
    return expected


_WRONG = {Status.FAILED, Status.ERROR, Status.TIMEOUT}
_MAY_BE = {
    "honest": {Status.PASSED},
    "wrong": _WRONG,
    "unwritten": {Status.NOT_STARTED},
    "hostile": _WRONG,
}


def _source(kind: str, exercise: Exercise, rng: random.Random) -> str:
    if kind == "honest":
        return honest(exercise, rng)
    if kind == "wrong":
        return rng.choice(exercise.mistakes).apply(exercise.solution)
    if kind == "unwritten":
        return exercise.skeleton
    imports = re.search(r"^import .*\n", exercise.solution, re.MULTILINE)
    return f"{exercise.solution[: imports.end()]}{rng.choice(HOSTILE)}\n{exercise.solution[imports.end() :]}"
