"""Measure how often honest students are listed as pairs to look at, and how often those who copied.

Honest students are made of the correct variants of each exercise, several at once where they change different places,
with habits of their own (`handed_in.py`). A copier has somebody's files, as they are or disguised, for some of the
exercises. The variants are few, so two honest students often have the same lines: more often than in a class, where
everybody has a hand of their own. Without habits it is worse: everybody hands in one of some dozen texts.
"""

import functools
import random
import resource
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import handed_in
from minigrad.course.catalogue.course import Course
from minigrad.course.cohort import alike
from minigrad.course.cohort.alike import Collection
from minigrad.course.cohort.submissions import Student, Submission

ROOT = Path(__file__).parents[1]
CLASSES, SIZE, COPIES = 4, 30, 3  # so many classes of so many students, with so many pairs who copied in each
SCALE, TEXTS = 10_000, 300  # students, and how many different texts each of their exercises has


def as_it_is(exercise, source, rng):
    return source


def rewritten(exercise, source, rng):
    """Disguised, and with expressions rewritten."""
    return handed_in.disguised(exercise, handed_in.rewritten(exercise, source, rng, handed_in.HABITS / 2), rng)


# Each disguise is a change of a file, and the part of the exercises that are copied.
DISGUISES = {
    "as they are": (as_it_is, 1),
    "other comments and docstrings": (handed_in.commented, 1),
    "other names": (handed_in.renamed, 1),
    "moved lines": (handed_in.moved, 1),
    "all of these": (handed_in.disguised, 1),
    "all of these, and expressions rewritten": (rewritten, 1),
    "all of these, in half of the exercises": (handed_in.disguised, 1 / 2),
    "all of these, in a third of the exercises": (handed_in.disguised, 1 / 3),
    "all of these, in one exercise": (handed_in.disguised, 0),
}


def main() -> None:
    """Print how many pairs are listed, among honest ones and of each kind of copies."""
    console, exercises = Console(), Course(ROOT).exercises
    alike.pieces = functools.cache(alike.pieces)  # the same texts come again and again
    for habits, title in ((handed_in.HABITS, "with habits of their own"), (0, "without habits")):
        table = Table("", "", box=None, pad_edge=False)
        for name, came in listed(exercises, CLASSES, SIZE, COPIES, habits).items():
            table.add_row(name, came)
        console.print(f"{CLASSES} classes of {SIZE} {title}, {len(exercises)} exercises:", table, "")
    console.print(scale(exercises[-3:]))


def listed(exercises, cohorts, size, copies, habits):
    """The number of pairs that are listed, in words, by kind."""
    honest_listed, found, false = 0, dict.fromkeys(DISGUISES, 0), dict.fromkeys(DISGUISES, 0)
    for seed in range(cohorts):
        rng = random.Random(seed)
        students = [{e.stem: handed_in.honest(e, rng, habits) for e in exercises} for _ in range(size)]
        honest_listed += len(pairs(exercises, students))
        for kind, (disguise, share) in DISGUISES.items():
            with_copies, copied = list(students), set()
            for k in range(copies):
                taken = set(rng.sample(range(len(exercises)), max(1, round(share * len(exercises)))))
                a, b = students[2 * k : 2 * k + 2]
                with_copies[2 * k + 1] = {
                    e.stem: disguise(e, a[e.stem], rng) if place in taken else b[e.stem]
                    for place, e in enumerate(exercises)
                }
                copied.add((str(2 * k), str(2 * k + 1)))
            told = pairs(exercises, with_copies)
            found[kind] += len(told & copied)
            false[kind] += len(told - copied)
    count = cohorts * size * (size - 1) // 2
    rows = {"honest pairs listed": f"{honest_listed} of {count:,}"}
    for kind in DISGUISES:
        beside = f", and {false[kind]} honest" if false[kind] else ""
        rows[f"copied: {kind}"] = f"{found[kind]} of {cohorts * copies} found{beside}"
    return rows


def pairs(exercises, students):
    """The ids of the pairs that are listed."""
    collection = Collection({e.stem: e.skeleton for e in exercises})
    for k, sources in enumerate(students):
        collection.add(Submission(Student(str(k)), "", sources))
    return {(pair.a.id, pair.b.id) for pair in collection.pairs()}


def scale(exercises):
    """The cost of a large cohort, in a sentence."""
    rng = random.Random(0)
    texts = {e.stem: [handed_in.honest(e, rng) for _ in range(TEXTS)] for e in exercises}
    collection = Collection({e.stem: e.skeleton for e in exercises})
    before, started = _peak(), time.process_time()
    for k in range(SCALE):
        collection.add(Submission(Student(str(k)), "", {stem: rng.choice(some) for stem, some in texts.items()}))
    read = time.process_time()
    collection.pairs()
    compared = time.process_time()
    return (
        f"{SCALE:,} students with {len(exercises)} exercises: {read - started:.0f} s to read "
        f"({1000 * (read - started) / SCALE / len(exercises):.1f} ms a file) and {compared - read:.0f} s to compare, "
        f"of the processor; {_peak() - before:.0f} MB more."
    )


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
