"""Run the trainings of the course from several seeds, with the solutions: rows of scoreboards, and goals.

The functions are called in this process, which gives the same numbers as the student processes of the grader, sooner.
"""

import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from minigrad.course.catalogue.course import Course
from minigrad.course.catalogue.trainings import trainings
from minigrad.course.catalogue.trusted import load_trusted
from minigrad.course.student.child import along
from minigrad.course.student.frames import crossed
from minigrad.course.training.progress import Progress

ROOT = Path(__file__).parents[1]
SEEDS = range(5)


class Here:
    """The functions of a solution, called as a training calls a student's: what goes there and back is copied, and may
    not be larger than what goes to a process."""

    def __init__(self, path):
        self._module = load_trusted(path)

    def __getattr__(self, function):
        return lambda **arguments: crossed(self.keep(function, **arguments))

    def keep(self, function, **arguments):
        return getattr(self._module, function)(*self._sent(arguments))

    def along(self, function, **arguments):
        return crossed(along(getattr(self._module, function), *self._sent(arguments)))

    def _sent(self, arguments):
        copied = {name: v for name, v in arguments.items() if isinstance(v, np.ndarray | np.random.Generator)}
        return {**arguments, **dict(zip(copied, crossed([*copied.values()]), strict=True))}.values()


def main(folder=ROOT / "solutions", names=(), seeds=SEEDS) -> None:
    """Print for each row the mean of each score, and from where to where it goes."""
    console = Console(width=120)
    console.print(f"Scores of what the trainings learn, over {len(seeds)} seeds: the mean, and the range.\n")
    for training in trainings(Course(ROOT)):
        files = {name: next(folder.glob(f"ex*_{name}.py"), None) for name in training.needs}
        if missing := [name for name, file in files.items() if not file]:
            console.print(f"{training.name} is left out: there is no solution of {', '.join(missing)}.")
        elif not names or training.name in names:
            _show(console, training, {name: Here(file) for name, file in files.items()}, seeds)


def _show(console, training, students, seeds):
    train, rows, goals, began = training.load(), _table(), _table(), time.process_time()
    for seed in seeds:
        learned = train(Progress(), **students, seed=seed)
        for row in learned.rows:
            for name, score in row.scores.items():
                rows[row.model][name].append(score)
        for goal in learned.goals:
            for name, score in {"the network": goal.value, **goal.others}.items():
                goals[f"{goal.what}, goal {goal.mark:g}"][name].append(score)
    for models in (rows, goals):
        if models:
            table = Table(box=None, pad_edge=False)
            for header in (training.name, *next(iter(models.values()))):
                table.add_column(header, no_wrap=True)
            for model, columns in models.items():
                means = (f"{statistics.mean(all_):.2f}  {min(all_):.2f}-{max(all_):.2f}" for all_ in columns.values())
                table.add_row(model, *means)
            console.print(table)
    console.print(f"{(time.process_time() - began) / len(seeds):.0f} s of the processor for each seed", "")


def _table():
    return defaultdict(lambda: defaultdict(list))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
