"""How long people wait, as a ratio to the floor: starting Python and importing what a grader in Python needs.

That floor is `python -c "import numpy, rich"`. Each command is a new process, and all take turns, so that a busy moment
meets all of them; what takes long is done once, with the floor beside it. Everything is graded anew unless it says
otherwise. watch runs in a pseudo-terminal; each save is of another text, wrong and right in turn.
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

from minigrad.course.catalogue.course import ENDING, Course, Exercise

ROOT = Path(__file__).parents[1]
ROUNDS = 7
FOOTER = b"q quit"  # the last words on the screen

# What each may take, in floors.
VERDICT, SAVE, ALL, CHECKED, CHECKED_AGAIN, BUNDLED, TESTED = 4.5, 2, 10, 250, 10, 250, 2000


def main() -> None:
    """Print seconds, and medians as ratios to the floor beside what they may be."""
    exercises = Course(ROOT).exercises
    floors: list[float] = []
    waits: dict[str, tuple[float, list[float]]] = {}

    def beside_the_floor(name: str, limit: float, *command: str, folder: Path = ROOT) -> None:
        floors.append(seconds("-c", "import numpy, rich"))
        waits.setdefault(name, (limit, []))[1].append(seconds(*command, folder=folder))

    for _ in range(ROUNDS):
        for e in exercises:
            beside_the_floor(f"grader.py {e.name}", VERDICT, "grader.py", e.name, "--target", "solutions")
        beside_the_floor(f"grader.py, all {len(exercises)}", ALL, "grader.py", "--target", "solutions")
    if os.name == "posix":
        for e in exercises:
            waits |= {f"watch: {e.name}, {which}": (SAVE, times) for which, times in saves(e).items()}
    with tempfile.TemporaryDirectory() as folder:
        course = copy_of_the_course(Path(folder))
        grader = "-m", "minigrad.course"
        beside_the_floor("check-course, from nothing", CHECKED, *grader, "check-course", folder=course)
        for _ in range(ROUNDS):
            beside_the_floor("check-course, nothing changed", CHECKED_AGAIN, *grader, "check-course", folder=course)
        shutil.rmtree(course / ".minigrad")
        beside_the_floor("bundle, from nothing", BUNDLED, *grader, "bundle", "course.zip", folder=course)
    beside_the_floor("python -m pytest", TESTED, "-m", "pytest", "-q")

    floor = statistics.median(floors)
    table = Table("", "floors", "at most", "median s", "min s", "max s", box=None, pad_edge=False)
    for name, (limit, times) in {'the floor: "import numpy, rich"': (1.0, floors), **waits}.items():
        median = statistics.median(times)
        over = "[red]" * (median > limit * floor and name in waits)
        digits = (f"{x:.2f}" for x in (median, min(times), max(times)))
        table.add_row(name, f"{over}{median / floor:.1f}", f"{limit:g}" * (name in waits), *digits)
    for column in table.columns[1:]:
        column.justify = "right"
    Console().print(table)


def seconds(*arguments: str, folder: Path = ROOT) -> float:
    """How long Python takes for these arguments."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def copy_of_the_course(folder: Path) -> Path:
    """This course in another folder, where nothing is remembered."""
    for name in ("exercises", "solutions", "tests/exercises"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    assert (folder / ENDING).is_file()
    return folder


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
