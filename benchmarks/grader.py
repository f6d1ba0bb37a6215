"""How long a student waits: wall time from the command to the verdict, and in watch from the save to the verdict.

The commands are run each time in a new process, and grade everything anew. The floors are what no grader in Python can
go below: starting the interpreter, and importing what it judges with. watch runs in a pseudo-terminal; each save is of
another text, wrong and right in turn.
"""

import contextlib
import os
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from minigrad.course.catalogue.course import Course, Exercise

ROOT = Path(__file__).parents[1]
ROUNDS = 7
FOOTER = b"q quit"  # the last words on the screen


def main() -> None:
    """Print medians and ranges; the commands take turns, so that a busy moment meets all of them."""
    exercises = Course(ROOT).exercises
    commands = {
        "floor: python": ["-c", "pass"],
        "floor: import numpy, rich": ["-c", "import numpy, rich.console"],
        **{f"grader.py {e.name}": ["grader.py", e.name, "--target", "solutions"] for e in exercises},
        f"grader.py (all {len(exercises)})": ["grader.py", "--target", "solutions"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, arguments in commands.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            seconds[name].append(time.perf_counter() - started)
    if os.name == "posix":
        for e in exercises:
            seconds |= {f"watch: {e.name}, {which}": times for which, times in saves(e).items()}
    table = Table("until the verdict", "median s", "min s", "max s", box=None, pad_edge=False)
    for name, times in seconds.items():
        table.add_row(name, *(f"{x:.2f}" for x in (statistics.median(times), min(times), max(times))))
    Console().print(table)


def saves(exercise: Exercise) -> dict[str, list[float]]:
    """How long watch takes to show the verdict on a wrong and on a right file, from the moment it is saved."""
    import pty

    sources = {"wrong": exercise.mistakes[0].apply(exercise.solution), "right": exercise.solution}
    times: dict[str, list[float]] = {name: [] for name in sources}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(shutil.copy(ROOT / "exercises" / exercise.file, folder))
        process, end = pty.fork()
        if not process:
            try:
                os.chdir(ROOT)
                os.execv(sys.executable, [sys.executable, "grader.py", "watch", "--target", folder])
            finally:
                os._exit(127)  # or this would go on as a second benchmark
        try:
            read_until(end, FOOTER)
            for k in range(ROUNDS):
                for name, source in sources.items():
                    time.sleep(0.7)  # until the process for the next save is ready, and a picture drawn
                    drain(end)
                    started = time.perf_counter()
                    file.write_text(f"{source}# {k}\n", "utf-8")
                    read_until(end, FOOTER)
                    times[name].append(time.perf_counter() - started)
        finally:
            os.write(end, b"q")
            os.waitpid(process, 0)
            os.close(end)
    return times


def read_until(end: int, text: bytes) -> None:
    shown = b""
    while text not in shown:
        shown += os.read(end, 1 << 16)


def drain(end: int) -> None:
    with contextlib.suppress(OSError):
        while select.select([end], [], [], 0)[0]:
            os.read(end, 1 << 16)
