"""`grader.py cohort [SUBMISSIONS] --store FILE`: grade what many students handed in, and keep the results."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console

from minigrad.course.catalogue import versions
from minigrad.course.catalogue.course import Course
from minigrad.course.cli import deep
from minigrad.course.cli import options as common
from minigrad.course.cohort import crews, outputs
from minigrad.course.cohort.compared import compared, in_lines
from minigrad.course.cohort.engine import Crew
from minigrad.course.cohort.intake.layouts import LAYOUTS
from minigrad.course.cohort.intake.take import Intake, Summary, take
from minigrad.course.cohort.policy import Policy, read_policy
from minigrad.course.cohort.progress import in_words, progress
from minigrad.course.cohort.records import gradebook
from minigrad.course.cohort.run import Run
from minigrad.course.cohort.store import File, Store
from minigrad.course.cohort.submissions import Submission
from minigrad.course.reports.formats import STDOUT
from minigrad.course.reports.text import say
from minigrad.course.results.status import Status
from minigrad.course.student.cage import probe
from minigrad.course.usage import UsageError

AT_ONCE = 200  # submissions that are written to the store together


def parser() -> common.Parser:
    text = "Grade what many students handed in. Results are kept; the same command goes on where it was ended."
    parser = common.Parser("cohort", "cohort [SUBMISSIONS] --store FILE [options]", text, _MORE)
    parser.add_argument("--store", metavar="FILE", type=Path, required=True, help="the SQLite file of the results")
    add_options(parser, "SUBMISSIONS")
    add_workers(parser)
    parser.add_argument("--shard", metavar="I/N", type=_shard, help="only part I of N, from 0/N to N-1/N; then `merge`")
    parser.add_argument("--salt-file", metavar="FILE", type=Path, help="holds the secret salt; shards need the same")
    return parser


_MORE = """Without SUBMISSIONS nothing new is taken in: what waits is graded, and outputs are written.
docs/grading.md says what can be handed in, and what each output is for."""


def add_options(parser: common.Parser, submissions: str) -> None:
    """Add the options that `cohort` and `class` share."""
    what = "what was handed in: a folder, or the zip of an export"
    parser.add_argument("submissions", metavar=submissions, nargs="?", type=Path, help=what)
    parser.add_argument("--layout", metavar="NAME", help=f"how it is laid out, if told: {', '.join(LAYOUTS)}")
    parser.add_argument("--roster", metavar="FILE", type=Path, help="who is in the class, as CSV")
    parser.add_argument("--policy", metavar="FILE", type=Path, help="weights, late days and what counts, as TOML")
    parser.add_argument(
        "--alike", action="store_true", help="compare files with each other; --dashboard shows the pairs"
    )
    deep.add_deep(parser)
    for name, what in outputs.OUTPUTS.items():
        where = "DIR" if name in outputs.FOLDERS else "FILE"
        parser.add_argument(f"--{name}", metavar=where, type=Path, help=f"write {what}")


def add_workers(parser: common.Parser) -> None:
    """Add the options that say who grades, and in what."""
    parser.add_argument("--workers", metavar="N", type=_count, default=os.cpu_count(), help="how many grade at once")
    parser.add_argument("--dask", metavar="ADDRESS", help="grade on a Dask cluster, such as tcp://10.0.0.1:8786")
    parser.add_argument("--allow-weak-isolation", action="store_true", help="grade also where no cage can be had")


def run(course: Course, options: argparse.Namespace, console: Console, table: bool = False) -> int:
    """Carry it out.

    Args:
        table: whether all students are shown.
    """
    policy = read_policy(options.policy, course) if options.policy else Policy()
    wanted = {name: path for name in outputs.OUTPUTS if (path := getattr(options, name))}
    pipes = outputs.require_writable(wanted, filter(None, (options.roster, options.policy, options.store)))
    console.quiet = STDOUT in wanted.values()
    crew = crew_of(options, course, console)
    with contextlib.ExitStack() as until_the_end:
        intake = None
        if options.submissions:
            intake = until_the_end.enter_context(take(options.submissions, course, options.layout, options.roster))
            outputs.require_known(wanted, [found.student for found in intake.found])
        store = until_the_end.enter_context(Store(options.store, make=intake is not None, salt=_salt(options)))
        if intake:
            _take_in(store, intake, options.shard, console)
        work = Run(store, course, crew, options.deep or 0, options.allow_weak_isolation)
        counting = [a.exercise.stem for a in policy.assigned(course, store.stems())]
        exercises = [exercise for exercise in course.exercises if exercise.stem in counting]
        came = watched(work, work.waiting(exercises), sum(1 for _ in work.waiting(exercises)), console)
        book, said = gradebook(store, course, policy)
        if options.alike:
            book.alike = compared(store, exercises)
            said += in_lines(book.alike)
        for name, path in wanted.items():
            outputs.write(name, path, book, pipe=path in pipes)
        places = ", ".join(str(path) for path in wanted.values())
        written = [f"Written: {places}", *outputs.notes(wanted, book)] if places else []
        once = ["Identical files are graded once."] if came and store.has_copies() else []
        report(came, [*once, *said, *_outdated(work), *written], console)
        if table:
            console.print("", outputs.load("table").render(book))
    return common.FALLS_SHORT if came[Status.INFRA] else common.OK


def crew_of(options: argparse.Namespace, course: Course, console: Console) -> Crew:
    """The crew that grades.

    Raises:
        UsageError: if no cage can be had here, and weaker confinement is not allowed.
    """
    if options.dask:
        return crews.dask(options.dask, trusted=not options.allow_weak_isolation)
    confinement = probe([course.root])
    if not confinement.strong:
        if not options.allow_weak_isolation:
            ask = "Install what is missing, or, for students that you trust, give --allow-weak-isolation."
            raise UsageError(f"strangers' code needs a cage. {confinement.why} {ask}")
        console.print(f"Grades are provisional: no cage can be had. {confinement.why}", markup=False)
    return crews.local(options.workers, confinement.strong)


def _take_in(store: Store, intake: Intake, shard: tuple[int, int] | None, console: Console) -> None:
    """Take what was handed in into the store, and say what that was."""
    summary = Summary(intake.layout, intake.within, aside=intake.aside)
    seen: set[str] = set()

    def submissions() -> Iterator[Submission]:
        for found in intake.found:
            if shard is None or _part(found.student.id, shard[1]) == shard[0]:
                submission = intake.read(found)
                summary.add(found, submission)
                seen.add(found.student.id)
                yield submission

    left = submissions()
    while some := list(itertools.islice(left, AT_ONCE)):
        store.take(some)
    store.forget_all_but(seen)
    for line in summary.lines():
        say(console, line)


def _part(id: str, count: int) -> int:
    """The part, of so many, that a student belongs to, in every run."""
    return int(versions.digest([id.encode("utf-8", "surrogatepass")]), 16) % count


def watched(work: Run, files: Iterable[File], count: int, console: Console, counts: bool = True) -> Counter[Status]:
    """Grade these files while somebody looks on, and count what they came to."""
    came: Counter[Status] = Counter()
    try:
        with progress(console, count) as advance:
            for _, found in work.grade(files, counts):
                came[found.status] += 1
                advance(found.status)
    except KeyboardInterrupt:
        console.print(f"{came.total():,} of {count:,} files are graded and kept. The same command goes on from there.")
        raise
    return came


def report(came: Counter[Status], said: Iterable[str], console: Console) -> None:
    """Print what a run came to, in a few lines."""
    files = "file" if came.total() == 1 else "files"
    graded = f"{came.total():,} {files} graded: {in_words(came)}." if came else "Nothing waited to be graded."
    for line in (graded, *said):
        say(console, line)


def _outdated(work: Run) -> list[str]:
    files = sum(1 for _ in work.outdated(work.course.exercises))
    if not files:
        return []
    see = f"python grader.py regrade --store {work.store.path} shows whose points would move."
    return [f"{files:,} files were graded with another version of the checks or the grader. {see}"]


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"it takes a number of processes, such as 4, not {text!r}")
    return int(text)


def _shard(text: str) -> tuple[int, int]:
    part, _, of = text.partition("/")
    if not (part.isdecimal() and of.isdecimal() and int(part) < int(of)):
        raise argparse.ArgumentTypeError(f"it takes which part of how many, such as 0/8 to 7/8, not {text!r}")
    return int(part), int(of)


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
