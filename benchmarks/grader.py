"""The time people wait, as a ratio to the floor: starting Python and importing what a grader in Python needs.

That floor is `python -c "import numpy, rich"`. Each command is a new process with the floor measured beside it, and all
take turns, so that a busy moment meets all of them; what takes long is done once. Everything is graded anew unless it
says otherwise. Commands on one exercise are measured on five of them. watch runs in a pseudo-terminal; each save
is of another text, wrong and right in turn.
"""

import contextlib
import itertools
import os
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from minigrad.course.catalogue.course import Course, Exercise

ROOT = Path(__file__).parents[1]
ROUNDS = 3
SOME = ("counts", "backprop", "rnn_cell", "bptt", "lstm_cell")
PART_ONE = 18  # the number of its last exercise
AROUND = 3  # so often the floor is measured before and after what is done once
FOOTER = b"q quit"  # the last words on the screen
THINKING_SECONDS = 3.0  # between a verdict and the next save
LOST_SECONDS = 60.0  # without anything new on the screen of watch

# The limit of each, in floors; what is done with several exercises has it for each of them.
VERDICT, SAVE, SEVERAL, CHECKED, CHECKED_AGAIN, BUNDLED, TESTED = 4.5, 2, 2, 50, 10, 50, 2000

# Compiled files are kept, as for everybody.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
}


@dataclass
class Wait:
    """The times somebody waits for one thing, in seconds, and the time of the floor beside each.

    Attributes:
        limit: how many floors it may take.
    """

    limit: float
    times: list[float] = field(default_factory=list)
    floors: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return statistics.median(time / floor for time, floor in zip(self.times, self.floors, strict=True))


def main() -> None:
    """Print ratios to the floor beside what they may be, and seconds; after Ctrl-C, of what was measured by then."""
    waits: dict[str, Wait] = {}
    with contextlib.suppress(KeyboardInterrupt):
        measure_all(waits)
    table = Table("", "floors", "at most", "median s", "min s", "max s", box=None, pad_edge=False)
    floors = [seconds for wait in waits.values() for seconds in wait.floors]
    for name, wait in {'the floor: "import numpy, rich"': Wait(1.0, floors, floors), **waits}.items():
        over = "[red]" * (not wait.ratio <= wait.limit)
        digits = (f"{x:.2f}" for x in (statistics.median(wait.times), min(wait.times), max(wait.times)))
        table.add_row(name, f"{over}{wait.ratio:.1f}", f"{wait.limit:g}", *digits)
    for column in table.columns[1:]:
        column.justify = "right"
    Console().print(table)


def measure_all(waits: dict[str, Wait]) -> None:
    """Fill in how long people wait, by what for."""
    course = Course(ROOT)
    some = [course.find(name) for name in SOME]
    part_one = [e.name for e in course.exercises if e.number <= PART_ONE]

    def measure(name: str, limit: float, *command: str, folder: Path = ROOT, around: int = 1) -> None:
        before = [floor() for _ in range(around)]
        took = seconds(*command, folder=folder)
        floors = before + [floor() for _ in range(around)] * (around > 1)
        note(waits, name, limit, took, statistics.median(floors))

    together = {"five": list(SOME), "all of part one": part_one, "all": [e.name for e in course.exercises]}
    seconds("grader.py", "--target", "solutions")  # compiles
    for _ in range(ROUNDS):
        for name in SOME:
            measure(f"grader.py {name}", VERDICT, "grader.py", name, "--target", "solutions")
        for which, names in together.items():
            limit = SEVERAL * len(names)
            measure(f"grader.py, {which}: {len(names)}", limit, "grader.py", *names, "--target", "solutions")
    if os.name == "posix":
        for exercise in some:
            watch(exercise, waits)
    with tempfile.TemporaryDirectory() as folder:
        copy, check = copy_of_the_course(Path(folder)), ("-m", "minigrad.course", "check-course", *SOME)
        measure("check-course of five, from nothing", CHECKED * len(SOME), *check, folder=copy, around=AROUND)
        for _ in range(ROUNDS):
            measure("check-course of five, nothing changed", CHECKED_AGAIN, *check, folder=copy)
        keep_only(some, copy)
        bundle = "-m", "minigrad.course", "bundle", "course.zip"
        measure("bundle of five, from nothing", BUNDLED * len(SOME), *bundle, folder=copy, around=AROUND)
    measure("python -m pytest", TESTED, "-m", "pytest", "-q", around=AROUND)


