"""How long a student waits: wall time of the grader from the command to the verdict, each time in a new process.

The floors are what no grader in Python can go below: starting the interpreter, and importing what it judges with.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
ROUNDS = 7


def main() -> None:
    """Print medians and ranges; the commands take turns, so that a busy moment meets all of them."""
    exercises = sorted(path.stem for path in (ROOT / "solutions").glob("ex*.py"))
    commands = {
        "floor: python": ["-c", "pass"],
        "floor: import numpy, rich": ["-c", "import numpy, rich.console"],
        **{f"grader.py {name[5:]}": ["grader.py", name, "--target", "solutions"] for name in exercises},
        f"grader.py (all {len(exercises)})": ["grader.py", "--target", "solutions"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, arguments in commands.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            seconds[name].append(time.perf_counter() - started)
    table = Table("from the command to the verdict", "median s", "min s", "max s", box=None, pad_edge=False)
    for name, times in seconds.items():
        table.add_row(name, *(f"{x:.2f}" for x in (statistics.median(times), min(times), max(times))))
    Console().print(table)
