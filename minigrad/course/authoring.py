"""For authors and teachers: lay out a new exercise, and make the edition of a course that students get."""

from __future__ import annotations

import io
import json
import keyword
import os
import re
import zipfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from string import Template

from rich.console import Console

from minigrad.course.catalogue import ENDING, Course, Exercise, UsageError
from minigrad.course.files import write_whole
from minigrad.course.skeleton import make_skeleton
from minigrad.course.suspects import record

USED = ("np", "call", "look", "examples")  # by an exercise's file or its checks, for something else
KIT = Path(__file__).parents[2]  # where minigrad itself is, with what is needed to install it


def lay_out(course: Course, name: str, number: int | None, console: Console) -> None:
    """Write the files of a small exercise that works, for an author to turn into their own.

    Raises:
        UsageError: if the name or the number cannot be had, or a file is there already.
    """
    taken = {exercise.number: exercise.name for exercise in course.exercises}
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name) or name in USED:
        raise UsageError(f"{name!r} cannot be the name of a function. Use small letters, digits and _, as in rnn_cell.")
    if name in taken.values():
        raise UsageError(f"there is an exercise called {name} already. Choose another name.")
    if number is None:
        number = max(taken, default=0) + 1
    if not 0 < number < 100:
        raise UsageError(f"exercises have numbers from 1 to 99, not {number}. Give one that is free with --number.")
    if number in taken:
        raise UsageError(f"exercise {number} is {taken[number]}. Give another number with --number.")
    exercise = Exercise(course.root, f"ex{number:02}_{name}")
    fill = {"name": name, "number": number}
    solution = Template(SOLUTION).substitute(fill)
    files = {
        f"solutions/{exercise.file}": solution,
        f"tests/exercises/test_{exercise.file}": Template(CHECKS).substitute(fill),
        f"tests/exercises/{exercise.stem}.toml": Template(NOTES).substitute(fill),
        f"exercises/{exercise.file}": make_skeleton(solution),
    }
    if there := [file for file in files if (course.root / file).exists()]:
        raise UsageError(f"{course.root / there[0]} is there already; it is not overwritten. Move it away first.")
    if not (course.root / "grader.py").exists():
        files["grader.py"] = GRADER
    for file, text in files.items():
        path = course.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    written = "\n".join(f"  {file}" for file in files)
    done = f"Exercise {number}, {name}, works and is yours to change:\n\n{written}\n"
    console.print(done, markup=False, soft_wrap=True)
    console.print(Template(NEXT).substitute(fill, file=f"solutions/{exercise.file}"), markup=False, soft_wrap=True)


def bundle(course: Course, path: Path, console: Console) -> None:
    """Write the students' edition as a zip: the kit and the exercises, without solutions and without mistakes' code.

    The same course gives the same bytes.

    Raises:
        UsageError: if the course has no solutions, or the zip cannot be written there.
    """
    course.require_solutions()
    if not (KIT / "pyproject.toml").is_file():
        raise UsageError(f"there is no pyproject.toml in {KIT}. Install minigrad from a clone of it: pip install -e .")
    if path.suffix != ".zip":
        raise UsageError(f"{path} is no name of a zip. Give one that ends in .zip.")
    if path.exists() and not (path.is_file() and zipfile.is_zipfile(path)):
        raise UsageError(f"{path} exists and is no zip; it is not overwritten. Give another name.")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent} to write {path.name} into.")
    files = {**_kit(), "README.md": README.encode(), "grader.py": (KIT / "grader.py").read_bytes()}
    if (ending := course.root / ENDING).is_file():
        files[ENDING] = ending.read_bytes()
    with (
        ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool,
        console.status("recording what every mistake comes to"),
    ):
        for packed in pool.map(_exercise, [(e.root, e.stem) for e in course.exercises]):
            files.update(packed)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compresslevel=9) as archive:
        for file, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"course/{file}")  # dated 1980, wherever and whenever it is made
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    write_whole(path, data.getvalue())
    size = f"{len(files)} files, {path.stat().st_size / 1e6:.1f} MB"
    console.print(f"{path} is the students' edition: {size}.", markup=False, soft_wrap=True)
    console.print("They unpack it, and in its folder: pip install -e . && python grader.py", soft_wrap=True)