def note(waits: dict[str, Wait], name: str, limit: float, took: float, beside: float) -> None:
    """Keep how long one thing took, and say it to whoever waits for all of them."""
    wait = waits.setdefault(name, Wait(limit))
    wait.times.append(took)
    wait.floors.append(beside)
    print(f"{name}: {took:.1f} s, {took / beside:.1f} floors", file=sys.stderr)


def floor() -> float:
    return seconds("-c", "import numpy, rich")


def seconds(*arguments: str, folder: Path = ROOT) -> float:
    """The time Python takes for these arguments; NaN if it fails."""
    started = time.perf_counter()
    command = [sys.executable, *arguments]
    ran = subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=False, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started if ran.returncode == 0 else float("nan")


def copy_of_the_course(folder: Path) -> Path:
    """This course in another folder, where nothing is remembered."""
    for name in ("exercises", "solutions", "tests/exercises"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def keep_only(exercises: list[Exercise], copy: Path) -> None:
    """Take everything else out of a copy of the course, and what is remembered in it."""
    shutil.rmtree(copy / ".minigrad")
    for file in [*copy.rglob("*.py"), *copy.rglob("*.toml")]:
        if not any(exercise.stem in file.name for exercise in exercises):
            file.unlink()


def watch(exercise: Exercise, waits: dict[str, Wait]) -> None:
    """Measure the time watch takes to show a verdict, from the moment that a file is saved.

    The file is that of the exercise at hand: those before it are solved. It is wrong, another way each time, and right.
    """
    import pty

    wrong = [m.apply(exercise.solution) for m in exercise.mistakes[:: len(exercise.mistakes) // ROUNDS]]
    with tempfile.TemporaryDirectory() as folder:
        for earlier in itertools.takewhile(lambda other: other != exercise, Course(ROOT).exercises):
            shutil.copy(ROOT / "solutions" / earlier.file, folder)
        file = Path(shutil.copy(ROOT / "exercises" / exercise.file, folder))
        process, end = pty.fork()
        if not process:
            try:
                os.chdir(ROOT)
                os.execve(sys.executable, [sys.executable, "grader.py", "watch", "--target", folder], ENVIRONMENT)
            finally:
                os._exit(127)  # or this would go on as a second benchmark
        try:
            read_until(end, FOOTER)
            for k in range(ROUNDS):
                for name, source in (("wrong", wrong[k]), ("right", exercise.solution)):
                    beside = floor()
                    time.sleep(THINKING_SECONDS)
                    drain(end)
                    started = time.perf_counter()
                    file.write_text(f"{source}# {k}\n", "utf-8")
                    read_until(end, FOOTER)
                    note(waits, f"watch: {exercise.name}, {name}", SAVE, time.perf_counter() - started, beside)
        finally:
            os.write(end, b"q")
            os.waitpid(process, 0)
            os.close(end)


def read_until(end: int, text: bytes) -> None:
    shown = b""
    while text not in shown:
        if not select.select([end], [], [], LOST_SECONDS)[0]:
            raise TimeoutError(f"watch does not show {text!r}; it showed {shown[-500:]!r}")
        shown += os.read(end, 1 << 16)


def drain(end: int) -> None:
    with contextlib.suppress(OSError):
        while select.select([end], [], [], 0)[0]:
            os.read(end, 1 << 16)
