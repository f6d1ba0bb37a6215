"""`grader.py cohort SUBMISSIONS --store FILE`: grade what many students handed in, and keep the results."""

from __future__ import annotations

import argparse
import itertools
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console

from minigrad.course.catalogue import versions
from minigrad.course.catalogue.course import Course
from minigrad.course.cli import deep
from minigrad.course.cli import options as common
from minigrad.course.cohort import crews, outputs
from minigrad.course.cohort.gradebook import Gradebook
from minigrad.course.cohort.intake import take
from minigrad.course.cohort.policy import Policy, read_policy
from minigrad.course.cohort.progress import in_words, progress
from minigrad.course.cohort.records import gradebook
from minigrad.course.cohort.run import Run
from minigrad.course.cohort.store import File, Store
from minigrad.course.cohort.submissions import Submission
from minigrad.course.results.status import Status
from minigrad.course.usage import UsageError

AT_ONCE = 200  # submissions that are written together


def parser() -> common.Parser:
    text = "Grade what many students handed in. Results are kept; the same command goes on where it was ended."
    parser = common.Parser("cohort", "cohort [SUBMISSIONS] --store FILE [options]", text, _MORE)
    parser.add_argument("--store", metavar="FILE", type=Path, required=True, help="the SQLite file of the results")
    add_options(parser)
    parser.add_argument("--allow-weak-isolation", action="store_true", help="grade where no cage can be had")
    parser.add_argument("--shard", metavar="I/N", type=_shard, help="only the I-th of N parts, 0/N to N-1/N; then merge")
    parser.add_argument("--salt-file", metavar="FILE", type=Path, help="holds the secret salt; shards need the same")
    parser.add_argument("--dask", metavar="ADDRESS", help="grade on a Dask cluster, such as tcp://10.0.0.1:8786")
    return parser


_MORE = """Without SUBMISSIONS nothing new is taken in: what waits is graded, and outputs are written. docs/grading.md says
what can be handed in, and what each output is for."""


def add_options(parser: common.Parser) -> None:
    """What `cohort` and `class` take alike."""
    parser.add_argument("submissions", metavar="SUBMISSIONS", nargs="?", type=Path, help="a folder, or an export")
    parser.add_argument("--layout", metavar="NAME", help="how SUBMISSIONS is laid out, where that is not recognised")
    parser.add_argument("--roster", metavar="FILE", type=Path, help="who is in the class, as CSV")
    parser.add_argument("--policy", metavar="FILE", type=Path, help="weights, late days and what counts, as TOML")
    parser.add_argument("--workers", metavar="N", type=_count, default=os.cpu_count(), help="how many grade at once")
    deep.add_deep(parser)
    for name, what in outputs.OUTPUTS.items():
        where = "DIR" if name in outputs.FOLDERS else "FILE"
        parser.add_argument(f"--{name}", metavar=where, type=Path, help=f"write {what}")


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    policy = read_policy(options.policy, course) if options.policy else Policy()
    wanted = {name: path for name in outputs.OUTPUTS if (path := getattr(options, name))}
    pipes = outputs.require_writable(wanted)
    crew = crews.dask(options.dask) if options.dask else crews.local(options.workers)
    with Store(options.store, make=options.submissions is not None, salt=_salt(options)) as store:
        if options.submissions:
            take_in(store, course, options, console)
        work = Run(store, course, crew, options.deep or 0, options.allow_weak_isolation)
        counts = grade(work, policy, console)
        book, said = gradebook(store, course, policy)
        for name, path in wanted.items():
            outputs.write(name, path, book, pipe=path in pipes)
        report(book, counts, said, console)
    return common.FALLS_SHORT if counts[Status.INFRA] else common.OK


def take_in(store: Store, course: Course, options: argparse.Namespace, console: Console) -> None:
    """Take what was handed in into the store, and say what that was."""
    submissions = take(options.submissions, course, options.layout, options.roster)
    seen = set()
    for some in batched(_of_shard(submissions, getattr(options, "shard", None)), AT_ONCE):
        store.take(some)
        seen |= {submission.student.id for submission in some}
    store.forget_all_but(seen)
    console.print(f"{len(seen):,} submissions were taken in.", markup=False)


def batched(submissions: Iterable[Submission], count: int) -> Iterable[list[Submission]]:
    left = iter(submissions)
    while some := list(itertools.islice(left, count)):
        yield some


def grade(work: Run, policy: Policy, console: Console) -> Counter[Status]:
    """Grade what waits, and count what it came to."""
    counting = {assigned.exercise.stem for assigned in policy.assigned(work.course, work.store.stems())}
    exercises = [exercise for exercise in work.course.exercises if exercise.stem in counting]
    return show(work, work.waiting(exercises), sum(1 for _ in work.waiting(exercises)), console)


def show(work: Run, files: Iterable[File], count: int, console: Console, counts: bool = True) -> Counter[Status]:
    """Grade these files while somebody looks on."""
    came: Counter[Status] = Counter()
    with progress(console, count) as advance:
        for _, found in work.grade(files, counts):
            came[found.status] += 1
            advance(found.status)
    return came


def report(book: Gradebook, counts: Counter[Status], said: Sequence[str], console: Console) -> None:
    files = "file" if counts.total() == 1 else "files"
    console.print(f"{counts.total():,} {files} graded: {in_words(counts)}." if counts else "Nothing waited to be graded.")
    for sentence in said:
        console.print(sentence, markup=False)


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"it takes a number of processes, such as 4, not {text!r}")
    return int(text)


def _shard(text: str) -> tuple[int, int]:
    part, _, of = text.partition("/")
    if not (part.isdecimal() and of.isdecimal() and int(part) < int(of)):
        raise argparse.ArgumentTypeError(f"it takes which part of how many, such as 0/8 to 7/8, not {text!r}")
    return int(part), int(of)


def _of_shard(submissions: Iterable[Submission], shard: tuple[int, int] | None) -> Iterable[Submission]:
    """Those of one part, which is the same for a student in every run."""
    if shard is None:
        return submissions
    return (s for s in submissions if int(versions.digest([s.student.id.encode()]), 16) % shard[1] == shard[0])


def _salt(options: argparse.Namespace) -> str | None:
    if options.salt_file is None:
        if options.shard:
            raise UsageError("shards need the same secret: give each --salt-file FILE, with any random text in it.")
        return None
    try:
        salt = options.salt_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {options.salt_file}: {error}.") from None
    if not salt:
        raise UsageError(f"{options.salt_file} is empty. Put a random text into it.")
    return str(salt)