def _kit() -> dict[str, bytes]:
    """What `pip install -e .` needs, and what lets pytest run the checks."""
    package = (p for p in (KIT / "minigrad").rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    fixtures = KIT / "tests" / "exercises" / "conftest.py"
    needed = [KIT / "pyproject.toml", KIT / "docs" / "LICENSE", fixtures, *package]
    return {path.relative_to(KIT).as_posix(): path.read_bytes() for path in needed}


def _exercise(place: tuple[Path, str]) -> dict[str, bytes]:
    """The files that students get of one exercise, given by its course's folder and its name."""
    exercise = Exercise(*place)
    exercise.load()
    checks = f"tests/exercises/test_{exercise.file}"
    kept = {key: value for key, value in exercise.notes.items() if key not in ("mistakes", "variants")}
    notes = {**kept, "skeleton": exercise.skeleton, **record(exercise)}
    return {
        f"exercises/{exercise.file}": exercise.skeleton.encode(),
        checks: (exercise.root / checks).read_bytes(),
        f"tests/exercises/{exercise.stem}.json": json.dumps(notes, separators=(",", ":")).encode(),
    }


NEXT = """\
Next: open $file and write what stands at each TODO,
      there and in the two files of tests/exercises. After each change:

      python grader.py reset $name --yes
                                   makes the exercise from the solution
      python grader.py check-course
                                   says what is still missing"""

GRADER = '''\
"""Grade the exercises: `python grader.py` for all, `python grader.py NAME` for one; `--help` lists the rest."""

import sys
from pathlib import Path

try:
    from minigrad.course.cli import main
except ModuleNotFoundError as error:
    sys.exit(f"grader.py needs {error.name}, which is not installed. In a clone of minigrad, run: pip install -e .")

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent))
'''

README = """\
# The exercises

You write the pieces yourself, and a grader tells you what is wrong and why. Set it up and see where you stand; it needs
Python 3.11 or newer, and pip:

    pip install -e . && python grader.py

Then open the first file in `exercises/`. It explains one idea and leaves a gap for you to fill. Fill it, and run the
grader again.

    python grader.py                 every exercise, and the one next step
    python grader.py NAME            one of them
    python grader.py watch           grade what you save, as you save it
    python grader.py list            what there is to do
    python grader.py hint NAME       a hint; there are more, each says more
    python grader.py reset NAME      start again (your file is kept beside it)
    python grader.py doctor          when something does not work: what is wrong
    python grader.py --help          the rest

An exercise is graded by itself: it may not import files that lie beside it. What you write runs in a
process of its own, which is no sandbox: it can do what you can do.
"""

SOLUTION = '''\
# %% [markdown]
"""
# Exercise $number: TODO its title

**The idea.** TODO: what it is for, in a few sentences. (So far this is a layer of a network, as an example that works.)

**The formula**

    y = tanh(x W + b)

**The shapes.** Rows are examples. TODO: every array, and what it means.

    x  (N, D)   the inputs
    W  (D, H)   how much each input counts
    b  (H,)     one number for each output, the same for all N rows
    y  (N, H)   the outputs

**What to write.** TODO: which lines of NumPy are needed, and what is easily overlooked.

**Where it leads.** TODO: what comes of it in a later exercise.

Run this file, or `python grader.py $name`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np


def $name(x, W, b):
    """TODO: what it computes.

    Returns:
        y: (N, H), a new array; the arguments stay as they are.
    """
    # BEGIN SOLUTION
    return np.tanh(x @ W + b)
    # END SOLUTION


# %%
if __name__ == "__main__":
    from minigrad.course import grade_this_file

    grade_this_file()
'''

CHECKS = '''\
"""TODO: what $name must do, in a line."""

import math

import numpy as np

from minigrad.course.checks import check, expect, expect_pure, seed, size, sometimes_zero

SIZES = dict(N=size, D=size, H=size, seed=seed)


def inputs(N, D, H, seed):
    """TODO: arguments of $name, of all sizes and signs. Everything follows from the sizes and the seed."""
    rng = np.random.default_rng(seed)
    return {
        "x": sometimes_zero(rng, rng.normal(size=(N, D))),
        "W": rng.normal(size=(D, H)),
        "b": rng.normal(size=H),
    }


def reference(x, W, b):
    """TODO: the formula once more, by another way than the solution: one number at a time."""
    N, D = x.shape
    H = len(b)
    return np.array(
        [[math.tanh(b[j] + sum(x[n, d] * W[d, j] for d in range(D))) for j in range(H)] for n in range(N)]
    )


@check("TODO the outputs", points=4, **SIZES)
def test_outputs(student, **sizes):
    case = inputs(**sizes)
    expect("y", student.$name(**case), reference(**case), axes="N H")


@check("no argument is changed, and calling again gives the same", points=1, needs=[test_outputs], **SIZES)
def test_pure(student, **sizes):
    expect_pure(student, "$name", **inputs(**sizes))
'''

NOTES = """\
chapter = "TODO its chapter"
title = "TODO its title"

# TODO: each hint says more than the one before; the last may give the line away.
hints = [
    "Two things are added up inside the tanh: what the inputs say, and the bias.",
    "x is (N, D) and W is (D, H), so `x @ W` is (N, H). NumPy adds b, which is (H,), to every row of it.",
]

# TODO: at least 8 mistakes. Each is a change of the solution, and a sentence for the student who made it.
[[mistakes]]
says = "The bias is missing: these are exactly the numbers of a layer that never adds b."
replace = [['''x @ W + b''', '''x @ W''']]

# TODO: at least 3 other ways to write it that are right. They must pass.
[[variants]]
name = "einsum"
replace = [['''x @ W''', '''np.einsum("nd,dh->nh", x, W)''']]
"""
